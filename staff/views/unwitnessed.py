"""Acts that somebody did alone, by age, and the review of them by somebody else."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core import clock, shown
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID, may_open
from staff.forms import ReviewForm
from staff.models import Attestation
from staff.queries.attestations import get_unwitnessed, unwitnessed
from staff.services import attestations, pins


@allow(Permission.REVIEW_UNWITNESSED)
@require_safe
def acts(request: AccessRequest) -> HttpResponse:
    reach = request.access.reach_by_permission[Permission.REVIEW_UNWITNESSED]
    return render(request, "staff/unwitnessed.html", {"acts": unwitnessed(reach=reach, now=clock.now())})


@allow(Permission.REVIEW_UNWITNESSED)
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def review(request: AccessRequest, attestation_id: UUID) -> HttpResponse:
    """Look at one of them and sign for it with one's own PIN."""
    now = clock.now()
    reach = request.access.reach_by_permission[Permission.REVIEW_UNWITNESSED]
    try:
        act = get_unwitnessed(attestation_id, reach=reach, now=now)
    except Attestation.DoesNotExist as missing:
        raise Http404 from missing
    form = ReviewForm(request.POST or None, initial={"shown": shown.token(now)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            attestations.review(
                attestation_id=act.id,
                by=request.access,
                pin=data["pin"],
                words=data["words"],
                now=now,
                shown_at=shown.read(data["shown"]),
            )
        except (attestations.AttestationRefused, pins.PinRefused) as refused:
            form.add_error("pin" if isinstance(refused, pins.PinRefused) else None, refused.sentence)
        else:
            messages.success(request, _("Đã ghi nhận việc xem lại."))
            return redirect("staff:unwitnessed")
    context = {
        "act": act,
        "form": form,
        "own": act.actor_id == request.access.person_id,
        "opens": may_open(request.access, act.address),
    }
    return render(request, "staff/review.html", context, status=INVALID if request.method == "POST" else 200)
