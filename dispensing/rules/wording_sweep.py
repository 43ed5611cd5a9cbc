"""A day that nobody closed, in words."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

TASK: Final = gettext_lazy("Ngày chưa đóng")
OUTCOMES: Final = {
    "explained": gettext_lazy("Đã hỏi trạm và ghi lý do"),
    "nobody_there": gettext_lazy("Ngày đó trạm không mở cửa"),
}
BY_ITSELF: Final = {"closed": gettext_lazy("Trạm đã đóng đủ các ngày")}


def sentence(data: Mapping[str, object]) -> str:
    """How many days nobody has closed, since when, and what to do."""
    days, since = int(str(data.get("days", 1))), str(data.get("since", ""))
    words = (
        _("Ngày %(since)s chưa ai đóng: xem lại và đóng ngày đó.")
        if days == 1
        else _("%(days)d ngày chưa ai đóng, sớm nhất là ngày %(since)s: xem lại và đóng từng ngày.")
    )
    return words % {"days": days, "since": f"{date.fromisoformat(since):%d/%m/%Y}" if since else ""}
