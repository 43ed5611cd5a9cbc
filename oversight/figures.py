"""The key figures on top of the managers' page: a number, what it compares with, and the way to what it is made of."""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import Access, Permission
from oversight.filters import Filter
from oversight.queries.sites import Morning
from oversight.queries.stock import StockPage
from oversight.words import age

SITES: Final = "sites"  # the table, worst first, in which every number leads on


@dataclass(frozen=True)
class Figure:
    """One figure as `_components/key_figure.html` takes it; `path` is empty for who may not follow it."""

    label: str
    value: int | str
    comparison: str
    kind: str = ""
    path: str = ""
    link_label: str = ""


def figures(morning: Morning, stock: StockPage, access: Access, asked: Filter) -> tuple[Figure, ...]:
    """The managers' morning in a line: turned away first (domain 12.4), who waits, what runs out, what is overdue."""
    return (_turned_away(morning, asked), _waiting(morning, asked), _stock(stock, asked), _cases(morning, access))


def dose_figures(morning: Morning, access: Access, asked: Filter) -> tuple[Figure, ...]:
    """What the page of doses has on top: the same first, then what was done alone, unsigned or asked for in vain."""
    return (
        _turned_away(morning, asked),
        _waiting(morning, asked),
        _missed(morning, asked),
        _alone(morning, access),
        _unsigned(morning, asked),
        _journeys(morning, asked),
    )


def stock_figures(stock: StockPage, access: Access, asked: Filter) -> tuple[Figure, ...]:
    """What runs out, what is missing beside it, what differs, what was asked for."""
    return (_stock(stock, asked), _ampoules(stock, asked), _differences(stock, access), _requests(stock, asked))


def _turned_away(morning: Morning, asked: Filter) -> Figure:
    return Figure(
        label=_("Đến mà không được uống hôm nay"),
        value=morning.turned_away,
        comparison=_("đã uống %(taken)d / %(caseload)d · còn %(left)d chưa đến")
        % {"taken": morning.taken, "caseload": morning.caseload, "left": morning.to_come},
        kind="stop" if morning.turned_away else "",
        path=_doses(asked),
        link_label=_("Vì sao, ở đâu"),
    )


def _waiting(morning: Morning, asked: Filter) -> Figure:
    since = morning.waited_since
    said = [
        _("chờ bác sĩ %(physician)d · chờ cơ sở điều trị %(clinic)d")
        % {"physician": morning.waiting_for("physician"), "clinic": morning.waiting_for("main_clinic")}
    ]
    if since is not None:
        said.append(_("chờ bác sĩ lâu nhất %(age)s") % {"age": age(since, morning.as_of)})
    return Figure(
        label=_("Chưa uống được, đang chờ người mở"),
        value=morning.blocked,
        comparison=" · ".join(said) if morning.blocked else _("không ai phải chờ"),
        kind="stop" if morning.blocked else "",
        path=_doses(asked),
        link_label=_("Chờ ai, ở đâu"),
    )


def _missed(morning: Morning, asked: Filter) -> Figure:
    stopped = sum(site.waiting.stopped for site in morning.sites)
    return Figure(
        label=_("Đang bỏ liều"),
        value=sum(site.waiting.missing for site in morning.sites),
        comparison=ngettext("%(count)d người đã phải dừng cấp", "%(count)d người đã phải dừng cấp", stopped)
        % {"count": stopped},
        kind="look" if stopped else "",
        path=_doses(asked),
        link_label=_("Mức nào, ở đâu"),
    )


def _stock(stock: StockPage, asked: Filter) -> Figure:
    count = len(stock.run_out)
    lasts = min((site.cover_days for site in stock.sites if site.cover_days is not None), default=None)
    said = (
        []
        if lasts is None
        else [ngettext("ít nhất %(count)d ngày", "ít nhất %(count)d ngày", lasts) % {"count": lasts}]
    )
    said.append(_("chênh lệch đang mở %(open)d, quá hạn %(late)d") % {"open": stock.cases, "late": stock.cases_late})
    return Figure(
        label=_("Cơ sở sắp hết thuốc"),
        value=count,
        comparison=" · ".join(said),
        kind="stop" if count else "",
        path=asked.at(reverse("oversight:stock"), SITES),
        link_label=_("Còn bao nhiêu ngày"),
    )


