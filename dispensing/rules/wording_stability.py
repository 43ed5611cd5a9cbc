"""The reasons of an assessment in words: what it is, the facts behind it, and what would settle it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispensing.rules.stability_codes import RESULT_WORDS, SUBSTANCE_WORDS, ReasonCode, StripResult, Substance, Weight

EXAM_TASK: Final = gettext_lazy("Quá hạn khám lại: xếp lịch khám")
EXAM_TASK_ENDS: Final[Mapping[str, Promise]] = {
    "booked": gettext_lazy("Đã hẹn ngày khám với người bệnh"),
    "refused": gettext_lazy("Người bệnh chưa muốn đi khám, đã báo bác sĩ"),
}
EXAM_TASK_BY_ITSELF: Final[Mapping[str, Promise]] = {"examined": gettext_lazy("Đã khám")}

WEIGHT_WORDS: Final[dict[Weight, Promise]] = {
    Weight.UNSTABLE: gettext_lazy("chưa ổn định"),
    Weight.WATCH: gettext_lazy("theo dõi"),
    Weight.UNKNOWN: gettext_lazy("chưa rõ"),
    Weight.REMINDER: gettext_lazy("để bác sĩ biết"),
}
WEIGHT_KIND: Final[dict[Weight, str]] = {
    Weight.UNSTABLE: "stop",
    Weight.WATCH: "look",
    Weight.UNKNOWN: "info",
    Weight.REMINDER: "info",
}

_WHAT: Final[dict[ReasonCode, Promise]] = {
    ReasonCode.MISSED_RUN: gettext_lazy("Bỏ liều nhiều ngày liền"),
    ReasonCode.MISSED_MANY: gettext_lazy("Bỏ liều nhiều ngày"),
    ReasonCode.MISSED_SOME: gettext_lazy("Có ngày bỏ liều"),
    ReasonCode.MISSED_PATTERN: gettext_lazy("Bỏ liều lặp lại"),
    ReasonCode.DOSE_CHANGED: gettext_lazy("Liều mới đổi"),
    ReasonCode.OPIOIDS_REPEATED: gettext_lazy("Xét nghiệm có chất dạng thuốc phiện nhiều lần liền"),
    ReasonCode.OPIOIDS_POSITIVE: gettext_lazy("Xét nghiệm có chất dạng thuốc phiện"),
    ReasonCode.OTHERS_POSITIVE: gettext_lazy("Xét nghiệm có chất khác"),
    ReasonCode.NO_METHADONE: gettext_lazy("Nước tiểu không có methadone"),
    ReasonCode.SAMPLE_REFUSED: gettext_lazy("Không muốn lấy mẫu nước tiểu"),
    ReasonCode.WITHHELD_REPEATED: gettext_lazy("Nhiều ngày có dấu hiệu say, phê"),
    ReasonCode.WITHHELD: gettext_lazy("Có ngày có dấu hiệu say, phê"),
    ReasonCode.OVERDOSE: gettext_lazy("Đã quá liều"),
    ReasonCode.VOMITED_REPEATED: gettext_lazy("Nôn sau uống nhiều ngày"),
    ReasonCode.CUP_TAKEN: gettext_lazy("Mang cốc thuốc đi"),
    ReasonCode.NOT_SWALLOWED_REPEATED: gettext_lazy("Nhiều ngày nhổ hoặc ngậm thuốc"),
    ReasonCode.NOT_SWALLOWED: gettext_lazy("Nhổ hoặc ngậm thuốc"),
    ReasonCode.TAKE_HOME_REPEATED: gettext_lazy("Nhiều lần không theo quy định thuốc mang về"),
    ReasonCode.TAKE_HOME: gettext_lazy("Không theo quy định thuốc mang về"),
    ReasonCode.EXAM_OVERDUE: gettext_lazy("Quá hạn khám lại"),
    ReasonCode.COUNSELLING_OVERDUE: gettext_lazy("Quá hạn tư vấn"),
    ReasonCode.URINE_OVERDUE: gettext_lazy("Quá hạn xét nghiệm nước tiểu"),
    ReasonCode.PREGNANT: gettext_lazy("Đang mang thai"),
    ReasonCode.MEDICINE_CHANGED: gettext_lazy("Mới thay đổi thuốc tương tác"),
    ReasonCode.DAYS_UNKNOWN: gettext_lazy("Có ngày chưa rõ đã uống hay chưa"),
    ReasonCode.DOSE_UNKNOWN: gettext_lazy("Chưa rõ liều trước đó"),
    ReasonCode.URINE_UNKNOWN: gettext_lazy("Chưa có kết quả xét nghiệm nước tiểu"),
    ReasonCode.EXAM_UNKNOWN: gettext_lazy("Chưa ghi lần khám nào"),
    ReasonCode.COUNSELLING_UNKNOWN: gettext_lazy("Chưa ghi lần tư vấn nào"),
    ReasonCode.RULES_BROKEN_TWICE: gettext_lazy("Không theo quy trình nhiều lần trong 6 tháng"),
    ReasonCode.OPIOIDS_TWICE_A_YEAR: gettext_lazy("Hai lần liền có chất dạng thuốc phiện trong 12 tháng"),
    ReasonCode.OTHER_DRUG_FOUND: gettext_lazy("Có chất ma túy khác trong 12 tháng"),
}
_MEDICINE: Final[dict[tuple[str, str], Promise]] = {
    ("raises", "started"): gettext_lazy("bắt đầu thuốc làm tăng tác dụng methadone"),
    ("lowers", "started"): gettext_lazy("bắt đầu thuốc làm giảm tác dụng methadone"),
    ("unknown", "started"): gettext_lazy("bắt đầu thuốc chưa rõ tương tác"),
    ("raises", "stopped"): gettext_lazy("ngừng thuốc làm tăng tác dụng methadone"),
    ("lowers", "stopped"): gettext_lazy("ngừng thuốc làm giảm tác dụng methadone"),
    ("unknown", "stopped"): gettext_lazy("ngừng thuốc chưa rõ tương tác"),
}


def exam_task_words(_data: Mapping[str, Any]) -> str:
    """What is to be done; never a reason to stop a dose."""
    return _("Một người bệnh đã quá hạn khám lại. Hẹn ngày khám; vẫn cấp liều như thường.")


@dataclass(frozen=True, slots=True)
class ReasonWords:
    """One reason for a reader. `kind` is the colour of its tag, `weight` the tag's words."""

    what: str
    facts: str
    weight: str
    kind: str
    reminder: bool


