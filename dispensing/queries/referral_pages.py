"""What the pages of a referral show beside its rows: the case in words, whose turn it is, the one thing to do now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from core.access import Access, Permission
from core.clock import local_day
from core.quantities import format_decimal
from core.templatetags.tram import separator
from core.vietnamese import sort_key
from dispensing.models import Prescription, Referral, ReferralStep
from dispensing.queries.referrals import Life
from dispensing.rules import referrals as rules
from dispensing.rules.choices import HOLD_WORDS, PHASE_WORDS, HoldReason
from dispensing.rules.referral_codes import ANSWER_WORDS, INITIATOR_WORDS, STEP_WORDS, Initiator
from dispensing.rules.referral_table import Kind, Side, State, Step
from dispensing.rules.stability_codes import (
    LEVEL_WORDS,
    RESULT_WORDS,
    SAMPLE_WORDS,
    SUBSTANCE_WORDS,
    Sample,
    StabilityLevel,
    StripResult,
    Substance,
)
from dispensing.rules.wording_stability import reason_words
from facilities.models import Facility, FacilityKind, Supervision
from patients.models import Patient, Placement
from patients.queries.reach import in_force
from patients.rules.alert_words import KIND_WORDS as ALERT_WORDS
from patients.rules.alerts import AlertKind

SHOWN: Final = 10  # newest doses before the fold
AHEAD: Final = timedelta(days=14)
# What is offered as the one thing to do, in this order.
_MAIN: Final = (
    Step.SEND, Step.ACKNOWLEDGE, Step.AGREE, Step.APPOINT, Step.ARRIVE, Step.TREAT, Step.OFFER, Step.COUNTERSIGN,
    Step.ACCEPT, Step.SETTLE,
)  # fmt: skip


@dataclass(frozen=True)
class Turn:
    """Whose turn it is, at which facility, until when, and whether it is the reader's."""

    place: str
    mine: bool
    due_at: datetime | None


@dataclass(frozen=True)
class CaseWords:
    """The case summary in words. `doses`: day and mg, newest first, the first few apart from the rest."""

    as_of: date
    started_on: date | None
    order: str
    doses: tuple[tuple[date, str], ...]
    older: tuple[tuple[date, str], ...]
    missed: str
    missed_running: int
    tests: tuple[str, ...]
    examined_on: date | None
    alerts: str
    holds: str
    stability: str
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Move:
    """Somebody who changes place on a coming day, seen from one facility. Code and initials only."""

    code: str
    initials: str
    day: date
    comes: bool
    place: str  # the other one


@dataclass(frozen=True)
class About:
    """A patient whom somebody wants to refer: which ways there are, to which satellites, and what is open already."""

    patient: Patient
    kinds: tuple[Kind, ...]
    satellites: tuple[tuple[int, str], ...]
    open_id: UUID | None


def of_life(life: Life, access: Access) -> dict[str, Any]:
    """What the page of a referral shows. Where it is the reader's turn one step is the main one, the others beside."""
    turn = _turn(life, access)
    may = [step for step in _MAIN if step in life.steps]
    offers = life.row.state is State.TREATED and life.row.stable
    main = may[0] if may and (turn is None or turn.mine) and (life.row.state is not State.TREATED or offers) else None
    return {
        "life": life,
        "row": life.row,
        "turn": turn,
        "main": main,
        "main_words": STEP_WORDS[main] if main else "",
        "others": [(step, STEP_WORDS[step]) for step in life.steps if step is not main],
        "case": case_words(life.referral.summary),
        "initiator": INITIATOR_WORDS[Initiator(life.referral.initiator)],
        "moved": life.row.state in (State.EXPECTED, State.NOT_ARRIVED, State.ARRIVED, State.TREATED, State.MOVING),
    }


