"""Whose records were kept long enough: the list of codes that a province manager signs. Nobody's name stands on it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.views.pages import INVALID
from patients.forms.known import SignListForm
from patients.models import RetirementList
from patients.rules.words import STATUS_WORDS
from patients.services import retention as services
from staff.services.pins import PinRefused


@allow(Permission.END_RECORDS)
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def retention(request: AccessRequest) -> HttpResponse:
    """The list as it stands now, and the signature under it."""
    form = SignListForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        said = form.cleaned_data
        try:
            services.sign(
                list_id=said["id"], seen=said["seen"], own_pin=said["own_pin"], by=request.access, now=clock.now()
            )
        except (services.RetentionRefused, PinRefused) as refused:
            form.add_error("own_pin" if isinstance(refused, PinRefused) else None, refused.sentence)
        else:
            messages.success(request, _("Đã ký. Quản trị máy chủ chạy lệnh bỏ danh tính theo danh sách này."))
            return redirect("patients:retention")
    return _page(request, form)


def _page(request: AccessRequest, refused: SignListForm | None) -> HttpResponse:
    lines = services.due(by=request.access, now=clock.now())
    list_id: UUID = refused.cleaned_data.get("id") or new_id() if refused else new_id()
    form = SignListForm.of(list_id, services.digest_of(list_id, lines))
    context = {
        "lines": lines,
        "form": form,
        "refused": refused,
        "waiting": len(services.waiting()),
        "lists": RetirementList.objects.select_related("signed_by").order_by("-signed_at", "-id")[:10],
        "status_words": STATUS_WORDS,
    }
    return render(request, "patients/retention.html", context, status=INVALID if refused else 200)
