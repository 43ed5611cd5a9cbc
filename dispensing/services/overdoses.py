"""An overdose as it happens: started in one tap, each step as it is done, the ampoules off the shelf in the same act.

A fact is never refused: only what cannot be read (nobody's code, a time ahead) is asked back. Locks: the patient, the
incident, then the chain head inside the ledger's door.
"""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from core.clock import local_day
from core.ids import new_id
from dispensing.models import Hold, OverdoseEvent, OverdoseIncident
from dispensing.rules import overdose as rules
from dispensing.rules.choices import HoldReason
from dispensing.rules.incident_codes import ObservationWhy
from dispensing.rules.overdose import Signs, Wrong
from dispensing.rules.overdose_codes import OverdoseStep, Place, Response, Route
from dispensing.rules.overdose_settings import OverdoseCareSettings
from dispensing.rules.reviews import ReviewWhy
from dispensing.rules.violations import Unlocker
from dispensing.services import observations, reviews
from dispensing.services.doses import OtherContent
from dispensing.services.incidents import IncidentRefused, lock_patients
from dispensing.services.observations import NewObservation
from facilities.services import settings as rule_settings
from followup.models import CaseKind
from followup.queries.rungs import people_by_rung
from followup.rules.escalation import Rung
from followup.rules.owners import Nearness
from followup.services import cases, notices, tasks
from followup.services.notices import Telling
from followup.services.tasks import NewTask
from inventory.services import ampoules
from inventory.services.acts import StockRefused
from inventory.services.ampoules import Injected
from patients.models import Patient
from staff.services.attestations import Alone

SUBJECT: Final = "overdose"
TOLD: Final = "overdose_told"
REPORT: Final = "overdose_report"


@dataclass(frozen=True)
class NewOverdose:
    """Somebody was found. `code`: of a patient of this facility; empty: nobody knows who, or who is no patient."""

    id: UUID
    found_at: datetime
    place: Place = Place.SITE
    place_words: str = ""
    code: str = ""


@dataclass(frozen=True)
class Naloxone:
    """One dose of naloxone. `lot_id` and `ampoules` of this facility's shelf; without a lot somebody else brought it,
    and `mg` says how much.
    """

    route: Route
    response: Response = Response.NOT_YET
    lot_id: int | None = None
    ampoules: int | None = None
    mg: Decimal | None = None


@dataclass(frozen=True)
class NewStep:
    """One line of the timeline."""

    id: UUID
    incident_id: UUID
    step: OverdoseStep
    at: datetime
    words: str = ""
    naloxone: Naloxone | None = None
    signs: Signs = field(default_factory=Signs)


def authorise(by: Access) -> None:
    """Raises PermissionDenied unless the person may record an overdose where they act."""
    if by.facility_id is None or not by.may_at(Permission.RECORD_OVERDOSE, by.facility_id):
        raise PermissionDenied


def start(*, command: NewOverdose, by: Access, now: datetime) -> OverdoseIncident:
    """Write down that somebody was found; hold a known patient's doses, and tell the main clinic.

    The same id by the same person answers the same incident; other content: OtherContent. Raises IncidentRefused for a
    time or a code that cannot be.
    """
    authorise(by)
    _refuse(rules.check_found(found_at=command.found_at, now=now))
    patient_id = _patient(command.code, by) if command.code else None
    with transaction.atomic():
        lock_patients(patient_id)
        stands = OverdoseIncident.objects.filter(pk=command.id).first()
        if stands is not None:
            if (stands.place, stands.recorded_by_id, stands.facility_id) != (
                command.place, by.actor_id, by.facility_id,
            ) or (patient_id is not None and stands.patient_id != patient_id):  # fmt: skip
                raise OtherContent
            return stands
        hold = _hold(patient_id, by, now) if patient_id else None
        made = OverdoseIncident.objects.create(
            id=command.id, facility_id=by.facility_id or 0, place=command.place,
            place_words=command.place_words.strip(), found_at=command.found_at, recorded_at=now,
            recorded_by_id=by.actor_id, patient_id=patient_id, hold=hold,
        )  # fmt: skip
        _audit("overdose.started", made, by, now, known=patient_id is not None)
        _tell(made, by, now)
    return made


