"""The overdose card of one facility: the steps, this site's numbers, where the naloxone is and how much the book says.

It stands on every page, so what it needs from the database is read at most once a minute by a process, and says as of
when. Nothing on it is about a patient.
"""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils.translation import get_language

from core.access import Access
from core.clock import local_day
from facilities.models import EmergencyCard, Facility, Supervision
from facilities.queries.overdose_steps import SOURCE_LANGUAGE, Step, Steps, steps_in
from facilities.rules import OverdoseSettings
from facilities.services import settings

AMBULANCE: Final = "115"  # the country's number
KEPT_FOR: Final = 60.0  # seconds of this process

Ampoules = Callable[[int, date], int]  # facility, its day -> usable ampoules by the book

_ampoules: list[Ampoules] = []


def register_ampoules(count: Ampoules) -> None:
    """Say who counts the naloxone: the stock is a room above."""
    _ampoules[:] = [count]


_record: list[str] = []


def register_record(path: str) -> None:
    """Say where an overdose is written down: a room above."""
    _record[:] = [path]


def record_path() -> str:
    """Where to write an overdose down; empty where nobody said."""
    return _record[0] if _record else ""


@dataclass(frozen=True)
class Numbers:
    """What one facility's card says beside the steps. `ampoules` None: nobody counts them."""

    facility_id: int | None = None
    facility: str = ""
    emergency_phone: str = AMBULANCE
    clinic: str = ""
    clinic_phone: str = ""
    physician: str = ""
    physician_phone: str = ""
    naloxone_place: str = ""
    ampoules: int | None = None
    as_of: datetime | None = None
    repeat_minutes: int = OverdoseSettings.repeat_minutes


@dataclass(frozen=True)
class OverdoseCard:
    """The card in the language in use."""

    numbers: Numbers
    told: Steps

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.told.steps

    @property
    def digest(self) -> str:
        """Differs when what the card says differs: a browser keeps the card anew then. The minute it was read does not
        count."""
        said = [str(value) for name, value in vars(self.numbers).items() if name != "as_of"]
        return hashlib.sha256(repr((said, self.told)).encode()).hexdigest()[:16]


def card(access: Access, *, now: datetime) -> OverdoseCard:
    """The card of the facility acted in; of none, the steps and the ambulance."""
    found = Numbers() if access.facility_id is None else _kept.numbers(access.facility_id, access.zone, now)
    return OverdoseCard(found, steps_in((get_language() or SOURCE_LANGUAGE).partition("-")[0]))


def latest(facility_id: int) -> EmergencyCard | None:
    """What was last written for the facility."""
    return EmergencyCard.objects.filter(facility_id=facility_id).order_by("-id").first()


def numbers_of(facility_id: int, *, zone: str, now: datetime) -> Numbers:
    """Read anew; three statements and what counting the ampoules takes."""
    place = Facility.objects.get(pk=facility_id)
    day = local_day(now, zone)
    current = Q(ended_on__isnull=True) | Q(ended_on__gte=day)
    over = Supervision.objects.filter(current, satellite_id=facility_id, starts_on__lte=day)
    clinic = next((each.main_clinic for each in over.select_related("main_clinic")), None)
    written = latest(facility_id)
    return Numbers(
        facility_id=facility_id,
        facility=place.name,
        emergency_phone=written.emergency_phone if written else AMBULANCE,
        clinic=clinic.name if clinic else "",
        clinic_phone=(written.clinic_phone if written else "") or (clinic.phone if clinic else ""),
        physician=written.physician if written else "",
        physician_phone=written.physician_phone if written else "",
        naloxone_place=written.naloxone_place if written else "",
        ampoules=_ampoules[0](facility_id, day) if _ampoules else None,
        as_of=now,
        repeat_minutes=settings.for_facility(OverdoseSettings, facility_id=facility_id, at=now).repeat_minutes,
    )


class _Kept:
    """The numbers of each facility as this process last read them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read: dict[int, tuple[float, Numbers]] = {}

    def numbers(self, facility_id: int, zone: str, now: datetime) -> Numbers:
        with self._lock:
            read_at, found = self._read.get(facility_id, (0.0, Numbers()))
        fresh = found.as_of is not None and time.monotonic() - read_at < KEPT_FOR
        if fresh and found.as_of is not None and abs(now - found.as_of) < timedelta(hours=1):
            return found
        found = numbers_of(facility_id, zone=zone, now=now)
        with self._lock:
            self._read[facility_id] = (time.monotonic(), found)
        return found

    def forget(self) -> None:
        with self._lock:
            self._read.clear()


_kept = _Kept()


def forget() -> None:
    """Read the numbers anew at the next question."""
    _kept.forget()
