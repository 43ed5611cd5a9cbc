"""Whose turn it is with a referral, in words. No name of a patient and of no drug in any of them."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STEPPED: Final = _("đã làm bước tiếp theo")
TASK_NAMES: Final[Mapping[str, Promise]] = {
    "referral_drafted": _("Phiếu chuyển: xác nhận"),
    "referral_sent": _("Phiếu chuyển: nhận"),
    "referral_acknowledged": _("Phiếu chuyển: hẹn ngày"),
    "referral_appointed": _("Phiếu chuyển: trả lời ngày hẹn"),
    "referral_expected": _("Phiếu chuyển: người bệnh đến"),
    "referral_not_arrived": _("Phiếu chuyển: người bệnh chưa đến"),
    "referral_arrived": _("Phiếu chuyển: bác sĩ ra đơn"),
    "referral_offered": _("Phiếu chuyển: phụ trách ký"),
    "referral_signed": _("Phiếu chuyển: trưởng trạm ký nhận"),
    "referral_moving": _("Phiếu chuyển: người bệnh đến trạm"),
}
_SENTENCES: Final[Mapping[str, Promise]] = {
    "referral_drafted": _("%(place)s: phiếu chuyển đã soạn. Xem lại, ký gửi, hoặc bỏ và ghi vì sao."),
    "referral_sent": _("%(place)s gửi phiếu chuyển. Nhận phiếu, hẹn ngày hoặc trả lời bằng đơn."),
    "referral_acknowledged": _("%(place)s chờ ngày hẹn. Hẹn ngày chuyển, hoặc trả lời bằng đơn."),
    "referral_appointed": _("Cơ sở điều trị đã hẹn ngày. Hỏi người bệnh, rồi đồng ý hoặc đề nghị ngày khác."),
    "referral_expected": _("Hôm nay có người từ %(place)s đến. Người bệnh đến thì ghi đã đến."),
    "referral_not_arrived": _("Người từ %(place)s chưa đến. Gọi trạm, hẹn lại hoặc cho uống lại tại trạm."),
    "referral_arrived": _("Người từ %(place)s đã đến, chờ bác sĩ khám và ra đơn."),
    "referral_offered": _("Bác sĩ đã ký chuyển một người về trạm. Phụ trách xem và ký."),
    "referral_signed": _("Có người chuyển đến trạm. Trưởng trạm xem hồ sơ và ký nhận, chọn ngày."),
    "referral_moving": _("Có người chuyển đến trạm. Người bệnh đến uống thì ghi đã đến."),
}


def sentence_of(kind: str) -> Callable[[Mapping[str, Any]], str]:
    """The words of one kind of turn, from its figures."""

    def sentence(data: Mapping[str, Any]) -> str:
        return str(_SENTENCES[kind]) % {"place": data.get("place", "–")}

    return sentence