def identify(*, incident_id: UUID, code: str, by: Access, now: datetime) -> OverdoseIncident:
    """It is known now who it was: the patient's doses are held from now on, once. Raises IncidentRefused, and
    OverdoseIncident.DoesNotExist beyond this facility.
    """
    authorise(by)
    if not code:
        raise IncidentRefused("code", _("Ghi mã số người bệnh."))
    patient_id = _patient(code, by)
    with transaction.atomic():
        lock_patients(patient_id)
        incident = locked(incident_id, by)
        if incident.patient_id is not None:
            if incident.patient_id == patient_id:
                return incident
            raise IncidentRefused("code", _("Sự cố này đã ghi là của người khác. Xem lại mã, hoặc ghi sự cố mới."))
        incident.patient_id, incident.hold = patient_id, _hold(patient_id, by, now)
        incident.save(update_fields=["patient", "hold"])
        _audit("overdose.identified", incident, by, now)
        _review(incident, by, now)
        injected = OverdoseEvent.objects.filter(incident=incident, step=OverdoseStep.NALOXONE).order_by("-at").first()
        if injected is not None:
            _watch(incident, injected.at, by, now)
    return incident


def add(*, command: NewStep, by: Access, now: datetime) -> OverdoseEvent:
    """Write one step. Ampoules of the shelf leave the book in the same act, alone and visibly so until it is reviewed.

    The same id with the same content answers the same row. Raises IncidentRefused, OtherContent,
    OverdoseIncident.DoesNotExist beyond this facility.
    """
    authorise(by)
    seen = OverdoseIncident.objects.get(pk=command.incident_id, facility_id=by.facility_id or 0)
    _refuse(rules.check_step(at=command.at, found_at=seen.found_at, now=now))
    if command.step is OverdoseStep.SIGNS:
        _refuse(rules.check_signs(command.signs))
    if command.step is OverdoseStep.NOTE and not command.words.strip():
        raise IncidentRefused("words", _("Viết vài chữ."))
    with transaction.atomic():
        lock_patients(seen.patient_id)
        incident = locked(command.incident_id, by)
        stands = OverdoseEvent.objects.filter(pk=command.id).first()
        if stands is not None:
            if (stands.incident_id, stands.step, stands.recorded_by_id) != (
                incident.pk, command.step, by.actor_id,
            ):  # fmt: skip
                raise OtherContent
            return stands
        given = _given(command, by, now) if command.step is OverdoseStep.NALOXONE else {}
        signs = asdict(command.signs) if command.step is OverdoseStep.SIGNS else {}
        made = OverdoseEvent.objects.create(
            id=command.id, incident=incident, step=command.step, at=command.at, words=command.words.strip(),
            recorded_at=now, recorded_by_id=by.actor_id, **given, **signs,
        )  # fmt: skip
        _audit("overdose.step", incident, by, now, step=str(command.step))
        if command.step is OverdoseStep.NALOXONE and incident.patient_id is not None:
            _watch(incident, command.at, by, now)
        if command.step is OverdoseStep.CLINIC:
            tasks.close(kind=TOLD, subject_kind=SUBJECT, subject_ids=[incident.pk], outcome="told", by=by, now=now)
    return made


def locked(incident_id: UUID, by: Access) -> OverdoseIncident:
    """The incident of this facility, its row locked; its patient's row is locked before it."""
    return OverdoseIncident.objects.select_for_update(of=("self",), no_key=True).get(
        pk=incident_id, facility_id=by.facility_id or 0
    )


def _given(command: NewStep, by: Access, now: datetime) -> dict[str, Any]:
    """The columns of a dose of naloxone, with the shelf's ampoules booked."""
    said = command.naloxone
    if said is None:
        raise IncidentRefused("route", _("Chọn đường dùng naloxone."))
    care = rule_settings.for_facility(OverdoseCareSettings, facility_id=by.facility_id or 0, at=now)
    mg = rules.injected_mg(ampoules=said.ampoules, mg=said.mg, ampoule_mg=care.naloxone_ampoule_mg)
    if mg is None or mg <= 0:
        raise IncidentRefused("ampoules", _("Ghi số ống đã dùng, hoặc số mg."))
    row: dict[str, Any] = {"mg": mg, "route": str(said.route), "response": str(said.response)}
    if said.lot_id is None:
        return row
    taken = Injected(command.id, said.lot_id, said.ampoules or 0, Alone(_("cấp cứu quá liều")), command.at)
    try:
        ampoules.inject(command=taken, by=by, now=now)
    except StockRefused as refused:
        raise IncidentRefused("ampoules", refused.violations[0].words) from refused
    return row | {"ampoules": said.ampoules, "lot_id": said.lot_id, "act_id": command.id}


