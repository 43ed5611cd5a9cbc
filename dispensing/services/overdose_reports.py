"""The written report of an overdose: what the record says, what people know, signed once."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access
from core.digests import sha256_of
from dispensing.models import OverdoseIncident, OverdoseReport
from dispensing.queries.overdoses import history_of
from dispensing.rules.overdose_codes import OverdoseEnd, Substance, TakeHome
from dispensing.services import overdoses
from dispensing.services.incidents import IncidentRefused, lock_patients
from dispensing.services.overdoses import REPORT, SUBJECT
from followup.services import tasks
from staff.services import pins, signatures


@dataclass(frozen=True)
class NewReport:
    """What only people know. Times in the instant; `wrong_dose_id` where it followed one."""

    id: UUID
    incident_id: UUID
    outcome: OverdoseEnd
    present: str
    root_cause: str
    pin: str = field(repr=False)
    take_home: TakeHome = TakeHome.UNKNOWN
    substances: tuple[Substance, ...] = ()
    physician: str = ""
    physician_at: datetime | None = None
    hospital: str = ""
    transport: str = ""
    transferred_at: datetime | None = None
    observed_until: datetime | None = None
    family_told_at: datetime | None = None
    wrong_dose_id: UUID | None = None

    @property
    def stated(self) -> dict[str, Any]:
        """Everything but the PIN."""
        return {name: value for name, value in vars(self).items() if name not in ("pin", "incident_id")}


def write(*, command: NewReport, by: Access, now: datetime) -> OverdoseReport:
    """Sign the report by one's own PIN. The same id again answers the same report.

    Raises PinRefused, IncidentRefused where something is missing or somebody has written it,
    OverdoseIncident.DoesNotExist beyond this facility.
    """
    overdoses.authorise(by)
    _complete(command, now)
    proven = pins.verify(person_id=by.actor_id, pin=command.pin, by=by, now=now)
    with transaction.atomic():
        seen = OverdoseIncident.objects.get(pk=command.incident_id, facility_id=by.facility_id or 0)
        lock_patients(seen.patient_id)
        incident = overdoses.locked(command.incident_id, by)
        stands = OverdoseReport.objects.filter(incident=incident).first()
        if stands is not None:
            if (stands.id, stands.recorded_by_id) == (command.id, by.person_id):
                return stands
            raise IncidentRefused(None, _("Đã có người viết báo cáo của sự cố này."))
        known = history_of(incident, zone=by.zone)
        columns = {**command.stated, **vars(known), "outcome": str(command.outcome)}
        digest = sha256_of({"document": "overdose_report", "incident": incident.pk, **columns})
        made = OverdoseReport.objects.create(
            **columns,
            incident=incident,
            digest=digest,
            recorded_at=now,
            recorded_by_id=by.actor_id,
            signature=signatures.sign(
                proven=proven, signer=by, meaning="reported", subject_kind=SUBJECT, subject_id=incident.pk,
                digest=digest, now=now,
            ),
        )  # fmt: skip
        audit.record(
            action="overdose.reported", by=by, now=now, subject_kind=SUBJECT, subject_id=incident.pk,
            patient_id=incident.patient_id, outcome=str(command.outcome),
        )  # fmt: skip
        tasks.close(kind=REPORT, subject_kind=SUBJECT, subject_ids=[incident.pk], outcome="written", by=by, now=now)
    return made


def _complete(command: NewReport, now: datetime) -> None:
    """What the report cannot do without."""
    if not command.present.strip():
        raise IncidentRefused("present", _("Ghi ai đã có mặt."))
    if not command.root_cause.strip():
        raise IncidentRefused("root_cause", _("Ghi vì sao xảy ra, hoặc: chưa rõ."))
    for name, at in (("physician", "physician_at"), ("hospital", "transferred_at")):
        if bool(getattr(command, name).strip()) != (getattr(command, at) is not None):
            raise IncidentRefused(at, _("Ghi cả ai hoặc nơi nào, và lúc nào."))
    if command.outcome is OverdoseEnd.TRANSFERRED and not command.hospital.strip():
        raise IncidentRefused("hospital", _("Ghi đã chuyển đến bệnh viện nào."))
    for name in ("physician_at", "transferred_at", "family_told_at"):
        at = getattr(command, name)
        if at is not None and at > now:
            raise IncidentRefused(name, _("Giờ này không thể sau bây giờ."))
