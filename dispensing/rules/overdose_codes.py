"""Closed lists of an overdose (domain 5), each with its words. No word of them says whose fault it was."""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Place(StrEnum):
    """Where the person was found."""

    SITE = "site"
    HOME = "home"
    OTHER = "other"


PLACE_WORDS: Final[dict[Place, Promise]] = {
    Place.SITE: _("tại trạm"),
    Place.HOME: _("tại nhà"),
    Place.OTHER: _("nơi khác"),
}


class OverdoseStep(StrEnum):
    """One line of the timeline. Stored: never renamed."""

    CALL = "call"
    AIRWAY = "airway"
    VENTILATION = "ventilation"
    OXYGEN = "oxygen"
    NALOXONE = "naloxone"
    SIGNS = "signs"
    PHYSICIAN = "physician"
    CLINIC = "clinic"
    TRANSFER = "transfer"
    FAMILY = "family"
    NOTE = "note"


STEP_WORDS: Final[dict[OverdoseStep, Promise]] = {
    OverdoseStep.CALL: _("Đã gọi cấp cứu"),
    OverdoseStep.AIRWAY: _("Đã khai thông đường thở"),
    OverdoseStep.VENTILATION: _("Đã bóp bóng, thổi ngạt"),
    OverdoseStep.OXYGEN: _("Đã cho thở oxy"),
    OverdoseStep.NALOXONE: _("Đã dùng naloxone"),
    OverdoseStep.SIGNS: _("Đã xem dấu hiệu sống"),
    OverdoseStep.PHYSICIAN: _("Đã báo bác sĩ"),
    OverdoseStep.CLINIC: _("Đã báo cơ sở điều trị"),
    OverdoseStep.TRANSFER: _("Đã chuyển viện"),
    OverdoseStep.FAMILY: _("Đã báo gia đình"),
    OverdoseStep.NOTE: _("Ghi thêm"),
}
# What one tap states whole: when it is tapped is when it was.
ONE_TAP: Final = (
    OverdoseStep.CALL,
    OverdoseStep.AIRWAY,
    OverdoseStep.VENTILATION,
    OverdoseStep.OXYGEN,
    OverdoseStep.PHYSICIAN,
    OverdoseStep.CLINIC,
    OverdoseStep.TRANSFER,
    OverdoseStep.FAMILY,
)


class Route(StrEnum):
    """How naloxone was given."""

    IM = "im"
    IV = "iv"
    SC = "sc"
    IN = "in"
    INFUSION = "infusion"


ROUTE_WORDS: Final[dict[Route, Promise]] = {
    Route.IM: _("tiêm bắp"),
    Route.IV: _("tiêm tĩnh mạch chậm"),
    Route.SC: _("tiêm dưới da"),
    Route.IN: _("xịt mũi"),
    Route.INFUSION: _("truyền tĩnh mạch"),
}


class Response(StrEnum):
    """What came of a dose of naloxone, as far as it is known when it is written down."""

    NOT_YET = "not_yet"
    NONE = "none"
    BREATHES = "breathes"
    AWAKE = "awake"
    WITHDRAWAL = "withdrawal"


RESPONSE_WORDS: Final[dict[Response, Promise]] = {
    Response.NOT_YET: _("chưa biết"),
    Response.NONE: _("chưa đáp ứng"),
    Response.BREATHES: _("thở lại"),
    Response.AWAKE: _("tỉnh"),
    Response.WITHDRAWAL: _("tỉnh, có hội chứng cai"),
}


class Avpu(StrEnum):
    """How the person responds."""

    ALERT = "alert"
    VOICE = "voice"
    PAIN = "pain"
    UNRESPONSIVE = "unresponsive"


AVPU_WORDS: Final[dict[Avpu, Promise]] = {
    Avpu.ALERT: _("tỉnh"),
    Avpu.VOICE: _("đáp ứng khi gọi"),
    Avpu.PAIN: _("đáp ứng khi đau"),
    Avpu.UNRESPONSIVE: _("không đáp ứng"),
}


class Pupils(StrEnum):
    """How wide the pupils are."""

    PINPOINT = "pinpoint"
    NORMAL = "normal"
    WIDE = "wide"


PUPIL_WORDS: Final[dict[Pupils, Promise]] = {
    Pupils.PINPOINT: _("co nhỏ như đầu kim"),
    Pupils.NORMAL: _("bình thường"),
    Pupils.WIDE: _("giãn"),
}


class Substance(StrEnum):
    """What the person may have taken beside the medicine."""

    ALCOHOL = "alcohol"
    BENZODIAZEPINE = "benzodiazepine"
    HEROIN = "heroin"
    ATS = "ats"
    OTHER = "other"
    UNKNOWN = "unknown"


SUBSTANCE_WORDS: Final[dict[Substance, Promise]] = {
    Substance.ALCOHOL: _("rượu, bia"),
    Substance.BENZODIAZEPINE: _("thuốc ngủ, thuốc an thần"),
    Substance.HEROIN: _("heroin, thuốc phiện"),
    Substance.ATS: _("ma túy tổng hợp (đá, thuốc lắc)"),
    Substance.OTHER: _("chất khác"),
    Substance.UNKNOWN: _("không rõ"),
}


class OverdoseEnd(StrEnum):
    """How it ended, as the report says."""

    RECOVERED = "recovered"
    TRANSFERRED = "transferred"
    LEFT = "left"
    DIED = "died"
    UNKNOWN = "unknown"


END_WORDS: Final[dict[OverdoseEnd, Promise]] = {
    OverdoseEnd.RECOVERED: _("tỉnh, khỏe lại tại chỗ"),
    OverdoseEnd.TRANSFERRED: _("đã chuyển viện"),
    OverdoseEnd.LEFT: _("đã về trước khi hết giờ theo dõi"),
    OverdoseEnd.DIED: _("tử vong"),
    OverdoseEnd.UNKNOWN: _("chưa rõ"),
}


class TakeHome(StrEnum):
    """Whether medicine for home had a part in it."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


TAKE_HOME_WORDS: Final[dict[TakeHome, Promise]] = {
    TakeHome.NO: _("không"),
    TakeHome.YES: _("có"),
    TakeHome.UNKNOWN: _("chưa rõ"),
}
