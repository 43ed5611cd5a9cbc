"""The words of every violation, from code and figures alone: findings keep those, never text."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.quantities import format_decimal
from dispensing.rules import choices, incident_codes
from dispensing.rules.codes import Code, Unlocker
from dispensing.rules.late import LATE_REASON_WORDS
from dispensing.rules.wording_alerts import ALERT_WORDS, SEDATION_WORDS, TROUBLE_WORDS
from dispensing.rules.wording_dosing import ASK_WORDS, NOTE_WORDS, STOP_WORDS
from dispensing.rules.wording_incidents import INCIDENT_WORDS
from dispensing.rules.wording_moves import AWAY_WORDS, MOVE_WORDS
from dispensing.rules.wording_records import OUTCOME_CHECK_WORDS, PRESCRIBING_WORDS, VOID_WORDS
from patients.rules.alert_words import CHANGE_WORDS, EFFECT_WORDS

Figures = Mapping[str, str] | tuple[tuple[str, str], ...]

WORDS: Final = {
    **STOP_WORDS,
    **ASK_WORDS,
    **NOTE_WORDS,
    **ALERT_WORDS,
    **PRESCRIBING_WORDS,
    **OUTCOME_CHECK_WORDS,
    **VOID_WORDS,
    **INCIDENT_WORDS,
    **MOVE_WORDS,
}
# What was said at the window of a day, said of it later: a case is read after weeks.
LATER: Final[dict[Code, Promise]] = {
    Code.NOT_PLACED: gettext_lazy("Hôm đó người bệnh chưa được xếp uống thuốc tại đây."),
    Code.DOSE_ALREADY_TODAY: gettext_lazy("Hôm đó đã uống %(dose_mg)s mg lúc %(given_at)s %(where)s."),
    Code.DAY_TOTAL_EXCEEDED: gettext_lazy(
        "Hôm đó đã uống %(taken_mg)s mg; thêm %(dose_mg)s mg là quá %(ordered_mg)s mg chỉ định mỗi ngày."
    ),
    Code.WITHHELD_LOOK_AGAIN: gettext_lazy("Hôm đó lúc %(stated_at)s đã tạm ngừng cấp liều."),
    Code.OUTCOME_TODAY: gettext_lazy("Hôm đó lúc %(stated_at)s đã ghi: %(outcome)s."),
    Code.DRUNK_ELSEWHERE_TODAY: gettext_lazy("Hôm đó đã uống %(dose_mg)s mg ở nơi khác, có giấy."),
    Code.TAKE_HOME_TODAY: gettext_lazy("Hôm đó người bệnh đã có lọ mang về %(dose_mg)s mg."),
    Code.OUTCOME_AFTER_DOSE: gettext_lazy("Hôm đó đã ghi liều uống lúc %(given_at)s."),
    Code.OUTCOME_NEEDS_DOSE: gettext_lazy("Hôm đó chưa ghi liều nào."),
    Code.SENT_AWAY_NOT_ABSENT: gettext_lazy("Hôm đó người bệnh đã đến và được ghi: %(outcome)s."),
}
_SEPARATOR = pgettext_lazy("decimal separator", ",")


def words_for(code: str, data: Figures) -> tuple[str, str]:
    """(what is wrong, what to do) in the active language. A code of a later version speaks for itself."""
    if code not in WORDS:
        return code, ""
    texts = WORDS[Code(code)]
    shown = _Shown(data)
    return str(texts[0]) % shown, str(texts[1]) % shown


def case_words(code: str, data: Figures) -> tuple[str, str]:
    """The same of a case, which is read long after the day that it speaks of."""
    what, to_do = words_for(code, data)
    later = LATER.get(Code(code)) if code in WORDS else None
    return (str(later) % _Shown(data) if later else what), to_do


def unlocker_words(unlocker: Unlocker) -> str:
    """Who can clear a violation, in the active language."""
    return str(choices.UNLOCKER_WORDS[unlocker])


class _Shown(dict[str, str]):
    """Figures as people write them; one that an older record lacks is shown as a dash, never an error."""

    def __init__(self, data: Figures) -> None:
        super().__init__()
        for key, value in dict(data).items():
            self[key] = _shown(key, value)

    def __missing__(self, key: str) -> str:
        return "–"


def _shown(key: str, value: str) -> str:
    for ending, read in _READERS.items():
        if key.endswith(ending):
            return read(value)
    return value


def _number(value: str) -> str:
    return format_decimal(Decimal(value), separator=str(_SEPARATOR))


def _day(value: str) -> str:
    return f"{date.fromisoformat(value):%d/%m/%Y}"


def _hour(value: str) -> str:
    return f"{datetime.fromisoformat(value):%H:%M}"


def _from_list(words: Mapping[Any, Promise]) -> Callable[[str], str]:
    def read(value: str) -> str:
        return "; ".join(str(words.get(item, item)) for item in value.split(",") if item)

    return read


_READERS: Final[dict[str, Callable[[str], str]]] = {
    "_mg": _number,
    "_ml": _number,
    "strength": _number,
    "_on": _day,
    "_at": _hour,
    "signs": _from_list(choices.SIGN_WORDS),
    "outcome": _from_list(choices.OUTCOME_WORDS),
    "hold": _from_list(choices.HOLD_WORDS),
    "status": _from_list(choices.STATUS_WORDS),
    "phase": _from_list(choices.PHASE_WORDS),
    "where": _from_list(choices.WHERE_WORDS),
    "ordered": _from_list(incident_codes.DOSE_ORDER_WORDS),
    "observed": _from_list(incident_codes.OBSERVATION_STATE_WORDS),
    "reason": _from_list(LATE_REASON_WORDS),
    "effect": _from_list(EFFECT_WORDS),
    "change": _from_list(CHANGE_WORDS),
    "reasons": _from_list(SEDATION_WORDS),
    "troubles": _from_list(TROUBLE_WORDS),
    "away": _from_list(AWAY_WORDS),
}
