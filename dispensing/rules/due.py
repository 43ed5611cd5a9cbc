"""When a patient is due for an examination, counselling and a urine test (domain 3). Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from dispensing.rules.settings import DosingSettings
from dispensing.rules.stability_codes import DueKind
from dispensing.rules.stability_settings import StabilitySettings


@dataclass(frozen=True, slots=True)
class Due:
    """The last day on which it should happen, and the last one that is let pass. `last_on`: when it last happened, None
    where nobody has recorded it.
    """

    kind: DueKind
    last_on: date | None
    due_on: date
    let_pass_until: date

    def overdue(self, today: date) -> bool:
        """Whether even the days of grace are over."""
        return today > self.let_pass_until

    def days_late(self, today: date) -> int:
        """Days since it was due; 0 where it is still ahead."""
        return max((today - self.due_on).days, 0)


@dataclass(frozen=True, slots=True)
class DueFacts:
    """What the three depend on. `since`: from when the record could know of them (start of treatment, go-live)."""

    started_on: date
    since: date
    exam_on: date | None
    exam_next: date | None
    counselled_on: date | None
    tested_on: date | None


def first_year(started_on: date, day: date, settings: StabilitySettings) -> bool:
    """Whether the day still lies in what counts as the first year of treatment."""
    return (day - started_on).days < settings.first_year_days


def urine_every_days(started_on: date, day: date, settings: StabilitySettings) -> int:
    """Days between two urine tests: so many a month in the first year, less often later."""
    if first_year(started_on, day, settings):
        return 30 // settings.urine_first_year_per_month
    return settings.urine_later_every_days


def exam_due(facts: DueFacts, dosing: DosingSettings) -> Due:
    """By the day that the physician named, else by the interval."""
    last = facts.exam_on
    due_on = (facts.exam_next if last else None) or (last or facts.since) + timedelta(days=dosing.exam_interval_days)
    return _due(DueKind.EXAM, last, due_on, dosing.exam_overdue_grace_days)


def counselling_due(facts: DueFacts, settings: StabilitySettings) -> Due:
    """More often in the first year."""
    last = facts.counselled_on
    begins = last or facts.since
    early = first_year(facts.started_on, begins, settings)
    every = settings.counselling_interval_days if early else settings.counselling_later_every_days
    return _due(DueKind.COUNSELLING, last, begins + timedelta(days=every), settings.counselling_overdue_grace_days)


def urine_due(facts: DueFacts, settings: StabilitySettings) -> Due:
    """Counted from the last test that said anything about opioids."""
    last = facts.tested_on
    begins = last or facts.since
    every = urine_every_days(facts.started_on, begins, settings)
    return _due(DueKind.URINE, last, begins + timedelta(days=every), settings.urine_overdue_grace_days)


def all_due(facts: DueFacts, settings: StabilitySettings, dosing: DosingSettings) -> tuple[Due, Due, Due]:
    """Examination, counselling, urine test."""
    return exam_due(facts, dosing), counselling_due(facts, settings), urine_due(facts, settings)


def _due(kind: DueKind, last: date | None, due_on: date, grace: int) -> Due:
    return Due(kind, last, due_on, due_on + timedelta(days=grace))