def _turn(life: Life, access: Access) -> Turn | None:
    waited = rules.waits(life.row.state, life.row.kind)
    if waited is None:
        return None
    referral = life.referral
    if waited.side in (Side.CLINIC, Side.HEAD):
        place = referral.clinic
    elif waited.side in (Side.SITE, Side.PHYSICIAN) or referral.kind == Kind.TO_CLINIC:
        place = referral.from_facility
    else:
        place = referral.to_facility
    return Turn(place.name, waited.side in life.sides, life.row.due_at)


def case_words(summary: Mapping[str, Any]) -> CaseWords:
    """The frozen case in the language of whoever reads it."""
    doses = [(date.fromisoformat(day), _mg(mg)) for day, mg in reversed(summary["doses"])]
    missed = [date.fromisoformat(day) for day in summary["missed"]]
    stability = summary.get("stability")
    reasons = [reason_words(each) for each in (stability or {}).get("reasons", []) if isinstance(each, Mapping)]
    return CaseWords(
        as_of=date.fromisoformat(summary["as_of"]),
        started_on=_day(summary.get("treatment_started_on")),
        order=_order(summary.get("order")),
        doses=tuple(doses[:SHOWN]),
        older=tuple(doses[SHOWN:]),
        missed=", ".join(f"{day:%d/%m}" for day in missed),
        missed_running=summary["missed_running"],
        tests=tuple(_test(each) for each in summary.get("tests", [])),
        examined_on=_day(summary.get("examined_on")),
        alerts=", ".join(str(ALERT_WORDS[AlertKind(each)]) for each in summary.get("alerts", [])),
        holds=", ".join(str(HOLD_WORDS[HoldReason(each)]) for each in summary.get("holds", [])),
        stability=str(LEVEL_WORDS[StabilityLevel(stability["level"])]) if stability else "",
        reasons=tuple((each.what, each.facts) for each in reasons),
    )


def answering_orders(referral: Referral) -> tuple[tuple[Prescription, str], ...]:
    """The main clinic's orders for this patient since the referral, newest first, each with what it answers."""
    before = rules.as_mg((referral.summary.get("order") or {}).get("dose_mg"))
    found = Prescription.objects.filter(
        patient_id=referral.patient_id, by_main_clinic=True, recorded_at__gte=referral.drafted_at, ended_on__isnull=True
    ).order_by("-recorded_at", "-pk")
    return tuple((order, _order_choice(order, before)) for order in found[:5])


def first_values(life: Life, step: Step) -> dict[str, Any]:
    """What a step's form begins with: the day that was asked for or signed, else the day after tomorrow."""
    asked = next((line.step.moves_on for line in life.lines if line.step.moves_on), None)
    if step in (Step.APPOINT, Step.ACCEPT) and asked is not None:
        return {"day": asked}
    return {}


def to_be_referred(patient_id: UUID, *, access: Access, now: datetime) -> About:
    """Whom a referral would be about, where they drink today. Raises Patient.DoesNotExist where that is not here, or
    where this person may not refer."""
    here, today = access.facility_id or 0, local_day(now, access.zone)
    place = Facility.objects.filter(pk=here).first()
    if place is None or not Placement.objects.filter(in_force(today), patient_id=patient_id, facility=place).exists():
        raise Patient.DoesNotExist(patient_id)
    kinds: list[Kind] = []
    if place.kind == FacilityKind.SATELLITE and access.may_at(Permission.REFER_PATIENT, here):
        kinds = [Kind.TO_CLINIC, Kind.BETWEEN]
    if place.kind == FacilityKind.MAIN_CLINIC and access.may_at(Permission.ANSWER_REFERRAL, here):
        kinds = [Kind.TRANSFER_IN]
    if not kinds:
        raise Patient.DoesNotExist(patient_id)
    open_id = Referral.objects.filter(patient_id=patient_id, ended_at__isnull=True).values_list("pk", flat=True).first()
    satellites = Facility.objects.filter(kind=FacilityKind.SATELLITE).exclude(pk=here)
    if kinds == [Kind.TRANSFER_IN]:
        satellites = satellites.filter(pk__in=_supplied(here, today))
    named = sorted(satellites.values_list("pk", "name"), key=lambda each: sort_key(each[1]))
    if not named:
        kinds = [kind for kind in kinds if kind is Kind.TO_CLINIC]
    return About(Patient.objects.get(pk=patient_id), tuple(kinds), tuple(named), open_id)


