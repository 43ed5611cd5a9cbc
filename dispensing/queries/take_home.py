"""Doses taken home: what a hand-out depends on, and what the pages and papers show of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch, QuerySet

from core.access import Access, Permission
from core.clock import local_day
from core.ids import new_id
from dispensing.models import TakeHome, TakeHomeAllowance, TakeHomeVial, VialReport, VialVoid
from dispensing.queries import facts as facts_query
from dispensing.queries import stability
from dispensing.queries.day_bottles import WHOLE_CHAIN
from dispensing.queries.following import Followed, task_path
from dispensing.rules.facts import PatientFacts
from dispensing.rules.stability_codes import StabilityLevel
from dispensing.rules.take_home import AllowanceFact, TakeHomeFacts, TakeHomeSettings
from dispensing.rules.take_home_codes import FATE_WORDS, UNCOVERS, VOID_WORDS, VialFate, VialVoidKind
from facilities.models import Facility
from facilities.services import settings as rule_settings
from followup.models import Task
from patients.models import Patient
from patients.queries.reach import get_patient

KEY: Final = "take_home"
TEMPLATE: Final = "dispensing/following/_take_home.html"
SHOWN: Final = 21
ONE_DAY: Final = timedelta(days=1)
CALLED: Final = "vials_called"  # the task of who is called to bring their vials; services.vial_tasks opens it
CALL_FAILED: Final = ("short", "not_come")


class State(StrEnum):
    """How a vial stands on the page."""

    HELD = "held"
    DUE = "due"
    LATE = "late"
    BACK = "back"
    UNCOVERED = "uncovered"
    VOIDED = "voided"


@dataclass(frozen=True)
class Line:
    """One vial. `what`: what became of it in words, empty where nothing is reported; `due`: it is to be back by now."""

    vial: TakeHomeVial
    what: str
    words: str
    by: str
    state: str
    may_report: bool


@dataclass(frozen=True)
class Given:
    """One hand-out with its vials by day; `may_void`: one of them may still be said to be wrong."""

    made: TakeHome
    lines: tuple[Line, ...]
    may_void: bool


@dataclass(frozen=True)
class HandedOut:
    """One hand-out as the day's sheet shows it: `ul` left the bottles and did not come back, `booked_ul` as far as the
    chain was read; `voided`: so many of its vials were not handed out as recorded.
    """

    code: str
    initials: str
    days: int
    mg: Decimal
    ul: int
    by: str
    voided: int
    booked_ul: int


def settings_at(facility_id: int, now: datetime) -> TakeHomeSettings:
    """The rules of the house."""
    return rule_settings.for_facility(TakeHomeSettings, facility_id=facility_id, at=now)


def standing_allowance(patient_id: UUID) -> TakeHomeAllowance | None:
    """The physician's newest answer."""
    rows = TakeHomeAllowance.objects.filter(patient_id=patient_id).select_related("signed_by")
    return rows.order_by("-recorded_at", "-pk").first()


def vials_of(patient_id: UUID) -> QuerySet[TakeHomeVial]:
    """Every vial of a patient with its void and the report that stands, newest first."""
    standing = VialReport.objects.filter(corrected_by__isnull=True).select_related("recorded_by")
    rows = TakeHomeVial.objects.filter(patient_id=patient_id).prefetch_related(
        Prefetch("reports", queryset=standing, to_attr="standing")
    )
    return rows.select_related("take_home__handed_by", "void__voided_by").order_by("-take_home__handed_at", "day")


def due_back(patient_id: UUID, *, today: date) -> list[TakeHomeVial]:
    """Vials of the days before today that nothing is reported of, by day."""
    rows = TakeHomeVial.objects.filter(patient_id=patient_id, day__lt=today, void__isnull=True, reports__isnull=True)
    return list(rows.order_by("day"))


@dataclass(frozen=True)
class Owed:
    """Vials that the patient is to bring back by now: how many, and since when; `late` from the day after on."""

    count: int
    due_on: date
    late: bool


def owed(patient_id: UUID, *, today: date) -> Owed | None:
    """What of the vials handed out is due back and nobody has said anything of; None where nothing is. One statement.

    Told at the window, and no reason against a dose.
    """
    out = TakeHomeVial.objects.filter(claim__patient_id=patient_id, reports__isnull=True).select_related("take_home")
    due = [day for vial in out if (day := _due_on(vial)) <= today]
    return Owed(len(due), min(due), late=min(due) < today) if due else None


def held(patient_id: UUID) -> list[TakeHomeVial]:
    """Vials that the patient should have with them, full or empty, by day."""
    rows = TakeHomeVial.objects.filter(patient_id=patient_id, void__isnull=True, reports__isnull=True)
    return list(rows.select_related("take_home").order_by("day"))


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
    vials = [vial for vial in vials_of(patient.pk) if not _void(vial)]
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
        broken=_broken(vials, patient.pk, allowance) if allowance else 0,
    )


def _broken(vials: Sequence[TakeHomeVial], patient_id: UUID, allowance: TakeHomeAllowance) -> int:
    """How many times the terms were not kept since the physician signed."""
    since = allowance.recorded_at
    reports = [(vial, report) for vial in vials for report in _reports(vial) if report.recorded_at > since]
    short = sum(report.what in UNCOVERS or report.day > _due_on(vial) for vial, report in reports)
    called = Task.objects.filter(
        kind=CALLED, subject_kind="patient", subject_id=patient_id, done_at__gt=since, outcome__in=CALL_FAILED
    )
    return short + called.count()


