"""How a simulated site follows its patients: those drawn give a sample, some are examined late, most are counselled.

Who is drawn is the product's own draw; what comes of it follows from the seed.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from core.access import SYSTEM
from demo.cohort import Member
from demo.refusals import left_out
from demo.sites import Site
from dispensing.models import Dose
from dispensing.queries import due as due_queries
from dispensing.queries.due import DueNow
from dispensing.rules.stability_codes import AskedHow, CounsellingKind, DueKind, Sample
from dispensing.services import checkups, stability
from dispensing.services.checkups import NewCounselling, NewExam, NewUrine

FIRST_TESTS: Final = 20  # days over which everybody who comes with no test on record is tested once
FIRST_SEEN: Final = 15  # days over which everybody without an examination and counselling on record has them
ASKED: Final = 0.8  # how often who was drawn and comes is asked on that day
REFUSES, SPOILED, OPIOIDS, AMPHETAMINES, NO_METHADONE = 0.02, 0.02, 0.05, 0.04, 0.01
USES: Final = 0.06  # share of patients whose tests find opioids half of the time
FORGOTTEN: Final = 0.05  # share who are examined months late
SEEN: Final = 0.7  # how often who is due and comes is seen on that day
ASSESSED_EVERY: Final = 7  # days; today always
KINDS: Final = (CounsellingKind.ALONE, CounsellingKind.ALONE, CounsellingKind.GROUP, CounsellingKind.FAMILY)


def happen(site: Site, day: date) -> None:
    """The tests, examinations and counselling of a whole day, and once a week an assessment of everybody."""
    members = site.members(day)
    came = set(Dose.objects.filter(facility_id=site.facility_id, covers_day=day).values_list("patient_id", flat=True))
    at = site.moment(day, 16, 30)
    dues = due_queries.load([id_ for id_ in members if id_ in came], now=at)
    moments = (at + number * timedelta(seconds=10) for number in range(1, 5000))
    for id_, due in dues.items():
        _test(site, day, members[id_], due, moments)
        _exam(site, day, members[id_], due, moments)
        _counsel(site, day, members[id_], due, moments)
    if day.toordinal() % ASSESSED_EVERY == 0:
        assess(site, day, at=site.moment(day, 23))


def assess(site: Site, day: date, *, at: datetime) -> None:
    """What every night does."""
    with left_out(f"{site.spec.key} stability"):
        stability.assess(sorted(site.members(day)), why="nightly", by=SYSTEM, now=at)


def _test(site: Site, day: date, member: Member, due: DueNow, moments: Iterator[datetime]) -> None:
    first = due.of(DueKind.URINE).last_on is None and (day - member.joined_on).days >= member.number % FIRST_TESTS
    drawn = due.drawn_on is not None and site.share("asked", day, member.number) < ASKED
    if not (first or drawn):
        return
    now = next(moments)
    sample, results = _sample(site, day, member)
    new = NewUrine(
        site.id(now, "urine", day, member.number), member.id, site.moment(day, 6, 30),
        AskedHow.RANDOM if due.drawn_on is not None else AskedHow.PLANNED, sample,
        observed=site.share("observed", day, member.number) < 0.6, results=results,
    )  # fmt: skip
    with left_out(f"{site.spec.key} urine test"):
        checkups.record_urine(command=new, by=site.dispenser(day, 0).access, now=now)


def _sample(site: Site, day: date, member: Member) -> tuple[Sample, dict[str, str]]:
    """What the strip says: most say nothing but methadone, a few patients use."""
    said = site.share("strip", day, member.number)
    if said < REFUSES:
        return Sample.REFUSED, {}
    uses = site.share("uses", member.number) < USES and said < 0.5
    results = {
        "opioids": "positive" if uses or said > 1 - OPIOIDS / 2 else "negative",
        "methadone": "negative" if site.share("no_methadone", day, member.number) < NO_METHADONE else "positive",
        "amphetamines": "positive" if site.share("stones", day, member.number) < AMPHETAMINES else "negative",
    }
    if REFUSES <= said < REFUSES + SPOILED:
        results["opioids"] = "invalid"
    return Sample.GIVEN, results


def _exam(site: Site, day: date, member: Member, due: DueNow, moments: Iterator[datetime]) -> None:
    exam = due.of(DueKind.EXAM)
    forgotten = site.share("forgotten", member.number) < FORGOTTEN
    when = exam.due_on + timedelta(days=60 if forgotten else -(member.number % 6))
    if exam.last_on is None and not forgotten:
        when = member.joined_on + timedelta(days=member.number % FIRST_SEEN)
    if day < when or day.isoweekday() > 5 or site.share("examined", day, member.number) >= SEEN:
        return
    now = next(moments)
    new = NewExam(
        site.id(now, "exam", day, member.number), member.id, day, place_id=site.facility_id,
        physician_id=site.team.physician.person_id,
    )  # fmt: skip
    with left_out(f"{site.spec.key} examination"):
        checkups.record_exam(command=new, by=site.dispenser(day, 0).access, now=now)


def _counsel(site: Site, day: date, member: Member, due: DueNow, moments: Iterator[datetime]) -> None:
    talk = due.of(DueKind.COUNSELLING)
    when = talk.due_on - timedelta(days=member.number % 9 - 2)
    if talk.last_on is None:
        when = member.joined_on + timedelta(days=member.number % FIRST_SEEN)
    if day < when or site.share("counselled", day, member.number) >= SEEN:
        return
    now, by = next(moments), site.dispenser(day, 1)
    kind = KINDS[(member.number + day.toordinal()) % len(KINDS)]
    new = NewCounselling(
        site.id(now, "counselling", day, member.number), member.id, day, kind, counsellor_id=by.person_id
    )
    with left_out(f"{site.spec.key} counselling"):
        checkups.record_counselling(command=new, by=by.access, now=now)