def _ampoules(stock: StockPage, asked: Filter) -> Figure:
    none = len(stock.without_naloxone)
    low = sum(site.naloxone is not None and site.naloxone.low for site in stock.sites)
    waited = max((site.naloxone.waited_days for site in stock.sites if site.naloxone), default=0)
    said = [_("dưới mức tối thiểu %(low)d cơ sở") % {"low": low}]
    if waited:
        said.append(
            ngettext("đã xin lâu nhất %(count)d ngày", "đã xin lâu nhất %(count)d ngày", waited) % {"count": waited}
        )
    return Figure(
        label=_("Cơ sở không có naloxone dùng được"),
        value=none,
        comparison=" · ".join(said),
        kind="stop" if none else "look" if low else "",
        path=asked.at(reverse("oversight:stock"), SITES),
        link_label=_("Ở đâu, đã xin chưa"),
    )


def _differences(stock: StockPage, access: Access) -> Figure:
    follow = stock.cases and access.may(Permission.VIEW_CASES)
    return Figure(
        label=_("Chênh lệch đang mở"),
        value=stock.cases,
        comparison=_("quá hạn báo cáo %(late)d") % {"late": stock.cases_late},
        kind="stop" if stock.cases_late else "look" if stock.cases else "",
        path=f"{reverse('followup:cases')}?whose=sites" if follow else "",
        link_label=_("Xem từng việc"),
    )


def _requests(stock: StockPage, asked: Filter) -> Figure:
    since = min((site.asked_at for site in stock.sites if site.asked_at is not None), default=None)
    return Figure(
        label=_("Dự trù đang chờ"),
        value=stock.requests,
        comparison=_("lâu nhất %(age)s") % {"age": age(since, stock.as_of)} if since else _("không có"),
        path=asked.at(reverse("oversight:stock"), SITES) if stock.requests else "",
        link_label=_("Xem từng cơ sở"),
    )


def _cases(morning: Morning, access: Access) -> Figure:
    cases = morning.cases
    follow = cases.open and access.may(Permission.VIEW_CASES)
    return Figure(
        label=_("Việc quá hạn"),
        value=cases.overdue,
        comparison=ngettext("trong %(count)d việc đang mở", "trong %(count)d việc đang mở", cases.open)
        % {"count": cases.open},
        kind="stop" if cases.overdue else "",
        path=f"{reverse('followup:cases')}?whose=sites" if follow else "",
        link_label=_("Xem từng việc"),
    )


def _alone(morning: Morning, access: Access) -> Figure:
    alone = morning.unwitnessed
    follow = alone.waiting and access.may(Permission.REVIEW_UNWITNESSED)
    compared = _("quá hạn xem lại %(late)d · lâu nhất %(age)s") % {"late": alone.late, "age": morning.oldest}
    return Figure(
        label=_("Việc làm một mình, chưa ai xem lại"),
        value=alone.waiting,
        comparison=compared if alone.waiting else _("mọi việc đều có hai người hoặc đã được xem lại"),
        kind="stop" if alone.late else "look" if alone.waiting else "",
        path=reverse("staff:unwitnessed") if follow else "",
        link_label=_("Xem lại"),
    )


def _unsigned(morning: Morning, asked: Filter) -> Figure:
    days = morning.unsigned_days
    oldest = ngettext("lâu nhất %(count)d ngày", "lâu nhất %(count)d ngày", days) % {"count": days}
    oldest = oldest if days else _("từ hôm nay")
    return Figure(
        label=_("Y lệnh chưa có chữ ký bác sĩ"),
        value=morning.unsigned,
        comparison=oldest if morning.unsigned else _("bác sĩ đã ký mọi y lệnh"),
        kind="look" if days else "",
        path=_doses(asked) if morning.unsigned else "",
        link_label=_("Xem từng cơ sở"),
    )


def _journeys(morning: Morning, chosen: Filter) -> Figure:
    asked = morning.journeys
    compared = _("từ chối %(refused)d · không trả lời %(unanswered)d · đang chờ %(waiting)d, trong 30 ngày") % {
        "refused": asked.refused,
        "unanswered": asked.unanswered,
        "waiting": asked.waiting,
    }
    return Figure(
        label=_("Xin chuyến an toàn mà không được"),
        value=asked.denied,
        comparison=compared,
        kind="look" if asked.denied or asked.waiting else "",
        path=_doses(chosen) if asked.denied else "",
        link_label=_("Xem từng cơ sở"),
    )


def _doses(asked: Filter) -> str:
    return asked.at(reverse("oversight:doses"), SITES)
