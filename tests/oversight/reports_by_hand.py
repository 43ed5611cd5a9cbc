"""The people of the reports counted once more, patient by patient in plain Python: slow, and easy to follow."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from dispensing.models import DayOutcome, Outcome, Prescription
from facilities.models import Facility
from oversight.rules.periods import Period
from patients.models import HivStatus, Patient, Placement, StatusChange

Key = tuple[int, str]  # a facility, a code
GONE = ("dropped_out", "ended")


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(day.year + year, month + 1, number)
        except ValueError:
            continue
    return date(day.year + year, month + 1, day.day)


class OnePatient:
    """What the register says of somebody by a day."""

    def __init__(self, patient: Patient, day: date) -> None:
        self.patient, self.day = patient, day
        changes = StatusChange.objects.filter(patient=patient, from_day__lte=day)
        self.steps = sorted(changes, key=lambda one: (one.from_day, one.recorded_at, one.pk))
        rows = Placement.objects.filter(patient=patient, starts_on__lte=day).order_by("starts_on", "pk")
        self.rows = [one for one in rows if one.ended_on is None or one.ended_on >= one.starts_on]
        self.bases = [one for one in self.rows if one.kind in ("home", "clinic")]

    def base_on(self, day: date) -> int | None:
        begun = [one.facility_id for one in self.bases if one.starts_on <= day]
        return begun[-1] if begun else None

    @property
    def treated(self) -> bool:
        return bool(self.steps and self.bases) and self.steps[-1].status in ("in_treatment", "suspended")

    @property
    def began(self) -> date:
        return max(self.back_on, default=self.patient.treatment_started_on)

    @property
    def back_on(self) -> list[date]:
        pairs = zip(self.steps, self.steps[1:], strict=False)
        return [new.from_day for old, new in pairs if new.status == "in_treatment" and old.status in GONE]

    @property
    def away(self) -> bool:
        return any(
            one.kind in ("hospital", "detention") and one.starts_on <= self.day <= one.ended_on for one in self.rows
        )

    def changed(self, status: str, first: date) -> date | None:
        """The last day of the period on which they came to stand so, unless something else was said of that day."""
        days = []
        for place, step in enumerate(self.steps):
            later = self.steps[place + 1].from_day if place + 1 < len(self.steps) else None
            if step.status == status and step.from_day >= first and later != step.from_day:
                days.append(step.from_day)
        return max(days, default=None)


def bang_3(period: Period, day: date) -> Counter[tuple[int, str, str]]:
    """How many of which sex at each facility, by row; nobody is at a facility that does not dose."""
    kinds = dict(Facility.objects.values_list("pk", "kind"))
    found: Counter[tuple[int, str, str]] = Counter()
    for one in _everybody(day):
        sex, base = one.patient.sex, one.base_on(day)
        dropped = one.changed("dropped_out", period.first)
        if dropped is not None and one.base_on(dropped) is not None:
            found[one.base_on(dropped), "5", sex] += 1
        if not one.treated or base is None:
            continue
        codes = ["1"]
        codes += ["1.1"] * (months_later(one.began, 6) < day) + ["1.2"] * (months_later(one.began, 12) < day)
        codes += [] if one.away else ["2" if kinds[base] == "main_clinic" else "3"]
        hiv = HivStatus.objects.filter(patient=one.patient, recorded_on__lte=day).first()
        codes += ["1.3"] * bool(hiv and hiv.positive)
        found.update((base, code, sex) for code in codes)
    return found


def month(period: Period, day: date) -> Counter[Key]:
    """The people of the local set."""
    live = dict(Facility.objects.values_list("pk", "went_live_on"))
    found: Counter[Key] = Counter()
    for one in _everybody(day):
        if one.treated:
            found[one.base_on(day), "active"] += 1
        for status, code in (("dropped_out", "dropped"), ("ended", "ended"), ("died", "died")):
            changed = one.changed(status, period.first)
            if changed is not None and one.base_on(changed) is not None:
                found[one.base_on(changed), code] += 1
        back = [day for day in one.back_on if day >= period.first and one.changed("in_treatment", period.first) == day]
        if back and one.base_on(back[-1]) is not None:
            found[one.base_on(back[-1]), "restarted"] += 1
        found.update(_moves(one, period, live))
        detained = {
            row.facility_id
            for row in one.rows
            if row.kind == "detention" and row.ended_on >= max(row.starts_on, period.first)
        }
        said = Outcome.objects.filter(patient=one.patient, code="detained", day__range=(period.first, day))
        found.update((pk, "detained") for pk in detained | set(said.values_list("facility_id", flat=True)))
    return found


def _moves(one: OnePatient, period: Period, live: dict[int, date | None]) -> Iterable[Key]:
    started = one.patient.treatment_started_on
    if one.bases and period.first <= started <= one.day:
        yield one.bases[0].facility_id, "new"
    for place, row in enumerate(one.bases):
        if row.starts_on < period.first:
            continue
        before = one.bases[place - 1].facility_id if place else None
        since = live[row.facility_id]
        if before is None and started < row.starts_on and (since is None or row.starts_on > since):
            yield row.facility_id, "moved_in"
        if before is not None and before != row.facility_id:
            yield row.facility_id, "moved_in"
            yield before, "moved_out"


def days(period: Period, day: date) -> dict[Key, tuple[int, int]]:
    """Attendance and bands of missed days: how many of how many, at each facility."""
    found: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    standing: dict[tuple[object, date], DayOutcome] = {}
    for row in DayOutcome.objects.filter(day__range=(period.first, day)).order_by("version"):
        standing[row.patient_id, row.day] = row
    owed: dict[object, list[DayOutcome]] = defaultdict(list)
    for (patient_id, _day), row in sorted(standing.items(), key=lambda item: item[0][1]):
        if row.how not in ("not_due", "unknown"):
            owed[patient_id].append(row)
    for rows in owed.values():
        here = rows[-1].facility_id
        longest = run = 0
        before: date | None = None
        for row in rows:
            follows = before is not None and (row.day - before).days == 1
            run = (run + 1 if follows else 1) if row.tolerance_gap else 0
            before = row.day if row.tolerance_gap else None
            longest = max(longest, run)
        band = (
            "0" if not longest else "1_2" if longest <= 2 else "3" if longest == 3 else "4_5" if longest <= 5 else "6"
        )
        hits = {"attended": 100 * sum(row.covered for row in rows) >= 95 * len(rows), f"missed_{band}": True}
        for code in ("attended", "missed_0", "missed_1_2", "missed_3", "missed_4_5", "missed_6"):
            found[here, code][0] += hits.get(code, False)
            found[here, code][1] += 1
    return {key: (n, of) for key, (n, of) in found.items()}


def doses(day: date) -> dict[int, list[int]]:
    """The dose, in hundredths of a milligram, of everybody in treatment who has an order on the day."""
    found: dict[int, list[int]] = defaultdict(list)
    for one in _everybody(day):
        for row in Prescription.objects.filter(patient=one.patient, starts_on__lte=day, ends_on__gte=day):
            base = one.base_on(day)
            if one.treated and base is not None and (row.ended_on is None or row.ended_on >= day):
                found[base].append(int(row.dose_mg * 100))
    return found


def _everybody(day: date) -> Iterable[OnePatient]:
    return [OnePatient(patient, day) for patient in Patient.objects.order_by("code")]
