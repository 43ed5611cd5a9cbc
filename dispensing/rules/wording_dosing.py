"""Words of the rules of a dose: (what is wrong, what to do), short and without blame."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dispensing.rules.codes import Code

Texts = dict[Code, tuple[Promise, Promise]]

STOP_WORDS: Final[Texts] = {
    Code.NOT_IN_TREATMENT: (
        _("Hồ sơ ghi: %(status)s."),
        _("Không rót. Hỏi cơ sở điều trị."),
    ),
    Code.PLACED_ELSEWHERE: (
        _("Từ ngày %(starts_on)s người bệnh uống thuốc tại %(place)s."),
        _("Mời người bệnh đến %(place)s. Cần uống tại đây: gọi cơ sở điều trị."),
    ),
    Code.NOT_PLACED: (
        _("Hôm nay người bệnh chưa được xếp uống thuốc tại đây."),
        _("Gọi cơ sở điều trị để xếp nơi uống thuốc."),
    ),
    Code.DOSE_ALREADY_TODAY: (
        _("Hôm nay đã uống %(dose_mg)s mg lúc %(given_at)s %(where)s."),
        _("Không rót thêm. Nếu bản ghi kia nhầm người, hủy bản ghi đó trước."),
    ),
    Code.POURED_TODAY: (
        _("Lúc %(stated_at)s đã rót thuốc và ghi: %(outcome)s."),
        _("Không rót liều khác. Gọi bác sĩ."),
    ),
    Code.DAY_TOTAL_EXCEEDED: (
        _("Hôm nay đã uống %(taken_mg)s mg; thêm %(dose_mg)s mg là quá %(ordered_mg)s mg chỉ định mỗi ngày."),
        _("Không rót. Gọi bác sĩ."),
    ),
    Code.SIGNS_SEEN: (
        _("Thấy dấu hiệu: %(signs)s."),
        _("Không rót. Ghi tạm ngừng cấp liều và hẹn giờ xem lại."),
    ),
    Code.WITHHELD_WAIT: (
        _("Đã tạm ngừng cấp liều, hẹn xem lại lúc %(recheck_at)s."),
        _("Mời người bệnh ngồi chờ. Đến giờ thì chọn lại người bệnh và xem lại."),
    ),
    Code.HOLD: (
        _("Dừng cấp liều từ ngày %(placed_on)s: %(hold)s."),
        _("Không rót. Người có quyền xem lại và mở trước."),
    ),
    Code.NO_PRESCRIPTION: (
        _("Chưa có đơn thuốc."),
        _("Gọi bác sĩ khám và kê đơn."),
    ),
    Code.PRESCRIPTION_ENDED: (
        _("Đơn thuốc đã hết ngày %(ended_on)s."),
        _("Gọi bác sĩ ký đơn mới. Bác sĩ vắng: y lệnh qua điện thoại, đúng liều cũ, tối đa %(days)s ngày."),
    ),
    Code.PRESCRIPTION_NOT_STARTED: (
        _("Đơn thuốc bắt đầu từ ngày %(starts_on)s."),
        _("Không rót. Gọi bác sĩ nếu hôm nay cần uống."),
    ),
    Code.PRESCRIPTION_SUSPENDED: (
        _("Lần trước uống liều đã giảm, nên đơn cũ tạm dừng."),
        _("Gọi bác sĩ ký đơn mới trước khi rót."),
    ),
    Code.BRIDGING_OVER: (
        _("Y lệnh qua điện thoại từ ngày %(starts_on)s đã quá %(days)s ngày."),
        _("Gọi bác sĩ ký đơn trước khi rót."),
    ),
    Code.SLOT_UNKNOWN: (
        _("Đơn thuốc không có lần uống thứ %(slot)s trong ngày."),
        _("Không rót. Xem lại đơn thuốc."),
    ),
    Code.MISSED_DROPPED_OUT: (
        _("Đã bỏ %(days)s ngày liền."),
        _("Không rót. Giới thiệu về cơ sở điều trị để lập lại hồ sơ và khởi liều lại."),
    ),
    Code.MISSED_MAIN_CLINIC: (
        _("Đã bỏ %(days)s ngày liền. Đơn thuốc không dùng được nữa."),
        _("Không rót. Giới thiệu về cơ sở điều trị để khởi liều lại."),
    ),
    Code.MISSED_INDUCTION: (
        _("Đang khởi liều và đã bỏ %(days)s ngày."),
        _("Gọi bác sĩ trước khi rót."),
    ),
    Code.MISSED_NEEDS_ORDER: (
        _("Đã bỏ %(days)s ngày liền. Cần y lệnh của bác sĩ trước khi cho uống."),
        _("Gọi bác sĩ. Để bác sĩ tham khảo: nửa liều, nhiều nhất %(cap_mg)s mg, là %(half_mg)s mg."),
    ),
    Code.MISSED_ADJUSTMENT: (
        _("Đang điều chỉnh liều và đã bỏ %(days)s ngày liền."),
        _("Gọi bác sĩ trước khi rót."),
    ),
    Code.MISSED_AFTER_RAISE: (
        _("Liều vừa tăng ngày %(raised_on)s và đã bỏ %(days)s ngày liền."),
        _("Gọi bác sĩ trước khi rót."),
    ),
    Code.MISSED_WINDOW: (
        _("Đã bỏ %(days)s ngày trong %(window)s ngày qua."),
        _("Gọi bác sĩ trước khi rót."),
    ),
    Code.TWO_STRENGTHS_OPEN: (
        _("Đang mở hai nồng độ: %(first_strength)s mg/mL và %(second_strength)s mg/mL."),
        _("Không rót. Chỉ để lại một nồng độ tại bàn; niêm phong chai kia và chuyển biệt trữ."),
    ),
    Code.BOTTLE_QUARANTINED: (
        _("Chai %(label)s đang biệt trữ."),
        _("Không rót từ chai này. Dùng chai khác."),
    ),
    Code.BOTTLE_EXPIRED: (
        _("Chai %(label)s hết hạn dùng ngày %(expires_on)s."),
        _("Không rót từ chai này. Chuyển biệt trữ và dùng chai khác."),
    ),
    Code.BOTTLE_OPEN_TOO_LONG: (
        _("Chai %(label)s đã mở %(days)s ngày, quá %(limit)s ngày."),
        _("Không rót từ chai này. Chuyển biệt trữ và dùng chai khác."),
    ),
    Code.NO_OPEN_BOTTLE: (
        _("Chưa có chai nào đang mở để rót."),
        _("Mở chai, rồi chọn lại người bệnh."),
    ),
    Code.NO_DEVICE: (
        _("Cơ sở chưa khai dụng cụ đong."),
        _("Trưởng trạm khai dụng cụ đong, rồi chọn lại người bệnh."),
    ),
    Code.NOT_EXACT: (
        _("%(dose_mg)s mg không đổi đúng ra mL được ở nồng độ %(strength)s mg/mL."),
        _("Không làm tròn, không rót. Gọi bác sĩ chỉnh liều."),
    ),
    Code.NOT_MEASURABLE: (
        _("%(device)s không đong được %(dose_ml)s mL (%(dose_mg)s mg)."),
        _("Không ước lượng. Gọi bác sĩ chỉnh liều, hoặc dùng dụng cụ đong khác đã khai."),
    ),
    Code.NOT_ENOUGH: (
        _("Chai đang mở không còn đủ %(dose_ml)s mL."),
        _("Mở chai mới, rồi chọn lại người bệnh. Một liều lấy được từ hai chai."),
    ),
    Code.BEYOND_BOOK: (
        _("Chai đã cho ra nhiều hơn sổ ghi, quá mức cho phép: %(beyond_ml)s mL."),
        _("Đo lại chai và kiểm kê. Ghi rõ khi đổi chai."),
    ),
    Code.IDENTITY_NOT_STATED: (
        _("Chưa ghi đã nhận ra người bệnh bằng cách nào."),
        _("Hỏi lại người ghi."),
    ),
    Code.AFTER_CLOSE: (
        _("Ghi sau khi đã chốt sổ ngày đó."),
        _("Xem dưới vạch chốt của tờ sổ in lại."),
    ),
    Code.DEVICE_CLOCK_OFF: (
        _("Đồng hồ của thiết bị gửi lệch %(minutes)s phút. Giờ ghi ở đây đã bù phần lệch đó."),
        _("Xem ngày và giờ của liều này có đúng không, rồi chỉnh đồng hồ của thiết bị."),
    ),
    Code.TYPED_LATER: (
        _("Ghi bù cho ngày %(day_on)s: %(reason)s. Tờ giấy: %(sheet)s."),
        _("Đối chiếu các dòng đã ghi bù với tờ giấy; cất tờ giấy cùng sổ."),
    ),
    Code.BOTTLE_NOT_OPEN_THEN: (
        _("Theo sổ, lúc %(given_at)s chai %(label)s không mở tại bàn."),
        _("Xem lại chai đã rót và giờ mở chai; ghi chú vào vụ việc."),
    ),
    Code.OTHER_AMOUNT: (
        _("Đã uống %(given_mg)s mg, y lệnh là %(ordered_mg)s mg."),
        _("Báo bác sĩ. Uống nhiều hơn y lệnh thì theo dõi người bệnh như nhầm liều."),
    ),
}

ASK_WORDS: Final[Texts] = {
    Code.WITHHELD_LOOK_AGAIN: (
        _("Hôm nay lúc %(stated_at)s đã tạm ngừng cấp liều."),
        _("Nhìn lại người bệnh. Tỉnh táo thì xác nhận; còn dấu hiệu thì ghi lại và hẹn tiếp."),
    ),
    Code.LAST_DOSE_UNKNOWN: (
        _("Chưa biết lần uống gần nhất."),
        _("Xem thẻ điều trị, phiếu chuyển hoặc hỏi bác sĩ, rồi chọn nguồn đã xem."),
    ),
    Code.MISSED_TELL_CLINIC: (
        _("Đã bỏ %(days)s ngày liền và liều trên %(above_mg)s mg."),
        _("Báo bác sĩ hoặc cơ sở điều trị trước khi rót."),
    ),
    Code.MISSED_ONSITE_CHECK: (
        _("Đã bỏ %(days)s ngày liền: cần kiểm tra tại chỗ."),
        _("Xem dấu hiệu say, phê và hội chứng cai; hỏi có dùng chất khác không."),
    ),
    Code.SECOND_LOOK: (
        _("Liều này là %(dose_ml)s mL, nhiều hơn %(above_ml)s mL."),
        _("Nhìn lại số mg và số mL trước khi rót."),
    ),
    Code.MISSED_REASON: (
        _("Chưa ghi lý do bỏ liều."),
        _("Hỏi người bệnh và chọn một lý do."),
    ),
}

NOTE_WORDS: Final[Texts] = {
    Code.MISSED_STEP_APPLIES: (
        _("Đã bỏ %(days)s ngày liền. Theo đơn đã ký, hôm nay uống %(dose_mg)s mg."),
        _("Rót đúng liều này. Bác sĩ được báo; sau đó cần đơn mới."),
    ),
    Code.MISSED_DAYS: (
        _("Số ngày bỏ liều liên tiếp: %(days)s."),
        _("Không uống bù liều đã bỏ."),
    ),
    Code.CLINIC_IS_TOLD: (
        _("Bỏ liều từ %(limit)s ngày: cơ sở điều trị được báo."),
        _("Việc báo được ghi lại tự động."),
    ),
    Code.DOSE_CHANGED: (
        _("Liều mỗi ngày thay đổi: lần trước %(old_mg)s mg, hôm nay %(new_mg)s mg."),
        _("Nói cho người bệnh biết trước khi rót."),
    ),
    Code.WITHHELD_PATTERN: (
        _("Đã tạm ngừng cấp liều %(times)s ngày trong %(window)s ngày qua."),
        _("Báo bác sĩ xem lại."),
    ),
    Code.WITHHELD_BEFORE: (
        _("Ngày %(day_on)s: %(outcome)s."),
        _("Nhìn kỹ người bệnh trước khi rót."),
    ),
    Code.OUTCOME_TODAY: (
        _("Hôm nay lúc %(stated_at)s đã ghi: %(outcome)s."),
        _("Nếu bây giờ người bệnh uống thì cứ ghi liều; dòng cũ vẫn giữ trong sổ."),
    ),
    Code.BRIDGING_UNSIGNED: (
        _("Y lệnh thực hiện thay bác sĩ từ ngày %(since_on)s, bác sĩ chưa ký. Dùng đến hết ngày %(ends_on)s."),
        _("Nhắc bác sĩ ký."),
    ),
    Code.PRESCRIPTION_ENDS: (
        _("Đơn thuốc dùng đến hết ngày %(ends_on)s."),
        _("Nhắc bác sĩ ký đơn mới."),
    ),
    Code.TWO_BOTTLES: (
        _("Liều này lấy từ hai chai: %(first)s %(first_ml)s mL, rồi %(second)s %(second_ml)s mL."),
        _("Đong đủ phần của chai thứ nhất rồi mới sang chai thứ hai."),
    ),
    Code.SEVERAL_DRAWS: (
        _("Phải đong %(draws)s lần."),
        _("Đếm to từng lần đong."),
    ),
    Code.BOTTLE_OPEN_LONG: (
        _("Chai %(label)s đã mở %(days)s ngày."),
        _("Dùng hết hoặc thay chai trước ngày thứ %(limit)s."),
    ),
    Code.MISSED_PATTERN: (
        _("Bỏ liều %(days)s ngày trong %(window)s ngày qua."),
        _("Mời người bệnh gặp tư vấn viên."),
    ),
    Code.EXAM_OVERDUE: (
        _("Quá hạn khám %(days)s ngày."),
        _("Vẫn cấp liều. Nhắc người bệnh đi khám và báo bác sĩ."),
    ),
}
