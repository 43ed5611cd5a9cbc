"""How long everybody has for a referral: one typed, bounded, sourced group."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from facilities.rules import setting
from facilities.words import SettingWords


@dataclass(frozen=True)
class ReferralSettings:
    """Hours and days; each moves from a future moment on."""

    referral_drafts_itself: bool = setting(True, source="domain 3, proposal")
    referral_confirm_hours: int = setting(24, source="domain 3, proposal", low=1, high=72, unit="hours")
    referral_urgent_confirm_hours: int = setting(4, source="domain 3, proposal", low=1, high=24, unit="hours")
    referral_acknowledge_hours: int = setting(24, source="domain 3, proposal", low=1, high=72, unit="hours")
    referral_urgent_acknowledge_hours: int = setting(4, source="domain 3, proposal", low=1, high=24, unit="hours")
    referral_appoint_hours: int = setting(48, source="domain 3, proposal", low=1, high=168, unit="hours")
    referral_agree_hours: int = setting(24, source="domain 3, proposal", low=1, high=72, unit="hours")
    referral_order_hours: int = setting(4, source="domain 12.4, proposal", low=1, high=48, unit="hours")
    referral_sign_hours: int = setting(48, source="domain 3, proposal", low=4, high=168, unit="hours")
    referral_quiet_days: int = setting(14, source="domain 3, proposal", low=1, high=60, unit="days")
    referral_dose_days: int = setting(30, source="domain 3 (dose history 30 d)", low=7, high=90, unit="days")


TITLE: Final = _("Chuyển người bệnh")

SETTING_WORDS: Final[dict[str, SettingWords | str | Promise]] = {
    "referral_drafts_itself": _("Tự soạn phiếu chuyển khi người bệnh không còn ổn định hoặc bị dừng cấp"),
    "referral_confirm_hours": _("Trạm xác nhận phiếu tự soạn trong; quá giờ phiếu tự gửi"),
    "referral_urgent_confirm_hours": _("Phiếu gấp: trạm xác nhận trong; quá giờ phiếu tự gửi"),
    "referral_acknowledge_hours": _("Cơ sở điều trị nhận phiếu trong"),
    "referral_urgent_acknowledge_hours": _("Phiếu gấp: cơ sở điều trị nhận trong"),
    "referral_appoint_hours": _("Cơ sở điều trị hẹn ngày trong"),
    "referral_agree_hours": _("Trạm trả lời ngày hẹn trong"),
    "referral_order_hours": _("Người bệnh đã đến: bác sĩ ra đơn trong"),
    "referral_sign_hours": _("Mỗi bên ký chuyển trong"),
    "referral_quiet_days": _("Không tự soạn phiếu mới sau phiếu trước trong"),
    "referral_dose_days": _("Phiếu chuyển ghi liều đã uống trong"),
}
