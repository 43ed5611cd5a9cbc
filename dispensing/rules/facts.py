"""The snapshot that the rules see: frozen values, loaded under the patient's lock, never model rows.

All instants are aware; `now` and every instant shown to a person carry the facility's zone. Doses are exact
mg, volumes whole microlitres. A calendar day is the facility's.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from dispensing.rules.codes import Unlocker


class Phase(StrEnum):
    """Phases of treatment (domain 2.2)."""

    INDUCTION = "induction"
    ADJUSTMENT = "adjustment"
    MAINTENANCE = "maintenance"
    TAPER = "taper"


class DoseKind(StrEnum):
    """Why a dose was drunk; `order` names what allowed a replacement or a supplement."""

    SCHEDULED = "scheduled"
    REPLACEMENT = "replacement"
    SUPPLEMENT = "supplement"
    CONFLICTING = "conflicting"


@dataclass(frozen=True, slots=True)
class DoseFact:
    """A dose that stands (not voided) and covers `day`, wherever in the installation it was drunk."""

    id: UUID
    day: date
    slot: int
    kind: str
    mg: Decimal
    given_at: datetime
    facility_id: int
    order: str | None


@dataclass(frozen=True, slots=True)
class OutcomeFact:
    """What a person stated of `day` instead of a dose (codes of `rules.outcomes`), and when to look again."""

    code: str
    day: date
    at: datetime
    recheck_at: datetime | None


@dataclass(frozen=True, slots=True)
class DayFact:
    """One past calendar day of the patient.

    `ingested_mg` is what was swallowed under somebody's eyes: 0 for a cup spat out or carried away; a
    documented dose elsewhere counts. `known` is False before go-live where the import says nothing.
    `caused_by_patient` separates the adherence gap from the tolerance gap (domain 2.3).
    """

    day: date
    ingested_mg: Decimal
    ordered_mg: Decimal | None
    outcome: str | None
    known: bool
    caused_by_patient: bool


@dataclass(frozen=True, slots=True)
class IfMissedStep:
    """A signed step: after `from_missed` to `to_missed` days, this daily dose, for this many days (domain
    12.2).
    """

    from_missed: int
    to_missed: int
    dose_mg: Decimal
    days: int


@dataclass(frozen=True, slots=True)
class PrescriptionFact:
    """A prescription as signed; `last_day` is inclusive, `dose_mg` the whole day's, `slot_mg` its parts in
    order.

    `raised_on` is the day on which the dose last went up. `answers_until` is set where the signer saw the
    missed days and this is the order for coming back: missed days up to and including that date no longer
    block. `unsigned_since`: carried out in a physician's name since that day, and not signed by the physician yet.
    """

    id: UUID
    phase: str
    dose_mg: Decimal
    slot_mg: tuple[Decimal, ...]
    starts_on: date
    last_day: date
    if_missed: tuple[IfMissedStep, ...]
    raised_on: date | None
    previous_dose_mg: Decimal | None
    bridging: bool
    answers_until: date | None = None
    signed_by_main_clinic: bool = False
    unsigned_since: date | None = None


@dataclass(frozen=True, slots=True)
class PlacementFact:
    """Which facility doses the patient; `ended_on` is the first day on which it no longer does, `next_place` where the
    patient drinks from then on, if elsewhere.
    """

    facility_id: int
    facility_name: str
    kind: str
    starts_on: date
    ended_on: date | None
    next_place: str = ""


@dataclass(frozen=True, slots=True)
class ArrivalFact:
    """The patient has come from another place and has drunk nothing here yet.

    `away`: a place that keeps no record here. `settled`: the old place has closed or decided the last day there, or
    its slip for that day is recorded.
    `told`: the last dose (day, mg) as a recorded call or slip says.
    """

    place: str
    away: bool
    settled: bool
    told: tuple[date, Decimal] | None


@dataclass(frozen=True, slots=True)
class StartFact:
    """What another book said as of the end of the day before `first_day` (domain 12.5): days without a dose of the last
    7 and 30 before it, None where nobody knows.
    """

    first_day: date
    missed_7: int | None = None
    missed_30: int | None = None

    @property
    def last_before(self) -> date:
        """The last day that the declared figures speak of."""
        return self.first_day - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HoldFact:
    """A clinical block that a person placed; `reason` is one of `choices.HoldReason`."""

    id: UUID
    reason: str
    placed_at: datetime
    lifted_by: Unlocker


@dataclass(frozen=True, slots=True)
class BottleFact:
    """A bottle at this window. `balance_ul` is the book's and never shown; `concentration` is mg per mL."""

    id: int
    label: str
    lot_number: str
    expires_on: date
    concentration: Decimal
    balance_ul: int
    opened_at: datetime | None
    quarantined: bool


@dataclass(frozen=True, slots=True)
class DeviceFact:
    """The site's measuring device: one draw is a multiple of `step_ul` between `min_ul` and `max_ul`."""

    name: str
    step_ul: int
    min_ul: int
    max_ul: int


@dataclass(frozen=True, slots=True)
class AlertFact:
    """An alert that nobody has ended, as `patients.rules.alerts` names it; effect and change only of a medicine."""

    id: UUID
    kind: str
    effect: str
    change: str
    since: date


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """Everything about one patient that today's dose depends on.

    `days` are the last 90 calendar days before today, oldest first. `suspended`: a reduced dose was given
    against the prescription on an earlier day, so it offers nothing by itself any more (domain 12.2).
    `contact_told_at`: physician or main clinic told of the missed days today. `medicines_asked_on`: last asked
    about new medicines. `elsewhere_today_mg`: what another place documents for today, `take_home_today_mg`:
    today's vial, handed out before and not reported lost. `start`: what the book before this one declared.
    """

    patient_id: UUID
    asking_facility_id: int
    today: date
    treatment_started_on: date | None
    status: str
    placement: PlacementFact | None
    prescription: PrescriptionFact | None
    last_prescription_end: date | None
    suspended: bool
    days: tuple[DayFact, ...]
    doses_today: tuple[DoseFact, ...]
    outcomes_today: tuple[OutcomeFact, ...]
    holds: tuple[HoldFact, ...]
    contact_told_at: datetime | None
    exam_overdue_days: int = 0
    alerts: tuple[AlertFact, ...] = ()
    medicines_asked_on: date | None = None
    arrival: ArrivalFact | None = None
    elsewhere_today_mg: Decimal = Decimal(0)
    take_home_today_mg: Decimal = Decimal(0)
    start: StartFact | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """What the dispenser has stated so far for this patient on this screen; empty while choosing.

    `sober` lists the signs seen (empty: none). `last_dose_proof` says what confirmed an unknown last dose
    (`choices.LastDoseProof`, domain 12.5).
    """

    identified_by: str | None = None
    sober: tuple[str, ...] = ()
    alert_confirmed: bool | None = None
    missed_reason: str | None = None
    onsite_check_done: bool = False
    clinic_told: bool = False
    second_look: bool = False
    last_dose_proof: str | None = None
