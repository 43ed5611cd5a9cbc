"""The closed lists of referrals. Values are stored and never renamed."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dispensing.rules.referral_table import Kind, State, Step


class Reason(StrEnum):
    """Why a patient goes up (domain 3, "transfer-back triggers"), or down."""

    MISSED = "missed"
    BLOCKED = "blocked"
    UNSTABLE = "unstable"
    RELAPSE = "relapse"
    HEALTH = "health"
    MIND = "mind"
    OVERDOSE = "overdose"
    PREGNANT = "pregnant"
    NEW_MEDICINE = "new_medicine"
    DOSE_CHANGE = "dose_change"
    STABLE = "stable"
    NEARER = "nearer"
    OTHER = "other"


class Initiator(StrEnum):
    """Who asked for it (domain 1: the patient asks for, or is offered, the satellite)."""

    PATIENT = "patient"
    SITE = "site"
    CLINIC = "clinic"
    SYSTEM = "system"


class Answer(StrEnum):
    """What the physician's order answers to a block."""

    SAME = "same"
    REDUCED = "reduced"
    RAISED = "raised"
    REINDUCTION = "reinduction"


class Proof(StrEnum):
    """How the last dose at the old place is known when its record does not say (domain 12.2)."""

    CALL = "call"
    SLIP = "slip"


class Check(StrEnum):
    """The checklist of who goes to a satellite (domain 1 and 3)."""

    REQUEST = "request"
    CONSENT = "consent"
    DOSSIER = "dossier"
    CARD = "card"
    LAST_DOSE = "last_dose"
    TOLD = "told"


UP: Final = (
    Reason.MISSED, Reason.RELAPSE, Reason.HEALTH, Reason.MIND, Reason.OVERDOSE, Reason.PREGNANT, Reason.NEW_MEDICINE,
    Reason.DOSE_CHANGE, Reason.OTHER,
)  # fmt: skip
DOWN: Final = (Reason.STABLE, Reason.NEARER, Reason.OTHER)
# Asked of whoever signs a patient out to a satellite; the request is asked of a transfer alone, which the patient asks.
CHECKS_OF: Final[Mapping[Kind, tuple[Check, ...]]] = {
    Kind.TO_CLINIC: (Check.CONSENT, Check.DOSSIER, Check.CARD, Check.LAST_DOSE, Check.TOLD),
    Kind.TRANSFER_IN: tuple(Check),
    Kind.BETWEEN: tuple(Check),
}

