"""What the register itself knows of a patient, and who opened what of them: for the patient who asks."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.access import Access, Permission
from patients.known import Known
from patients.models import DataRequest

LABELS: Final[dict[str, str | Promise]] = {
    "placement": _("Nơi uống thuốc"),
    "status": _("Thay đổi tình trạng điều trị"),
    "consent": _("Đồng ý ghi thông tin"),
    "card": _("Thẻ điều trị"),
    "alert": _("Cảnh báo: thai, bệnh, thuốc khác"),
    "asked": _("Hỏi về thuốc mới"),
    "explained": _("Giải thích cho người bệnh"),
    "request": _("Yêu cầu về dữ liệu cá nhân"),
    "case": _("Việc cần xử lý"),
}
_KNOWN: Final = """
SELECT patient_id, 'placement', count(*), min(starts_on), max(least(ended_on, %(endless)s)) FROM patients_placement
 WHERE patient_id = ANY(%(ids)s) AND (ended_on IS NULL OR ended_on >= starts_on) GROUP BY 1
UNION ALL SELECT patient_id, 'status', count(*), min(from_day), max(from_day) FROM patients_statuschange
 WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'consent', count(*), min(given_on), max(given_on) FROM patients_consent
 WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'card', count(*), min(issued_on), max(issued_on) FROM patients_card
 WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'alert', count(*), min(since), max(coalesce(ended_on, since)) FROM patients_alert
 WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'asked', count(*), min(asked_on), max(asked_on) FROM patients_medicinesasked
 WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'explained', count(*), min(explained_at::date), max(explained_at::date)
  FROM patients_explained WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'request', count(*), min(received_on), max(received_on) FROM patients_datarequest
 WHERE patient_id = ANY(%(ids)s) GROUP BY 1
UNION ALL SELECT patient_id, 'case', count(*), min(opened_at::date), max(opened_at::date) FROM followup_case
 WHERE patient_id = ANY(%(ids)s) GROUP BY 1
"""
LOOKS: Final = ("patient.looked_at", "patient.known_opened", "patient.known_printed", "patient.hiv_looked_at")
# Each look by its reason; every other row of the trail is an act, counted once a person and role.
_LOOKS: Final = """
SELECT actor_label, acting_as, CASE WHEN action = ANY(%(looks)s) THEN action ELSE '' END,
       CASE WHEN action = ANY(%(looks)s) THEN coalesce(detail ->> 'why', '') ELSE '' END, count(*), max(at)
  FROM core_auditevent
 WHERE patient_id = %(id)s AND actor_id IS NOT NULL AND at >= %(since)s
 GROUP BY 1, 2, 3, 4 ORDER BY 6 DESC, 1 LIMIT %(most)s
"""
SHOWN: Final = 200


@dataclass(frozen=True)
class Look:
    """One person's looks at the patient for one reason, or their acts (no `action`): how often, and when last."""

    who: str
    acting_as: str
    action: str
    why: str
    times: int
    last_at: datetime


def request_path(request_id: UUID, access: Access) -> str | None:
    """Where a request of a patient is answered, for who may."""
    if not access.may(Permission.REGISTER_PATIENT):
        return None
    patient_id = DataRequest.objects.filter(pk=request_id).values_list("patient_id", flat=True).first()
    return f"/patients/{patient_id}/known/" if patient_id else None


def own(patient_ids: Collection[UUID]) -> Iterator[tuple[UUID, Known]]:
    """What stands in the register of each of them. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"ids": list(patient_ids), "endless": date.max})
        for patient_id, kind, count, first, last in cursor.fetchall():
            yield patient_id, Known(LABELS[kind], count, first, None if last == date.max else last)


def looks(patient_id: UUID, *, since: datetime) -> tuple[Look, ...]:
    """Who dealt with the patient since then, the last first. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOKS, {"id": patient_id, "since": since, "most": SHOWN, "looks": list(LOOKS)})
        return tuple(Look(*row) for row in cursor.fetchall())
