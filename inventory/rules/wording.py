"""The words of the field for the ledger's codes."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.rules import wording_shelf
from inventory.rules.kinds import AccountKind, ActKind, Reason

ACT_WORDS: Final[Mapping[ActKind, Promise]] = {
    ActKind.RECEIPT: gettext_lazy("Nhận thuốc"),
    ActKind.TO_DISPENSING: gettext_lazy("Chuyển sang tủ cấp phát"),
    ActKind.OPENING: gettext_lazy("Mở chai"),
    ActKind.EMPTYING: gettext_lazy("Kết thúc chai"),
    ActKind.QUARANTINE: gettext_lazy("Đưa vào biệt trữ"),
    ActKind.MEASURE: gettext_lazy("Đo chai, ghi chênh lệch"),
    ActKind.PRIMING: gettext_lazy("Kiểm tra bơm, đổ bỏ"),
    ActKind.AMPOULES_OUT: gettext_lazy("Lấy ống khỏi kệ cấp cứu"),
    ActKind.COUNT: gettext_lazy("Kiểm kê"),
    ActKind.SPILL: gettext_lazy("Biên bản đổ, rơi vãi"),
    ActKind.BREAKAGE: gettext_lazy("Biên bản vỡ"),
    ActKind.LOSS: gettext_lazy("Ghi mất thuốc"),
    ActKind.RECALL: gettext_lazy("Thu hồi lô"),
    ActKind.DESTRUCTION: gettext_lazy("Hủy thuốc"),
    ActKind.DISPATCH: gettext_lazy("Giao thuốc cho người vận chuyển"),
    ActKind.CONSIGNMENT_RECEIPT: gettext_lazy("Nhận chuyến thuốc"),
    ActKind.TAKEN_BACK: gettext_lazy("Nhận lại chuyến thuốc quay về"),
    ActKind.NOT_ARRIVED: gettext_lazy("Ghi chuyến thuốc không đến nơi"),
    ActKind.ADMITTED: gettext_lazy("Nhận đã gửi thuốc ngoài bản kê"),
    ActKind.SETTLED: gettext_lazy("Giải quyết chênh lệch giao nhận"),
}
WINDOW_WORDS: Final[Mapping[ActKind, Promise]] = {
    ActKind.DOSE: gettext_lazy("Cấp liều"),
    ActKind.DOSE_VOID: gettext_lazy("Hủy ghi nhận liều"),
    ActKind.NOT_SWALLOWED: gettext_lazy("Không uống hết"),
    ActKind.TAKE_HOME: gettext_lazy("Giao lọ mang về"),
    ActKind.TAKE_HOME_VOID: gettext_lazy("Nhận lại hoặc hủy lọ mang về"),
}
PLACE_WORDS: Final[Mapping[AccountKind, Promise]] = {
    AccountKind.SUPPLIER: gettext_lazy("Nơi cung cấp"),
    AccountKind.STORAGE: gettext_lazy("Tủ bảo quản"),
    AccountKind.DISPENSING: gettext_lazy("Tủ cấp phát"),
    AccountKind.OPENED: gettext_lazy("Chai đã mở nắp"),
    AccountKind.QUARANTINE: gettext_lazy("Biệt trữ"),
    AccountKind.PATIENTS: gettext_lazy("Người bệnh đã uống"),
    AccountKind.POURED_OUT: gettext_lazy("Đổ bỏ"),
    AccountKind.SPILL: gettext_lazy("Đổ, rơi vãi"),
    AccountKind.LOSS: gettext_lazy("Hao hụt"),
    AccountKind.SURPLUS: gettext_lazy("Dư thừa"),
    AccountKind.OVERFILL: gettext_lazy("Dư so với nhãn"),
    AccountKind.UNRECONCILED: gettext_lazy("Chờ đối chiếu"),
    AccountKind.TRANSIT: gettext_lazy("Đang vận chuyển"),
    AccountKind.DISCREPANCY: gettext_lazy("Chênh lệch giao nhận"),
    AccountKind.DESTROYED: gettext_lazy("Đã hủy"),
}
REASON_WORDS: Final[Mapping[str, Promise]] = {
    Reason.RESIDUE: gettext_lazy("phần còn lại trong chai"),
    Reason.UNDERFILL: gettext_lazy("thiếu so với sổ"),
    Reason.OVERFILL: gettext_lazy("dư so với nhãn"),
    Reason.OVERFILL_TAKEN_BACK: gettext_lazy("dư ghi quá, ghi lại"),
    Reason.BEYOND_SETTLED: gettext_lazy("đối chiếu phần lấy quá sổ"),
    Reason.ARRIVED: gettext_lazy("đúng như đã gửi"),
    Reason.DIFFERED: gettext_lazy("không khớp với bản kê"),
    Reason.SENT_UNLISTED: gettext_lazy("đã gửi mà không có trong bản kê"),
    Reason.TURNED_UP: gettext_lazy("đã tìm thấy"),
    Reason.LOST_ON_ROAD: gettext_lazy("mất trên đường"),
    Reason.BROKEN_ON_ROAD: gettext_lazy("vỡ, đổ trên đường"),
    Reason.MEASURED_LESS: gettext_lazy("đo được ít hơn sổ"),
    Reason.MEASURED_MORE: gettext_lazy("đo được nhiều hơn sổ"),
    Reason.COUNTED_MISSING: gettext_lazy("kiểm kê không thấy"),
    Reason.COUNTED_LESS: gettext_lazy("kiểm kê thiếu"),
    Reason.COUNTED_MORE: gettext_lazy("kiểm kê dư"),
    Reason.COUNTED_EXTRA: gettext_lazy("kiểm kê thấy lại"),
    Reason.COUNTED_ELSEWHERE: gettext_lazy("kiểm kê thấy ở chỗ khác"),
    Reason.SPILT: gettext_lazy("đổ, rơi vãi"),
    Reason.BROKEN: gettext_lazy("vỡ"),
    Reason.REPORTED_LOST: gettext_lazy("báo mất"),
    Reason.RECALLED: gettext_lazy("thu hồi lô"),
    Reason.DESTROYED: gettext_lazy("hội đồng hủy"),
    Reason.PRIMING: gettext_lazy("chạy qua bơm khi kiểm tra"),
    Reason.INJECTED: gettext_lazy("đã tiêm cho người quá liều"),
    Reason.AMPOULE_BROKEN: gettext_lazy("ống vỡ"),
    Reason.AMPOULE_EXPIRED: gettext_lazy("ống hết hạn"),
    Reason.NEVER_POURED: gettext_lazy("chưa rót, còn trong chai"),
    Reason.POURED_NOT_DRUNK: gettext_lazy("rót ra không uống"),
    Reason.BROUGHT_BACK: gettext_lazy("lọ mang về trả lại còn thuốc, đổ bỏ"),
    Reason.NOT_BROUGHT_BACK: gettext_lazy("ghi lại: lọ này không trả còn thuốc"),
}


def has_page(kind: str) -> bool:
    """Whether an act of this kind has a page here; the window's acts are shown where they were done."""
    return kind in ACT_WORDS


