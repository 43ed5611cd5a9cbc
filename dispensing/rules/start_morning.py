"""What the board will say of a row on its first morning, by the same rules that the board asks. Pure."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from dispensing.rules import alerts as alert_rules
from dispensing.rules.choices import TreatmentStatus
from dispensing.rules.facts import AlertFact, DayFact, DeviceFact, PatientFacts, PrescriptionFact, StartFact
from dispensing.rules.missed import count_missed
from dispensing.rules.prescribing import PrescribingContext, PrescriptionDraft, check_prescription
from dispensing.rules.settings import DosingSettings
from dispensing.rules.start_form import Field
from dispensing.rules.start_rows import Fault, StartOrder, StartRow
from dispensing.rules.violations import Code, Level, Unlocker, Violation, violation, worst_first

_NOBODY: Final = UUID(int=0)
_LOOKED_BACK: Final = 91
_FIELDS: Final = {
    Code.PRESCRIPTION_TOO_LONG: Field.ORDER_UNTIL,
    Code.SIGNER_NOT_PHYSICIAN: Field.PHYSICIAN,
    Code.INDUCTION_NOT_HERE: Field.PHYSICIAN,
}


def first_morning(row: StartRow, *, settings: DosingSettings, granule_mg: Decimal) -> tuple[Violation, ...]:
    """Stops and questions of the missed days on the first day here, worst first; empty where nothing speaks."""
    facts = _facts(row)
    missed = count_missed(facts, settings)
    found = [
        *alert_rules.missed_ruling(facts=facts, missed=missed, settings=settings, granule_mg=granule_mg).violations
    ]
    if missed.reaches_unknown:
        found.append(violation(Code.LAST_DOSE_UNKNOWN, Level.ASK, Unlocker.DISPENSER))
    if row.order is None:
        found.append(violation(Code.NO_PRESCRIPTION, Level.STOP, Unlocker.PHYSICIAN))
    return worst_first([each for each in found if each.level is not Level.NOTE])


def order_faults(
    row: StartRow,
    order: StartOrder,
    *,
    signer_role: str,
    satellite: bool,
    settings: DosingSettings,
    device: DeviceFact | None,
    concentrations: tuple[Decimal, ...],
    now: datetime,
) -> tuple[Fault, ...]:
    """What stops the order on paper by the rules that every order is signed under, as of its own first day."""
    draft = PrescriptionDraft(
        phase=order.phase, dose_mg=order.dose_mg, slot_mg=order.parts, starts_on=order.starts_on,
        last_day=order.ends_on, signer_role=signer_role, confirmed_again=True,
    )  # fmt: skip
    context = PrescribingContext(
        today=order.starts_on, satellite=satellite, may_induct=settings.may_induct, current=None,
        concentrations=concentrations,
    )  # fmt: skip
    found = check_prescription(draft=draft, context=context, settings=settings, device=device, now=now)
    return tuple(
        Fault(row.number, _FIELDS.get(each.code, Field.DOSE), f"{each.words} {each.what_to_do}".strip())
        for each in found
        if each.level is Level.STOP
    )


def _facts(row: StartRow) -> PatientFacts:
    return PatientFacts(
        patient_id=_NOBODY,
        asking_facility_id=0,
        today=row.first_day,
        treatment_started_on=row.treated_since,
        status=TreatmentStatus.IN_TREATMENT,
        placement=None,
        prescription=_order(row),
        last_prescription_end=None,
        suspended=False,
        days=tuple(_days(row)),
        doses_today=(),
        outcomes_today=(),
        holds=(),
        contact_told_at=None,
        alerts=tuple(AlertFact(_NOBODY, kind, "", "", day or row.first_day) for kind, day in row.alerts),
        start=StartFact(row.first_day, row.missed_7, row.missed_30),
    )


def _days(row: StartRow) -> list[DayFact]:
    first = max(row.treated_since, row.first_day - timedelta(days=_LOOKED_BACK))
    return [_day(row, first + timedelta(days=number)) for number in range((row.first_day - first).days)]


def _day(row: StartRow, day: date) -> DayFact:
    mg = row.last[1] if row.last and row.last[0] == day else Decimal(0)
    known = mg > 0 or day >= row.known_from
    return DayFact(day, mg, None, None, known, caused_by_patient=mg == 0)


def _order(row: StartRow) -> PrescriptionFact | None:
    order = row.order
    if order is None:
        return None
    raised = row.before_mg is None or row.before_mg < order.dose_mg
    return PrescriptionFact(
        id=_NOBODY, phase=order.phase, dose_mg=order.dose_mg, slot_mg=order.parts, starts_on=order.starts_on,
        last_day=order.ends_on, if_missed=(), raised_on=row.changed_on if raised else None,
        previous_dose_mg=row.before_mg, bridging=False,
    )  # fmt: skip