KIND_WORDS: Final[Mapping[Kind, Promise]] = {
    Kind.TO_CLINIC: _("Chuyển về cơ sở điều trị"),
    Kind.TRANSFER_IN: _("Chuyển tiếp đến cơ sở cấp phát"),
    Kind.BETWEEN: _("Chuyển giữa hai cơ sở cấp phát"),
}
STATE_WORDS: Final[Mapping[State, Promise]] = {
    State.NEW: _("chưa lập"),
    State.DRAFTED: _("bản thảo, chờ xác nhận"),
    State.SENT: _("đã gửi, chờ cơ sở điều trị nhận"),
    State.ACKNOWLEDGED: _("đã nhận, chờ hẹn ngày"),
    State.APPOINTED: _("đã hẹn ngày, chờ trạm đồng ý"),
    State.EXPECTED: _("đã thống nhất ngày, chờ người bệnh đến"),
    State.NOT_ARRIVED: _("người bệnh chưa đến"),
    State.ARRIVED: _("đã đến, chờ bác sĩ ra đơn"),
    State.TREATED: _("đang điều trị tại cơ sở điều trị"),
    State.OFFERED: _("bác sĩ đã ký chuyển, chờ phụ trách ký"),
    State.SIGNED: _("bên chuyển đã ký, chờ trưởng trạm nhận"),
    State.MOVING: _("đã thống nhất ngày, chờ đến trạm"),
    State.RETURNED: _("đã về trạm"),
    State.MOVED: _("đã chuyển đến"),
    State.KEPT: _("ở lại cơ sở điều trị"),
    State.CLOSED: _("đã đóng"),
    State.CANCELLED: _("đã bỏ bản thảo"),
}
STEP_WORDS: Final[Mapping[Step, Promise]] = {
    Step.DRAFT: _("Lập phiếu"),
    Step.SEND: _("Gửi cơ sở điều trị"),
    Step.CANCEL: _("Bỏ bản thảo"),
    Step.ACKNOWLEDGE: _("Nhận phiếu"),
    Step.ANSWER: _("Trả lời bằng đơn, uống tiếp tại trạm"),
    Step.APPOINT: _("Hẹn ngày chuyển"),
    Step.AGREE: _("Đồng ý ngày chuyển"),
    Step.OTHER_DAY: _("Đề nghị ngày khác"),
    Step.ARRIVE: _("Người bệnh đã đến"),
    Step.NOT_ARRIVE: _("Người bệnh chưa đến"),
    Step.GO_BACK: _("Cho uống lại tại trạm"),
    Step.TREAT: _("Bắt đầu điều trị theo đơn mới"),
    Step.KEEP: _("Giữ lại điều trị lâu dài"),
    Step.OFFER: _("Bác sĩ ký chuyển về trạm"),
    Step.COUNTERSIGN: _("Phụ trách ký chuyển"),
    Step.ACCEPT: _("Trưởng trạm ký nhận"),
    Step.DECLINE: _("Chưa chuyển"),
    Step.SETTLE: _("Đã đến trạm"),
    Step.CLOSE: _("Đóng phiếu"),
}
REASON_WORDS: Final[Mapping[Reason, Promise]] = {
    Reason.MISSED: _("Bỏ liều nhiều ngày"),
    Reason.BLOCKED: _("Đang dừng cấp, chờ y lệnh bác sĩ"),
    Reason.UNSTABLE: _("Không còn ổn định theo đánh giá"),
    Reason.RELAPSE: _("Dùng lại chất dạng thuốc phiện"),
    Reason.HEALTH: _("Vấn đề sức khỏe cần bác sĩ"),
    Reason.MIND: _("Vấn đề tâm thần cần bác sĩ"),
    Reason.OVERDOSE: _("Quá liều"),
    Reason.PREGNANT: _("Mang thai"),
    Reason.NEW_MEDICINE: _("Thuốc mới có tương tác"),
    Reason.DOSE_CHANGE: _("Cần đổi liều"),
    Reason.STABLE: _("Đã ổn định"),
    Reason.NEARER: _("Gần nhà, thuận tiện hơn"),
    Reason.OTHER: _("Lý do khác (ghi rõ)"),
}
INITIATOR_WORDS: Final[Mapping[Initiator, Promise]] = {
    Initiator.PATIENT: _("người bệnh"),
    Initiator.SITE: _("cơ sở cấp phát"),
    Initiator.CLINIC: _("cơ sở điều trị"),
    Initiator.SYSTEM: _("Trạm tự soạn"),
}
ANSWER_WORDS: Final[Mapping[Answer, Promise]] = {
    Answer.SAME: _("giữ nguyên liều"),
    Answer.REDUCED: _("giảm liều"),
    Answer.RAISED: _("tăng liều"),
    Answer.REINDUCTION: _("khởi liều lại"),
}
PROOF_WORDS: Final[Mapping[Proof, Promise]] = {
    Proof.CALL: _("Gọi điện hỏi nơi cũ"),
    Proof.SLIP: _("Giấy chuyển có liều cuối"),
}
CHECK_WORDS: Final[Mapping[Check, Promise]] = {
    Check.REQUEST: _("Có đơn tự nguyện đăng ký chuyển tiếp, người bệnh đã ký"),
    Check.CONSENT: _("Người bệnh đồng ý chuyển và đồng ý gửi hồ sơ"),
    Check.DOSSIER: _("Đủ giấy chuyển, liều 30 ngày, đơn đang dùng, tóm tắt bệnh án"),
    Check.CARD: _("Người bệnh cầm thẻ điều trị"),
    Check.LAST_DOSE: _("Liều cuối (ngày, mg) đã đối chiếu"),
    Check.TOLD: _("Đã dặn người bệnh ngày đổi nơi uống và giờ mở cửa nơi mới"),
}
