"""The simulator: builds a province, lets its days pass up to a moment, and leaves a morning in progress.

How far each site has come is kept in a row of job runs, so that a later call goes on from there: whole days that are
missing are added, a morning left in progress is finished, and on the same day nothing happens twice.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection

from core.access import Access
from core.models import JobRun
from demo import (
    absent,
    advised,
    afternoon,
    asked,
    faces,
    followed,
    found,
    own_data,
    planned,
    referred,
    reported,
    shelf,
    stock,
    swept,
    tablets,
    taken_home,
    worked,
)
from demo.clinics import clinic_of
from demo.days import begin, finish, whole
from demo.places import settle
from demo.refusals import left_out
from demo.sites import NobodyThere, Site, at_work
from demo.spec import ProvinceSpec
from facilities.services import settings as rule_settings
from oversight.services import summaries

JOB: Final = "simulate"
ONE_DAY: Final = timedelta(days=1)
LOCK: Final = 7_261_853_004_110_927  # any number of our own: two simulators at once would tell two stories

log = logging.getLogger(__name__)
Say = Callable[[str], None]


@dataclass
class Passed:
    """What one call has done: site-days that went by whole, doses in them, mornings left in progress."""

    site_days: int = 0
    doses: int = 0
    mornings: int = 0


class Progress:
    """How far one site has come. `through`: the last whole day; `until`: where a morning in progress was left."""

    def __init__(self, run: JobRun) -> None:
        self._run = run
        self.first_day = date.fromisoformat(run.result["first_day"])
        through, until = run.result.get("through"), run.result.get("until")
        self.through = date.fromisoformat(through) if through else None
        self.until = datetime.fromisoformat(until) if until else None

    def note(self, *, through: date, until: datetime | None = None) -> None:
        """The day is whole, or the one after it is in progress up to `until`."""
        self.through, self.until = through, until
        self._run.result = {
            "first_day": self.first_day.isoformat(),
            "through": through.isoformat(),
            "until": until.isoformat() if until else None,
        }
        self._run.save(update_fields=["result"])


def advance(spec: ProvinceSpec, *, days: int, now: datetime, say: Say = lambda _: None) -> Passed:
    """Bring the province up to `now`: at first so many whole days of history, later the days since the last call.

    Each site ends with a morning of today in progress. Deterministic: what happens on a day follows from the seed, the
    site, the patient and the day; only the hours of today's morning follow from `now`.
    """
    today = now.astimezone(ZoneInfo(Access.zone)).date()
    with _one_at_a_time():
        passed = Passed()
        runs = _runs(spec)
        if runs and len(runs) == len(spec.sites) and all(_is_here(Progress(run), today) for run in runs.values()):
            return passed
        rule_settings.forget()
        first_day = min((Progress(run).first_day for run in runs.values()), default=today - days * ONE_DAY)
        places = settle(spec, first_day=first_day, now=now - (today - first_day + ONE_DAY))
        sites = [
            (site, _progress(site, runs, first_day)) for site in at_work(spec, places, first_day=first_day, now=now)
        ]
        for site, progress in sites:
            if progress.through is None:
                _found(site)
                progress.note(through=first_day - ONE_DAY)
        day = min((progress.through or first_day for _, progress in sites), default=today) + ONE_DAY
        while day <= today:
            for site, progress in sites:
                if progress.through is not None and progress.through < day:
                    _pass(site, progress, day, today=today, now=now, passed=passed)
            say(f"{day.isoformat()}: {passed.doses} doses")
            day += ONE_DAY
        swept.until_now(now)
        worked.until_now([site for site, _progress in sites], now)
        planned.until_now([site for site, _progress in sites], now)
        tablets.until_now([site for site, _progress in sites], now)
        own_data.until_now([site for site, _progress in sites], now)
        faces.until_now([site for site, _progress in sites], now)
        summaries.rebuild(now=now)
        reported.until_now(places, now)
        rule_settings.forget()
        return passed


def _runs(spec: ProvinceSpec) -> dict[str, JobRun]:
    subjects = [_subject(spec.seed, site.key) for site in spec.sites]
    return {run.subject: run for run in JobRun.objects.filter(job=JOB, subject__in=subjects)}


def _subject(seed: str, key: str) -> str:
    return f"{seed}/{key}"


def _is_here(progress: Progress, today: date) -> bool:
    """Whether today's morning is in progress already, or the clock was turned back."""
    return progress.through is not None and progress.through >= today - ONE_DAY and progress.until is not None


