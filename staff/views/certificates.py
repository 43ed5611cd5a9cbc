"""Certificates: my own, those of the place for who keeps them, and for managers who lacks which."""

from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.ids import new_id
from core.views.pages import INVALID
from staff.forms_rota import CertificateForm, EndForm
from staff.models import Certificate, Person
from staff.queries import certificates as queries
from staff.queries.rota import planning
from staff.rules.rota_codes import CertificateEnd
from staff.rules.wording_rota import CERTIFICATE_END_WORDS
from staff.services import certificates as services
from staff.services.hours_refusals import HoursRefused, NotReached

COUNTED = timedelta(days=30)


@allow(Permission.VIEW_ROTA, Permission.VIEW_OVERSIGHT)
@require_safe
def certificates(request: AccessRequest) -> HttpResponse:
    """One's own papers; who is lacking which where one keeps them; above the sites how many, without names."""
    access = request.access
    today = clock.local_day(clock.now(), access.zone)
    keeps = access.reach_by_permission.get(Permission.KEEP_CERTIFICATES, frozenset())
    seen = keeps | access.reach_by_permission.get(Permission.VIEW_OVERSIGHT, frozenset())
    worked: dict[tuple[int, int, str], int] = defaultdict(int)
    for each in queries.worked_without(seen, today - COUNTED, today):
        worked[each.facility_id, each.person_id, each.kind] = each.days
    lacking = [
        (each, worked[each.facility_id, each.person_id, each.standing.kind]) for each in queries.lacking(seen, today)
    ]
    context = {
        "mine": queries.papers_of([access.actor_id]).get(access.actor_id, ()),
        "today": today,
        "lacking": [(each, days) for each, days in lacking if each.facility_id in keeps],
        "ending": queries.ending(keeps, today),
        "counted": _counted([(each, days) for each, days in lacking if each.facility_id not in keeps]),
        "people": _people(access.facility_id, today) if access.facility_id and access.facility_id in keeps else (),
        "manages": bool(seen),
    }
    return render(request, "staff/certificates/list.html", context)


@allow(Permission.KEEP_CERTIFICATES)
@require_http_methods(["GET", "POST"])
def person(request: AccessRequest, person_id: int) -> HttpResponse:
    """The certificates of one person of the place, and a new one."""
    _kept(request, person_id)
    form = CertificateForm(request.POST or None, initial={"id": new_id()})
    if request.method == "POST" and form.is_valid():
        try:
            services.record(command=form.command(person_id), by=request.access, now=clock.now())
        except HoursRefused as refused:
            form.add_error(refused.field or None, refused.sentence)
        else:
            messages.success(request, _("Đã ghi chứng chỉ."))
            return redirect("staff:certificates-person", person_id)
    context = {
        "person": Person.objects.get(pk=person_id),
        "form": form,
        "today": clock.local_day(clock.now(), request.access.zone),
        "papers": queries.papers_of([person_id]).get(person_id, ()),
        "whys": CERTIFICATE_END_WORDS.items(),
    }
    return render(request, "staff/certificates/person.html", context, status=INVALID if form.is_bound else 200)


@allow(Permission.KEEP_CERTIFICATES)
@require_POST
def end(request: AccessRequest, certificate_id: UUID) -> HttpResponse:
    """It was entered wrongly, or revoked."""
    form = EndForm(request.POST)
    row = Certificate.objects.filter(pk=certificate_id).first()
    if row is None:
        raise Http404
    _kept(request, row.person_id)
    if form.is_valid():
        why = CertificateEnd(form.cleaned_data["why"])
        services.end(certificate_id=certificate_id, why=why, by=request.access, now=clock.now())
        messages.success(request, _("Đã bỏ chứng chỉ này. Bản ghi vẫn được giữ."))
    return redirect("staff:certificates-person", row.person_id)


def _kept(request: AccessRequest, person_id: int) -> None:
    """Raises Http404 for somebody whose certificates this person does not keep."""
    try:
        services.keeps_for(person_id, request.access, clock.local_day(clock.now(), request.access.zone))
    except NotReached as refused:
        raise Http404 from refused


def _counted(rows: list[tuple[queries.Lacking, int]]) -> list[tuple[str, str, str, int, int]]:
    """Site, role, certificate, how many people, on how many days they worked so: no names above the site."""
    found: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for each, days in rows:
        found[each.facility, each.role_words, each.kind_words].append(days)
    return [(*key, len(days), sum(days)) for key, days in sorted(found.items())]


def _people(facility_id: int, today: date) -> tuple[tuple[int, str, str], ...]:
    members = planning([facility_id], today, today).members.get(facility_id, ())
    return tuple((each.crew.person_id, each.name, each.roles) for each in members)
