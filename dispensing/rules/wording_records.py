"""Words of the rules of signing a prescription, stating an outcome and voiding a dose."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from dispensing.rules.codes import Code
from dispensing.rules.wording_dosing import Texts

PRESCRIBING_WORDS: Final[Texts] = {
    Code.SIGNER_NOT_PHYSICIAN: (
        _("Chỉ bác sĩ được ký đơn thuốc."),
        _("Lưu bản nháp và mời bác sĩ ký."),
    ),
    Code.PHASE_UNKNOWN: (
        _("Chưa chọn giai đoạn điều trị."),
        _("Chọn khởi liều, điều chỉnh liều, điều trị duy trì hoặc giảm liều."),
    ),
    Code.DOSE_NOT_POSITIVE: (
        _("Liều phải lớn hơn 0 mg."),
        _("Nhập lại liều mỗi ngày."),
    ),
    Code.DOSE_ABOVE_CEILING: (
        _("%(dose_mg)s mg vượt mức cao nhất %(limit_mg)s mg mỗi ngày."),
        _("Xem lại số đã nhập."),
    ),
    Code.DOSE_NEEDS_MAIN_CLINIC: (
        _("Liều trên %(limit_mg)s mg cần bác sĩ của cơ sở điều trị cùng duyệt."),
        _("Gửi đơn cho cơ sở điều trị duyệt."),
    ),
    Code.SLOTS_WRONG: (
        _("Các lần uống trong ngày phải lớn hơn 0, cộng lại đúng %(dose_mg)s mg, nhiều nhất %(limit)s lần."),
        _("Sửa liều từng lần uống."),
    ),
    Code.DATES_REVERSED: (
        _("Ngày kết thúc trước ngày bắt đầu."),
        _("Sửa ngày của đơn."),
    ),
    Code.STARTS_IN_PAST: (
        _("Đơn không được bắt đầu trước hôm nay (%(today_on)s)."),
        _("Chọn ngày bắt đầu từ hôm nay."),
    ),
    Code.PRESCRIPTION_TOO_LONG: (
        _("Đơn %(days)s ngày; giai đoạn %(phase)s nhiều nhất %(limit)s ngày."),
        _("Chọn ngày kết thúc sớm hơn."),
    ),
    Code.STARTS_INSIDE_ORDER: (
        _("Ngày %(starts_on)s còn thuộc đơn đã ký, dùng đến hết ngày %(last_on)s."),
        _("Bắt đầu hôm nay hoặc ngày mai để thay đơn đó, hoặc sau ngày đó. Muốn ngừng ngay: dừng cấp liều."),
    ),
    Code.INDUCTION_NOT_HERE: (
        _("Cơ sở này chưa được phép khởi liều."),
        _("Chuyển người bệnh về cơ sở điều trị, hoặc để bác sĩ của cơ sở điều trị ký."),
    ),
    Code.INDUCTION_ABOVE_SITE: (
        _("Khởi liều tại cơ sở cấp phát nhiều nhất %(limit_mg)s mg."),
        _("Giảm liều, hoặc để bác sĩ của cơ sở điều trị ký."),
    ),
    Code.INDUCTION_FIRST_ABOVE: (
        _("Liều đầu tiên khi khởi liều nhiều nhất %(limit_mg)s mg."),
        _("Giảm liều đầu tiên."),
    ),
    Code.BRIDGING_NO_ORDER: (
        _("Chưa có đơn trước để giữ nguyên liều."),
        _("Bác sĩ khám và ký đơn."),
    ),
    Code.BRIDGING_DOSE_DIFFERS: (
        _("Y lệnh qua điện thoại phải giữ đúng liều cũ: %(dose_mg)s mg."),
        _("Nhập đúng liều cũ. Muốn đổi liều thì bác sĩ ký đơn mới."),
    ),
    Code.BRIDGING_TOO_LONG: (
        _("Y lệnh qua điện thoại nhiều nhất %(limit)s ngày."),
        _("Chọn ngày kết thúc sớm hơn."),
    ),
    Code.BRIDGING_TWICE: (
        _("Đơn trước cũng là y lệnh qua điện thoại."),
        _("Bác sĩ ký đơn; không nối tiếp lần nữa."),
    ),
    Code.BRIDGING_SUSPENDED: (
        _("Đơn trước đang tạm dừng sau liều giảm, hoặc người bệnh đã bỏ liều nhiều ngày."),
        _("Bác sĩ xem lại và ký đơn mới."),
    ),
    Code.PHONE_ORDER_INCOMPLETE: (
        _("Y lệnh qua điện thoại cần tên bác sĩ và đã đọc lại cho bác sĩ nghe."),
        _("Ghi bác sĩ nào, đọc lại y lệnh, rồi đánh dấu đã đọc lại."),
    ),
    Code.ORDER_DISOWNED: (
        _("Bác sĩ báo không ra y lệnh đã ghi ngày %(recorded_on)s."),
        _("Hỏi bác sĩ và người đã ghi, xem những liều đã uống theo y lệnh này."),
    ),
    Code.ORDER_NEEDS_MAIN_CLINIC: (
        _("Đã bỏ %(days)s ngày liền: cần bác sĩ của cơ sở điều trị ký."),
        _("Giới thiệu người bệnh về cơ sở điều trị."),
    ),
    Code.EXAM_BLOCKS_RENEWAL: (
        _("Quá hạn khám %(days)s ngày, chưa gia hạn đơn được."),
        _("Khám người bệnh rồi ký đơn."),
    ),
    Code.SIGNED_NOT_MEASURABLE: (
        _("%(device)s không đong đúng %(dose_mg)s mg ở nồng độ %(strength)s mg/mL."),
        _("Chọn liều gần nhất đong được: %(near_mg)s mg."),
    ),
    Code.STEP_IN_INDUCTION: (
        _("Khi khởi liều không ký sẵn liều cho ngày bỏ."),
        _("Xóa phần này. Bỏ một ngày cũng phải hỏi bác sĩ."),
    ),
    Code.STEP_DAYS_WRONG: (
        _("Số ngày dùng liều sau khi bỏ phải từ 1 đến %(limit)s."),
        _("Sửa số ngày."),
    ),
    Code.STEP_RANGE_WRONG: (
        _("Số ngày bỏ phải từ 1 đến %(limit)s, số đầu không lớn hơn số cuối."),
        _("Sửa số ngày bỏ. Bỏ lâu hơn thì chuyển về cơ sở điều trị."),
    ),
    Code.STEP_DOSE_WRONG: (
        _("Liều sau khi bỏ phải lớn hơn 0, không quá %(dose_mg)s mg và không tăng khi bỏ lâu hơn."),
        _("Sửa liều."),
    ),
    Code.STEP_OVERLAP: (
        _("Hai dòng cùng nói về %(days)s ngày bỏ."),
        _("Mỗi số ngày bỏ chỉ có một liều."),
    ),
    Code.STEP_ABOVE_HALF: (
        _("Bỏ từ %(days)s ngày: thường không quá nửa liều và không quá %(limit_mg)s mg."),
        _("Xác nhận lần nữa nếu đúng ý bác sĩ."),
    ),
    Code.FIRST_DOSE_HIGH: (
        _("Chưa có liều nào trong sổ; đơn đầu tiên là %(dose_mg)s mg."),
        _("Đối chiếu phiếu chuyển, rồi xác nhận lần nữa."),
    ),
    Code.DOSE_CHANGE_LARGE: (
        _("Liều mỗi ngày đổi từ %(old_mg)s mg sang %(dose_mg)s mg."),
        _("Xem lại, rồi xác nhận lần nữa."),
    ),
    Code.RAISE_STEP_LARGE: (
        _("Tăng %(raise_mg)s mg một lần; giai đoạn %(phase)s thường không quá %(limit_mg)s mg."),
        _("Xem lại, rồi xác nhận lần nữa."),
    ),
    Code.RAISE_WEEK_LARGE: (
        _("Tăng %(raise_mg)s mg trong 7 ngày; giai đoạn %(phase)s thường không quá %(limit_mg)s mg."),
        _("Xem lại, rồi xác nhận lần nữa."),
    ),
    Code.RAISE_TOO_SOON: (
        _("Mới dùng liều này %(days)s ngày; thường sau ít nhất %(limit)s ngày mới tăng."),
        _("Xem lại, rồi xác nhận lần nữa."),
    ),
    Code.MISSED_UNANSWERED: (
        _("Người bệnh đã bỏ %(days)s ngày liền, %(window_days)s ngày trong %(window)s ngày qua."),
        _("Nếu đơn này là y lệnh cho lần uống lại, đánh dấu là bác sĩ đã biết."),
    ),
    Code.DOSE_ABOVE_REVIEW: (
        _("Liều trên %(limit_mg)s mg mỗi ngày."),
        _("Xem lại tương tác thuốc và điện tim."),
    ),
    Code.INDUCTION_CAUTION: (
        _("Khởi liều từ %(limit_mg)s mg: cần thận trọng."),
        _("Theo dõi 3 đến 4 giờ sau liều đầu tiên."),
    ),
    Code.DEVICE_UNKNOWN: (
        _("Nơi uống thuốc chưa khai dụng cụ đong, nên chưa kiểm tra được liều có đong được không."),
        _("Nhắc cơ sở khai dụng cụ đong trước ngày bắt đầu."),
    ),
}

OUTCOME_CHECK_WORDS: Final[Texts] = {
    Code.OUTCOME_UNKNOWN: (
        _("Chưa chọn chuyện gì đã xảy ra."),
        _("Chọn một dòng trong danh sách."),
    ),
    Code.OUTCOME_AFTER_DOSE: (
        _("Hôm nay đã ghi liều uống lúc %(given_at)s."),
        _("Nếu liều đó ghi nhầm, hủy liều trước; nếu nôn sau uống, chọn nôn."),
    ),
    Code.OUTCOME_NEEDS_DOSE: (
        _("Hôm nay chưa ghi liều nào."),
        _("Ghi liều đã uống trước, rồi mới ghi nôn."),
    ),
    Code.OUTCOME_NEEDS_AMOUNT: (
        _("Thuốc đã rót nhưng chưa ghi bao nhiêu mg."),
        _("Mở thẻ người bệnh và chọn lại từ đó: thẻ biết đã rót bao nhiêu."),
    ),
    Code.RECHECK_NEEDED: (
        _("Chưa hẹn giờ xem lại."),
        _("Chọn giờ xem lại, trước giờ đóng cửa."),
    ),
    Code.RECHECK_PAST: (
        _("Giờ xem lại đã qua."),
        _("Chọn giờ sau lúc này."),
    ),
    Code.RECHECK_AFTER_CLOSING: (
        _("Giờ xem lại sau giờ đóng cửa %(closes_at)s."),
        _("Chọn giờ sớm hơn."),
    ),
    Code.SENT_AWAY_NOT_ABSENT: (
        _("Hôm nay người bệnh đã đến và được ghi: %(outcome)s."),
        _("Không ghi vắng mặt. Chọn: đã đến, chưa được cấp thuốc."),
    ),
    Code.SIGNS_UNKNOWN: (
        _("Có dấu hiệu không nằm trong danh sách."),
        _("Chọn lại dấu hiệu đã thấy."),
    ),
    Code.SIGNS_NEEDED: (
        _("Chưa chọn dấu hiệu đã thấy."),
        _("Chọn ít nhất một dấu hiệu."),
    ),
    Code.ABSENT_BEFORE_CLOSING: (
        _("Chưa đến giờ đóng cửa %(closes_at)s; người bệnh vẫn có thể đến."),
        _("Cuối ngày mới tính là bỏ liều. Đến trước giờ đó thì vẫn cấp."),
    ),
    Code.OUTCOME_OPENS_CASE: (
        _("Việc này mở một hồ sơ theo dõi: %(outcome)s."),
        _("Ghi đúng điều đã thấy."),
    ),
}

VOID_WORDS: Final[Texts] = {
    Code.VOID_KIND_UNKNOWN: (
        _("Chưa chọn thuốc đã đi đâu."),
        _("Chọn: chưa rót, đã rót chưa uống, hoặc người khác đã uống."),
    ),
    Code.VOID_TWICE: (
        _("Bản ghi này đã hủy."),
        _("Mở lại danh sách để xem."),
    ),
    Code.VOID_REASON_NEEDED: (
        _("Chưa ghi lý do hủy."),
        _("Viết ngắn: nhầm ở đâu."),
    ),
    Code.VOID_DRINKER_NEEDED: (
        _("Chưa ghi ai đã uống."),
        _("Chọn người bệnh đã uống, hoặc chọn chưa biết là ai."),
    ),
    Code.VOID_WITNESS_NEEDED: (
        _("Đổ bỏ thuốc đã rót cần người thứ hai."),
        _("Mời người thứ hai ký, hoặc chọn tôi ở một mình."),
    ),
    Code.VOID_WITNESS_IS_ACTOR: (
        _("Người ký thứ hai phải là người khác."),
        _("Mời người khác ký, hoặc chọn tôi ở một mình."),
    ),
    Code.VOID_UNWITNESSED: (
        _("Đổ bỏ thuốc khi ở một mình."),
        _("Việc này chờ người quản lý xem lại."),
    ),
    Code.VOID_AFTER_CLOSE: (
        _("Ngày %(day_on)s đã chốt sổ."),
        _("Bản hủy được in dưới vạch của ngày đó."),
    ),
    Code.VOID_OPENS_CASE: (
        _("Có người uống nhầm liều: mở hồ sơ theo dõi."),
        _("Báo bác sĩ và theo dõi người đã uống."),
    ),
}
