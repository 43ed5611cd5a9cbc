"""What a missing report is called in tasks."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oversight.rules.periods import read
from oversight.rules.report_codes import SCOPE_WORDS, ReportKind, ReportScope

TASK_NAME: Final = gettext_lazy("Nộp báo cáo quý")
HANDED_IN: Final[dict[str, str | Promise]] = {"handed_in": gettext_lazy("đã ký báo cáo")}


def due(data: Mapping[str, Any]) -> str:
    """What is to be handed in, of which place."""
    return _("Ký Bảng 3, %(period)s: %(place)s (%(scope)s)") % {
        "period": read(ReportKind.QUARTER, data["period"]).words,
        "place": data["place"],
        "scope": SCOPE_WORDS[ReportScope(data["scope"])],
    }
