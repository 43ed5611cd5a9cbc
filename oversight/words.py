"""Words for managers and auditors: the audit trail's actions, and how long something has waited."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

ACTION_WORDS: Final[dict[str, str | Promise]] = {
    "access.denied": _("bị từ chối mở trang"),
    "account.sign_in_failed": _("đăng nhập không thành công"),
    "account.signed_in": _("đăng nhập"),
    "account.signed_out": _("đăng xuất"),
    "appointment.ended": _("kết thúc phân công"),
    "appointment.made": _("phân công"),
    "attestation.alone": _("làm một mình"),
    "attestation.objected": _("báo không đúng việc đã chứng kiến từ xa"),
    "attestation.present": _("ký cùng tại chỗ"),
    "attestation.remote": _("ký cùng từ xa bằng mã"),
    "attestation.review": _("xem lại việc làm một mình"),
    "case.concluded": _("kết luận việc"),
    "case.handed_on": _("chuyển người phụ trách việc"),
    "case.note": _("ghi chú vào việc"),
    "case.opened": _("mở việc cần xử lý"),
    "clinic.told": _("báo cơ sở điều trị"),
    "dose.other_content": _("gửi lại liều với nội dung khác, bị từ chối"),
    "dose.recorded": _("ghi liều"),
    "dose.voided": _("hủy bản ghi liều"),
    "emergency_card.changed": _("sửa thẻ quá liều của cơ sở"),
    "hold.lifted": _("cho uống lại"),
    "hold.placed": _("đặt lệnh dừng cấp liều"),
    "incidents.looked_at": _("xem từng sự việc sau một con số"),
    "outcome.stated": _("ghi lý do không uống"),
    "overdose.identified": _("ghi ai bị quá liều"),
    "overdose.reported": _("ký báo cáo quá liều"),
    "overdose.started": _("ghi sự cố quá liều"),
    "overdose.step": _("ghi việc đã làm khi cấp cứu"),
    "password.changed": _("đổi mật khẩu"),
    "password.handed_out": _("cấp mật khẩu một lần"),
    "patient.card_replaced": _("cấp thẻ mới"),
    "patient.consent_given": _("ghi sự đồng ý"),
    "patient.consent_withdrawn": _("ghi việc rút lại đồng ý"),
    "patient.looked_at": _("xem họ tên người bệnh"),
    "patient.moved": _("chuyển nơi uống thuốc"),
    "patient.placed": _("xếp nơi uống thuốc"),
    "patient.register_refused": _("ghi trùng người bệnh, bị từ chối"),
    "patient.registered": _("ghi người bệnh mới"),
    "patient.status_changed": _("đổi tình trạng người bệnh"),
    "person.added": _("thêm người làm việc"),
    "person.closed": _("đóng tài khoản"),
    "person.freed": _("mở khóa tài khoản"),
    "person.reopened": _("mở lại tài khoản"),
    "pin.chosen": _("đặt PIN"),
    "pin.locked": _("PIN bị khóa"),
    "pin.wrong": _("nhập sai PIN"),
    "prescription.other_content": _("gửi lại đơn với nội dung khác, bị từ chối"),
    "prescription.signed": _("ký đơn thuốc"),
    "prescription.stopped": _("dừng đơn thuốc"),
    "remote_code.locked": _("mã chứng kiến từ xa bị khóa"),
    "remote_code.made": _("lấy mã chứng kiến từ xa"),
    "remote_code.wrong": _("nhập sai mã chứng kiến từ xa"),
    "second_factor.enrolled": _("gắn điện thoại nhận mã"),
    "second_factor.forgotten": _("gỡ điện thoại nhận mã"),
    "second_factor.given": _("nhập mã từ điện thoại"),
    "second_factor.wrong": _("nhập sai mã từ điện thoại"),
    "report.approved": _("ký duyệt báo cáo"),
    "report.frozen": _("khóa và ký báo cáo"),
    "report.hiv_counted": _("đếm số người nhiễm HIV cho báo cáo"),
    "restock.asked": _("xin bổ sung kệ cấp cứu"),
    "restock.received": _("kệ cấp cứu đã nhận đủ"),
    "restock.refused": _("trả lời chưa bổ sung được kệ cấp cứu"),
    "restock.sent": _("báo đã gửi ống cho kệ cấp cứu"),
    "setting.changed": _("đổi ngưỡng quy định"),
    "stock.identity_paper": _("ghi văn bản cho thanh tra xem danh tính"),
    "stock.inspection": _("ghi mốc thanh tra"),
    "stock.inspection_end": _("ký kết thúc thanh tra"),
    "stock.recall_none": _("trả lời không có lô bị thu hồi"),
    "stock.refused": _("sổ kho từ chối một bút toán"),
    "patient.known_opened": _("mở mọi điều đã ghi về một người bệnh"),
    "patient.known_printed": _("in mọi điều đã ghi về một người bệnh"),
    "data_request.received": _("nhận yêu cầu về dữ liệu cá nhân"),
    "data_request.answered": _("trả lời yêu cầu về dữ liệu cá nhân"),
    "data_request.put_off": _("lùi hạn yêu cầu về dữ liệu cá nhân"),
    "data_request.ended": _("kết thúc yêu cầu về dữ liệu cá nhân"),
    "retention.signed": _("ký danh sách hết hạn lưu danh tính"),
    "retention.deidentified": _("bỏ danh tính của một người bệnh"),
}


def action_words(action: str) -> str:
    """One action in the language in use; its code where nobody has worded it. Stock acts all read alike."""
    if action in ACTION_WORDS:
        return str(ACTION_WORDS[action])
    if action.startswith("stock."):
        return str(_("ghi sổ kho"))
    return action


def age(since: datetime, now: datetime) -> str:
    """ "5 giờ" or "4 ngày": whole hours up to two days, then whole days."""
    hours = (now - since) // timedelta(hours=1)
    if hours < 48:
        return ngettext("%(count)d giờ", "%(count)d giờ", hours) % {"count": hours}
    return ngettext("%(count)d ngày", "%(count)d ngày", hours // 24) % {"count": hours // 24}
