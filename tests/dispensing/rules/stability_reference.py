"""The assessment once more, plain and slow, written from the table of reasons: one question for each, day by day.

Shares the frozen facts and the settings with the product, and none of its code.
"""

from datetime import date, timedelta

from dispensing.rules.settings import DosingSettings
from dispensing.rules.stability import StabilityFacts
from dispensing.rules.stability_settings import StabilitySettings

ONE = timedelta(days=1)


def assess(f: StabilityFacts, s: StabilitySettings, d: DosingSettings) -> tuple[str, set[str]]:
    """The level, and the codes of its reasons without the reminders."""
    unstable, watch = set(), set()
    # -- days
    last_30 = [f.today - n * ONE for n in range(s.stability_missed_days + 1)]
    missed = [day for day in last_30 if day in f.missed_on]
    for first in f.missed_on:
        run = 0
        while first + run * ONE in f.missed_on:
            run += 1
            if run >= s.stability_unstable_run and any(
                first + n * ONE >= last_30[-1] for n in range(_length(first, f.missed_on))
            ):
                unstable.add("missed_run")
    if len(missed) >= s.stability_unstable_missed:
        unstable.add("missed_many")
    elif len(missed) >= s.stability_watch_missed:
        watch.add("missed_some")
    elif len(missed) + len([day for day in last_30 if day in f.unknown_on]) >= s.stability_watch_missed:
        watch.add("days_unknown")
    if _count(f.missed_on, f.today, d.missed_pattern_window_days) >= d.missed_pattern_count:
        watch.add("missed_pattern")
    # -- dose
    fresh = f.today - (s.stability_min_days_no_dose_change - 1) * ONE
    if (f.dose_changed_on or date.min) >= fresh or (f.dose_changed_on is None and f.due.started_on >= fresh):
        watch.add("dose_changed")
    elif f.dose_known_from is None or (f.dose_changed_on is None and f.dose_known_from >= fresh):
        watch.add("dose_unknown")
    # -- window
    for name, days, span, from_watch, from_unstable, mild, grave in (
        ("w", f.withheld_on, s.stability_withheld_days, 1, s.stability_unstable_withheld, "withheld",
         "withheld_repeated"),
        ("v", f.vomited_on, s.stability_vomited_days, s.stability_watch_vomited, 10_000, "vomited_repeated", ""),
        ("c", f.cup_taken_on, s.stability_safety_days, 1, 1, "", "cup_taken"),
        ("n", f.not_swallowed_on, s.stability_safety_days, 1, s.stability_unstable_not_swallowed, "not_swallowed",
         "not_swallowed_repeated"),
        ("t", f.take_home_broken_on, s.stability_safety_days, 1, s.stability_unstable_take_home, "take_home",
         "take_home_repeated"),
        ("o", f.overdosed_on, s.stability_overdose_days, 1, 1, "", "overdose"),
    ):  # fmt: skip
        assert name
        n = _count(days, f.today, span)
        if n >= from_unstable:
            unstable.add(grave)
        elif n >= from_watch:
            watch.add(mild)
    # -- urine
    said = [t for t in f.urine if dict(t.results).get("opioids") in ("positive", "negative")]
    tail = said[-s.urine_unstable_in_a_row :]
    if (
        len(tail) == s.urine_unstable_in_a_row
        and all(dict(t.results)["opioids"] == "positive" for t in tail)
        and (f.today - tail[0].taken_on).days <= s.urine_in_a_row_days
    ):
        unstable.add("opioids_repeated")
    elif any(
        dict(t.results)["opioids"] == "positive"
        and ((f.today - t.taken_on).days <= s.urine_looked_back_days or t == said[-1])
        for t in said
    ):
        watch.add("opioids_positive")
    lately = [t for t in f.urine if (f.today - t.taken_on).days <= s.urine_looked_back_days]
    for t in lately:
        results = dict(t.results)
        if "positive" in (results.get("amphetamines"), results.get("benzodiazepines"), results.get("cannabis")):
            watch.add("others_positive")
        if results.get("methadone") == "negative":
            watch.add("no_methadone")
        later = not said or t.taken_on > said[-1].taken_on
        if later and t.sample == "refused":
            watch.add("sample_refused")
        if later and t.sample == "given" and results.get("opioids") not in ("positive", "negative"):
            watch.add("urine_unknown")
    # -- due
    early = lambda day: (day - f.due.started_on).days < s.first_year_days  # noqa: E731
    begins = f.due.tested_on or f.due.since
    every = 30 // s.urine_first_year_per_month if early(begins) else s.urine_later_every_days
    if f.due.tested_on is None:
        watch.add("urine_unknown")
    elif f.today > begins + (every + s.urine_overdue_grace_days) * ONE:
        watch.add("urine_overdue")
    begins = f.due.counselled_on or f.due.since
    every = s.counselling_interval_days if early(begins) else s.counselling_later_every_days
    if f.today > begins + (every + s.counselling_overdue_grace_days) * ONE:
        watch.add("counselling_overdue" if f.due.counselled_on else "counselling_unknown")
    exam = (f.due.exam_on or f.due.since) + d.exam_interval_days * ONE
    if f.due.exam_on and f.due.exam_next:
        exam = f.due.exam_next
    if f.today > exam + d.exam_overdue_grace_days * ONE:
        watch.add("exam_overdue" if f.due.exam_on else "exam_unknown")
    # -- alerts
    if f.pregnant_since is not None:
        watch.add("pregnant")
    if any((f.today - m.since).days < d.alert_watch_days for m in f.medicines):
        watch.add("medicine_changed")
    level = "unstable" if unstable else "watch" if watch else "stable"
    return level, unstable | watch


def _count(days: tuple[date, ...], today: date, span: int) -> int:
    return sum(today - n * ONE in days for n in range(span + 1))


def _length(first: date, days: tuple[date, ...]) -> int:
    n = 0
    while first + n * ONE in days:
        n += 1
    return n
