"""Words of what goes wrong in a morning, as findings and as notes on the card."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from dispensing.rules.codes import Code
from dispensing.rules.wording_dosing import Texts

INCIDENT_WORDS: Final[Texts] = {
    Code.DRUNK_FOR_OTHER: (
        _("Uống %(actual_mg)s mg rót cho người khác; liều của mình %(intended_mg)s mg."),
        _("Theo dõi người đã uống, báo bác sĩ."),
    ),
    Code.OTHER_AMOUNT_DRUNK: (
        _("Uống %(actual_mg)s mg, y lệnh %(intended_mg)s mg."),
        _("Theo dõi người đã uống, báo bác sĩ."),
    ),
    Code.ORDER_USED: (
        _("Y lệnh một liều này đã được dùng trước đó."),
        _("Báo bác sĩ: người bệnh đã uống thêm một lần."),
    ),
    Code.VOMITED_AFTER: (
        _("Nôn %(minutes)s phút sau khi uống; được bù nhiều nhất %(replace_mg)s mg."),
        _("Bác sĩ quyết định có uống bù hay không."),
    ),
    Code.FOUND_IN_DANGER: (
        _("Khi theo dõi thấy: %(observed)s."),
        _("Cấp cứu ngay, rồi báo bác sĩ."),
    ),
    Code.ORDERED_DOSE: (
        _("%(ordered)s theo y lệnh: %(dose_mg)s mg."),
        _("Chỉ dùng một lần, trong hôm nay."),
    ),
    Code.WATER_AND_SPEAK: (
        _("Ngày %(day_on)s: %(outcome)s."),
        _("Hôm nay cho uống nước và nói vài câu trước khi về."),
    ),
    Code.UNDER_OBSERVATION: (
        _("Đang theo dõi đến %(until_at)s."),
        _("Ghi lần xem trước khi cho uống hoặc cho về."),
    ),
    Code.STRENGTH_CHANGED: (
        _("Đổi nồng độ từ ngày %(day_on)s: số mL khác trước, số mg không đổi."),
        _("Đọc lại số mL trên màn hình, không rót theo thói quen hay theo giấy cũ."),
    ),
}
