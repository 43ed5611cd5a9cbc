"""The rule set written out a second time, slowly, from the tables of domain 2.2, 2.3 and 12.2 at their defaults.

`Life` is what a careful person would write on paper about one patient; `answer` reads it with a ruler and knows nothing
of the modules under test. `random_life` draws one. Numbers stand here as numbers, on purpose.
"""

from dataclasses import dataclass
from random import Random

from tests.dispensing.rules.reference import Case, gap_of, reference, window_of

CLOSING_OUTCOMES = ("absent", "refused", "sent_away", "stock_out")
GAPS = ("s", "w", "v", "?", "xw", "s", "w", "x", "r", "xxxxr", "xxrr")
STEPS = (None, None, (4, 5, 10, 1), (1, 3, 20, 2), (2, 5, 15, 3), (5, 5, 5, 1))
CUP_OUTCOMES = ("spat_out", "held_in_mouth", "left_with_cup")


@dataclass(frozen=True)
class Order:
    """A prescription: begun and ending so many days from today (0 today, negative: past and still to come)."""

    phase: str
    dose_mg: int
    begun_days_ago: int
    ends_in_days: int
    step: tuple[int, int, int, int] | None  # from, to, mg, for how many days
    raised_days_ago: int | None
    answered_days_ago: int | None
    by_main_clinic: bool
    bridging: bool


@dataclass(frozen=True)
class Life:
    """One patient at the window at ten past six.

    `marks`: the days before today, yesterday last (d dosed in full, r a reduced dose, x absent, s stock out, w
    withheld, v vomited after the dose, ? unknown). `withheld_today`: minutes until the re-check, negative once it has
    passed.
    """

    marks: str
    order: Order | None
    earlier_order_ended: bool
    status: str
    place: str  # here, elsewhere, nowhere, ended, not_yet
    hold: bool
    dosed_today: bool
    outcome_today: str | None
    withheld_today: int | None
    signs: bool
    told_today: bool
    answered: frozenset[str]


@dataclass(frozen=True)
class Ruling:
    """Every stop, every question still open, and the dose that an order gives (None: no order gives one)."""

    stops: frozenset[str]
    questions: frozenset[str]
    dose_mg: int | None


def answer(life: Life) -> Ruling:
    """What the tables say."""
    stops: set[str] = set()
    questions: set[str] = set()
    if life.status != "in_treatment":
        stops.add("not_in_treatment")
    elif life.place == "elsewhere":
        stops.add("placed_elsewhere")
    elif life.place != "here":
        stops.add("not_placed")
    if life.dosed_today:
        stops.add("dose_already_today")
    if life.outcome_today in CUP_OUTCOMES or life.outcome_today == "vomited":
        stops.add("poured_today")
    if life.signs:
        stops.add("signs_seen")
    if life.hold:
        stops.add("hold")
    if life.withheld_today is not None:
        if life.withheld_today > 0:
            stops.add("withheld_wait")
        else:
            questions.add("withheld_look_again")
    missed, unknown = gap_of(_as_dosed(life.marks))
    if unknown:
        questions.add("last_dose_unknown")
    dose = _of_the_order(life, missed, stops, questions)
    if dose is not None and dose > 200:
        questions.add("second_look")
    return Ruling(frozenset(stops), frozenset(questions - life.answered), dose)


def _of_the_order(life: Life, missed: int, stops: set[str], questions: set[str]) -> int | None:
    order = life.order
    if order is None:
        stops.add("prescription_ended" if life.earlier_order_ended else "no_prescription")
        return None
    wrong = None
    if order.begun_days_ago < 0:
        wrong = "prescription_not_started"
    elif order.ends_in_days < 0:
        wrong = "prescription_ended"
    elif order.bridging and order.begun_days_ago >= 3:
        wrong = "bridging_over"
    if wrong:
        stops.add(wrong)
    step = _step(life, order)
    if step is not None:
        questions.update(_questions(missed))
        return None if wrong else step
    table = reference(
        Case(
            marks=_as_dosed(life.marks),
            phase=order.phase,
            dose_mg=order.dose_mg,
            days_since_raise=order.raised_days_ago,
            step=None,
            answered_days_ago=order.answered_days_ago,
            by_main_clinic=order.by_main_clinic,
            told_today=life.told_today,
        )
    )
    if suspended(life):
        stops.add("prescription_suspended")
    if table.stop:
        stops.add(table.stop)
        return None
    questions.update(table.asks)
    return None if wrong or suspended(life) else order.dose_mg


