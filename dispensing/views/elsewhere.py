"""A dose that another place documented: written down from its slip, put right, and the pictures of the slip."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import attachments, clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.views.pages import INVALID
from dispensing.forms.elsewhere import ElsewhereForm
from dispensing.models import DoseElsewhere
from dispensing.queries import elsewhere as queries
from dispensing.queries.following import Followed
from dispensing.rules.elsewhere_codes import PlaceKind
from dispensing.services import elsewhere
from dispensing.services.doses import OtherContent
from dispensing.services.elsewhere import ElsewhereRefused
from dispensing.views.following import whom
from dispensing.views.mishaps import STANDS
from inventory.views.keeping import keep_photos, posted, sent_files

PAGE: Final = "dispensing/following/elsewhere.html"


@allow(Permission.RECORD_ELSEWHERE)
@require_http_methods(["GET", "POST"])
def record(request: AccessRequest, patient_id: UUID) -> HttpResponse:
    """Write a dose down from its slip; ?corrects= names a record that is put right."""
    shown, now = whom(request, patient_id), clock.now()
    if not shown.may(request.access, Permission.RECORD_ELSEWHERE):
        raise Http404
    old = _old(request, shown)
    first = queries.as_typed(old) if old else {"day": shown.today, "place_kind": str(PlaceKind.HOSPITAL)}
    form = ElsewhereForm(
        posted(request), sent_files(request), initial=first | {"id": new_id()}, corrects=old.pk if old else None
    )
    if old is not None and not form.is_bound:
        form.kept = tuple(old.photos)
    keep_photos(request, form)
    if form.is_bound and form.is_valid():
        try:
            made = elsewhere.record(command=form.command(shown.patient.pk), by=request.access, now=now)
        except ElsewhereRefused as refused:
            form.refuse(refused.wrongs)
        except OtherContent:
            form.add_error(None, STANDS)
        else:
            messages.success(request, f"{shown.patient.code}: {_said(made)}")
            return redirect("dispensing:following", shown.patient.pk)
    return render(request, PAGE, {"form": form, "shown": shown}, status=INVALID if form.is_bound else 200)


@allow(Permission.FOLLOW_PATIENT)
@require_safe
def photo(request: AccessRequest, elsewhere_id: UUID, digest: str) -> HttpResponse:
    """One picture of a slip; 404 for who may not follow the patient."""
    if digest not in queries.photos_of(elsewhere_id, by=request.access, now=clock.now()):
        raise Http404(_("Không có ảnh này."))
    try:
        return attachments.answer(digest)
    except FileNotFoundError as missing:
        raise Http404(_("Không có ảnh này.")) from missing


def _old(request: AccessRequest, shown: Followed) -> DoseElsewhere | None:
    asked = request.GET.get("corrects", "")
    if not asked:
        return None
    try:
        return queries.standing_record(UUID(asked), patient_id=shown.patient.pk)
    except (ValueError, DoseElsewhere.DoesNotExist) as error:
        raise Http404 from error


def _said(made: list[DoseElsewhere]) -> str:
    if not made[0].took_place:
        return _("đã ghi là không có thật.")
    if not made[0].counts:
        return _("đã ghi; chưa có giấy nên những ngày đó chưa được tính là đã uống.")
    return _("đã ghi liều uống ở nơi khác.")
