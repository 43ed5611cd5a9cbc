"""Hands for tests of who stays away: days as they were decided, flags refreshed, somebody who tried to reach them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.access import SYSTEM, Access
from core.ids import new_id
from dispensing.models import Absence, ContactAttempt, CutOff, DayOutcome, Flag
from dispensing.rules.flag_codes import AbsenceReason, ContactHow, ContactResult, CutOffCause, CutOffKind, ToldBy
from dispensing.services import absences, attempts, cut_offs, flags
from dispensing.services.absences import NewAbsence
from dispensing.services.attempts import NewAttempt
from dispensing.services.cut_offs import NewCutOff
from facilities.models import Facility
from followup.models import Task
from patients.models import Patient
from tests import cast, world
from tests.dispensing import morning

LONG_AGO = date(2026, 6, 1)


def patient(days: str = "", **more: object) -> Patient:
    """Known for half a year, with decided days up to yesterday: D dosed, M missed, W withheld by the site."""
    made = morning.patient(known_from=LONG_AGO, **more)
    decided(made, days)
    return made


def decided(of: Patient, days: str, *, through: date | None = None, at: Facility | None = None) -> None:
    """Write the decisions of the days up to yesterday, or up to another day."""
    last = through or world.TODAY - timedelta(days=1)
    at = at or morning.site()
    for number, letter in enumerate(reversed(days)):
        dosed, patients = letter == "D", letter == "M"
        day = last - timedelta(days=number)
        version = DayOutcome.objects.filter(patient=of, day=day).count() + 1
        DayOutcome.objects.create(
            patient=of, facility=at, day=day, version=version, rules_digest="test", how="dose" if dosed else "nothing",
            covered=dosed, swallowed_mg=Decimal(65 if dosed else 0), outcome="" if dosed or patients else "withheld",
            reason_known=dosed, caused_by_patient=patients, tolerance_gap=not dosed, adherence_gap=patients,
            why="close", decided_at=world.NOW,
        )  # fmt: skip


def refresh(*who: Patient, now: datetime = world.NOW) -> int:
    return flags.refresh([one.pk for one in who], by=SYSTEM, now=now)


def standing(of: Patient) -> dict[str, str]:
    """The open flags: kind to level."""
    return dict(Flag.objects.filter(patient=of, cleared_at__isnull=True).values_list("kind", "level"))


def open_task(of: Patient, kind: str = flags.MISSED) -> Task | None:
    return Task.objects.filter(kind=kind, subject_id=of.pk, done_at__isnull=True).first()


def ended(of: Patient, kind: str = flags.MISSED) -> Sequence[str]:
    """How the tasks about this patient ended, oldest first."""
    done = Task.objects.filter(kind=kind, subject_id=of.pk, done_at__isnull=False).order_by("opened_at", "done_at")
    return list(done.values_list("outcome", flat=True))


def tried(
    of: Patient,
    result: ContactResult = ContactResult.NOT_REACHED,
    *,
    by: Access | None = None,
    now: datetime = world.NOW,
    words: str = "",
) -> ContactAttempt:
    """Somebody of the site called."""
    command = NewAttempt(new_id(), of.pk, now, ContactHow.PHONE, result, words)
    return attempts.record(command=command, by=by or morning.access(cast.DISPENSER), now=now)


def announced(of: Patient, first: int = 0, last: int = 1, *, by: Access | None = None) -> Absence:
    """They will be away from so many days ahead on."""
    command = NewAbsence(
        new_id(), of.pk, world.TODAY + timedelta(days=first), world.TODAY + timedelta(days=last),
        AbsenceReason.WORK, ToldBy.PATIENT,
    )  # fmt: skip
    return absences.announce(command=command, by=by or morning.access(cast.DISPENSER), now=world.NOW)


def cut_off(first: int = 0, last: int = 3, *, kind: CutOffKind = CutOffKind.ROAD, by: Access | None = None) -> CutOff:
    """The site head says that the road is closed."""
    command = NewCutOff(
        new_id(), kind, CutOffCause.FLOOD, world.TODAY + timedelta(days=first), world.TODAY + timedelta(days=last)
    )
    return cut_offs.start(command=command, by=by or morning.access(cast.SITE_HEAD), now=world.NOW)
