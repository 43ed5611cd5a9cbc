"""Words of a move between places: (what is wrong, what to do)."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dispensing.rules.codes import Code

MOVE_WORDS: Final[dict[Code, tuple[Promise, Promise]]] = {
    Code.AWAY_NOW: (
        _("Người bệnh đang %(away)s, ghi đến hết ngày %(until_on)s."),
        _("Đã về thì ghi kết thúc đợt này ở mục Nơi uống thuốc trong sổ đăng ký, rồi chọn lại người bệnh."),
    ),
    Code.DRUNK_ELSEWHERE_TODAY: (
        _("Hôm nay đã uống %(dose_mg)s mg ở nơi khác, có giấy."),
        _("Không rót thêm. Nếu giấy ghi nhầm ngày, sửa bản ghi ở trang theo dõi trước."),
    ),
    Code.TAKE_HOME_TODAY: (
        _("Hôm nay người bệnh đã có lọ mang về %(dose_mg)s mg."),
        _("Không rót thêm. Lọ mất hoặc chưa uống: ghi ở trang theo dõi, rồi gọi bác sĩ."),
    ),
    Code.ELSEWHERE_DOSED_HERE: (
        _("Ngày %(day_on)s đã uống %(dose_mg)s mg theo sổ, và %(told_mg)s mg ở nơi khác theo giấy."),
        _("Đối chiếu giấy với sổ: nhầm ngày thì sửa; uống cả hai thì báo bác sĩ."),
    ),
    Code.ELSEWHERE_TWICE: (
        _("Ngày %(day_on)s có hai bản ghi uống ở nơi khác: %(dose_mg)s mg và %(told_mg)s mg."),
        _("Đối chiếu hai giấy; bản nào sai thì sửa."),
    ),
    Code.ELSEWHERE_UNPROVEN: (
        _("Chưa có giấy của nơi đã cho uống."),
        _("Xin giấy, hoặc chụp ảnh giấy. Chưa có giấy thì ngày đó vẫn tính là bỏ liều."),
    ),
    Code.TOLD_DRUNK_TODAY: (
        _("%(place)s báo hôm nay người bệnh đã uống %(told_mg)s mg ở đó."),
        _("Không rót. Hẹn ngày mai; nếu nghi nhầm, gọi bác sĩ."),
    ),
    Code.LAST_DOSE_ELSEWHERE: (
        _("Lần đầu uống ở đây sau khi rời %(place)s: liều cuối ở đó chưa được xác nhận."),
        _("Gọi nơi đó hoặc xem giấy chuyển, rồi ghi ngày và số mg của liều cuối."),
    ),
    Code.TOLD_OTHER_THAN_RECORD: (
        _("%(place)s báo liều cuối %(told_mg)s mg ngày %(told_on)s, khác với sổ."),
        _("Nhắc nơi đó ghi bù. Số ngày bỏ liều vẫn tính theo sổ."),
    ),
    Code.MOVED_HERE: (
        _("Mới từ %(place)s đến. Liều cuối: %(last_mg)s mg ngày %(last_on)s."),
        _("Chào người bệnh, nhắc giờ mở cửa ở đây."),
    ),
    Code.MOVES_AWAY: (
        _("Từ ngày %(starts_on)s người bệnh uống tại %(place)s."),
        _("Nhắc người bệnh ngày đổi nơi uống."),
    ),
}
AWAY_WORDS: Final[dict[str, Promise]] = {"hospital": _("nằm viện"), "detention": _("bị tạm giữ")}
