"""A year of two small sites, drawn by dice but the same every time: who came, what was said, what was put right later.

Doses go through the ledger's door; what else is a row of a fact is inserted as one. Each fact has the moment at which
it was written down, so that a test can let them arrive one by one, or all at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from core.ids import new_id
from dispensing.models import Absence, CutOff, DoseVoid, Outcome
from dispensing.rules.facts import Answers
from dispensing.services import batches
from dispensing.services.authorisations import Authorisation, PouredPortion
from dispensing.services.batches import PastDose
from facilities.models import Area, Facility, FacilityKind
from inventory.models import AccountKind
from inventory.services import accounts
from patients.models import Patient, Placement, StatusChange
from tests import cast, world
from tests.dispensing import morning
from tests.dispensing.by_hand import Life

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST: Final = date(2025, 11, 20)
DAYS: Final = 365
LAST: Final = FIRST + timedelta(days=DAYS - 1)
ONE_DAY: Final = timedelta(days=1)
PATIENTS: Final = 12
SAID: Final = (
    "absent", "absent", "refused", "intoxicated", "withheld", "sent_away", "stock_out", "site_closed", "hospitalised",
    "detained", "left_with_cup", "no_prescription",
)  # fmt: skip
TET: Final = (date(2026, 2, 17), date(2026, 2, 18))


@dataclass(frozen=True)
class Fact:
    """Something about a patient's day, written down at `recorded_at`. `kind`: dose, said, void, status, road, away."""

    kind: str
    who: int
    day: date
    recorded_at: datetime
    at: datetime
    code: str = ""
    note: str = ""
    place: int = 0
    until: date = LAST
    id: UUID = field(default_factory=new_id)
    of: UUID | None = None

    @property
    def in_time(self) -> bool:
        """Written down on its own day, before anything decides it."""
        return self.kind in ("dose", "said", "away") and self.recorded_at.astimezone(ZONE).date() <= self.day


