"""What stands on a patient's opened card: only what changes today's act."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.access import Access
from core.quantities import format_decimal, format_ml
from core.templatetags.tram import separator, weekday_short
from dispensing.models import Dose
from dispensing.queries.facts import Known
from dispensing.rules.alerts import asks_for_medicines
from dispensing.rules.authorise import Decision
from dispensing.rules.choices import OUTCOME_WORDS, OutcomeCode
from dispensing.rules.codes import Code
from dispensing.rules.facts import DayFact
from dispensing.rules.flag_settings import FlagSettings
from dispensing.rules.settings import DosingSettings
from dispensing.rules.violations import Level, Violation
from dispensing.rules.watch import Watch, watch_of
from inventory.queries.window import Window, WindowBottle

LOW_UL = 100_000  # "under 100 mL" (domain 12.3): people who may measure see a level, never the book
# What the card shows already (the days, the change of dose, the bottles in the measuring words), and a bottle that was
# set apart and is not needed.
_SHOWN_ELSEWHERE = frozenset(
    {
        Code.MISSED_DAYS,
        Code.CLINIC_IS_TOLD,
        Code.DOSE_CHANGED,
        Code.TWO_BOTTLES,
        Code.BOTTLE_QUARANTINED,
        Code.PREGNANT_PHYSICIAN_NOW,
    }
)


@dataclass(frozen=True)
class DayMark:
    """One of the seven days: its short name, its figure, and the whole sentence for a screen reader."""

    label: str
    figure: str
    state: str
    spoken: str


@dataclass(frozen=True)
class BottleMark:
    level: str
    label: str
    lot: str
    expires: date


@dataclass(frozen=True)
class Card:
    """The card as the template writes it. Amounts are exact; the template formats them.

    `mg` is what is poured now; `slots` and `daily_mg` tell a divided dose from the whole day's.
    """

    patient_id: UUID
    code: str
    language: str
    today: date
    decision: Decision
    stops: tuple[Violation, ...]
    asks: tuple[Violation, ...]
    notes: tuple[Violation, ...]
    days: tuple[DayMark, ...]
    window_days: int
    mg: Decimal | None
    slot: int
    slots: int
    daily_mg: Decimal | None
    ul: int | None
    device: str
    parts: tuple[str, ...]
    change: str
    change_mg: Decimal | None
    before_mg: Decimal | None
    unchanged_days: int
    prescription_until: date | None
    bottles: tuple[BottleMark, ...]
    given: tuple[Dose, ...]
    hold_seconds: int
    needs_interpreter: bool
    asks_medicines: bool
    alarms: tuple[Violation, ...]
    announced_until: date | None = None
    watch: Watch | None = None

    @property
    def per(self) -> str:
        """What the figure is: the whole day's dose, or a part of it."""
        return "part" if self.slots > 1 else "day"


def card(
    *,
    known: Known,
    decision: Decision,
    window: Window,
    settings: DosingSettings,
    by: Access,
    watching: FlagSettings | None = None,
) -> Card:
    """Put together what the rules answered, what the bottles say and what was given today. At most one statement."""
    facts = known.facts
    by_id = {bottle.id: bottle for bottle in window.bottles}
    daily = _daily(known, decision)
    change, change_mg, before = _change(decision, daily)
    given: Iterable[Dose] = ()
    if facts.doses_today:
        given = (
            Dose.objects.filter(pk__in=[dose.id for dose in facts.doses_today])
            .select_related("poured_by", "recorded_by", "facility")
            .order_by("given_at", "pk")
        )
    device, parts = _measure_words(decision, by_id)
    return Card(
        patient_id=facts.patient_id,
        code=known.code,
        language=known.language,
        today=facts.today,
        decision=decision,
        stops=_of_level(decision, Level.STOP),
        asks=_of_level(decision, Level.ASK),
        notes=tuple(v for v in _of_level(decision, Level.NOTE) if v.code not in _SHOWN_ELSEWHERE),
        days=tuple(_seven_days(facts.days, facts.today, daily)),
        window_days=settings.missed_window_days,
        mg=None if decision.stopped else decision.dose_mg,
        slot=decision.slot,
        slots=len(facts.prescription.slot_mg) if facts.prescription else 1,
        daily_mg=daily,
        ul=decision.measure.total_ul if decision.measure else None,
        device=device,
        parts=parts,
        change=change,
        change_mg=change_mg,
        before_mg=before,
        unchanged_days=_unchanged(facts.days, daily),
        prescription_until=_until(known, decision),
        bottles=tuple(
            bottle_mark(by_id[p.bottle_id], needed_ul=p.ul) for p in decision.portions if p.bottle_id in by_id
        ),
        given=tuple(given),
        hold_seconds=settings.hold_seconds,
        needs_interpreter=known.needs_interpreter,
        asks_medicines=not facts.doses_today and asks_for_medicines(facts, settings),
        alarms=tuple(v for v in decision.violations if v.code is Code.PREGNANT_PHYSICIAN_NOW),
        announced_until=known.announced_until,
        watch=watch_of(facts, watching),
    )


