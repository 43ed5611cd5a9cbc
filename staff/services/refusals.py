"""Why no second signature came of it, each in words for people."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class AttestationRefused(Exception):
    """No attestation came of it; `sentence` says why, to people."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class SamePerson(AttestationRefused):
    def __init__(self) -> None:
        super().__init__(_("Người ký cùng phải là người khác, không phải chính bạn."))


class UnknownSecond(AttestationRefused):
    def __init__(self) -> None:
        super().__init__(_("Chọn người ký cùng trong danh sách."))


class NotEntitled(AttestationRefused):
    def __init__(self) -> None:
        super().__init__(_("Hôm nay người này không được phân công ký cùng tại cơ sở này."))


class NoReason(AttestationRefused):
    def __init__(self) -> None:
        super().__init__(_("Ghi vì sao chỉ có một mình."))


class OtherContent(AttestationRefused):
    """The act already has its attestation, over other content."""

    def __init__(self) -> None:
        super().__init__(_("Việc này đã có chữ ký cho nội dung khác. Mở lại trang và xem."))


class NotOpenForReview(AttestationRefused):
    def __init__(self) -> None:
        super().__init__(_("Việc này không chờ xem lại: đã có người ký cùng hoặc đã được xem lại."))


class CodeRefused(AttestationRefused):
    """The code read over the phone is no signature of that person."""


class NoCode(CodeRefused):
    def __init__(self) -> None:
        super().__init__(_("Người này chưa lấy mã cho bạn, hoặc mã đã hết giờ. Nhờ họ lấy mã mới."))


class WrongCode(CodeRefused):
    def __init__(self, tries_left: int) -> None:
        self.tries_left = tries_left
        words = ngettext("Mã chưa đúng. Còn %(count)d lần thử.", "Mã chưa đúng. Còn %(count)d lần thử.", tries_left)
        super().__init__(words % {"count": tries_left})


class CodeLocked(CodeRefused):
    def __init__(self) -> None:
        super().__init__(_("Mã này đã khóa vì nhập sai nhiều lần. Nhờ người đó lấy mã mới."))


class CodeSpent(CodeRefused):
    def __init__(self) -> None:
        super().__init__(_("Mã này đã dùng cho một việc khác. Nhờ người đó lấy mã mới."))