def _patient(code: str, by: Access) -> UUID:
    found = Patient.objects.filter(code=code, placements__facility_id=by.facility_id or 0)
    patient_id: UUID | None = found.values_list("pk", flat=True).first()
    if patient_id is None:
        raise IncidentRefused("code", _("Không có mã này ở cơ sở. Để trống mã: ghi là chưa biết ai, sửa sau."))
    return patient_id


def _hold(patient_id: UUID, by: Access, now: datetime) -> Hold:
    """The doses wait for a physician, whoever found the patient: no permission to place stops is asked for."""
    hold = Hold.objects.create(
        id=new_id(), patient_id=patient_id, facility_id=by.facility_id or 0, reason=HoldReason.OVERDOSE, note="",
        unlocker=Unlocker.PHYSICIAN, placed_at=now, placed_by_id=by.actor_id,
    )  # fmt: skip
    audit.record(
        action="hold.placed", by=by, now=now, subject_kind="hold", subject_id=hold.pk, patient_id=patient_id,
        reason=str(HoldReason.OVERDOSE), unlocker=str(Unlocker.PHYSICIAN),
    )  # fmt: skip
    reviews.due([patient_id], why=ReviewWhy.OVERDOSE, now=now)
    return hold


def _watch(incident: OverdoseIncident, since: datetime, by: Access, now: datetime) -> None:
    """Naloxone wears off before methadone does: watch on for as long as the rule says (domain 5)."""
    if incident.patient_id is not None:
        command = NewObservation(new_id(), incident.patient_id, ObservationWhy.NALOXONE, starts_at=since)
        observations.watch(command=command, by=by, now=now)


def _tell(incident: OverdoseIncident, by: Access, now: datetime) -> None:
    """The main clinic within its hours, the written report within its own; a physician's case where it is a patient."""
    care = rule_settings.for_facility(OverdoseCareSettings, facility_id=incident.facility_id, at=now)
    about: dict[str, Any] = {
        "facility_id": incident.facility_id,
        "subject_kind": SUBJECT,
        "subject_id": incident.pk,
        "patient_id": incident.patient_id,
    }
    tasks.open_tasks(
        [
            NewTask(
                kind=TOLD, due_at=incident.found_at + timedelta(hours=care.od_notify_hours),
                first=Nearness.CLINIC_PHYSICIAN, **about,
            ),
            NewTask(
                kind=REPORT, due_at=incident.found_at + timedelta(hours=care.od_report_hours),
                owner_id=by.person_id, **about,
            ),
        ],
        by=by, now=now,
    )  # fmt: skip
    heads = people_by_rung([incident.facility_id], day=local_day(now, by.zone)).get(incident.facility_id, {})
    notices.tell(
        (
            Telling(
                person_id=person, kind=TOLD, key=f"overdose:{incident.pk}:found", subject_kind=SUBJECT,
                subject_id=incident.pk, facility_id=incident.facility_id,
            )
            for person in heads.get(Rung.CLINIC_HEAD, [])
        ),
        now=now,
    )  # fmt: skip
    _review(incident, by, now)


def _review(incident: OverdoseIncident, by: Access, now: datetime) -> None:
    cases.open_case(
        kind=CaseKind.OVERDOSE, facility_id=incident.facility_id, subject_kind=SUBJECT, subject_id=incident.pk,
        patient_id=incident.patient_id, findings=[{"code": rules.FOUND, "data": {}}], by=by, now=now,
    )  # fmt: skip


def _refuse(wrong: tuple[Wrong, ...]) -> None:
    if wrong:
        raise IncidentRefused(wrong[0].field, wrong[0].sentence)


def _audit(action: str, incident: OverdoseIncident, by: Access, now: datetime, **said: Any) -> None:
    audit.record(
        action=action,
        by=by,
        now=now,
        subject_kind=SUBJECT,
        subject_id=incident.pk,
        patient_id=incident.patient_id,
        **said,
    )
