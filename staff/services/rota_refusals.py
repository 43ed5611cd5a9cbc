"""Why a plan, a swap, days off or a certificate was not taken as it stands, in words for people."""

from datetime import date

from django.utils.translation import gettext as _

from core.templatetags.tram import day as day_words
from staff.rules.wording_hours import hours_words
from staff.services.hours_refusals import HoursRefused


class RotaRefused(HoursRefused):
    """`sentence` says why, `field` what to look at."""


class PastDay(RotaRefused):
    def __init__(self) -> None:
        super().__init__(_("Ngày này đã qua. Lịch trực cũ giữ nguyên; giờ làm thật ghi ở trang Giờ làm của tôi."))


class NotAble(RotaRefused):
    def __init__(self) -> None:
        super().__init__(_("Người này không được phân công làm việc đó vào ngày đó. Chọn người khác."))


class NotPlanned(RotaRefused):
    """The entry was changed meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("Lịch của ngày này vừa được đổi. Xem lại lịch."))


class AlreadyOffered(RotaRefused):
    def __init__(self) -> None:
        super().__init__(_("Ca này đang chờ một người trả lời. Rút lời đề nghị cũ trước."))


class Answered(RotaRefused):
    def __init__(self) -> None:
        super().__init__(_("Lời đề nghị này đã được trả lời."))


class OwnSwap(RotaRefused):
    def __init__(self) -> None:
        super().__init__(_("Người đổi ca không tự duyệt. Người phụ trách khác sẽ duyệt."))


class AwayTwice(RotaRefused):
    field = "first_day"

    def __init__(self) -> None:
        super().__init__(_("Đã có ngày nghỉ trong khoảng này. Bỏ lần ghi cũ hoặc chọn ngày khác."))


class OrderOfDays(RotaRefused):
    field = "last_day"

    def __init__(self) -> None:
        super().__init__(_("Ngày cuối phải từ ngày đầu trở đi, và dài nhất một năm."))


class LeaveNotInUse(RotaRefused):
    def __init__(self) -> None:
        super().__init__(_("Nơi này không dùng nghỉ bù thay cho thanh toán."))


class NotEnoughLeave(RotaRefused):
    field = "first_day"

    def __init__(self, wanted: int, left: int) -> None:
        words = _("Cần %(wanted)s nghỉ bù, bạn còn %(left)s. Chọn ít ngày hơn, hoặc chọn thêm giờ làm để nghỉ bù.")
        super().__init__(words % {"wanted": hours_words(wanted), "left": hours_words(left)})


class LeaveBegun(RotaRefused):
    """Compensatory leave that has begun is taken: nobody gives it back to themselves."""

    def __init__(self) -> None:
        super().__init__(_("Đợt nghỉ bù này đã bắt đầu. Nếu bạn vẫn đi làm, nhờ trưởng trạm bỏ ngày nghỉ."))


class NoWorkingDay(RotaRefused):
    field = "first_day"

    def __init__(self) -> None:
        super().__init__(_("Không có ngày làm việc nào trong khoảng này, nên không cần nghỉ bù."))


class NotPayable(RotaRefused):
    field = "minutes"

    def __init__(self, most: int) -> None:
        words = _("Lần ghi này có nhiều nhất %(most)s được thanh toán để đổi lấy nghỉ bù.")
        super().__init__(words % {"most": hours_words(most)})


class SameDocument(RotaRefused):
    field = "number"

    def __init__(self) -> None:
        super().__init__(_("Chứng chỉ có số này của người này đã được ghi."))


class EndsBeforeIssued(RotaRefused):
    field = "expires_on"

    def __init__(self) -> None:
        super().__init__(_("Ngày hết hạn phải sau ngày cấp."))


class NotIssuedYet(RotaRefused):
    field = "issued_on"

    def __init__(self, today: date) -> None:
        super().__init__(_("Ngày cấp còn ở phía trước. Hôm nay là %(today)s.") % {"today": day_words(today)})