def reason_words(stored: Mapping[str, Any]) -> ReasonWords:
    """A stored reason in words; a code of an older version is shown by its name, never an error."""
    code, data = str(stored.get("code", "")), stored.get("data", {})
    weight = Weight(stored.get("weight", Weight.WATCH))
    known = code in set(ReasonCode)
    return ReasonWords(
        what=str(_WHAT[ReasonCode(code)]) if known else code,
        facts=_FACTS.get(code, _of_days)(data),
        weight=str(WEIGHT_WORDS[weight]),
        kind=WEIGHT_KIND[weight],
        reminder=weight is Weight.REMINDER,
    )


def _of_days(data: Mapping[str, Any]) -> str:
    """How many days, within how many, and which."""
    listed = [date.fromisoformat(each) for each in data.get("days", ())]
    if not listed:
        return ""
    count = int(data.get("count", len(listed)))
    text = ", ".join(f"{each:%d/%m}" for each in listed)
    if count > len(listed):
        text = _("gần nhất %(days)s") % {"days": text}
    if data.get("window"):
        return _("%(n)s trong %(window)s ngày: %(days)s") % {"n": count, "window": data["window"], "days": text}
    return text if count == 1 else _("%(n)s ngày: %(days)s") % {"n": count, "days": text}


def _dose_changed(data: Mapping[str, Any]) -> str:
    words = {"on": _date(data, "on"), "until": _date(data, "until")}
    if "from_mg" in data:
        words |= {"before": _mg(data["from_mg"]), "after": _mg(data["to_mg"])}
        return _("từ %(on)s: %(before)s mg thành %(after)s mg; giữ nguyên đến hết %(until)s thì coi là ổn định") % words
    return _("liều hiện nay từ %(on)s; giữ nguyên đến hết %(until)s thì coi là ổn định") % words


def _dose_unknown(data: Mapping[str, Any]) -> str:
    if "since" in data:
        return _("đơn thuốc trên máy chỉ có từ %(day)s") % {"day": _date(data, "since")}
    return _("trên máy chưa có đơn thuốc nào")


def _due(data: Mapping[str, Any]) -> str:
    if "last" in data:
        return _("hạn %(due)s; lần gần nhất %(last)s") % {"due": _date(data, "due"), "last": _date(data, "last")}
    return _("hạn %(due)s") % {"due": _date(data, "due")}


def _urine_unknown(data: Mapping[str, Any]) -> str:
    if "on" in data:
        result = RESULT_WORDS[StripResult(data["result"])]
        return _("mẫu ngày %(day)s: %(result)s") % {"day": _date(data, "on"), "result": result}
    return _due(data)


def _others(data: Mapping[str, Any]) -> str:
    found = ", ".join(str(SUBSTANCE_WORDS[Substance(each)]) for each in data.get("substances", ()))
    return f"{found}; {_of_days(data)}"


def _pregnant(data: Mapping[str, Any]) -> str:
    return _("ghi từ %(day)s; không tự giảm liều, không tự chuyển nơi điều trị") % {"day": _date(data, "since")}


def _medicine(data: Mapping[str, Any]) -> str:
    words = _MEDICINE.get((data.get("effect", ""), data.get("change", "")), "")
    return _("%(what)s từ %(since)s; theo dõi đến %(until)s") % {
        "what": words, "since": _date(data, "since"), "until": _date(data, "until"),
    }  # fmt: skip


def _date(data: Mapping[str, Any], name: str) -> str:
    return f"{date.fromisoformat(data[name]):%d/%m/%Y}"


def _mg(text: str) -> str:
    return text.replace(".", ",")


_FACTS: Final[dict[str, Callable[[Mapping[str, Any]], str]]] = {
    ReasonCode.DOSE_CHANGED: _dose_changed,
    ReasonCode.DOSE_UNKNOWN: _dose_unknown,
    ReasonCode.EXAM_OVERDUE: _due,
    ReasonCode.EXAM_UNKNOWN: _due,
    ReasonCode.COUNSELLING_OVERDUE: _due,
    ReasonCode.COUNSELLING_UNKNOWN: _due,
    ReasonCode.URINE_OVERDUE: _due,
    ReasonCode.URINE_UNKNOWN: _urine_unknown,
    ReasonCode.OTHERS_POSITIVE: _others,
    ReasonCode.PREGNANT: _pregnant,
    ReasonCode.MEDICINE_CHANGED: _medicine,
}
