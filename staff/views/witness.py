"""Witnessing from elsewhere: a code for one act of a colleague, and what was signed with one's codes."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.views.pages import INVALID
from facilities.models import Facility
from staff.forms import CallerForm, ObjectionForm
from staff.models import Attestation
from staff.queries import witnessing
from staff.queries.people import callers_at
from staff.services import objections, pins, remote
from staff.services.refusals import AttestationRefused


@allow(Permission.SIGN_SECOND, Permission.REVIEW_UNWITNESSED)
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def witness(request: AccessRequest) -> HttpResponse:
    """?facility= chooses the place where there are several; posting gets the code, which is shown once."""
    places = witnessing.places_of(request.access)
    place = _chosen(request, places)
    if place is None:
        return _page(request, places, None, None)
    callers = callers_at(facility_id=place.pk, now=clock.now(), besides=request.access.person_id)
    form = CallerForm(request.POST if "actor" in request.POST else None, callers=callers, initial={"id": new_id()})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        new = remote.NewCode(said["id"], place.pk, said["actor"], said["pin"])
        try:
            issued = remote.issue(new=new, by=request.access, now=clock.now())
        except (pins.PinRefused, AttestationRefused) as refused:
            form.add_error("pin" if isinstance(refused, pins.PinRefused) else "actor", refused.sentence)
        except remote.ShownAlready:
            messages.info(request, _("Mã chỉ hiện một lần. Cần mã khác thì nhập PIN lần nữa."))
            return redirect(f"{request.path}?facility={place.pk}")
        else:
            return render(request, "staff/witness_code.html", {"issued": issued, "place": place})
    return _page(request, places, place, form)


@allow(Permission.SIGN_SECOND, Permission.REVIEW_UNWITNESSED)
@require_http_methods(["GET", "POST"])
def objection(request: AccessRequest, remote_id: UUID) -> HttpResponse:
    """What was signed with one's code, and saying that it is not what one was told."""
    try:
        signed = witnessing.get_signed(remote_id, person_id=request.access.actor_id)
    except Attestation.DoesNotExist as missing:
        raise Http404 from missing
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        objections.raise_objection(attestation_id=signed.id, words=words, by=request.access, now=clock.now())
        messages.success(request, _("Đã ghi. Người phụ trách cơ sở đã được giao việc này."))
        return redirect("staff:witness")
    status = INVALID if request.method == "POST" else 200
    return render(request, "staff/objection.html", {"signed": signed, "form": form}, status=status)


def _page(
    request: AccessRequest, places: list[Facility], place: Facility | None, form: CallerForm | None
) -> HttpResponse:
    signed = witnessing.signed_by_code(person_id=request.access.actor_id, now=clock.now())
    context = {"places": places, "place": place, "form": form, "signed": signed}
    status = INVALID if form is not None and form.is_bound else 200
    return render(request, "staff/witness.html", context, status=status)


def _chosen(request: AccessRequest, places: list[Facility]) -> Facility | None:
    """The place asked for; the only one; else none yet. Raises Http404 for a place that is not theirs."""
    asked = request.POST.get("facility") or request.GET.get("facility") or ""
    if asked:
        found = next((place for place in places if str(place.pk) == asked), None)
        if found is None:
            raise Http404
        return found
    return places[0] if len(places) == 1 else None
