"""Somebody is watched after a dose: until when, looked at how often, and how it ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access
from dispensing.models import Observation, ObservationCheck
from dispensing.rules.incident_codes import DANGER, EndedHow, ObservationState, ObservationWhy
from dispensing.rules.incident_settings import IncidentSettings
from dispensing.rules.incidents import watched_until
from dispensing.rules.violations import Code
from dispensing.services.doses import OtherContent, lock_patient
from dispensing.services.incidents import IncidentRefused, patient_here
from facilities.services import settings as rule_settings
from followup.models import CaseKind
from followup.services import cases


@dataclass(frozen=True)
class NewObservation:
    """Watch this patient from `starts_at` (now, where not said) until the time that the rule gives."""

    id: UUID
    patient_id: UUID
    why: ObservationWhy
    note: str = ""
    starts_at: datetime | None = None


@dataclass(frozen=True)
class NewCheck:
    """What one look found. `breaths` in a minute, where counted."""

    id: UUID
    observation_id: UUID
    state: ObservationState
    breaths: int | None = None
    note: str = ""


def begin(*, command: NewObservation, by: Access, now: datetime) -> Observation:
    """Watch somebody who is dosed here. The same id again answers the same row.

    Who is watched already is watched on under the new reason, never shorter. Raises IncidentRefused for a reason
    without words, Patient.DoesNotExist for who was never here.
    """
    with transaction.atomic():
        lock_patient(command.patient_id)
        earlier = Observation.objects.filter(pk=command.id).first()
        if earlier is not None:
            if (earlier.patient_id, earlier.why, earlier.started_by_id) != (
                command.patient_id, command.why, by.actor_id,
            ):  # fmt: skip
                raise OtherContent
            return earlier
        patient_here(patient_id=command.patient_id, by=by)
        if command.why is ObservationWhy.OTHER and not command.note.strip():
            raise IncidentRefused("note", _("Ghi vài chữ: vì sao phải theo dõi."))
        return watch(command=command, by=by, now=now)


def watch(*, command: NewObservation, by: Access, now: datetime) -> Observation:
    """The same inside another act that holds the patient's lock."""
    settings = rule_settings.for_facility(IncidentSettings, facility_id=by.facility_id or 0, at=now)
    since = command.starts_at or now
    until = watched_until(why=command.why, since=since, settings=settings)
    before = Observation.objects.filter(patient_id=command.patient_id, ended_at__isnull=True).first()
    if before is not None:
        until = max(until, before.until)
        Observation.objects.filter(pk=before.pk, ended_at__isnull=True).update(
            ended_at=now, ended_by_id=by.actor_id, ended_how=EndedHow.LONGER
        )
    made = Observation.objects.create(
        id=command.id, patient_id=command.patient_id, facility_id=by.facility_id or 0, why=command.why,
        note=command.note.strip(), starts_at=since, until=until, check_minutes=settings.watch_check_minutes,
        recorded_at=now, started_by_id=by.actor_id,
    )  # fmt: skip
    _audit("observation.begun", made, by, now)
    return made


def check(*, command: NewCheck, by: Access, now: datetime) -> ObservationCheck:
    """Write down one look. Somebody found in danger opens a case. Observation.DoesNotExist beyond this facility."""
    with transaction.atomic():
        watched = _locked(command.observation_id, by)
        earlier = ObservationCheck.objects.filter(pk=command.id).first()
        if earlier is not None:
            if (earlier.observation_id, earlier.state, earlier.checked_by_id) != (
                watched.pk, command.state, by.actor_id,
            ):  # fmt: skip
                raise OtherContent
            return earlier
        made = ObservationCheck.objects.create(
            id=command.id, observation=watched, at=now, state=command.state, breaths=command.breaths,
            note=command.note.strip(), checked_by_id=by.actor_id,
        )  # fmt: skip
        _audit("observation.checked", watched, by, now, state=str(command.state))
        if command.state in DANGER:
            cases.open_case(
                kind=CaseKind.WATCHED_IN_DANGER, facility_id=watched.facility_id, subject_kind="observation",
                subject_id=watched.pk, patient_id=watched.patient_id,
                findings=[{"code": str(Code.FOUND_IN_DANGER), "data": {"observed": str(command.state)}}],
                by=by, now=now,
            )  # fmt: skip
        return made


def end(*, observation_id: UUID, how: EndedHow, by: Access, now: datetime) -> Observation:
    """Stop watching, once. Who ends it again the same way gets the same answer; raises IncidentRefused otherwise.

    Before its time only with how: the person left, or was sent on.
    """
    with transaction.atomic():
        watched = _locked(observation_id, by)
        if watched.ended_at is not None:
            if watched.ended_how == how:
                return watched
            raise IncidentRefused("how", _("Lần theo dõi này đã kết thúc trước đó."))
        if how is EndedHow.WELL and now < watched.until:
            raise IncidentRefused(
                "how",
                _("Chưa đến giờ. Theo dõi tiếp, hoặc ghi: người bệnh đã về trước giờ, hoặc chuyển lên tuyến trên."),
            )
        watched.ended_at, watched.ended_by_id, watched.ended_how = now, by.actor_id, str(how)
        watched.save(update_fields=["ended_at", "ended_by", "ended_how"])
        _audit("observation.ended", watched, by, now, how=str(how))
        return watched


def _locked(observation_id: UUID, by: Access) -> Observation:
    """The observation of this facility under its patient's lock."""
    patient_id = Observation.objects.values_list("patient_id", flat=True).get(
        pk=observation_id, facility_id=by.facility_id or 0
    )
    lock_patient(patient_id)
    return Observation.objects.get(pk=observation_id)


def _audit(action: str, watched: Observation, by: Access, now: datetime, **said: Any) -> None:
    audit.record(
        action=action, by=by, now=now, subject_kind="observation", subject_id=watched.pk,
        patient_id=watched.patient_id, why=watched.why, **said,
    )  # fmt: skip
