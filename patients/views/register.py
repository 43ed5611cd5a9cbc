"""The register of the acting facility, and its new patients."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.vietnamese import sort_key
from core.views.pages import INVALID
from facilities.models import Facility
from patients import links
from patients.forms.register import NewPatientForm, RegisterFilter
from patients.queries import register as register_queries
from patients.queries.reach import dosing_facilities
from patients.rules.words import STATUS_WORDS
from patients.services import register


@allow(Permission.VIEW_PATIENT)
@require_safe
def patients(request: AccessRequest) -> HttpResponse:
    """Codes and initials of one facility (?facility=, ?page=); ?q= searches all that this person may see."""
    facilities = _facilities(request, Permission.VIEW_PATIENT)
    asked = RegisterFilter(request.GET, facilities=facilities)
    asked.is_valid()
    query = asked.cleaned_data.get("q", "")
    facility_id = None if query else asked.cleaned_data.get("facility") or request.access.facility_id
    shown = register_queries.register_page(
        facility_ids=[facility_id] if facility_id else [id_ for id_, _name in facilities],
        day=clock.local_day(clock.now(), request.access.zone),
        search=query,
        page=asked.cleaned_data.get("page") or 1,
    )
    context = {
        "register": shown,
        "query": query,
        "facilities": facilities,
        "facility_id": facility_id,
        "status_words": STATUS_WORDS,
        "may_register": request.access.may(Permission.REGISTER_PATIENT),
        "ways": links.of_register(request.access),
    }
    return render(request, "patients/register.html", context)


@allow(Permission.REGISTER_PATIENT)
@require_http_methods(["GET", "POST"])
def new(request: AccessRequest) -> HttpResponse:
    """The form's id is made when it is shown, so that the same form sent twice is one patient."""
    today = clock.local_day(clock.now(), request.access.zone)
    facilities = _facilities(request, Permission.REGISTER_PATIENT)
    if request.method == "GET":
        first = {"id": new_id(), "starts_on": today, "facility": request.access.facility_id}
        form = NewPatientForm(initial=first, facilities=facilities, today=today)
        return render(request, "patients/new.html", {"form": form})
    form = NewPatientForm(request.POST, facilities=facilities, today=today)
    if form.is_valid():
        try:
            made = register.register(new=form.new_patient(), by=request.access, now=clock.now())
        except register.RegistrationRefused as refused:
            form.add_error(None, refused.sentence)
        except Facility.DoesNotExist:
            form.add_error("facility", _("Chọn cơ sở trong danh sách."))
        else:
            messages.success(request, _("Đã ghi vào sổ: mã số %(code)s.") % {"code": made.code})
            return redirect("patients:patient", made.pk)
    return render(request, "patients/new.html", {"form": form}, status=INVALID)


def _facilities(request: AccessRequest, permission: Permission) -> list[tuple[int, str]]:
    """Where this person holds the permission, by name."""
    reach = request.access.reach_by_permission.get(permission, frozenset())
    found = sorted(dosing_facilities().filter(pk__in=reach), key=lambda facility: sort_key(facility.name))
    return [(facility.pk, facility.name) for facility in found]