def act_words(kind: str) -> str:
    """The act as the books name it; its code where it has no name here."""
    for words in (ACT_WORDS, WINDOW_WORDS):
        if kind in words:
            return str(words[ActKind(kind)])
    return kind


def finding_words(code: str, data: Mapping[str, str]) -> tuple[str, str]:
    """A finding of a stock act: what is wrong, what to do."""
    known = {
        "bottle_overfill": (
            _("Chai cho nhiều hơn nhãn quá mức cho phép."),
            _("Xem dụng cụ đong và cách rót; báo cơ sở điều trị."),
        ),
        "bottle_underfill": (
            _("Chai hết sớm so với sổ quá mức cho phép."),
            _("Đối chiếu liều đã ghi; báo hao hụt theo quy định."),
        ),
        "bottle_expired": (
            _("Chai đã hết hạn mà đã mở."),
            _("Giữ trong biệt trữ; xem người bệnh nào đã uống từ chai này."),
        ),
        "bottle_quarantined": (_("Chai đang biệt trữ mà đã mở."), _("Giữ trong biệt trữ; hỏi vì sao đã mở.")),
        "two_strengths_open": (
            _("Hai hàm lượng cùng mở tại một quầy."),
            _("Xem lại mọi liều rót từ lúc đó: mg và mL."),
        ),
        "other_strength": (
            _("Mở chai hàm lượng khác mà chưa đủ hai chữ ký."),
            _("Xem lại mọi liều rót từ chai này: mg và mL."),
        ),
        "earlier_expiry_first": (
            _("Đã mở chai trong khi còn chai hết hạn trước."),
            _("Dùng chai hết hạn trước tiếp theo."),
        ),
    }
    if code in wording_shelf.FINDINGS:
        return wording_shelf.finding_words(code, data)
    what, to_do = known.get(code, (code, ""))
    label = data.get("label")
    return (_("Chai %(label)s: %(what)s") % {"label": label, "what": what} if label else what, to_do)
