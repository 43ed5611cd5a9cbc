"""What the tasks about vials taken home say, and how they end."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

TASK_LATE: Final = _("Lọ mang về chưa trả")
TASK_CALLED: Final = _("Gọi người bệnh mang lọ đến đếm")
LATE_ENDS: Final[Mapping[str, Promise]] = {"returned": _("Đã ghi về từng lọ")}
CALL_SAID: Final[Mapping[str, Promise]] = {
    "counted": _("Đã mang đến, đếm đủ"),
    "short": _("Đã mang đến, thiếu hoặc không đúng"),
    "not_come": _("Đã gọi được, không mang đến"),
    "not_reached": _("Không gọi được"),
}


def late(data: Mapping[str, Any]) -> str:
    """How many vials are late, and what to do."""
    since = str(data.get("since", ""))
    day = f"{date.fromisoformat(since):%d/%m/%Y}" if since else ""
    said = gettext("%(count)s lọ mang về chưa trả, từ lọ ngày %(day)s. Hỏi người bệnh rồi ghi về từng lọ.")
    return said % {"count": data.get("count", ""), "day": day}


def called(data: Mapping[str, Any]) -> str:
    """Who is asked to bring what."""
    said = gettext("Gọi người bệnh mang cả %(count)s lọ, đầy và rỗng, đến đếm. Ghi kết quả ở đây.")
    return said % {"count": data.get("count", "")}
