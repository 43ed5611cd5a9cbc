"""Settings in the words of the field. Each room registers the words of its own when it starts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.quantities import format_decimal
from core.templatetags.tram import separator


@dataclass(frozen=True)
class SettingWords:
    """What one setting decides, as a sentence that its value ends. `choices`: the words of a text's allowed values."""

    text: str | Promise
    choices: Mapping[str, str | Promise] = field(default_factory=dict)
    in_use: bool = True


_titles: dict[str, str | Promise] = {}
_words: dict[str, SettingWords] = {}

UNITS: Final[dict[str, str | Promise]] = {
    "": "",
    "mg": "mg",
    "mL": "mL",
    "%": "%",
    "% of the label": gettext_lazy("% thể tích ghi trên nhãn"),
    "days": gettext_lazy("ngày"),
    "hours": gettext_lazy("giờ"),
    "minutes": gettext_lazy("phút"),
    "seconds": gettext_lazy("giây"),
    "digits": gettext_lazy("chữ số"),
    "wrong entries in a row": gettext_lazy("lần nhập sai liên tiếp"),
    "hours after it was handed out": gettext_lazy("giờ từ khi cấp"),
    "days after expiry": gettext_lazy("ngày sau khi hết hạn"),
    "days after it was enrolled": gettext_lazy("ngày sau khi đăng ký"),
    "minutes after the PIN": gettext_lazy("phút sau khi nhập PIN"),
    "facts in one request": gettext_lazy("việc trong một lần gửi"),
    "hours after opening": gettext_lazy("giờ sau khi mở cửa"),
    "days before expiry": gettext_lazy("ngày trước khi hết hạn"),
    "hours after the act": gettext_lazy("giờ sau việc đó"),
    "acts": gettext_lazy("việc có hai người"),
    "g": "g",
    "g/mL": "g/mL",
    "hour of the day": gettext_lazy("giờ trong ngày"),
    "years": gettext_lazy("năm"),
    "working days": gettext_lazy("ngày làm việc"),
    "patients": gettext_lazy("người bệnh"),
}

DAY_WORDS: Final[dict[str, str | Promise]] = {  # by facilities.models.DayKind
    "holiday": gettext_lazy("ngày lễ"),
    "rest_day": gettext_lazy("ngày nghỉ (hoán đổi)"),
    "working_day": gettext_lazy("ngày làm việc (làm bù)"),
}
WEEKDAYS: Final[dict[str, str | Promise]] = {
    "1": gettext_lazy("thứ hai"),
    "2": gettext_lazy("thứ ba"),
    "3": gettext_lazy("thứ tư"),
    "4": gettext_lazy("thứ năm"),
    "5": gettext_lazy("thứ sáu"),
    "6": gettext_lazy("thứ bảy"),
    "7": gettext_lazy("chủ nhật"),
}


def register(group: type, title: str | Promise, words: Mapping[str, SettingWords | str | Promise]) -> None:
    """Say what a group of settings is about and what each of its settings decides."""
    _titles[group.__name__] = title
    for name, said in words.items():
        _words[f"{group.__name__}.{name}"] = said if isinstance(said, SettingWords) else SettingWords(said)


def title(group: str) -> str:
    return str(_titles.get(group, group))


def words_for(key: str) -> SettingWords:
    """The registered words; of a setting without any, its name."""
    return _words.get(key) or SettingWords(key)


def source_words(source: str) -> str:
    """Where a default comes from, in words: the sections of the rule book and how sure it is."""
    said = []
    sections = re.findall(r"\b\d+(?:\.\d+)?(?=[\s,;()]|$)", source.split("(")[0]) if "domain" in source else []
    if sections:
        said.append(_("quy tắc nghiệp vụ mục %(sections)s") % {"sections": ", ".join(sections)})
    if "product" in source or "design" in source:
        said.append(_("mặc định của phần mềm"))
    if "draft" in source:
        said.append(_("theo dự thảo"))
    return "; ".join(said) or source


def awaits_the_province(source: str) -> bool:
    """Whether a default is general knowledge or a proposal that the province has yet to confirm."""
    return "GK" in source or "proposal" in source


def value_words(value: object, words: SettingWords) -> str:
    """A value as people write it: decimal comma, a list with its own separators, yes or no."""
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, Decimal):
        return format_decimal(value, separator=separator())
    if isinstance(value, tuple):
        return ", ".join(str(words.choices.get(str(each), each)) for each in value)
    return str(words.choices.get(str(value), value))
