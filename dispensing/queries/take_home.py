"""Doses taken home: what a hand-out depends on, and what the pages and papers show of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery, Sum

from core.access import Access, Permission
from core.clock import local_day
from dispensing.models import TakeHome, TakeHomeAllowance, TakeHomeVial, VialReport
from dispensing.queries import facts as facts_query
from dispensing.queries import stability
from dispensing.queries.following import Followed
from dispensing.rules.facts import PatientFacts
from dispensing.rules.stability_codes import StabilityLevel
from dispensing.rules.take_home import AllowanceFact, TakeHomeFacts, TakeHomeSettings
from dispensing.rules.take_home_codes import FATE_WORDS, UNCOVERS, VialFate
from facilities.models import Facility
from facilities.services import settings as rule_settings
from inventory.models import ChainLink
from patients.models import Patient
from patients.queries.reach import get_patient

KEY: Final = "take_home"
TEMPLATE: Final = "dispensing/following/_take_home.html"
SHOWN: Final = 21
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """One vial. `what`: what became of it in words, empty where nothing is reported; `due`: it is to be back by now."""

    vial: TakeHomeVial
    what: str
    words: str
    by: str
    uncovers: bool
    due: bool


@dataclass(frozen=True)
class HandedOut:
    """One hand-out as the day's sheet shows it; `sequence`: of its link in the facility's chain."""

    code: str
    initials: str
    days: int
    mg: Decimal
    ul: int
    by: str
    sequence: int


def settings_at(facility_id: int, now: datetime) -> TakeHomeSettings:
    """The rules of the house."""
    return rule_settings.for_facility(TakeHomeSettings, facility_id=facility_id, at=now)


def standing_allowance(patient_id: UUID) -> TakeHomeAllowance | None:
    """The physician's newest answer."""
    rows = TakeHomeAllowance.objects.filter(patient_id=patient_id).select_related("signed_by")
    return rows.order_by("-recorded_at", "-pk").first()


def vials_of(patient_id: UUID) -> QuerySet[TakeHomeVial]:
    """Every vial of a patient with the report that stands, newest first."""
    standing = VialReport.objects.filter(corrected_by__isnull=True).select_related("recorded_by")
    rows = TakeHomeVial.objects.filter(patient_id=patient_id).prefetch_related(
        Prefetch("reports", queryset=standing, to_attr="standing")
    )
    return rows.select_related("take_home", "bottle__lot").order_by("-day")


def load(*, patient: Patient, place: Facility, now: datetime) -> tuple[PatientFacts, TakeHomeFacts]:
    """What a hand-out to this patient depends on. Call it under the patient's lock where it decides something."""
    settings = settings_at(place.pk, now)
    found = facts_query.load(
        patient_ids=[patient.pk], facility_id=place.pk, now=now, zone=place.zone,
        days=max(91, settings.takehome_no_missed_days + 1),
    )  # fmt: skip
    one = found[patient.pk].facts
    order = one.prescription
    allowance = standing_allowance(patient.pk)
    tests = stability.tests_of([patient.pk], now=now).get(patient.pk)
    level = stability.standing([patient.pk]).get(patient.pk)
    vials = list(vials_of(patient.pk))
    parts = len(order.slot_mg) if order else 1
    return one, TakeHomeFacts(
        today=one.today,
        started_on=one.treatment_started_on,
        phase=order.phase if order else None,
        parts=parts,
        last_day=order.last_day if order else None,
        allowance=_fact(allowance) if allowance else None,
        dosed_today=len({dose.slot for dose in one.doses_today}) >= parts,
        stopped=bool(one.holds) or one.suspended or bool(one.outcomes_today),
        missed_on=tuple(day.day for day in one.days if day.known and day.ingested_mg == 0 and day.caused_by_patient),
        unknown_on=tuple(day.day for day in one.days if not day.known),
        urine=tests.tests if tests else (),
        stable=level is not None and level.level == StabilityLevel.STABLE,
        unreturned=tuple(vial.day for vial in vials if vial.day < one.today and not _reports(vial)),
        out_until=max((vial.day for vial in vials), default=None),
    )


def section(shown: Followed, by: Access) -> Mapping[str, Any] | None:
    """Vials, the physician's answer, and what may be done; None at a house that has no vials and never had."""
    settings = settings_at(shown.place.pk, shown.now)
    vials = list(vials_of(shown.patient.pk)[:SHOWN])
    if not settings.takehome_enabled and not vials:
        return None
    may_hand = settings.takehome_enabled and shown.may(by, Permission.GIVE_DOSE)
    may_allow = settings.takehome_enabled and shown.may(by, Permission.PRESCRIBE)
    return {
        "allowance": standing_allowance(shown.patient.pk),
        "lines": [_line(vial, shown.today) for vial in vials],
        "may_hand": may_hand,
        "may_allow": may_allow,
        "may_report": shown.may(by, Permission.GIVE_DOSE),
    }


def vial_in_reach(vial_id: UUID, *, by: Access, now: datetime) -> TakeHomeVial:
    """A vial of a patient whom this person gives doses to; raises TakeHomeVial.DoesNotExist alike for all others."""
    vial = TakeHomeVial.objects.select_related("patient", "take_home").get(pk=vial_id)
    try:
        get_patient(vial.patient_id, access=by, permission=Permission.GIVE_DOSE, day=local_day(now, by.zone))
    except Patient.DoesNotExist as error:
        raise TakeHomeVial.DoesNotExist from error
    return vial


def standing_report(vial_id: UUID) -> VialReport | None:
    """What is reported of a vial and nobody has put right."""
    return VialReport.objects.filter(vial_id=vial_id, corrected_by__isnull=True).first()


def hand_out(take_home_id: UUID, *, facility_id: int) -> tuple[TakeHome, Sequence[TakeHomeVial]]:
    """A hand-out of this facility with its vials by day, for their labels; raises TakeHome.DoesNotExist."""
    made = TakeHome.objects.select_related("patient", "facility").get(pk=take_home_id, facility_id=facility_id)
    return made, list(made.vials.select_related("bottle__lot__item").order_by("day"))


def of_day(*, facility_id: int, day: date) -> tuple[HandedOut, ...]:
    """What was handed out on a day, by code; for the day's sheet. One statement."""
    sequence = ChainLink.objects.filter(subject_id=OuterRef("pk")).values("sequence")[:1]
    rows = TakeHome.objects.filter(facility_id=facility_id, day=day).order_by("patient__code", "handed_at")
    found = rows.annotate(ul=Sum("vials__ul"), sequence=Subquery(sequence)).values_list(
        "patient__code", "patient__initials", "days", "mg", "ul", "handed_by__initials", "sequence"
    )
    return tuple(HandedOut(*row) for row in found)


def address(take_home_id: UUID) -> str:
    """Where a hand-out is seen."""
    return f"/dispensing/take-home/{take_home_id}/labels/"


def _fact(row: TakeHomeAllowance) -> AllowanceFact:
    return AllowanceFact(row.allowed, row.from_day, row.until_day, row.max_days)


def _reports(vial: TakeHomeVial) -> list[VialReport]:
    return list(vial.standing)  # type: ignore[attr-defined]  # prefetched by vials_of


def _line(vial: TakeHomeVial, today: date) -> Line:
    report = next(iter(_reports(vial)), None)
    if report is None:
        return Line(vial, "", "", "", uncovers=False, due=vial.day < today)
    fate = VialFate(report.what)
    return Line(vial, str(FATE_WORDS[fate]), report.words, report.recorded_by.initials, fate in UNCOVERS, due=False)
