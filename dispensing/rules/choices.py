"""Closed lists that a person picks from, each with its words: signs, ways to identify, reasons, holds,
statuses.
"""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class OutcomeCode(StrEnum):
    """What happened instead of a swallowed dose (domain 4.4, 12.2)."""

    ABSENT = "absent"
    WITHHELD = "withheld"
    INTOXICATED = "intoxicated"
    REFUSED = "refused"
    VOMITED = "vomited"
    SPAT_OUT = "spat_out"
    HELD_IN_MOUTH = "held_in_mouth"
    LEFT_WITH_CUP = "left_with_cup"
    SENT_AWAY = "sent_away"
    NO_PRESCRIPTION = "no_prescription"
    MISSED_RULE_BLOCK = "missed_rule_block"
    STOCK_OUT = "stock_out"
    SITE_CLOSED = "site_closed"
    HOSPITALISED = "hospitalised"
    DETAINED = "detained"
    TRANSFERRED = "transferred"
    DECEASED = "deceased"


OUTCOME_WORDS: Final[dict[OutcomeCode, Promise]] = {
    OutcomeCode.ABSENT: _("vắng mặt"),
    OutcomeCode.WITHHELD: _("tạm ngừng cấp liều"),
    OutcomeCode.INTOXICATED: _("có dấu hiệu say, phê"),
    OutcomeCode.REFUSED: _("không muốn uống"),
    OutcomeCode.VOMITED: _("nôn sau uống, chưa uống bù"),
    OutcomeCode.SPAT_OUT: _("nhổ thuốc"),
    OutcomeCode.HELD_IN_MOUTH: _("ngậm, không nuốt"),
    OutcomeCode.LEFT_WITH_CUP: _("mang cốc thuốc đi"),
    OutcomeCode.SENT_AWAY: _("đã đến, chưa được cấp thuốc"),
    OutcomeCode.NO_PRESCRIPTION: _("không có đơn thuốc còn hiệu lực"),
    OutcomeCode.MISSED_RULE_BLOCK: _("bỏ liều nhiều ngày, chờ y lệnh"),
    OutcomeCode.STOCK_OUT: _("hết thuốc"),
    OutcomeCode.SITE_CLOSED: _("cơ sở không mở cửa"),
    OutcomeCode.HOSPITALISED: _("nằm viện"),
    OutcomeCode.DETAINED: _("bị tạm giữ, tạm giam"),
    OutcomeCode.TRANSFERRED: _("đã chuyển nơi điều trị"),
    OutcomeCode.DECEASED: _("tử vong"),
}


class SobrietySign(StrEnum):
    """Signs seen at the window (domain 12.1). Any of them withholds the dose."""

    SEDATED = "sedated"
    ALCOHOL = "alcohol"
    SLURRED = "slurred"
    UNSTEADY = "unsteady"
    PINPOINT = "pinpoint"
    BREATH = "breath"


SIGN_WORDS: Final[dict[SobrietySign, Promise]] = {
    SobrietySign.SEDATED: _("lơ mơ, buồn ngủ"),
    SobrietySign.ALCOHOL: _("có mùi rượu"),
    SobrietySign.SLURRED: _("nói líu, nói khó"),
    SobrietySign.UNSTEADY: _("đi không vững"),
    SobrietySign.PINPOINT: _("đồng tử co nhỏ"),
    SobrietySign.BREATH: _("máy đo hơi thở có cồn"),
}


class Identification(StrEnum):
    """How the person at the window was recognised (domain 12.1)."""

    CARD = "card"
    PHOTO = "photo"
    BIRTH_YEAR = "birth_year"
    KNOWN = "known"


IDENTIFICATION_WORDS: Final[dict[Identification, Promise]] = {
    Identification.CARD: _("thẻ điều trị"),
    Identification.PHOTO: _("ảnh"),
    Identification.BIRTH_YEAR: _("hỏi năm sinh"),
    Identification.KNOWN: _("tôi biết mặt"),
}


class MissedReason(StrEnum):
    """Why the days were missed, in the patient's words."""

    ILL = "ill"
    WORK = "work"
    TRAVEL = "travel"
    ROAD = "road"
    FAMILY = "family"
    HOSPITAL = "hospital"
    DETAINED = "detained"
    USED = "used"
    SITE = "site"
    FELT_WELL = "felt_well"
    OTHER = "other"
    NOT_SAID = "not_said"


