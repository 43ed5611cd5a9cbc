"""The schematic map of the sites: the worst of what stands at each (stock, naloxone, doses, silence), in a word."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.tram import day_short, day_time
from dispensing.rules.choices import OutcomeCode
from facilities.models import Facility, Supervision
from oversight.charts import Spot, State, map_of
from oversight.queries.sites import Site
from oversight.queries.stock import StockSite
from patients.queries.reach import in_force

# Their dose would have been a danger to them: to be looked at, and not a window that has failed.
FOR_SAFETY: Final = frozenset({OutcomeCode.WITHHELD, OutcomeCode.INTOXICATED})


@dataclass(frozen=True)
class Position:
    """Where a facility lies, in degrees, and the name of the clinic that supplies it; None and empty where unknown."""

    east: float | None = None
    north: float | None = None
    supplied_by: str = ""


def positions(facility_ids: Collection[int], *, today: date) -> dict[int, Position]:
    """Two statements."""
    clinics = dict(
        Supervision.objects.filter(in_force(today), satellite_id__in=facility_ids)
        .order_by("starts_on")
        .values_list("satellite_id", "main_clinic__name")
    )
    rows = Facility.objects.filter(pk__in=facility_ids).values_list("pk", "longitude", "latitude")
    return {pk: Position(_degrees(east), _degrees(north), clinics.get(pk, "")) for pk, east, north in rows}


def _degrees(exact: Decimal | None) -> float | None:
    return None if exact is None else float(exact)


def map_picture(sites: Iterable[Site], stock: Iterable[StockSite], where: Mapping[int, Position]) -> SafeString:
    """Each site at its place, leading to its page; its word is its worst trouble, the list behind has them all."""
    held = {one.id: one for one in stock}
    spots = []
    for site in sites:
        state, words = how_it_stands(site, held.get(site.id))
        at = where.get(site.id, Position())
        spots.append(
            Spot(
                name=site.name,
                east=at.east,
                north=at.north,
                state=state,
                word=words[0],
                path=reverse("oversight:site", args=[site.id]),
                note="; ".join(words),
                supplied_by=at.supplied_by,
            )
        )
    return map_of(spots, label=_("Các cơ sở và tình trạng sáng nay"))


def how_it_stands(site: Site, stock: StockSite | None) -> tuple[State, list[str]]:
    """The worst state and every trouble of it in words, those of the worst state first; "ổn" where there is none."""
    troubles = [*_doses(site), *_stock(stock)] if stock is not None else _doses(site)
    if not troubles:
        return State.GO, [_("ổn")]
    order = list(State)
    troubles.sort(key=lambda trouble: order.index(trouble[0]))
    return troubles[0][0], [words for _state, words in troubles]


def _doses(site: Site) -> list[tuple[State, str]]:
    found = []
    withheld = sum(reason.count for reason in site.reasons if reason.code in FOR_SAFETY)
    if site.turned_away > withheld:
        words = ngettext("%(n)d người không được uống", "%(n)d người không được uống", site.turned_away - withheld)
        found.append((State.STOP, words % {"n": site.turned_away - withheld}))
    if withheld:
        words = ngettext("%(n)d người tạm ngừng uống", "%(n)d người tạm ngừng uống", withheld)
        found.append((State.LOOK, words % {"n": withheld}))
    if site.silent:
        heard = site.waiting.heard_at
        words = _("chưa có tin, lần cuối %(at)s") % {"at": day_time(heard)} if heard else _("chưa có tin")
        found.append((State.SILENT, words))
    if site.waiting.blocked:
        words = ngettext("%(n)d người chờ mở khóa", "%(n)d người chờ mở khóa", site.waiting.blocked)
        found.append((State.LOOK, words % {"n": site.waiting.blocked}))
    return found


def _stock(stock: StockSite) -> list[tuple[State, str]]:
    found = []
    if stock.without_naloxone:
        found.append((State.STOP, _("không có naloxone")))
    elif stock.naloxone is not None and stock.naloxone.low:
        found.append((State.LOOK, _("ít naloxone")))
    if stock.cover_days is not None and stock.runs_low:
        words = ngettext("thuốc đủ %(n)d ngày", "thuốc đủ %(n)d ngày", stock.cover_days) % {"n": stock.cover_days}
        found.append((State.STOP if stock.runs_out else State.LOOK, words))
    if stock.cut_off is not None:
        words = _("bị cắt đường đến %(day)s") % {"day": day_short(stock.cut_off.until)}
        found.append((State.STOP if stock.cut_off_too_long else State.LOOK, words))
    if stock.keys_lost:
        found.append((State.STOP, _("mất chìa khóa")))
    if stock.cases:
        words = ngettext("%(n)d chênh lệch chưa xong", "%(n)d chênh lệch chưa xong", stock.cases) % {"n": stock.cases}
        found.append((State.STOP if stock.cases_late else State.LOOK, words))
    return found
