"""Small lines beside a site's figures; the site's own page has the same with its table."""

from datetime import datetime

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.templatetags.tram import day_short, thousands
from oversight.charts import Number, spark
from oversight.queries.read import Share
from oversight.queries.sites import Site
from oversight.queries.stock import ItemStock, StockSite
from oversight.queries.waiting import For

register = template.Library()
_UL_PER_ML = 1000


@register.filter
def attendance_line(site: Site, table: bool = False) -> SafeString:
    """How many drank on each day, against how many are placed here now."""
    points = site.span.points
    return spark(
        [point.dosed for point in points],
        label=_("Đến uống mỗi ngày, %(site)s") % {"site": site.name},
        unit=_("người"),
        names=[day_short(point.day) for point in points],
        reference=site.caseload,
        reference_label=_("người bệnh"),
        table=table,
    )


@register.filter
def turned_away_line(site: Site) -> SafeString:
    """How many came for nothing on each day, with the table."""
    points = site.span.points
    return spark(
        [point.turned_away for point in points],
        label=_("Đến mà không được uống mỗi ngày, %(site)s") % {"site": site.name},
        unit=_("người"),
        names=[day_short(point.day) for point in points],
    )


@register.filter
def stock_line(item: ItemStock, table: bool = False) -> SafeString:
    """What was usable at each day's end, against a week of use."""
    shown: list[Number] = [_shown(item, value) for value in item.trend]
    return spark(
        shown,
        label=_("Dùng được cuối ngày, %(item)s") % {"item": item.name},
        unit="mL" if item.in_bottles else _("ống"),
        names=[day_short(day) for day in item.days],
        reference=_shown(item, 7 * item.used_daily) if item.in_bottles and item.used_daily else None,
        reference_label=_("đủ dùng 7 ngày"),
        table=table,
    )


@register.filter
def amount(value: int, item: ItemStock) -> str:
    """A quantity in words: whole mL, or ampoules."""
    shown = _shown(item, value)
    unit = "mL" if item.in_bottles else _("ống")
    return f"{thousands(shown)} {unit}"


@register.filter
def share(found: Share) -> str:
    """ "3 / 40 (8 %)"; without a per cent where they are few (domain 12.4)."""
    counted = f"{found.part} / {found.whole}"
    return counted if found.percent is None else f"{counted} ({found.percent} %)"


@register.filter
def longest(waits: For, now: datetime) -> str:
    """How long the first of them has waited."""
    return waits.longest(now)


@register.filter
def drugs(site: StockSite) -> list[ItemStock]:
    """The items of a site that are poured from bottles."""
    return [item for item in site.items if item.in_bottles]


def _shown(item: ItemStock, value: int) -> int:
    return value // _UL_PER_ML if item.in_bottles else value
