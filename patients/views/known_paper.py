"""Everything that is known of a patient on paper, for the patient who asked: the one paper of ours with their name."""

from datetime import datetime

from django.utils.translation import gettext as _

from core.access import Access
from core.papers import Column, Fact, Paper, Signer, Table
from core.templatetags.tram import day as day_words
from core.templatetags.tram import day_time
from patients.queries.known_words import acting_words, look_words
from patients.rules.words import SEX_WORDS, STATUS_WORDS
from patients.services.known import PatientFile


def known_paper(file: PatientFile, *, by: Access, now: datetime) -> Paper:
    """Who they are, how many records of what from when to when, who looked."""
    patient, person = file.patient, file.identity
    return Paper(
        title=_("Thông tin Trạm đang giữ về một người bệnh"),
        unit=by.facility_name,
        facts=(
            Fact(_("Họ và tên"), person.full_name or _("không còn giữ")),
            Fact(_("Năm sinh"), str(person.birth_year)),
            Fact(_("Giới tính"), str(SEX_WORDS[patient.sex])),
            Fact(_("Số điện thoại"), ", ".join(phone.number for phone in person.phones) or _("không có")),
            Fact(_("Ảnh"), _("có") if person.photo else _("không có")),
            Fact(_("Mã người bệnh"), patient.code),
            Fact(_("Tình trạng"), str(STATUS_WORDS[patient.status])),
            Fact(_("Điều trị từ"), day_words(patient.treatment_started_on)),
        ),
        tables=(
            Table(
                (Column(_("Đã ghi"), 4), Column(_("Số lần"), 1, number=True), Column(_("Từ"), 2), Column(_("Đến"), 2)),
                [(str(one.label), one.count, one.first, one.last) for one in file.known if one.count],
                caption=_("Những gì đã ghi"),
                empty=_("Chưa ghi gì."),
            ),
            Table(
                (Column(_("Ai"), 2), Column(_("Vai trò"), 3), Column(_("Việc"), 4), Column(_("Số lần"), 1, number=True),
                 Column(_("Lần cuối"), 3)),
                [
                    (look.who, acting_words(look), look_words(look), look.times, day_time(look.last_at))
                    for look in file.looks
                ],
                caption=_("Ai đã xem, ghi, từ %(day)s") % {"day": day_words(file.looked_since.date())},
                empty=_("Chưa ai xem."),
            ),
        ),
        notes=(
            _("Liều, đơn thuốc và sổ thuốc phải giữ theo luật, không sửa, không xóa được."),
            _("Người bệnh có quyền yêu cầu sửa, rút lại đồng ý, phản đối; Trạm trả lời trong 2 ngày làm việc."),
        ),
        signers=(Signer(_("Người bệnh nhận")), Signer(_("Người in"), by.label)),
        printed=_("In lúc %(at)s, %(by)s") % {"at": day_time(now), "by": by.label},
    )  # fmt: skip
