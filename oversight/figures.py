"""The key figures on top of the managers' page: a number, what it compares with, and the way to what it is made of."""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import Access, Permission
from oversight.queries.sites import Morning

SITES: Final = "#sites"  # the table below, worst first, in which every number leads on


@dataclass(frozen=True)
class Figure:
    """One figure as `_components/key_figure.html` takes it; `path` is empty for who may not follow it."""

    label: str
    value: int
    comparison: str
    kind: str = ""
    path: str = ""
    link_label: str = ""


def figures(morning: Morning, access: Access) -> tuple[Figure, ...]:
    """Turned away first (domain 12.4), then what is overdue, done alone, unsigned or asked for in vain."""
    return (
        _turned_away(morning),
        _cases(morning, access),
        _alone(morning, access),
        _unsigned(morning),
        _journeys(morning),
    )


def _turned_away(morning: Morning) -> Figure:
    return Figure(
        label=_("Đến mà không được uống hôm nay"),
        value=morning.turned_away,
        comparison=_("đã uống %(taken)d / %(caseload)d · còn %(left)d chưa đến")
        % {"taken": morning.taken, "caseload": morning.caseload, "left": morning.to_come},
        kind="stop" if morning.turned_away else "",
        path=SITES if morning.turned_away else "",
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


def _unsigned(morning: Morning) -> Figure:
    days = morning.unsigned_days
    oldest = ngettext("lâu nhất %(count)d ngày", "lâu nhất %(count)d ngày", days) % {"count": days}
    oldest = oldest if days else _("từ hôm nay")
    return Figure(
        label=_("Y lệnh chưa có chữ ký bác sĩ"),
        value=morning.unsigned,
        comparison=oldest if morning.unsigned else _("bác sĩ đã ký mọi y lệnh"),
        kind="look" if days else "",
        path=SITES if morning.unsigned else "",
        link_label=_("Xem từng cơ sở"),
    )


def _journeys(morning: Morning) -> Figure:
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
        path=SITES if asked.denied else "",
        link_label=_("Xem từng cơ sở"),
    )