MISSED_REASON_WORDS: Final[dict[MissedReason, Promise]] = {
    MissedReason.ILL: _("ốm, mệt"),
    MissedReason.WORK: _("đi làm, đi nương"),
    MissedReason.TRAVEL: _("đi xa"),
    MissedReason.ROAD: _("đường khó đi, không có xe"),
    MissedReason.FAMILY: _("việc gia đình"),
    MissedReason.HOSPITAL: _("nằm viện"),
    MissedReason.DETAINED: _("bị tạm giữ, tạm giam"),
    MissedReason.USED: _("có dùng chất khác"),
    MissedReason.SITE: _("cơ sở không cấp được"),
    MissedReason.FELT_WELL: _("thấy khỏe, muốn nghỉ thuốc"),
    MissedReason.OTHER: _("lý do khác"),
    MissedReason.NOT_SAID: _("không muốn nói"),
}


class LastDoseProof(StrEnum):
    """What confirmed a last dose that the record does not know (domain 12.5)."""

    CARD = "card"
    SLIP = "slip"
    PHYSICIAN = "physician"


LAST_DOSE_PROOF_WORDS: Final[dict[LastDoseProof, Promise]] = {
    LastDoseProof.CARD: _("thẻ điều trị"),
    LastDoseProof.SLIP: _("phiếu chuyển"),
    LastDoseProof.PHYSICIAN: _("bác sĩ xác nhận"),
}


class HoldReason(StrEnum):
    """Why a person blocked dosing until someone has looked."""

    PHYSICIAN_REVIEW = "physician_review"
    OVERDOSE = "overdose"
    WRONG_DOSE = "wrong_dose"
    UNDER_OBSERVATION = "under_observation"
    MEDICINE = "medicine"
    PREGNANCY = "pregnancy"
    ILLNESS = "illness"
    DIVERSION = "diversion"
    MOVING = "moving"
    OTHER = "other"


HOLD_WORDS: Final[dict[HoldReason, Promise]] = {
    HoldReason.PHYSICIAN_REVIEW: _("chờ bác sĩ khám lại"),
    HoldReason.OVERDOSE: _("sau quá liều"),
    HoldReason.WRONG_DOSE: _("sau uống nhầm liều"),
    HoldReason.UNDER_OBSERVATION: _("đang theo dõi"),
    HoldReason.MEDICINE: _("có thuốc tương tác"),
    HoldReason.PREGNANCY: _("mang thai, chờ ý kiến bác sĩ"),
    HoldReason.ILLNESS: _("bệnh khác kèm theo"),
    HoldReason.DIVERSION: _("sau khi mang thuốc đi"),
    HoldReason.MOVING: _("đang chuyển nơi điều trị"),
    HoldReason.OTHER: _("lý do khác"),
}


class TreatmentStatus(StrEnum):
    """Where treatment stands, in the values of the register. Only IN_TREATMENT is dosed."""

    IN_TREATMENT = "in_treatment"
    SUSPENDED = "suspended"
    DROPPED_OUT = "dropped_out"
    ENDED = "ended"
    DIED = "died"


STATUS_WORDS: Final[dict[TreatmentStatus, Promise]] = {
    TreatmentStatus.IN_TREATMENT: _("đang điều trị"),
    TreatmentStatus.SUSPENDED: _("đang tạm ngừng điều trị"),
    TreatmentStatus.DROPPED_OUT: _("bỏ điều trị"),
    TreatmentStatus.ENDED: _("đã chấm dứt điều trị"),
    TreatmentStatus.DIED: _("đã tử vong"),
}

PHASE_WORDS: Final[dict[str, Promise]] = {
    "induction": _("khởi liều"),
    "adjustment": _("điều chỉnh liều"),
    "maintenance": _("điều trị duy trì"),
    "taper": _("giảm liều"),
}

WHERE_WORDS: Final[dict[str, Promise]] = {"here": _("tại đây"), "elsewhere": _("tại nơi khác")}

UNLOCKER_WORDS: Final[dict[str, Promise]] = {
    "nobody": _("không ai mở được hôm nay"),
    "dispenser": _("người cấp phát"),
    "site_head": _("trưởng trạm"),
    "physician": _("bác sĩ"),
    "main_clinic": _("cơ sở điều trị"),
    "store_keeper": _("người giữ kho thuốc"),
    "second_person": _("người thứ hai"),
}
