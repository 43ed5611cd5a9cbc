"""How a simulated site follows up who stays away: flags after each day, calls, absences told before, a road cut off.

The flags are the product's own; who is called, and what comes of it, follows from the seed.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from core.access import SYSTEM, Permission
from demo.attendance import Visit
from demo.cohort import Member
from demo.day import plan_of
from demo.refusals import left_out
from demo.sites import Site
from dispensing.models import Absence, CutOff, Dose, Flag
from dispensing.rules.flag_codes import (
    AbsenceReason,
    ContactHow,
    ContactResult,
    CutOffCause,
    CutOffKind,
    ToldBy,
)
from dispensing.services import absences, attempts, cut_offs, flags
from dispensing.services.absences import NewAbsence
from dispensing.services.attempts import NewAttempt
from dispensing.services.cut_offs import NewCutOff
from followup.models import Task
from patients.models import Patient

ONE_DAY: Final = timedelta(days=1)
CALLED: Final = 0.6  # how often who is to be called is called on that day
TOLD_BEFORE: Final = 0.35  # how often who will be away says so the day before
LONGEST_TOLD: Final = 4
CUT_OFF_EVERY: Final = 23  # days between two landslides on the road to a remote site
CALLS: Final = (
    (0.45, ContactHow.PHONE, ContactResult.NOT_REACHED, "thuê bao không liên lạc được"),
    (0.75, ContactHow.PHONE, ContactResult.WILL_COME, "hẹn sáng mai đến"),
    (0.85, ContactHow.FAMILY, ContactResult.WILL_COME, "đi làm nương xa, vợ sẽ nhắn"),
    (0.92, ContactHow.HEALTH_WORKER, ContactResult.NOT_REACHED, "y tế bản chưa gặp"),
    (0.97, ContactHow.FAMILY, ContactResult.IN_HOSPITAL, "nằm bệnh viện huyện"),
    (1.0, ContactHow.VISIT, ContactResult.MOVED, "hàng xóm nói đã xuống xuôi làm"),
)
REASONS: Final = (AbsenceReason.WORK, AbsenceReason.FAMILY, AbsenceReason.TRAVEL)


def happen(site: Site, day: date) -> None:
    """The afternoon of a whole day: who is to be called is called, some say that they will be away; then the flags."""
    moments = (site.moment(day, 17) + number * timedelta(seconds=15) for number in range(1, 5000))
    members = site.members(day)
    _call(site, day, members, moments)
    _announce(site, day, members, moments)
    _road(site, day, at=site.moment(day, 18, 30))
    _refresh(_not_seen(site, day, members), at=site.moment(day, 23, 30))


def today(site: Site, day: date, *, now: datetime) -> None:
    """What last night's look at everybody has left for this morning."""
    _road(site, day, at=now, sure=True)
    _refresh(sorted(site.members(day)), at=now)


def _refresh(ids: list[UUID], *, at: datetime) -> None:
    known = sorted(Patient.objects.filter(pk__in=ids).values_list("pk", flat=True))
    with left_out("flags"):
        flags.refresh(known, by=SYSTEM, now=at)


def _not_seen(site: Site, day: date, members: dict[UUID, Member]) -> list[UUID]:
    """Who drank nothing today, and about whom something stood already: nobody else's flags can change."""
    came = set(Dose.objects.filter(facility_id=site.facility_id, covers_day=day).values_list("patient_id", flat=True))
    flagged = Flag.objects.filter(patient_id__in=list(members), cleared_at__isnull=True)
    return sorted((set(members) - came) | set(flagged.values_list("patient_id", flat=True)))


def _call(site: Site, day: date, members: dict[UUID, Member], moments: Iterator[datetime]) -> None:
    waiting = Task.objects.filter(
        kind=flags.MISSED, facility_id=site.facility_id, done_at__isnull=True, subject_id__in=list(members)
    )
    for patient_id in waiting.order_by("opened_at", "id").values_list("subject_id", flat=True):
        number, now = members[patient_id].number, next(moments)
        if site.share("called", day, number) >= CALLED:
            continue
        drawn = site.share("reached", day, number)
        how, result, words = next((how, result, words) for up_to, how, result, words in CALLS if drawn < up_to)
        new = NewAttempt(site.id(now, "contact", day, number), patient_id, now, how, result, words)
        with left_out(f"{site.spec.key} contact"):
            attempts.record(command=new, by=site.dispenser(day, 0).access, now=now)


def _announce(site: Site, day: date, members: dict[UUID, Member], moments: Iterator[datetime]) -> None:
    """Whose absence begins tomorrow says so now and then, for as long as it lasts or a few days of it."""
    for id_, member in members.items():
        if not _leaves(site, member, day) or site.share("told", day, member.number) >= TOLD_BEFORE:
            continue
        until = day + ONE_DAY
        while _is_away(site, member, until + ONE_DAY) and (until - day).days < LONGEST_TOLD:
            until += ONE_DAY
        if Absence.objects.filter(patient_id=id_, until_day__gte=day + ONE_DAY, cancelled_at__isnull=True).exists():
            continue
        now = next(moments)
        new = NewAbsence(
            site.id(now, "absence", day, member.number), id_, day + ONE_DAY, until,
            REASONS[member.number % len(REASONS)], ToldBy.PATIENT,
        )  # fmt: skip
        with left_out(f"{site.spec.key} absence"):
            absences.announce(command=new, by=site.dispenser(day, 0).access, now=now)


def _leaves(site: Site, member: Member, day: date) -> bool:
    return _is_away(site, member, day + ONE_DAY) and not _is_away(site, member, day)


def _is_away(site: Site, member: Member, day: date) -> bool:
    return plan_of(site, member, day).visit is Visit.AWAY


def _road(site: Site, day: date, *, at: datetime, sure: bool = False) -> None:
    """Landslides on the road to the remote site: now and then, and one these days (`sure`)."""
    head = site.team.head.access
    if not site.spec.inducts or not head.may_at(Permission.CLOSE_ROAD, site.facility_id):
        return
    if not sure and site.share("landslide", day) >= 1 / CUT_OFF_EVERY:
        return
    if CutOff.objects.filter(facility_id=site.facility_id, until_day__gte=day).exists():
        return
    new = NewCutOff(
        site.id(at, "cut off", day), CutOffKind.ROAD, CutOffCause.LANDSLIDE, day, day + 2 * ONE_DAY,
        "sạt lở đoạn đèo, xe máy không qua được",
    )  # fmt: skip
    with left_out(f"{site.spec.key} road"):
        cut_offs.start(command=new, by=head, now=at)