def _progress(site: Site, runs: dict[str, JobRun], first_day: date) -> Progress:
    subject = _subject(site.seed, site.spec.key)
    if subject not in runs:
        began = site.midnight(first_day)
        runs[subject] = JobRun.objects.create(
            job=JOB,
            subject=subject,
            started_at=began,
            ended_at=began,
            ok=True,
            result={"first_day": first_day.isoformat()},
        )
    return Progress(runs[subject])


def _found(site: Site) -> None:
    """The afternoon before the first day: patients, orders, stock."""
    day = site.first_day - ONE_DAY
    members = site.members(site.first_day)
    afternoon.enrol(site, members, joining=site.first_day, at=site.moment(day, 14))
    daily_ul = int(sum(member.target_mg for member in members.values()) * 100)
    stock.stock_up(site, daily_ul=daily_ul, opened_ul=0, at=site.moment(day, 16), first=True)
    stock.prepare_cabinet(site, daily_ul=daily_ul, opened_ul=0, at=site.moment(day, 16, 30))


def _is_open(site: Site) -> bool:
    """Whether a visitor has left the site with people who can do its work."""
    try:
        return bool(site.team.dispensers)
    except NobodyThere as nobody:
        log.warning("Closed, because nobody is left there: %s", nobody)
        return False


def _pass(site: Site, progress: Progress, day: date, *, today: date, now: datetime, passed: Passed) -> None:
    """Let the day pass at one site, or today's morning up to now."""
    if not _is_open(site):
        progress.note(through=min(day, today - ONE_DAY), until=now if day == today else None)
        return
    if day == today:
        if progress.until is None:
            passed.doses += begin(site, day, now=now)
            passed.mornings += 1
            if site.spec.key == site.province.sites[0].key:
                with left_out(f"{site.spec.key} on the road"), suppress(NobodyThere):
                    stock.send_now(site, now=now)
            with left_out(f"{site.spec.key} requests"), suppress(NobodyThere):
                asked.today(site, clinic_of(site), now=now)
            with left_out(f"{site.spec.key} absent"), suppress(NobodyThere):
                absent.today(site, day, now=now)
            followed.assess(site, day, at=now)
            with left_out(f"{site.spec.key} referrals"), suppress(NobodyThere):
                referred.today(site, now=now)
            with left_out(f"{site.spec.key} advice"), suppress(NobodyThere):
                advised.today(site, now=now)
            with left_out(f"{site.spec.key} taken home"), suppress(NobodyThere):
                taken_home.today(site, day, now=now)
            progress.note(through=day - ONE_DAY, until=now)
        return
    passed.doses += finish(site, day, until=progress.until) if progress.until else whole(site, day)
    passed.site_days += 1
    with left_out(f"{site.spec.key} shelf"), suppress(NobodyThere):
        shelf.happen(site, day, today=today)
    with left_out(f"{site.spec.key} found"), suppress(NobodyThere):
        found.happen(site, day, today=today)
    with left_out(f"{site.spec.key} followed"), suppress(NobodyThere):
        followed.happen(site, day)
    with left_out(f"{site.spec.key} vials back"), suppress(NobodyThere):
        taken_home.happen(site, day)
    swept.night(site, day)
    with left_out(f"{site.spec.key} absent"), suppress(NobodyThere):
        absent.happen(site, day)
    progress.note(through=day)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """One simulator in a database; and nobody waits for the disk at each of its thousands of commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
