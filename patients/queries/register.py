"""The register of a facility, and one patient of it: codes and initials, no names."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, F, Func, OuterRef, Q, Subquery, TextField, Value

from core.access import Access, Permission
from core.models import AuditEvent
from patients.models import Card, Consent, Patient, Photo, Placement, StatusChange
from patients.queries.reach import covers_some_day, get_patient, not_over_by
from patients.rules.consent import Purpose
from patients.rules.names import search_key

PAGE = 50
LOOKS = 20


@dataclass(frozen=True)
class RegisterRow:
    """One patient of the list. `starts_on`: since when, or from when on, they drink here."""

    id: UUID
    code: str
    initials: str
    status: str
    facility: str
    starts_on: date
    coming: bool
    leaves_on: date | None


@dataclass(frozen=True)
class Register:
    """One page of a facility's register."""

    rows: tuple[RegisterRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class PatientPage:
    """One patient as the register shows them, without a name."""

    patient: Patient
    placements: tuple[Placement, ...]
    present: Placement | None
    coming: Placement | None
    statuses: tuple[StatusChange, ...]
    card: Card | None
    cards_before: int
    consent: Consent | None
    looks: tuple[AuditEvent, ...]
    may_change: bool
    photo_taken_on: date | None


def register_page(*, facility_ids: Collection[int], day: date, search: str = "", page: int = 1) -> Register:
    """Who drinks at the facilities on the day or will from a later one, by code; two statements.

    `search` finds codes that contain it and initials that begin with it, whatever the marks and dots.
    """
    here = Placement.objects.filter(not_over_by(day), patient_id=OuterRef("pk"), facility_id__in=facility_ids)
    nearest = here.order_by("starts_on")
    found = Patient.objects.filter(Exists(here))
    key = search_key(search)
    if key:
        plain = Func(F("initials"), Value("ĂÂĐÊÔƠƯ."), Value("AADEOOU"), function="translate", output_field=TextField())
        found = found.alias(plain=plain).filter(Q(code__contains=key) | Q(plain__startswith=key))
    total = found.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = found.annotate(
        here=Subquery(nearest.values("facility__name")[:1]),
        here_from=Subquery(nearest.values("starts_on")[:1]),
        here_until=Subquery(nearest.values("ended_on")[:1]),
    ).order_by("code")
    columns = rows.values_list("id", "code", "initials", "status", "here", "here_from", "here_until")
    return Register(
        rows=tuple(
            RegisterRow(id_, code, initials, status, here, starts_on, starts_on > day, ended_on)
            for id_, code, initials, status, here, starts_on, ended_on in columns[(page - 1) * PAGE : page * PAGE]
        ),
        total=total,
        page=page,
        pages=pages,
    )


def patient_page(patient_id: UUID, *, access: Access, day: date) -> PatientPage:
    """Everything of one patient but who they are. Raises Patient.DoesNotExist out of reach. Seven statements."""
    patient = get_patient(patient_id, access=access, permission=Permission.VIEW_PATIENT, day=day)
    stand = Placement.objects.filter(covers_some_day(), patient=patient)
    placements = tuple(stand.select_related("facility").order_by("-starts_on"))
    cards = list(Card.objects.filter(patient=patient).order_by("-number"))
    consents = Consent.objects.filter(patient=patient, purpose=Purpose.RECORD_KEEPING, withdrawn_at__isnull=True)
    looks = AuditEvent.objects.filter(patient_id=patient_id, action="patient.looked_at").order_by("-id")
    present = next((p for p in placements if p.starts_on <= day and (not p.ended_on or day <= p.ended_on)), None)
    reach = access.reach_by_permission.get(Permission.REGISTER_PATIENT, frozenset())
    return PatientPage(
        patient=patient,
        placements=placements,
        present=present,
        coming=next((p for p in reversed(placements) if p.starts_on > day), None),
        statuses=tuple(
            StatusChange.objects.filter(patient=patient)
            .select_related("recorded_by")
            .order_by("-from_day", "-recorded_at")
        ),
        card=next((card for card in cards if card.revoked_at is None), None),
        cards_before=sum(card.revoked_at is not None for card in cards),
        consent=consents.order_by("-given_on", "-id").first(),
        looks=tuple(looks[:LOOKS]),
        may_change=_within(placements, reach, day),
        photo_taken_on=Photo.objects.filter(pk=patient_id).values_list("taken_on", flat=True).first(),
    )


def _within(placements: tuple[Placement, ...], reach: frozenset[int], day: date) -> bool:
    """The same answer as reach.patients_of, from what is at hand: newest placement first."""
    live = [placement for placement in placements if not placement.ended_on or placement.ended_on >= day]
    return any(placement.facility_id in reach for placement in [*live, *placements[:1]])
