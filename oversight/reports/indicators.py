"""Every number of the reports: its code, its words, what is counted, of what, and which query counts it.

A definition is changed here, with its words; `fingerprint` then changes, and a frozen report says by which it was made.
Sources name a function of `oversight.reports`: register (people), care (days, tests, visits), stock (ledger), work
(cases, hours).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oversight.rules.figures import Unit
from oversight.rules.report_codes import ReportKind

VERSION: Final = 1  # raised with every change of what is counted


@dataclass(frozen=True)
class Indicator:
    """One number. `numerator` says what is counted, `denominator` of what; `people`: each line behind it is a patient,
    whose code only who treats them may see; `secret`: nobody sees a person behind it, and small numbers are hidden.
    """

    code: str
    words: str | Promise
    numerator: str | Promise
    source: str
    unit: Unit = Unit.COUNT
    denominator: str | Promise = ""
    people: bool = False
    secret: bool = False
    group: str | Promise = ""


_TREATED: Final = _("Người đang điều trị ở ngày báo cáo, theo nơi uống thuốc thường xuyên của họ ngày đó")
_OF_ROW_1: Final = _("trong số ở dòng 1")

BANG_3: Final = (
    Indicator(
        "1", _("Số bệnh nhân hiện đang điều trị Methadone tại thời điểm báo cáo"), _TREATED, "register", people=True
    ),
    Indicator(
        "1.1",
        _("Điều trị trên 6 tháng"),
        _("Ngày bắt đầu đợt điều trị này đã qua hơn 6 tháng"),
        "register",
        denominator=_OF_ROW_1,
        people=True,
    ),
    Indicator(
        "1.2",
        _("Điều trị trên 12 tháng"),
        _("Ngày bắt đầu đợt điều trị này đã qua hơn 12 tháng"),
        "register",
        denominator=_OF_ROW_1,
        people=True,
    ),
    Indicator(
        "1.3",
        _("HIV (+)"),
        _("Đã ghi HIV dương tính không muộn hơn ngày báo cáo; chỉ đếm, không xem được từng người"),
        "register",
        denominator=_OF_ROW_1,
        secret=True,
    ),
    Indicator(
        "2",
        _("Số bệnh nhân nhận thuốc tại cơ sở điều trị"),
        _("Nơi uống thường xuyên là cơ sở điều trị; không tính người đang nằm viện hoặc bị tạm giữ"),
        "register",
        denominator=_OF_ROW_1,
        people=True,
    ),
    Indicator(
        "3",
        _("Số bệnh nhân nhận thuốc tại cơ sở cấp phát thuốc"),
        _("Nơi uống thường xuyên là cơ sở cấp phát thuốc; không tính người đang nằm viện hoặc bị tạm giữ"),
        "register",
        denominator=_OF_ROW_1,
        people=True,
    ),
    Indicator(
        "4",
        _("Số bệnh nhân được cấp phát thuốc nhiều ngày"),
        _("Có lần cấp thuốc mang về trong số ngày quy định, tính đến ngày báo cáo"),
        "register",
        denominator=_OF_ROW_1,
        people=True,
    ),
    Indicator(
        "5",
        _("Số bệnh nhân bỏ điều trị trong kỳ báo cáo"),
        _("Có ngày bỏ điều trị trong kỳ; năm là tổng của bốn quý"),
        "register",
        people=True,
    ),
)

_PATIENTS: Final = _("Người bệnh")
_DOSES: Final = _("Liều và ngày uống")
_CARE: Final = _("Khám, tư vấn, xét nghiệm, an toàn")
_STOCK: Final = _("Thuốc")
_WORK: Final = _("Việc và giờ làm")


def _people(code: str, words: str | Promise, numerator: str | Promise) -> Indicator:
    return Indicator(code, words, numerator, "register", people=True, group=_PATIENTS)


def _band(code: str, words: str | Promise) -> Indicator:
    return Indicator(
        code,
        words,
        _("Đợt dài nhất trong tháng mà không có liều nào vào người, tính theo ngày liên tiếp"),
        "care",
        Unit.PERCENT,
        _("người có ít nhất một ngày phải uống trong tháng"),
        people=True,
        group=_DOSES,
    )


def _volume(code: str, words: str | Promise, numerator: str | Promise) -> Indicator:
    return Indicator(code, words, numerator, "stock", Unit.ML, group=_STOCK)


MONTH: Final = (
    _people("active", _("Đang điều trị cuối tháng"), _TREATED),
    _people("new", _("Điều trị mới"), _("Bắt đầu điều trị trong tháng, lần đầu có trong sổ")),
    _people("restarted", _("Điều trị lại"), _("Trở lại điều trị trong tháng sau khi bỏ hoặc chấm dứt")),
    _people("moved_in", _("Chuyển đến"), _("Nơi uống thường xuyên đổi về đây trong tháng, kể cả từ nơi khác đến")),
    _people("moved_out", _("Chuyển đi"), _("Nơi uống thường xuyên đổi đi nơi khác trong tháng")),
    _people("dropped", _("Bỏ điều trị"), _("Có ngày bỏ điều trị trong tháng")),
    _people("ended", _("Chấm dứt điều trị"), _("Có ngày chấm dứt điều trị trong tháng")),
    _people("died", _("Tử vong"), _("Có ngày mất trong tháng")),
    _people("detained", _("Bị tạm giữ, tạm giam"), _("Có ít nhất một ngày trong tháng ở nơi giam giữ")),
    Indicator(
        "attended",
        _("Uống thuốc đều (từ 95 % số ngày)"),
        _("Số ngày có liều vào người đạt tỷ lệ quy định của số ngày phải uống"),
        "care",
        Unit.PERCENT,
        _("người có ít nhất một ngày phải uống trong tháng"),
        people=True,
        group=_DOSES,
    ),
    _band("missed_0", _("Không bỏ liều ngày nào")),
    _band("missed_1_2", _("Bỏ liều 1–2 ngày liên tiếp")),
    _band("missed_3", _("Bỏ liều 3 ngày liên tiếp")),
    _band("missed_4_5", _("Bỏ liều 4–5 ngày liên tiếp")),
    _band("missed_6", _("Bỏ liều từ 6 ngày liên tiếp")),
    Indicator(
        "dose_mean",
        _("Liều trung bình"),
        _("Tổng liều chỉ định của ngày cuối tháng"),
        "register",
        Unit.MEAN_MG,
        _("người đang điều trị có đơn thuốc hiệu lực ngày đó"),
        group=_DOSES,
    ),
    Indicator(
        "dose_median",
        _("Liều trung vị"),
        _("Liều chỉ định ở giữa khi xếp từ thấp đến cao"),
        "register",
        Unit.MG,
        _("người đang điều trị có đơn thuốc hiệu lực ngày đó"),
        group=_DOSES,
    ),
    Indicator(
        "dose_high",
        _("Liều cao (trên 120 mg)"),
        _("Liều chỉ định của ngày cuối tháng trên mức quy định"),
        "register",
        Unit.PERCENT,
        _("người đang điều trị có đơn thuốc hiệu lực ngày đó"),
        people=True,
        group=_DOSES,
    ),
    Indicator(
        "urine_done",
        _("Xét nghiệm nước tiểu đã làm"),
        _("Lần xét nghiệm có mẫu trong tháng, tính theo nơi lấy mẫu"),
        "care",
        people=True,
        group=_CARE,
    ),
    Indicator(
        "urine_positive",
        _("Dương tính với chất dạng thuốc phiện"),
        _("Lần xét nghiệm dương tính"),
        "care",
        Unit.PERCENT,
        _("lần xét nghiệm có kết quả âm tính hoặc dương tính"),
        people=True,
        group=_CARE,
    ),
    Indicator(
        "exam_overdue",
        _("Quá hạn khám"),
        _("Đang điều trị cuối tháng, đã qua hạn khám và số ngày châm chước"),
        "care",
        Unit.PERCENT,
        _("người đang điều trị cuối tháng"),
        people=True,
        group=_CARE,
    ),
    Indicator(
        "counselling_overdue",
        _("Quá hạn tư vấn"),
        _("Đang điều trị cuối tháng, đã qua hạn tư vấn và số ngày châm chước"),
        "care",
        Unit.PERCENT,
        _("người đang điều trị cuối tháng"),
        people=True,
        group=_CARE,
    ),
    Indicator("overdoses", _("Quá liều"), _("Sự cố quá liều cơ sở đã ghi, theo giờ tìm thấy"), "care", group=_CARE),
    Indicator(
        "naloxone",
        _("Naloxone dùng được cuối tháng (ống)"),
        _("Ống trong tầm tay theo sổ, còn hạn ngày cuối tháng"),
        "stock",
        group=_CARE,
    ),
    _volume("opening", _("Tồn đầu kỳ (mL)"), _("Theo sổ lúc đầu tháng")),
    _volume("received", _("Nhập trong kỳ (mL)"), _("Nhận từ nơi cấp và từ các chuyến")),
    _volume("issued", _("Xuất trong kỳ (mL)"), _("Cho người bệnh, gửi đi, đổ bỏ, hủy")),
    _volume("loss", _("Hao hụt (mL)"), _("Hao hụt và đổ vỡ; không trừ vào dư thừa")),
    _volume("surplus", _("Dư thừa (mL)"), _("Thuốc nhiều hơn nhãn hoặc sổ; không trừ vào hao hụt")),
    _volume("closing", _("Tồn cuối kỳ (mL)"), _("Tồn đầu + nhập − xuất − hao hụt + dư thừa")),
    Indicator(
        "cover",
        _("Thuốc đủ dùng (ngày)"),
        _("Số mg tồn cuối kỳ"),
        "stock",
        Unit.DAYS,
        _("số mg cho người bệnh mỗi ngày, trung bình trong tháng"),
        group=_STOCK,
    ),
    Indicator(
        "differences",
        _("Chênh lệch thuốc phát hiện trong tháng"),
        _("Việc về chênh lệch được mở trong tháng"),
        "work",
        group=_STOCK,
    ),
    Indicator(
        "differences_open",
        _("Chênh lệch chưa kết luận cuối tháng"),
        _("Việc về chênh lệch đã mở và chưa có kết luận lúc hết tháng"),
        "work",
        group=_STOCK,
    ),
    Indicator(
        "overtime",
        _("Giờ làm thêm thực tế"),
        _("Giờ làm thêm mà từng người đã xác nhận"),
        "work",
        Unit.HOURS,
        group=_WORK,
    ),
    Indicator(
        "payable",
        _("Giờ làm thêm được thanh toán"),
        _("Phần giờ làm thêm trong giới hạn và mức theo số người bệnh"),
        "work",
        Unit.HOURS,
        _("giờ làm thêm thực tế"),
        group=_WORK,
    ),
)

OF: Final[Mapping[ReportKind, tuple[Indicator, ...]]] = {
    ReportKind.QUARTER: BANG_3,
    ReportKind.YEAR: BANG_3,
    ReportKind.MONTH: MONTH,
}


def indicator(kind: ReportKind, code: str) -> Indicator | None:
    """One number of a report by its code."""
    return next((one for one in OF[kind] if one.code == code), None)


def codes(kind: ReportKind) -> tuple[str, ...]:
    """The codes in the order of the report."""
    return tuple(one.code for one in OF[kind])


@lru_cache
def fingerprint(kind: ReportKind) -> str:
    """Which definitions these are: version, codes, units, sources. Words may be put better without changing it."""
    said = [f"{one.code}:{one.unit}:{one.source}" for one in OF[kind]]
    return hashlib.sha256(f"{VERSION}|{kind}|{'|'.join(said)}".encode()).hexdigest()[:16]
