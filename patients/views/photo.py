"""The photo by which who pours knows a patient: taken, replaced, taken away. Each opening is written down."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from patients.forms.photo import PhotoForm
from patients.models import Patient
from patients.queries.register import PatientPage
from patients.rules.consent import Purpose
from patients.services import consents, identity, photos
from patients.views.back import back_of
from patients.views.patient import shown_to


@allow(Permission.REGISTER_PATIENT)
@require_http_methods(["GET", "POST"])
def photo(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """The photo as the card shows it, with the form; ?back= leads back to the card."""
    shown = shown_to(request, patient_id)
    if not shown.may_change:
        raise Http404
    agreed = photos.agreed(patient_id)
    posted, first = request.method == "POST", {"language": shown.patient.language or _("tiếng Việt")}
    if posted and request.POST.get("part") == "remove":
        consents.withdraw(patient_id=patient_id, by=request.access, now=clock.now(), purpose=Purpose.PHOTO)
        messages.success(request, _("Đã xóa ảnh. Thẻ hiện chữ viết tắt."))
        return _again(request, patient_id)
    sent = (request.POST, request.FILES) if posted else ()
    form = PhotoForm(*sent, asks=agreed is None, initial=first)
    if posted and form.is_valid():
        _keep(request, patient_id, form)
        return _again(request, patient_id)
    return _page(request, shown, form=form, agreed=agreed, status=INVALID if posted else 200)


def _keep(request: AccessRequest, patient_id: UUID, form: PhotoForm) -> None:
    language = form.cleaned_data.get("language", "")
    try:
        photos.keep(patient_id=patient_id, picture=form.picture, language=language, by=request.access, now=clock.now())
    except Patient.DoesNotExist as error:
        raise Http404 from error
    except photos.NotAgreed:  # taken back while this page stood open
        messages.error(request, _("Chưa lưu: người bệnh vừa rút lại đồng ý. Hỏi lại rồi chụp."))
    else:
        messages.success(request, _("Đã lưu ảnh. Nhìn lại: rõ mặt, đúng người."))


def _again(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """The same page, which shows what is kept now."""
    back = back_of(request)
    here = reverse("patients:photo", args=[patient_id])
    return redirect(f"{here}?{urlencode({'back': back})}" if back else here)


def _page(request: AccessRequest, shown: PatientPage, *, status: int, **more: Any) -> HttpResponse:
    """The photo stands on it, so this is a look."""
    try:
        seen = identity.look(patient_id=shown.patient.pk, by=request.access, now=clock.now(), why="photo")
    except Patient.DoesNotExist as error:
        raise Http404 from error
    context = {"shown": shown, "identity": seen, "back": back_of(request)}
    return render(request, "patients/photo.html", context | more, status=status)
