"""Overdoses of a site: the list, one with its timeline, and what the record says of the patient before it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from core.access import Access, Permission
from core.clock import local_day
from dispensing.models import Dose, OverdoseEvent, OverdoseIncident, Prescription, WrongDose
from dispensing.queries import facts
from dispensing.rules.overdose import missed_in
from dispensing.rules.overdose_codes import (
    AVPU_WORDS,
    PLACE_WORDS,
    PUPIL_WORDS,
    RESPONSE_WORDS,
    ROUTE_WORDS,
    STEP_WORDS,
    Avpu,
    OverdoseStep,
    Place,
    Pupils,
    Response,
    Route,
)

SHOWN = 50
WRONG_DOSES_WITHIN = timedelta(days=3)


@dataclass(frozen=True)
class History:
    """What the record says of the patient up to the moment of the overdose; None: the record says nothing."""

    last_mg: Decimal | None = None
    last_dose_at: datetime | None = None
    days_since_start: int | None = None
    days_since_change: int | None = None
    missed_7: int | None = None
    missed_30: int | None = None


@dataclass(frozen=True)
class Line:
    """One line of the timeline in words."""

    event: OverdoseEvent

    @property
    def words(self) -> str:
        return str(STEP_WORDS[OverdoseStep(self.event.step)])

    @property
    def route(self) -> str:
        return str(ROUTE_WORDS[Route(self.event.route)]) if self.event.route else ""

    @property
    def response(self) -> str:
        return str(RESPONSE_WORDS[Response(self.event.response)]) if self.event.response else ""

    @property
    def avpu(self) -> str:
        return str(AVPU_WORDS[Avpu(self.event.avpu)]) if self.event.avpu else ""

    @property
    def pupils(self) -> str:
        return str(PUPIL_WORDS[Pupils(self.event.pupils)]) if self.event.pupils else ""


def place_words(incident: OverdoseIncident) -> str:
    return str(PLACE_WORDS[Place(incident.place)])


def overdoses_of(*, facility_id: int) -> tuple[OverdoseIncident, ...]:
    """The newest overdoses of a facility. One statement."""
    rows = OverdoseIncident.objects.filter(facility_id=facility_id)
    return tuple(rows.select_related("patient", "report", "recorded_by").order_by("-found_at", "-pk")[:SHOWN])


def get_overdose(incident_id: UUID, *, access: Access) -> OverdoseIncident:
    """One, for who may record overdoses there; else raises OverdoseIncident.DoesNotExist."""
    reach = access.reach_by_permission.get(Permission.RECORD_OVERDOSE, frozenset())
    rows = OverdoseIncident.objects.select_related("patient", "facility", "recorded_by", "hold__lifted_by")
    return rows.select_related("report__recorded_by", "report__wrong_dose").get(pk=incident_id, facility_id__in=reach)


def timeline_of(incident: OverdoseIncident) -> tuple[Line, ...]:
    """Every step, the newest first. One statement."""
    rows = OverdoseEvent.objects.filter(incident=incident).select_related("lot", "recorded_by")
    return tuple(Line(event) for event in rows.order_by("-at", "-pk"))


def history_of(incident: OverdoseIncident, *, zone: str) -> History:
    """Three statements; nothing for who is no patient or not known yet."""
    if incident.patient_id is None:
        return History()
    day = local_day(incident.found_at, zone)
    doses = Dose.objects.filter(patient_id=incident.patient_id, given_at__lte=incident.found_at, void__isnull=True)
    last = doses.order_by("-given_at", "-pk").values_list("mg", "given_at").first()
    changed = _changed_on(incident.patient_id, incident.found_at, zone)
    found = facts.load(
        patient_ids=[incident.patient_id], facility_id=incident.facility_id, now=incident.found_at, zone=zone
    )
    known = found[incident.patient_id].facts if incident.patient_id in found else None
    started = known.treatment_started_on if known else None
    return History(
        last_mg=last[0] if last else None,
        last_dose_at=last[1] if last else None,
        days_since_start=max(0, (day - started).days) if started else None,
        days_since_change=(day - changed).days if changed else None,
        missed_7=missed_in(known.days, last=7, today=day) if known else None,
        missed_30=missed_in(known.days, last=30, today=day) if known else None,
    )


def _changed_on(patient_id: UUID, at: datetime, zone: str) -> date | None:
    """The first day of the newest order whose dose differs from the one before it."""
    rows = Prescription.objects.filter(patient_id=patient_id, starts_on__lte=local_day(at, zone))
    newest_first = rows.order_by("-starts_on", "-recorded_at").values_list("starts_on", "dose_mg", "previous_dose_mg")
    return next((starts for starts, mg, before in newest_first if before is not None and before != mg), None)


def wrong_doses_near(incident: OverdoseIncident) -> list[tuple[str, datetime]]:
    """Wrong doses that this patient drank in the days before: (id, when)."""
    if incident.patient_id is None:
        return []
    rows = WrongDose.objects.filter(
        drinker_id=incident.patient_id,
        happened_at__range=(incident.found_at - WRONG_DOSES_WITHIN, incident.found_at),
    )
    return [(str(pk), at) for pk, at in rows.order_by("-happened_at").values_list("pk", "happened_at")]


def overdose_path(incident_id: UUID, access: Access) -> str | None:
    """Where a case or a task about an overdose leads, for who may see it."""
    place = OverdoseIncident.objects.filter(pk=incident_id).values_list("facility_id", flat=True).first()
    if place is None or not access.may_at(Permission.RECORD_OVERDOSE, place):
        return None
    return f"/dispensing/overdoses/{incident_id}/"