def suspended(life: Life) -> bool:
    """After a reduced dose the order offers nothing by itself until a new one is signed (domain 12.2)."""
    if life.order is None or life.order.begun_days_ago <= 0:
        return False
    return "r" in life.marks[-life.order.begun_days_ago :]


def _step(life: Life, order: Order) -> int | None:
    """The dose of the signed step that acts today, if one does (domain 12.2: the physician is told, not asked)."""
    if order.step is None or order.phase == "induction":
        return None
    low, high, dose, days = order.step
    plain = _as_dosed(life.marks)
    missed, _ = gap_of(plain)
    if suspended(life):
        run = len(plain) - len(plain.rstrip("d"))
        before, _ = gap_of(plain[: len(plain) - run])
        runs = life.marks[len(plain) - run :] if run else ""
        whole_run_reduced = all(mark == "r" and order.dose_mg // 2 <= dose for mark in runs)
        begun_within = order.begun_days_ago >= run
        if run and low <= before <= high and run < days:
            return dose if whole_run_reduced and begun_within else None
        return None
    if missed > 5 or not low <= missed <= high:
        return None
    _, unanswered = window_of(plain, order.answered_days_ago)
    return dose if unanswered <= max(high, 3) else None


def _questions(missed: int) -> set[str]:
    asked = set()
    if missed >= 1:
        asked.add("missed_reason")
    if missed >= 3:
        asked.add("missed_onsite_check")
    return asked


def _as_dosed(marks: str) -> str:
    """A reduced dose is a dose: the body had something."""
    return marks.replace("r", "d")


def random_life(draw: Random) -> Life:
    """One patient; most are ordinary, each rule is met often."""
    days = draw.randint(0, 45)
    marks = ""
    while len(marks) < days:
        marks += "d" * draw.randint(0, 9)
        marks += draw.choice(["", "", "x", "xx", "xxx", "x" * draw.randint(4, 35), *GAPS])
    marks = marks[:days]
    outcome, withheld = None, None
    fate = draw.random()
    if fate < 0.06:
        outcome = draw.choice(CLOSING_OUTCOMES)
    elif fate < 0.1:
        outcome = draw.choice((*CUP_OUTCOMES, "vomited"))
    elif fate < 0.2:
        withheld = draw.choice([-30, 25])
    asked = ["withheld_look_again", "last_dose_unknown", "missed_tell_clinic", "missed_onsite_check", "second_look"]
    return Life(
        marks=marks,
        order=_random_order(draw) if draw.random() < 0.95 else None,
        earlier_order_ended=draw.random() < 0.5,
        status="in_treatment" if draw.random() < 0.95 else draw.choice(["suspended", "dropped_out", "died"]),
        place="here" if draw.random() < 0.92 else draw.choice(["elsewhere", "nowhere", "ended", "not_yet"]),
        hold=draw.random() < 0.05,
        dosed_today=draw.random() < 0.05,
        outcome_today=outcome,
        withheld_today=withheld,
        signs=draw.random() < 0.05,
        told_today=draw.random() < 0.2,
        answered=frozenset(code for code in [*asked, "missed_reason"] if draw.random() < 0.4),
    )


def _random_order(draw: Random) -> Order:
    dose = draw.choice([20, 40, 60, 62, 90, 180, 210])
    steps = [step for step in STEPS if step is None or step[2] < dose]  # a step lowers the dose
    return Order(
        phase=draw.choice(["induction", "adjustment", "maintenance", "maintenance", "maintenance", "taper"]),
        dose_mg=dose,
        begun_days_ago=draw.randint(0, 28) if draw.random() < 0.95 else -2,
        ends_in_days=draw.randint(0, 20) if draw.random() < 0.93 else draw.randint(-4, -1),
        step=draw.choice(steps),
        raised_days_ago=draw.choice([None, None, 0, 3, 14, 15, 20]),
        answered_days_ago=draw.choice([None, None, None, 1, 2, 4, 8]),
        by_main_clinic=draw.random() < 0.3,
        bridging=draw.random() < 0.08,
    )
