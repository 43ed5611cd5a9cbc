"""Questions to the main clinic, as tasks and notices say them. No name of a patient and of no drug in any of them."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

TASK_WAITS: Final = gettext_lazy("Trạm hỏi: trả lời")
TASK_BACK: Final = gettext_lazy("Cơ sở điều trị hỏi lại")
SAID: Final[Mapping[str, str | Promise]] = {"said": gettext_lazy("đã trả lời, hỏi lại hoặc xong")}


def waits(data: Mapping[str, Any]) -> str:
    """The clinic's turn."""
    words = _("%(place)s hỏi về một người bệnh. Mở Trạm, trả lời.") % {"place": data.get("place", "–")}
    if data.get("urgency") == "waiting":
        words = _("%(place)s hỏi, người bệnh đang chờ ở cửa. Mở Trạm, trả lời ngay.") % {
            "place": data.get("place", "–")
        }
    return words


def asked_back(data: Mapping[str, Any]) -> str:
    """The site's turn."""
    return _("%(clinic)s hỏi lại về câu hỏi của trạm. Mở Trạm, nói thêm.") % {"clinic": data.get("clinic", "–")}


def answered(data: Mapping[str, Any]) -> str:
    """For who asked."""
    return _("%(clinic)s đã trả lời câu hỏi của trạm. Mở Trạm, đọc.") % {"clinic": data.get("clinic", "–")}
