"""The differences that a site's measures and emptied bottles found new, as far as a pattern depends on them."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Q, QuerySet

from core.clock import local_day
from facilities.services import settings
from inventory.models import Act, ActKind, BottleMeasure, Movement
from inventory.queries.measures import known_bias_ppm
from inventory.rules.measures import Past, Reading, drifts, site_method, uncertainty_ul
from inventory.rules.patterns import Small
from inventory.rules.settings import StockSettings


@dataclass(frozen=True)
class _Seen:
    """One measure, or the emptying that ended the bottle; `order` is where it stands in the bottle's life."""

    bottle_id: int
    person_id: int
    at: datetime
    order: tuple[int, int, datetime]
    past: Past
    uncertainty_ul: int


def smalls(*, facility_id: int, since: datetime, zone: str) -> list[Small]:
    """Oldest first, from that moment on: what each measure or emptying found beyond the one before and beyond what the
    device explains, where its method can tell it from nothing. Five statements, whatever the history.
    """
    seen = [*_measured(facility_id, since, zone), *_emptied(facility_id, since, zone)]
    bias = known_bias_ppm(facility_id=facility_id)
    found: list[Small] = []
    ordered = sorted(seen, key=lambda each: (each.bottle_id, each.order))
    for _bottle, of_bottle in groupby(ordered, key=lambda each: each.bottle_id):
        life = list(of_bottle)
        for each, (day, drift) in zip(life, drifts([one.past for one in life], bias), strict=True):
            if each.at >= since and abs(drift) > each.uncertainty_ul:
                found.append(Small(day, each.at, each.bottle_id, each.person_id, drift))
    return sorted(found, key=lambda small: small.at)


def _measured(facility_id: int, since: datetime, zone: str) -> list[_Seen]:
    """Every measure of the bottles that were measured or emptied lately. One statement."""
    lately = BottleMeasure.objects.filter(facility_id=facility_id, measured_at__gte=since).values("bottle_id")
    ended = Movement.objects.filter(act__in=_emptyings(facility_id, since), bottle__isnull=False).values("bottle_id")
    rows = BottleMeasure.objects.filter(facility_id=facility_id).filter(
        Q(bottle_id__in=lately) | Q(bottle_id__in=ended)
    )
    return [
        _Seen(
            row.bottle_id,
            row.measured_by_id,
            row.measured_at,
            (0, row.as_of, row.recorded_at),
            Past(local_day(row.measured_at, zone), row.measured_ul, row.book_ul, row.act_id is not None),
            row.uncertainty_ul,
        )
        for row in rows
    ]


def _emptyings(facility_id: int, since: datetime) -> QuerySet[Act]:
    return Act.objects.filter(facility_id=facility_id, kind=ActKind.EMPTYING, recorded_at__gte=since)


def _emptied(facility_id: int, since: datetime, zone: str) -> list[_Seen]:
    """Bottles that ran out: the residue against the book of that moment. Two statements."""
    acts = list(_emptyings(facility_id, since).select_related("document"))
    moved = Movement.objects.filter(act__in=acts, bottle__isnull=False).order_by("act_id", "position")
    bottle_of = dict(moved.values_list("act_id", "bottle_id"))
    off = _usual_uncertainty(facility_id, since) if bottle_of else 0
    found = []
    for act in acts:
        if act.pk not in bottle_of:
            continue  # nothing was left to settle: the book and the bottle ran out together
        stated, booked = act.document.content["stated"], act.document.content["found"]
        book = booked["book_ul"] - booked["beyond_ul"]
        past = Past(local_day(act.recorded_at, zone), stated["residue_ul"], book, posted=True)
        order = (1, 0, act.recorded_at)
        found.append(_Seen(bottle_of[act.pk], act.actor_id, act.recorded_at, order, past, off))
    return found


def _usual_uncertainty(facility_id: int, at: datetime) -> int:
    """How far the site's own method may be off once."""
    in_force = settings.for_facility(StockSettings, facility_id=facility_id, at=at)
    return uncertainty_ul(Reading(site_method(in_force), (in_force.weigh_uncertainty_ml,)), in_force)
