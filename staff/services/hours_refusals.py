"""Why an entry of working time was not taken as it stands, each in words for people. Nothing that was typed is lost."""

from datetime import datetime

from django.utils.translation import gettext as _

from core.templatetags.tram import day_time


class HoursRefused(ValueError):
    """`sentence` says why, `field` what to look at (empty: the whole)."""

    field = ""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class NotOnDuty(HoursRefused):
    def __init__(self) -> None:
        super().__init__(_("Bạn chưa bấm bắt đầu ca, hoặc ca đã được kết thúc."))


class Backwards(HoursRefused):
    field = "ends"

    def __init__(self) -> None:
        super().__init__(_("Giờ kết thúc phải sau giờ bắt đầu."))


class TooLong(HoursRefused):
    field = "ends"

    def __init__(self) -> None:
        super().__init__(_("Một lần ghi dài nhất là 24 giờ. Ca dài hơn thì ghi thành hai lần."))


class NotYet(HoursRefused):
    field = "ends"

    def __init__(self) -> None:
        super().__init__(_("Giờ kết thúc còn ở phía trước. Ghi khi đã làm xong."))


class WhyNeeded(HoursRefused):
    field = "reason"

    def __init__(self) -> None:
        super().__init__(_("Ghi vì sao nhập sau."))


class Overlaps(HoursRefused):
    """Another standing interval of the person holds a part of this time already."""

    def __init__(self, starts_at: datetime, ends_at: datetime) -> None:
        words = _("Bạn đã ghi giờ làm từ %(from)s đến %(to)s. Sửa lần ghi đó, hoặc chọn giờ khác.")
        super().__init__(words % {"from": day_time(starts_at), "to": day_time(ends_at)})


class Gone(HoursRefused):
    """The interval was corrected, declined or renewed meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("Lần ghi này vừa được thay bằng lần ghi khác. Xem lại danh sách."))


class OtherContent(HoursRefused):
    """The same entry came once more with other content."""

    def __init__(self) -> None:
        super().__init__(_("Lần ghi này đã có với nội dung khác. Mở lại trang và xem."))


class OwnHours(HoursRefused):
    def __init__(self) -> None:
        super().__init__(_("Không ai duyệt giờ làm của chính mình. Người phụ trách khác sẽ duyệt."))


class NothingChosen(HoursRefused):
    def __init__(self) -> None:
        super().__init__(_("Chọn ít nhất một lần ghi."))


class NothingToPay(HoursRefused):
    def __init__(self) -> None:
        super().__init__(_("Không còn giờ nào chờ thanh toán trong tháng này."))


class ReferenceTaken(HoursRefused):
    field = "reference"

    def __init__(self) -> None:
        super().__init__(_("Số chứng từ này đã dùng cho một lần thanh toán khác."))


class NotReached(HoursRefused):
    def __init__(self) -> None:
        super().__init__(_("Người hoặc nơi này không thuộc phạm vi bạn phụ trách."))