def _supplied(clinic_id: int, today: date) -> Any:
    return Supervision.objects.filter(in_force(today), main_clinic_id=clinic_id).values("satellite_id")


def coming_and_going(facility_id: int, *, now: datetime, zone: str) -> tuple[Move, ...]:
    """Who changes place here from today on, both ways, the soonest first. One statement."""
    today = local_day(now, zone)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.code, p.initials, n.starts_on, n.facility_id = %(here)s,"
            "       CASE WHEN n.facility_id = %(here)s THEN fo.name ELSE fn.name END"
            "  FROM patients_placement n"
            "  JOIN patients_placement o ON o.patient_id = n.patient_id AND o.ended_on = n.starts_on - 1"
            "   AND o.ended_on >= o.starts_on AND o.facility_id <> n.facility_id"
            "  JOIN patients_patient p ON p.id = n.patient_id AND p.status IN ('in_treatment', 'suspended')"
            "  JOIN facilities_facility fn ON fn.id = n.facility_id"
            "  JOIN facilities_facility fo ON fo.id = o.facility_id"
            " WHERE n.starts_on BETWEEN %(today)s AND %(until)s AND (n.ended_on IS NULL OR n.ended_on >= n.starts_on)"
            "   AND (n.facility_id = %(here)s OR o.facility_id = %(here)s) ORDER BY n.starts_on, p.code",
            {"here": facility_id, "today": today, "until": today + AHEAD},
        )
        return tuple(Move(code, initials, day, comes, place) for code, initials, day, comes, place in cursor.fetchall())


def step_taken(step_id: str, referral_id: UUID) -> bool:
    """Whether this very step was written before: the second send of one form."""
    try:
        wanted = UUID(step_id)
    except ValueError:
        return False
    return ReferralStep.objects.filter(pk=wanted, referral_id=referral_id).exists()


def _order_choice(order: Prescription, before: Decimal | None) -> str:
    said = rules.answer_of(dose_mg=order.dose_mg, phase=order.phase, before_mg=before)
    figures = {
        "mg": _mg(str(order.dose_mg)), "first": f"{order.starts_on:%d/%m}", "last": f"{order.ends_on:%d/%m}",
        "answer": ANSWER_WORDS[said],
    }  # fmt: skip
    return _("%(mg)s mg mỗi ngày, từ %(first)s đến hết %(last)s: %(answer)s") % figures


def _order(order: Mapping[str, Any] | None) -> str:
    if order is None:
        return ""
    figures = {
        "mg": _mg(order["dose_mg"]), "phase": PHASE_WORDS[order["phase"]],
        "last": f"{date.fromisoformat(order['last_day']):%d/%m/%Y}",
    }  # fmt: skip
    return _("%(mg)s mg mỗi ngày, %(phase)s, đến hết %(last)s") % figures


def _test(stored: list[Any]) -> str:
    day, sample, strips = stored
    shown = f"{date.fromisoformat(day):%d/%m/%Y}: "
    if sample != Sample.GIVEN:
        return shown + str(SAMPLE_WORDS[Sample(sample)])
    found = [
        f"{SUBSTANCE_WORDS[Substance(name)]} {RESULT_WORDS[StripResult(result)]}"
        for name, result in strips.items()
        if result != StripResult.NOT_TESTED
    ]
    return shown + "; ".join(found)


def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None


def _mg(stored: str) -> str:
    return format_decimal(Decimal(stored), separator=separator())
