"""A site begins: the form is handed out, checked row by row, and saved when it is the very file that was checked."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import Access, AccessRequest, Permission, allow
from core.vietnamese import sort_key
from core.views.pages import INVALID
from dispensing.forms import start_book
from dispensing.forms.starting import StartForm
from dispensing.rules.start_words import last_words, morning_words, order_words, where, whose
from dispensing.services import starting
from dispensing.services.starting import Plan, StartRefused
from patients.queries.reach import dosing_facilities
from staff.queries.appointments import standing_at

PAGE = "dispensing/start.html"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@allow(Permission.REGISTER_PATIENT)
@require_http_methods(["GET", "POST"])
def start(request: AccessRequest) -> HttpResponse:
    """Check a filled-in form; the same file sent once more is saved. The file itself is kept nowhere."""
    facilities = _facilities(request.access)
    if request.method == "GET":
        form = StartForm(facilities=facilities, initial={"facility": request.access.facility_id})
        return render(request, PAGE, {"form": form})
    form = StartForm(request.POST, request.FILES, facilities=facilities)
    if not form.is_valid():
        return render(request, PAGE, {"form": form}, status=INVALID)
    now, facility_id = clock.now(), form.cleaned_data["facility"]
    by = standing_at(facility_id, person_id=request.access.actor_id, now=now)
    asked = {"book": form.cleaned_data["file"], "facility_id": facility_id, "by": by, "now": now}
    if form.saves:
        try:
            saved = starting.save(**asked)
        except StartRefused as refused:
            form.add_error(None, refused.sentence or _("Tệp có chỗ cần sửa. Chưa ghi gì."))
        else:
            messages.success(request, _("Đã ghi %(count)d người.") % {"count": len(saved.plan.fresh)})
            return render(request, PAGE, {"form": form, "codes": sorted(saved.codes.items())})
    form.other_file()
    plan = starting.check(**asked)
    return render(request, PAGE, {"form": form, **_told(plan, form)}, status=INVALID if form.errors else 200)


@allow(Permission.REGISTER_PATIENT)
@require_safe
def empty_form(request: AccessRequest) -> HttpResponse:
    """The empty form as an Excel file."""
    headers = {"Content-Disposition": 'attachment; filename="mau-bat-dau.xlsx"'}
    return HttpResponse(start_book.form(), content_type=XLSX, headers=headers)


def _told(plan: Plan, form: StartForm) -> dict[str, Any]:
    """Rows and codes, never a name."""
    book = form.cleaned_data["file"]
    return {
        "plan": plan,
        "digest": book.digest,
        "faults": [(where(fault, book.letters), fault.sentence) for fault in plan.faults],
        "rows": [
            (each.row.number, whose(each.row), order_words(each.row), last_words(each.row), morning_words(each.morning))
            for each in plan.fresh
        ],
    }


def _facilities(access: Access) -> list[tuple[int, str]]:
    """Where this person registers patients, by name."""
    reach = access.reach_by_permission.get(Permission.REGISTER_PATIENT, frozenset())
    if not reach:
        raise PermissionDenied
    found = sorted(dosing_facilities().filter(pk__in=reach), key=lambda facility: sort_key(facility.name))
    return [(facility.pk, facility.name) for facility in found]