class Year:
    """Two sites, their patients and everything that will be written down of them, in order."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)  # noqa: S311  the same year every time
        area = Area.objects.get(name=cast.AREA)
        self.sites = [
            Facility.objects.create(area=area, kind=FacilityKind.SATELLITE, name=name, went_live_on=FIRST)
            for name in ("Pá Khoang", "Mường Lói")
        ]
        self.keeper, self.by = world.person(cast.PHARMACIST), morning.access(cast.PHARMACIST)
        self.slips = {site.pk: self._slip(site) for site in self.sites}
        self.people = [self._somebody(number) for number in range(PATIENTS)]
        self.facts: list[Fact] = []
        for who in range(PATIENTS):
            self._live(who)
        self._roads()
        self.facts.sort(key=lambda fact: (fact.recorded_at, str(fact.id)))

    @property
    def ids(self) -> list[UUID]:
        return [patient.pk for patient, _places in self.people]

    def life(self, who: int, *, until: datetime) -> Life:
        """What is known of one patient at a moment, for the reference."""
        patient, places = self.people[who]
        known = [fact for fact in self.facts if fact.recorded_at < until]
        voided = {fact.of for fact in known if fact.kind == "void"}
        life = Life(patient.treatment_started_on, patient.known_from, places=list(places))
        drank: dict[date, int] = defaultdict(int)
        for fact in known:
            if fact.kind == "road":
                life.roads.append((fact.place, fact.day, fact.until))
            elif fact.who != who:
                continue
            elif fact.kind == "dose" and fact.id not in voided:
                drank[fact.day] += 1
            elif fact.kind == "said":
                local = fact.at.astimezone(ZONE)
                life.said.append((fact.day, local.hour * 60 + local.minute, fact.code, fact.note))
            elif fact.kind == "status":
                life.statuses.append((fact.day, fact.code))
            elif fact.kind == "away":
                life.announced.append((fact.day, fact.until))
        life.drank = dict(drank)
        return life

    def write(self, facts: Sequence[Fact]) -> None:
        """Let these facts be written down now, as many statements as kinds and sites."""
        for site in self.sites:
            given = [self._past(fact) for fact in facts if fact.kind == "dose" and fact.place == site.pk]
            if given:
                batches.record_many(doses=given, facility_id=site.pk, by=self.by)
        of_kind: dict[str, list[Fact]] = defaultdict(list)
        for fact in facts:
            of_kind[fact.kind].append(fact)
        Outcome.objects.bulk_create(
            Outcome(
                id=fact.id, patient_id=self.ids[fact.who], facility_id=fact.place, day=fact.day, code=fact.code,
                note=fact.note, at=fact.at, recorded_at=fact.recorded_at, recorded_by=self.keeper,
            )
            for fact in of_kind["said"]
        )  # fmt: skip
        DoseVoid.objects.bulk_create(
            DoseVoid(
                dose_id=fact.of, kind="drunk_by_other", reason="người khác uống", drinker="unknown",
                voided_at=fact.recorded_at, voided_by=self.keeper,
            )
            for fact in of_kind["void"]
        )  # fmt: skip
        StatusChange.objects.bulk_create(
            StatusChange(
                patient_id=self.ids[fact.who], status=fact.code, from_day=fact.day, recorded_at=fact.recorded_at,
                recorded_by=self.keeper,
            )
            for fact in of_kind["status"]
        )  # fmt: skip
        for fact in of_kind["status"]:
            Patient.objects.filter(pk=self.ids[fact.who]).update(status=fact.code)
        CutOff.objects.bulk_create(
            CutOff(
                id=fact.id, facility_id=fact.place, kind="road", cause="flood", from_day=fact.day, until_day=fact.until,
                recorded_at=fact.recorded_at, recorded_by=self.keeper,
            )
            for fact in of_kind["road"]
        )  # fmt: skip
        Absence.objects.bulk_create(
            Absence(
                id=fact.id, patient_id=self.ids[fact.who], facility_id=fact.place, from_day=fact.day,
                until_day=fact.until, reason="family", told_by="patient", recorded_at=fact.recorded_at,
                recorded_by=self.keeper,
            )
            for fact in of_kind["away"]
        )  # fmt: skip

    def _slip(self, site: Facility) -> Authorisation:
        """A dose of one mL out of the site's one bottle, as the pattern of every dose."""
        bottle = morning.opened_bottle(at=site, ul=40_000_000)
        held = accounts.ids(facility_id=site.pk, item=morning.methadone())
        return Authorisation(
            dose_id=new_id(), patient_id=new_id(), facility_id=site.pk, person_id=self.keeper.pk, day=FIRST, slot=1,
            mg=Decimal(10), portions=(PouredPortion(bottle.pk, bottle.lot_id, 1_000),),
            opened_account=held[AccountKind.OPENED], patients_account=held[AccountKind.PATIENTS],
            prescription_id=None, reduced=False, authorised_at=world.NOW, answers=Answers(),
        )  # fmt: skip

    def _past(self, fact: Fact) -> PastDose:
        slip = replace(self.slips[fact.place], dose_id=fact.id, patient_id=self.ids[fact.who], day=fact.day)
        keeper = self.keeper.pk
        return PastDose(slip, "known", keeper, keeper, given_at=fact.at, recorded_at=fact.recorded_at)

    def _somebody(self, number: int) -> tuple[Patient, list[tuple[int, str, date, date | None]]]:
        """Known from the first day, or not before some weeks; some move once or twice, one is in hospital for days."""
        dice = self.dice
        known_from = FIRST + timedelta(days=dice.choice((0, 0, 0, 25)))
        started = (
            FIRST - timedelta(days=300) if dice.random() < 0.8 else known_from + timedelta(days=dice.randrange(30))
        )
        patient = Patient.objects.create(
            code=f"95{number:03}", initials="N.V.A.", sex="m", birth_year=1985, treatment_started_on=started,
            known_from=known_from, registered_at=moment(FIRST, 7),
        )  # fmt: skip
        here, there = (site.pk for site in self.sites)
        cuts = sorted(dice.sample(range(40, 330, 9), {0: 1, 1: 2, 2: 3}.get(number % 4, 0)))
        places: list[tuple[int, str, date, date | None]] = []
        begins = FIRST
        for step, cut in enumerate(cuts):
            ends = FIRST + timedelta(days=cut)
            places.append(
                ((here, there)[step % 2], "hospital" if number % 4 == 2 and step == 1 else "home", begins, ends)
            )
            begins = (
                ends + ONE_DAY + (timedelta(days=2) if number == 4 else timedelta(0))
            )  # one is nobody's for two days
        places.append(((here, there)[len(cuts) % 2], "home", begins, None))
        Placement.objects.bulk_create(
            Placement(
                patient=patient, facility_id=facility, kind=kind, starts_on=first, recorded_at=moment(FIRST, 7),
                recorded_by=self.keeper, ended_on=last, ended_by=self.keeper if last else None,
                **({"place": "Bệnh viện tỉnh", "planned_end": last} if kind == "hospital" else {}),
            )
            for facility, kind, first, last in places
        )  # fmt: skip
        return patient, places

    def _live(self, who: int) -> None:
        """One patient's year: mostly dosed, in runs absent; now and then written down late, or put right."""
        dice, (_patient, places) = self.dice, self.people[who]
        left = FIRST + timedelta(days=dice.randrange(150, 300)) if who in (3, 7) else None
        if left is not None:
            self._leave(who, left)
        if who == 5:
            self._status(who, FIRST + timedelta(days=100), "suspended", later=0)
        gone = 0
        for number in range(DAYS):
            day = FIRST + timedelta(days=number)
            place = next((p[0] for p in places if p[2] <= day and (p[3] is None or day <= p[3])), None)
            if place is None or (left is not None and left <= day < left + timedelta(days=40)):
                continue
            gone = gone - 1 if gone else dice.choice((0,) * 40 + (1, 2, 3, 5, 9, 34))
            self._day(who, day, place, away=gone > 0)
            if dice.random() < 0.01:
                ends = day + timedelta(days=9)
                self._add("away", who, day + timedelta(days=8), moment(day, 8), place=place, until=ends)

    def _day(self, who: int, day: date, place: int, *, away: bool) -> None:
        dice, at = self.dice, moment(day, 6, self.dice.randrange(50))
        if day in TET:
            self._add("said", who, day, at, code="site_closed", place=place)
        elif not away:
            last = dice.random() < 0.03
            elsewhere = next(site.pk for site in self.sites if site.pk != place) if last else place
            dose = self._add("dose", who, day, at, place=elsewhere, later=dice.random() < 0.06)
            if dice.random() < 0.03:
                self._add("said", who, day, at + timedelta(minutes=9), code="vomited", place=place)
            if dice.random() < 0.03:
                self._add("void", who, day, later_than(dose.recorded_at, dice), of=dose.id, place=place)
        elif dice.random() < 0.6:
            for _again in range(dice.choice((1, 1, 2))):
                note = "về quê" if dice.random() < 0.3 else ""
                minute = at + timedelta(minutes=dice.randrange(1, 120))
                self._add("said", who, day, minute, code=dice.choice(SAID), note=note, place=place,
                          later=dice.random() < 0.1)  # fmt: skip

    def _leave(self, who: int, day: date) -> None:
        """Gives up, which is written down later from an earlier day; comes back after forty days."""
        self._status(who, day, "dropped_out", later=self.dice.randrange(0, 20))
        self._status(who, day + timedelta(days=40), "in_treatment", later=self.dice.randrange(0, 2))

    def _status(self, who: int, day: date, code: str, *, later: int) -> None:
        self._add("status", who, day, moment(day + timedelta(days=later), 10), code=code)

    def _roads(self) -> None:
        """A flood at one site, written down on its third day; a storm at the other, on its first."""
        for site, first, days, later in (
            (self.sites[0], date(2026, 7, 3), 6, 2),
            (self.sites[1], date(2026, 8, 9), 3, 0),
        ):
            until = first + timedelta(days=days - 1)
            self._add("road", -1, first, moment(first + timedelta(days=later), 11), place=site.pk, until=until)

    def _add(
        self, kind: str, who: int, day: date, at: datetime, *, later: bool = False, **more: object
    ) -> Fact:  # fmt: skip
        recorded_at = later_than(at, self.dice) if later else at
        fact = Fact(kind, who, day, recorded_at, at, **more)
        if recorded_at <= moment(LAST, 23):
            self.facts.append(fact)
        return fact


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=ZONE)


def later_than(at: datetime, dice: Random) -> datetime:
    """After closing on the same day, or up to a week later."""
    return at + timedelta(hours=dice.choice((5, 9, 30, 80, 170)), minutes=dice.randrange(50))


def days_between(first: date, last: date) -> Iterable[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
