"""The patients of a site: invented people with ages, sexes and doses like a Vietnamese cohort. Pure.

Everything about a patient follows from the seed, the site and the patient's number there (1, 2, …), so that it is known
again on every later run without being stored.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from demo import dice
from demo.names import Invented, invent
from demo.spec import ProvinceSpec, SiteSpec
from patients.rules.codes import code_of

FEMALE: Final = 0.04
MEAN_MG, SPREAD_MG, LOWEST_MG, HIGHEST_MG = 87, 27, 30, 150
STEP_MG: Final = 5
CYCLE: Final = 30  # days; orders of maintenance end on the same day of the cycle
NEWCOMER_EVERY: Final = 7  # days between two patients who begin treatment at a site that starts patients
CODES_BEGIN, CODES, SCATTER = 10_000, 90_000, 37_501  # five digits; the factor has none of CODES' prime factors
FIRST_MG: Final = Decimal(20)


@dataclass(frozen=True)
class Member:
    """One patient of a site. `target_mg`: the daily dose that holds; `joined_on`: the first day at the site."""

    number: int
    id: UUID
    name: Invented
    birth_year: int
    target_mg: Decimal
    treatment_started_on: date
    joined_on: date
    code: str = ""

    @property
    def newcomer(self) -> bool:
        """Whether treatment begins with the first day here."""
        return self.treatment_started_on == self.joined_on


def cohort(province: ProvinceSpec, site: SiteSpec, *, first_day: date, through: date) -> list[Member]:
    """Everybody who has been a patient of the site from its first day here to that day, by number."""
    settled = [_settled(province, site, number, first_day) for number in range(1, site.patients + 1)]
    days = newcomer_days(site, first_day=first_day, through=through)
    return settled + [_newcomer(province, site, site.patients + place, day) for place, day in enumerate(days, start=1)]


def newcomer_days(site: SiteSpec, *, first_day: date, through: date) -> list[date]:
    """The days on which somebody begins treatment at the site; two of them are always in induction."""
    if not site.inducts:
        return []
    count = (through - first_day).days // NEWCOMER_EVERY + 1
    return [first_day + timedelta(days=NEWCOMER_EVERY * place) for place in range(count)]


def order_ends(member: Member, starts_on: date) -> date:
    """The last day of an order of maintenance that begins on a day: ends are spread over the month."""
    phase = (starts_on.toordinal() + member.number) % CYCLE
    return starts_on + timedelta(days=CYCLE - 1 - phase)


def _settled(province: ProvinceSpec, site: SiteSpec, number: int, first_day: date) -> Member:
    key = (province.seed, site.key, "patient", number)
    years = 1 + 8 * dice.share(*key, "years") ** 1.5
    return _member(
        key,
        site,
        number,
        started_on=first_day - timedelta(days=int(365 * years)),
        joined_on=first_day,
    )


def _newcomer(province: ProvinceSpec, site: SiteSpec, number: int, day: date) -> Member:
    return _member((province.seed, site.key, "patient", number), site, number, started_on=day, joined_on=day)


def _member(key: tuple[object, ...], site: SiteSpec, number: int, *, started_on: date, joined_on: date) -> Member:
    people = [who for who, weight in site.mix for _ in range(weight)]
    age = int(38 + 8 * dice.bell(*key, "age"))
    return Member(
        number=number,
        id=dice.fact_id(datetime.combine(joined_on, time(), UTC), *key),
        name=invent(dice.pick(people, *key, "people"), *key, female=dice.share(*key, "sex") < FEMALE),
        birth_year=joined_on.year - max(20, min(64, age)),
        target_mg=_target(key),
        treatment_started_on=started_on,
        joined_on=joined_on,
        code=_code(site.codes_from + number) if site.codes_from else "",
    )


def _code(place: int) -> str:
    """A code of its own for each place, scattered so that neighbours in the list do not look alike."""
    return code_of(CODES_BEGIN + place * SCATTER % CODES)


def _target(key: tuple[object, ...]) -> Decimal:
    wanted = MEAN_MG + SPREAD_MG * dice.bell(*key, "dose")
    steps = round(max(LOWEST_MG, min(HIGHEST_MG, wanted)) / STEP_MG)
    return Decimal(steps * STEP_MG)
