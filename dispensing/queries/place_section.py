"""Where a patient drinks and will drink, and their referrals: a section of the page on which they are followed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from core.access import Access, Permission
from dispensing.queries import referrals
from dispensing.queries.following import Followed
from patients.models import VISITS, Placement
from patients.queries.reach import covers_some_day
from patients.rules.words import PLACEMENT_WORDS

KEY: Final = "place"
TEMPLATE: Final = "dispensing/following/_place.html"
SHOWN: Final = 6


@dataclass(frozen=True)
class PlaceLine:
    """One place with its days; `now`: today is among them, `coming`: all of them are ahead."""

    words: str
    place: str
    starts_on: date
    ended_on: date | None
    now: bool
    coming: bool
    may_end: int | None  # the placement that may be ended early


def load(shown: Followed, by: Access) -> Mapping[str, Any]:
    """Four statements at most."""
    rows = list(
        Placement.objects.filter(covers_some_day(), patient=shown.patient)
        .select_related("facility")
        .order_by("-starts_on", "-pk")[:SHOWN]
    )
    held = referrals.of_patient(shown.patient.pk, by, now=shown.now)
    may_place = shown.may(by, Permission.REGISTER_PATIENT)
    here = shown.place.pk == by.facility_id
    return {
        "places": [_line(row, shown.today, may_place) for row in rows],
        "referrals": held,
        "may_refer": here
        and not any(not row.ended for row in held)
        and (by.may(Permission.REFER_PATIENT) or by.may(Permission.ANSWER_REFERRAL)),
        "may_place": may_place,
    }


def _line(row: Placement, today: date, may_place: bool) -> PlaceLine:
    over = row.ended_on is not None and row.ended_on < today
    return PlaceLine(
        words=str(PLACEMENT_WORDS[row.kind]),
        place=f"{row.place} ({row.facility.name})" if row.place else row.facility.name,
        starts_on=row.starts_on,
        ended_on=row.ended_on,
        now=row.starts_on <= today and not over,
        coming=row.starts_on > today,
        may_end=row.pk if may_place and row.kind in VISITS and not over else None,
    )