def _due_on(vial: TakeHomeVial) -> date:
    """The day after the last one of its hand-out, as `vials.DUE_ON` says it to the database."""
    return vial.take_home.day + (vial.take_home.days + 1) * ONE_DAY


def section(shown: Followed, by: Access) -> Mapping[str, Any] | None:
    """Vials, the physician's answer, and what may be done; None at a house that has no vials and never had."""
    settings = settings_at(shown.place.pk, shown.now)
    vials = list(vials_of(shown.patient.pk)[:SHOWN])
    if not settings.takehome_enabled and not vials:
        return None
    gives = shown.may(by, Permission.GIVE_DOSE)
    out = [vial for vial in vials if not _void(vial) and not _reports(vial)]
    ahead = [vial.day for vial in out if vial.day >= shown.today]
    due = len(out) - len(ahead)
    voids = by.may(Permission.VOID_DOSE)
    return {
        "allowance": standing_allowance(shown.patient.pk),
        "given": _given(vials, shown.today, gives, by.facility_id if voids else None),
        "due": due,
        "out_until": max(ahead, default=None),
        "out": len(ahead),
        "may_hand": settings.takehome_enabled and gives and not out,
        "may_allow": settings.takehome_enabled and shown.may(by, Permission.PRESCRIBE),
        "may_report": gives,
        "may_call": settings.takehome_callback_enabled and bool(ahead),
        "empties": new_id(),
    }


def _given(vials: Sequence[TakeHomeVial], today: date, gives: bool, voids_at: int | None) -> tuple[Given, ...]:
    found: dict[UUID, list[TakeHomeVial]] = {}
    for vial in vials:
        found.setdefault(vial.take_home_id, []).append(vial)
    return tuple(
        Given(
            each[0].take_home,
            tuple(_line(vial, today, gives) for vial in each),
            may_void=each[0].take_home.facility_id == voids_at
            and any(not _void(vial) and not _reports(vial) for vial in each),
        )
        for each in found.values()
    )


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


_OF_DAY: Final = """
SELECT p.code, p.initials, h.days, h.mg, net.ul, r.initials,
       (SELECT count(*) FROM dispensing_vialvoid vv JOIN dispensing_takehomevial tv ON tv.id = vv.vial_id
         WHERE tv.take_home_id = h.act_id), net.booked
  FROM dispensing_takehome h
  JOIN patients_patient p ON p.id = h.patient_id
  JOIN staff_person r ON r.id = h.handed_by_id
 CROSS JOIN LATERAL (
       SELECT coalesce(sum(x.ul), 0) AS ul, coalesce(sum(x.ul) FILTER (WHERE x.sequence <= %(sequence)s), 0) AS booked
         FROM (SELECT l.sequence, CASE WHEN t.kind = 'patients' THEN m.quantity WHEN s.kind = 'patients'
                                       THEN -m.quantity ELSE 0 END AS ul
                 FROM inventory_act a
                 JOIN inventory_chainlink l ON l.subject_id = a.id
                 JOIN inventory_movement m ON m.act_id = a.id
                 JOIN inventory_account s ON s.id = m.source_id
                 JOIN inventory_account t ON t.id = m.target_id
                WHERE a.id = h.act_id OR a.corrects_id = h.act_id) x) net
 WHERE h.facility_id = %(facility)s AND h.day = %(day)s
 ORDER BY p.code, h.handed_at
"""


def of_day(*, facility_id: int, day: date, sequence: int = WHOLE_CHAIN) -> tuple[HandedOut, ...]:
    """What was handed out on a day, by code; for the day's sheet, with its bottles as of this link of the chain. One
    statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OF_DAY, {"facility": facility_id, "day": day, "sequence": sequence})
        return tuple(
            HandedOut(code, initials, days, mg, int(ul), by, voided, int(booked))
            for code, initials, days, mg, ul, by, voided, booked in cursor.fetchall()
        )


def address(take_home_id: UUID) -> str:
    """Where a hand-out is seen."""
    return f"/dispensing/take-home/{take_home_id}/labels/"


def hand_out_path(take_home_id: UUID, access: Access) -> str | None:
    """The page of the patient of a hand-out, for who may follow them."""
    patient_id = TakeHome.objects.filter(pk=take_home_id).values_list("patient_id", flat=True).first()
    return task_path(patient_id, access) if patient_id else None


def _fact(row: TakeHomeAllowance) -> AllowanceFact:
    return AllowanceFact(row.allowed, row.from_day, row.until_day, row.max_days)


def _reports(vial: TakeHomeVial) -> list[VialReport]:
    return list(vial.standing)  # type: ignore[attr-defined]  # prefetched by vials_of


def _void(vial: TakeHomeVial) -> VialVoid | None:
    return getattr(vial, "void", None)


def _line(vial: TakeHomeVial, today: date, gives: bool) -> Line:
    void, report = _void(vial), next(iter(_reports(vial)), None)
    if void is not None:
        words = str(VOID_WORDS[VialVoidKind(void.kind)])
        return Line(vial, words, void.reason, void.voided_by.initials, State.VOIDED, may_report=False)
    if report is None:
        state = State.HELD if vial.day >= today else State.DUE if _due_on(vial) >= today else State.LATE
        return Line(vial, "", "", "", state, may_report=gives)
    fate = VialFate(report.what)
    state = State.UNCOVERED if fate in UNCOVERS else State.BACK
    return Line(vial, str(FATE_WORDS[fate]), report.words, report.recorded_by.initials, state, may_report=gives)
