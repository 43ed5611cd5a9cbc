"""Night seals, closed bottles, naloxone, measuring devices, keys: what is found, and what of it opens a case. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.rules.kinds import DeviceKind, Key, KeyStep, SealState
from inventory.rules.measures import PPM
from inventory.rules.settings import StockSettings
from inventory.rules.violations import Code, Level, Violation

KEY_WORDS: Final[Mapping[Key, Promise]] = {
    Key.STORAGE: gettext_lazy("Chìa tủ bảo quản"),
    Key.DISPENSING: gettext_lazy("Chìa tủ cấp phát"),
    Key.STORAGE_SPARE: gettext_lazy("Chìa dự phòng tủ bảo quản"),
    Key.DISPENSING_SPARE: gettext_lazy("Chìa dự phòng tủ cấp phát"),
}
KEY_STEP_WORDS: Final[Mapping[KeyStep, Promise]] = {
    KeyStep.TAKEN: gettext_lazy("Nhận giữ"),
    KeyStep.HANDED_OVER: gettext_lazy("Bàn giao"),
    KeyStep.SEALED: gettext_lazy("Cất trong phong bì niêm phong"),
    KeyStep.LOST: gettext_lazy("Báo mất"),
}


def seal_state(*, put_on: str | None, found: str) -> SealState:
    """The number that was read against the number of the last close; spaces and case do not count."""
    read = _plain(found)
    if not read:
        return SealState.NONE
    return SealState.MATCHES if put_on is not None and read == _plain(put_on) else SealState.DIFFERS


def _plain(number: str) -> str:
    return "".join(number.split()).casefold()


def check_seal(state: SealState, *, expected: bool) -> tuple[Violation, ...]:
    """What a morning's seal says. `expected`: one was put on at the last close. Either asks for a measure now."""
    todo = _("Đo chai ngay bây giờ.")
    if state is SealState.DIFFERS:
        return (Violation(Code.SEAL_DIFFERS, Level.NOTE, _("Số niêm phong không phải số tối qua."), todo),)
    if state is SealState.NONE and expected:
        return (Violation(Code.SEAL_MISSING, Level.NOTE, _("Không còn niêm phong tối qua."), todo),)
    return ()


@dataclass(frozen=True, slots=True)
class Compared:
    """The labels found against those that the book has here; both in order."""

    found: tuple[int, ...]
    expected: tuple[int, ...]

    @property
    def missing(self) -> tuple[int, ...]:
        return tuple(sorted(set(self.expected) - set(self.found)))

    @property
    def extra(self) -> tuple[int, ...]:
        return tuple(sorted(set(self.found) - set(self.expected)))

    @property
    def agrees(self) -> bool:
        return self.found == self.expected


def compare(found: Collection[int], expected: Collection[int]) -> Compared:
    return Compared(tuple(sorted(set(found))), tuple(sorted(set(expected))))


def check_closed(compared: Compared) -> tuple[Violation, ...]:
    """A bottle too few is looked for first, one too many next; each is a finding of its own."""
    found: list[Violation] = []
    if compared.missing:
        found.append(Violation(Code.CLOSED_MISSING, Level.NOTE, _("Có chai trong sổ mà không thấy.")))
    if compared.extra:
        found.append(Violation(Code.CLOSED_EXTRA, Level.NOTE, _("Có chai ở đây mà sổ không có.")))
    return tuple(found)


def check_naloxone(*, usable: int, nearest_expiry: date | None, today: date) -> tuple[Violation, ...]:
    """None in date is a case; nobody may waive it (domain 5). Fewer than the least is shown, not a case."""
    if usable > 0 and nearest_expiry is not None and nearest_expiry >= today:
        return ()
    words = _("Không có ống naloxone nào còn hạn trong tầm tay.")
    return (Violation(Code.NO_NALOXONE, Level.NOTE, words, _("Gọi cơ sở điều trị xin naloxone ngay hôm nay.")),)


def error_ppm(*, nominal: int, measured: int) -> int:
    """How much more than asked, in parts per million, rounded toward zero."""
    away = measured - nominal
    size = abs(away) * PPM // nominal
    return size if away >= 0 else -size


def limit_ppm(settings: StockSettings) -> int:
    return int(settings.device_tolerance_pct * PPM / 100)


def check_device(*, error: int, limit: int) -> tuple[Violation, ...]:
    """Outside the limit it is shown and a case; dosing goes on with what the site has (domain 12.3)."""
    if abs(error) <= limit:
        return ()
    todo = _("Chỉnh rồi kiểm tra lại, hoặc dùng bơm tiêm.")
    return (Violation(Code.DEVICE_OFF, Level.NOTE, _("Dụng cụ lệch quá mức cho phép."), todo),)


def check_every(kind: str, settings: StockSettings) -> timedelta:
    """How often a device is checked: a pump each morning, everything else each month."""
    return timedelta(settings.pump_check_days if kind == DeviceKind.PUMP else settings.device_check_days)


def due_on(*, kind: str, last: date | None, since: date, settings: StockSettings) -> date:
    """The day a device is due; one never checked is due since it is here."""
    return last + check_every(kind, settings) if last is not None else since
