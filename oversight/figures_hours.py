"""The figures and pictures of overtime, of what `oversight.queries.hours` read: for the morning's page and its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.tram import day_short
from oversight.charts import Bar, Series, State, bars, multiples
from oversight.filters import Filter
from oversight.queries.hours import Hours, Near, SiteHours, Worked
from staff.rules.wording_hours import hours_words

PICTURED: Final = 12  # rows of one picture; the table below it has them all
_TENTH: Final = Decimal("0.1")


@dataclass(frozen=True)
class HoursFigure:
    """One figure as `_components/key_figure.html` takes it."""

    label: str
    value: str
    comparison: str
    kind: str = ""
    path: str = ""
    link_label: str = ""


def hours_figures(found: Hours, asked: Filter) -> tuple[HoursFigure, ...]:
    """The study's figure first (domain 1: paid for less than half), then the month, the limit, the days off."""
    page = asked.at(reverse("oversight:hours"))
    return (_half(found, page), _month(found, page), _limit(found, page), _away(found, page))


def _half(found: Hours, page: str) -> HoursFigure:
    """Of the months that are over: what was worked this month is not due yet."""
    over = found.over
    percent = over.paid_percent if found.percent_says_something else None
    compared = ngettext(
        "đã trả %(paid)s trong %(all)s làm thêm thực tế các tháng trước, %(count)d người",
        "đã trả %(paid)s trong %(all)s làm thêm thực tế các tháng trước, %(count)d người",
        found.persons,
    ) % {"paid": hours_words(over.paid), "all": hours_words(over.overtime), "count": found.persons}
    return HoursFigure(
        label=_("Giờ làm thêm được trả tiền"),
        value=hours_words(over.paid) if percent is None else f"{percent} %",
        comparison=compared if over.overtime else _("năm nay chưa có tháng nào trước tháng này có giờ làm thêm"),
        kind="stop" if percent is not None and percent < 50 else "",
        path=f"{page}#sites",
        link_label=_("Xem từng cơ sở"),
    )


def _month(found: Hours, page: str) -> HoursFigure:
    month = found.month
    said = [
        _("được thanh toán %(payable)s · không được thanh toán %(unpaid)s")
        % {"payable": hours_words(month.payable), "unpaid": hours_words(month.unpaid)}
    ]
    if month.leave:
        said.append(_("nghỉ bù %(leave)s") % {"leave": hours_words(month.leave)})
    return HoursFigure(
        label=_("Làm thêm thực tế, tháng %(month)s") % {"month": f"{found.month_begins:%m/%Y}"},
        value=hours_words(month.overtime),
        comparison=" · ".join(said),
        path=f"{page}#people",
        link_label=_("Xem từng người"),
    )


def _limit(found: Hours, page: str) -> HoursFigure:
    reached = sum(near.reached for near in found.near)
    first = next((near.reaches_on for near in found.near if near.reaches_on), None)
    said = [ngettext("%(count)d người đã quá mức", "%(count)d người đã quá mức", reached) % {"count": reached}]
    if first:
        said.append(_("người tới mức sớm nhất: khoảng %(day)s") % {"day": day_short(first)})
    return HoursFigure(
        label=_("Gần hoặc quá mức làm thêm của năm"),
        value=ngettext("%(count)d người", "%(count)d người", found.near_count) % {"count": found.near_count},
        comparison=" · ".join(said) if found.near_count else _("chưa ai tới 80 % mức"),
        kind="stop" if reached else "look" if found.near_count else "",
        path=f"{page}#near",
        link_label=_("Xem ai và khi nào"),
    )


def _away(found: Hours, page: str) -> HoursFigure:
    year = found.year
    away = year.rest + year.holiday
    percent = year.away_percent if found.percent_says_something else None
    return HoursFigure(
        label=_("Làm ngày nghỉ, ngày lễ"),
        value=hours_words(away) if percent is None else f"{percent} %",
        comparison=_("%(away)s trong %(all)s làm, từ đầu năm")
        % {"away": hours_words(away), "all": hours_words(year.duty)},
        path=f"{page}#sites",
        link_label=_("Xem từng cơ sở"),
    )


def near_words(near: Near) -> str:
    """The conclusion: reached, when it will be, or how far."""
    if near.reached:
        over = near.used - near.limit
        return _("đã quá mức %(over)s") % {"over": hours_words(over)} if over else _("đã tới mức")
    if near.reaches_on:
        return _("với nhịp này tới mức khoảng %(day)s") % {"day": day_short(near.reaches_on)}
    return _("đã qua %(percent)d %% mức, nhịp này chưa tới mức trong năm") % {"percent": near.warning or 0}


def near_picture(found: Hours, *, most: int = PICTURED) -> SafeString:
    """Each person's year against the limit: what no rule took of it, paid or taken as leave, and the rest."""
    shown = found.near[:most]
    limits = {near.limit for near in shown}
    return bars(
        [
            Bar(
                label=near.who.name,
                values=(_hours(near.payable), _hours(near.used - near.payable)),
                text=hours_words(near.used) if len(limits) == 1 else f"{near.used // 60} / {near.limit // 60}",
                note=f"{near_words(near)} ({near.who.roles_words}, {near.who.site})",
                state=State.STOP if near.kind == "stop" else State.LOOK,
            )
            for near in shown
        ],
        label=_("Làm thêm từ đầu năm, so với mức của năm"),
        unit=_("giờ"),
        parts=(
            _("được thanh toán hoặc nghỉ bù") if found.year.leave else _("được thanh toán"),
            _("không được thanh toán"),
        ),
        threshold=_hours(limits.pop()) if len(limits) == 1 else None,
        threshold_label=_("mức của năm"),
        patterns=("full", "open"),  # what is not payable looks as it does in the picture of the sites beside it
    )


def site_picture(found: Hours, asked: Filter, *, most: int = PICTURED) -> SafeString:
    """Each site's overtime of the year: paid, payable and not paid yet (leave with it), not payable."""
    page = reverse("oversight:hours")
    return bars(
        [
            Bar(
                site.name, _parts(site.year), path=f"{asked.at(page)}{'&' if asked.query else '?'}site={site.id}#people"
            )
            for site in found.sites[:most]
        ],
        label=_("Làm thêm thực tế từ đầu năm, theo cơ sở"),
        unit=_("giờ"),
        parts=(
            _("đã trả"),
            _("được thanh toán, chưa trả, và nghỉ bù") if found.year.leave else _("được thanh toán, chưa trả"),
            _("không được thanh toán"),
        ),
    )


def months_picture(sites: Sequence[SiteHours], *, most: int = PICTURED) -> SafeString:
    """Each site's overtime by month, on one scale."""
    shown = sites[:most]
    months = max((len(site.by_month) for site in shown), default=0)
    return multiples(
        [
            Series(
                site.name,
                [None if minutes is None else _hours(minutes) for minutes in site.by_month],
                path=reverse("oversight:site", args=[site.id]),
            )
            for site in shown
        ],
        label=_("Làm thêm thực tế mỗi tháng, theo cơ sở"),
        unit=_("giờ"),
        names=[_("Tháng %(number)d") % {"number": number} for number in range(1, months + 1)],
    )


def _parts(worked: Worked) -> tuple[Decimal, Decimal, Decimal]:
    return _hours(worked.paid), _hours(worked.owed + worked.leave), _hours(worked.unpaid)


def _hours(minutes: int) -> Decimal:
    """Minutes as hours for a picture; tables say them to the minute."""
    return (Decimal(minutes) / 60).quantize(_TENTH)
