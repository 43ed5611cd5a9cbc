"""What dispensing keeps of a patient, in counts with their days: for the patient who asks, and for retention."""

from collections.abc import Collection, Iterator
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.known import Known

LABELS: Final[dict[str, str | Promise]] = {
    "dose": _("Liều đã ghi"),
    "outcome": _("Lần không uống, bị từ chối"),
    "prescription": _("Đơn thuốc"),
    "hold": _("Tạm dừng cấp liều"),
    "elsewhere": _("Liều nơi khác ghi nhận"),
    "take_home": _("Lần cấp thuốc mang về"),
    "urine": _("Xét nghiệm nước tiểu"),
    "exam": _("Khám"),
    "counselling": _("Tư vấn"),
    "assessment": _("Đánh giá ổn định"),
    "referral": _("Chuyển tuyến"),
    "contact": _("Lần tìm cách liên hệ"),
    "absence": _("Báo vắng"),
    "incident": _("Nôn, uống nhầm, theo dõi sau uống, quá liều"),
    "question": _("Câu hỏi gửi cơ sở điều trị"),
    "start": _("Khai khi cơ sở bắt đầu với Trạm"),
}
_KNOWN: Final = """
SELECT patient_id, 'dose', count(*), min(given_on), max(given_on) FROM dispensing_dose
 WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'outcome', count(*), min(day), max(day) FROM dispensing_outcome
 WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'prescription', count(*), min(starts_on), max(coalesce(ended_on, ends_on))
  FROM dispensing_prescription WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'hold', count(*), min(placed_at::date), max(coalesce(lifted_at, placed_at)::date)
  FROM dispensing_hold WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'elsewhere', count(*), min(day), max(day) FROM dispensing_doseelsewhere
 WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'take_home', count(*), min(day), max(day) FROM dispensing_takehome
 WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'urine', count(*), min(recorded_at::date), max(recorded_at::date) FROM dispensing_urinetest
 WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'exam', count(*), min(examined_on), max(examined_on) FROM dispensing_examination
 WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'counselling', count(*), min(held_on), max(held_on) FROM dispensing_counselling
 WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'assessment', count(*), min(at::date), max(at::date)
  FROM dispensing_stabilityassessment WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'referral', count(*), min(drafted_at::date), max(coalesce(ended_at, drafted_at)::date)
  FROM dispensing_referral WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'contact', count(*), min(recorded_at::date), max(recorded_at::date)
  FROM dispensing_contactattempt WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'absence', count(*), min(from_day), max(until_day) FROM dispensing_absence
 WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'incident', count(*), min(day), max(day) FROM (
    SELECT patient_id, day FROM dispensing_vomitrecord WHERE patient_id = ANY(%(ids)s)
    UNION ALL SELECT meant_id, day FROM dispensing_wrongdose WHERE meant_id = ANY(%(ids)s)
    UNION ALL SELECT drinker_id, day FROM dispensing_wrongdose
               WHERE drinker_id = ANY(%(ids)s) AND drinker_id IS DISTINCT FROM meant_id
    UNION ALL SELECT patient_id, starts_at::date FROM dispensing_observation WHERE patient_id = ANY(%(ids)s)
    UNION ALL SELECT patient_id, found_at::date FROM dispensing_overdoseincident WHERE patient_id = ANY(%(ids)s)
    ) happened GROUP BY 1
UNION ALL SELECT patient_id, 'question', count(*), min(asked_at::date), max(coalesce(closed_at, asked_at)::date)
  FROM dispensing_question WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'start', count(*), min(first_day), max(first_day) FROM dispensing_startrecord
 WHERE patient_id = ANY(%(ids)s) GROUP BY 1
"""


def of_patients(patient_ids: Collection[UUID]) -> Iterator[tuple[UUID, Known]]:
    """Of each of them the kinds that there are. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"ids": list(patient_ids)})
        for patient_id, kind, count, first, last in cursor.fetchall():
            yield patient_id, Known(LABELS[kind], count, first, last)