def _of_level(decision: Decision, level: Level) -> tuple[Violation, ...]:
    return tuple(v for v in decision.violations if v.level is level)


def _amount(mg: Decimal) -> str:
    return format_decimal(mg, separator=separator())


def _daily(known: Known, decision: Decision) -> Decimal | None:
    """The whole day's dose that stands today, None where no order gives one."""
    if decision.dose_mg is None or known.facts.prescription is None:
        return None
    return decision.if_missed_step.dose_mg if decision.if_missed_step else known.facts.prescription.dose_mg


def _change(decision: Decision, daily: Decimal | None) -> tuple[str, Decimal | None, Decimal | None]:
    """Up or down against the last day on which the patient drank; a change must be impossible to miss."""
    last = decision.missed.last_ingested
    if daily is None or last is None or not decision.portions or last.ingested_mg == daily:
        return "", None, None
    return ("up" if daily > last.ingested_mg else "down"), abs(daily - last.ingested_mg), last.ingested_mg


def _until(known: Known, decision: Decision) -> date | None:
    """The order's last day, where no sentence on the card says it already."""
    said = any(v.code in {Code.PRESCRIPTION_ENDS, Code.BRIDGING_UNSIGNED} for v in decision.violations)
    return None if said or known.facts.prescription is None else known.facts.prescription.last_day


def _unchanged(days: Sequence[DayFact], mg: Decimal | None) -> int:
    """Days since the dose was last another one; 0 where no other dose is known."""
    other = [fact.day for fact in days if fact.ingested_mg > 0 and fact.ingested_mg != mg]
    return (days[-1].day - other[-1]).days if other and days else 0


def _measure_words(decision: Decision, bottles: dict[int, WindowBottle]) -> tuple[str, tuple[str, ...]]:
    """What the hand does, in the device's own words: one mark, or one line for each filling."""
    measure = decision.measure
    if measure is None:
        return "", ()
    marks = [(draw.bottle_id, format_ml(draw.ul, separator=separator())) for draw in measure.draws]
    if len(marks) == 1:
        return _("%(device)s: vạch %(mark)s") % {"device": measure.device, "mark": marks[0][1]}, ()
    lines = [
        _("%(device)s: vạch %(mark)s, chai %(label)s")
        % {
            "device": measure.device,
            "mark": mark,
            "label": bottles[bottle_id].label if bottle_id in bottles else "–",
        }
        for bottle_id, mark in marks
    ]
    return "", tuple(lines)


def bottle_mark(bottle: WindowBottle, *, needed_ul: int) -> BottleMark:
    """The opened bottle as a level, never the book's figure (domain 12.3)."""
    level = "short" if bottle.balance_ul < needed_ul else "low" if bottle.balance_ul < LOW_UL else "enough"
    return BottleMark(level, bottle.label, bottle.lot_number, bottle.expires_on)


def _seven_days(days: Sequence[DayFact], today: date, ordered: Decimal | None) -> Iterable[DayMark]:
    by_day = {fact.day: fact for fact in days}
    for ago in range(6, 0, -1):
        day = today - timedelta(days=ago)
        figure, state, words = day_words(by_day.get(day), ordered)
        spoken = f"{weekday_short(day)} {date_format(day, 'd/m')}: {words}"
        yield DayMark(weekday_short(day), figure, state, spoken)
    yield DayMark(weekday_short(today), _("nay"), "today", _("hôm nay"))


def day_words(fact: DayFact | None, ordered: Decimal | None) -> tuple[str, str, str | Promise]:
    if fact is None or (not fact.known and not fact.ingested_mg):
        return "?", "unknown", _("chưa rõ")
    if fact.ingested_mg > 0:
        amount = _amount(fact.ingested_mg)
        state = "taken" if ordered is None or fact.ingested_mg == ordered else "look"
        return amount, state, _("uống %(mg)s mg") % {"mg": amount}
    if fact.outcome is not None and fact.outcome != OutcomeCode.ABSENT:
        return _("không"), "missed", OUTCOME_WORDS[OutcomeCode(fact.outcome)]
    return _("bỏ"), "missed", _("bỏ liều")
