"""The settings about people in the words of the field."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from facilities.words import WEEKDAYS, SettingWords
from staff.roles import ROLES

ROLE_CHOICES: Final[dict[str, str | Promise]] = {str(role): ROLES[role].name for role in ROLES}

PIN: Final = {
    "length": _("PIN gồm đúng"),
    "tries": _("Khóa PIN sau"),
    "locked_minutes": _("PIN bị khóa trong"),
}
ACCOUNT: Final = {"one_time_hours": _("Mật khẩu dùng một lần còn hiệu lực trong")}
APPOINTMENT: Final = {
    "grace_days": _("Phân công hết hạn vẫn làm tiếp được"),
    "first_warning_days": _("Nhắc lần đầu"),
    "last_warning_days": _("Nhắc lần cuối"),
}
WITNESS: Final = {
    "review_hours": _("Việc làm một mình phải được xem lại trong"),
    "remote_code_minutes": _("Mã chứng kiến từ xa dùng được trong"),
    "remote_code_tries": _("Khóa mã chứng kiến từ xa sau"),
    "figure_days": _("Số liệu về người ký cùng tính trong"),
    "same_pair_pct": _("Báo “luôn cùng một cặp” khi một cặp ký từ"),
    "same_pair_least": _("Chỉ báo cặp khi có ít nhất"),
    "quick_seconds": _("Báo chữ ký quá nhanh khi ký trong"),
}
DEVICE: Final = {
    "token_days": _("Thiết bị phải đăng ký lại sau"),
    "session_minutes": _("Người dùng thiết bị phải nhập lại PIN sau"),
    "sync_most": _("Mỗi lần gửi bù nhiều nhất"),
    "clock_off_minutes": _("Báo đồng hồ thiết bị sai khi lệch quá"),
}
WORK: Final[Mapping[str, SettingWords | str | Promise]] = {
    "normal_day_hours": _("Giờ làm bình thường mỗi ngày, nhiều nhất"),
    "normal_week_hours": _("Giờ làm bình thường mỗi tuần, nhiều nhất"),
    "rest_days": SettingWords(_("Ngày nghỉ hằng tuần"), WEEKDAYS),
    "office_from": _("Giờ hành chính buổi sáng bắt đầu lúc"),
    "office_break_from": _("Nghỉ trưa từ lúc"),
    "office_break_to": _("Giờ hành chính buổi chiều bắt đầu lúc"),
    "office_to": _("Giờ hành chính kết thúc lúc"),
    "day_hours": _("Giờ làm thêm được thanh toán mỗi ngày làm việc, nhiều nhất"),
    "day_hours_total": _("Giờ bình thường cộng giờ làm thêm được thanh toán mỗi ngày, nhiều nhất"),
    "month_hours": _("Giờ làm thêm được thanh toán mỗi tháng, nhiều nhất"),
    "year_hours": _("Giờ làm thêm được thanh toán mỗi năm, nhiều nhất"),
    "long_year": _("Áp dụng mức 300 giờ mỗi năm"),
    "month_hours_long": _("Mỗi tháng khi áp dụng mức 300 giờ, nhiều nhất"),
    "year_hours_long": _("Mỗi năm khi áp dụng mức 300 giờ, nhiều nhất"),
    "rate_working_pct": _("Làm thêm ngày làm việc được trả"),
    "rate_rest_pct": _("Làm thêm ngày nghỉ hằng tuần được trả"),
    "rate_holiday_pct": _("Làm thêm ngày lễ, Tết được trả"),
    "night_extra_pct": _("Làm ban đêm được trả thêm"),
    "night_overtime_pct": _("Làm thêm giờ ban đêm được trả thêm, tính trên tiền giờ ban ngày"),
    "bands": _("Thanh toán theo số người bệnh"),
    "band_small_below": _("Nơi ít người bệnh là dưới"),
    "band_small_hours": _("Nơi ít người bệnh: mỗi tháng được thanh toán nhiều nhất"),
    "band_middle_below": _("Nơi vừa là dưới"),
    "band_middle_hours": _("Nơi vừa: mỗi tháng được thanh toán nhiều nhất"),
    "band_large_hours": _("Nơi đông người bệnh: mỗi tháng được thanh toán nhiều nhất"),
    "allowance_roles": SettingWords(_("Vai trò được phụ cấp ưu đãi"), ROLE_CHOICES),
    "leave_instead": _("Người làm được chọn nghỉ bù thay cho thanh toán giờ làm thêm"),
    "leave_pct": _("Giờ làm thêm chọn nghỉ bù được nghỉ bằng"),
    "forecast_days": _("Dự báo ngày chạm mức năm theo nhịp làm của"),
}
ROTA: Final = {
    "second_needed": _("Mỗi ngày cần xếp người thứ hai"),
    "physician_needed": _("Mỗi ngày cần xếp bác sĩ gọi điện được"),
    "swap_needs_head": _("Đổi ca phải chờ người phụ trách duyệt"),
}
CERTIFICATES: Final[Mapping[str, SettingWords | str | Promise]] = {
    "dispensing_roles": SettingWords(_("Vai trò cần tập huấn cấp phát methadone"), ROLE_CHOICES),
    "prescribing_roles": SettingWords(_("Vai trò cần tập huấn điều trị methadone"), ROLE_CHOICES),
    "counselling_roles": SettingWords(_("Vai trò cần tập huấn tư vấn"), ROLE_CHOICES),
    "overdose_roles": SettingWords(_("Vai trò cần tập huấn xử trí quá liều"), ROLE_CHOICES),
    "warning_days": _("Nhắc chứng chỉ sắp hết hạn"),
}
