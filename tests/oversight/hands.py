"""Hands for tests of the managers' pages."""

from datetime import datetime, timedelta

from core.ids import new_id
from dispensing.models import Outcome
from facilities.models import Facility, Supervision
from patients.models import Patient
from staff.models import Attestation, Mode
from tests import cast, world
from tests.world_patients import Someone, patient


def said(of: Patient | Someone, code: str, *, at: str = cast.SITE, when: datetime = world.NOW) -> Outcome:
    """Somebody stated why this patient had no dose today."""
    return Outcome.objects.create(
        patient=of if isinstance(of, Patient) else patient(of),
        facility=world.facility(at),
        day=world.TODAY,
        code=code,
        at=when,
        recorded_at=when,
        recorded_by=world.person(cast.DISPENSER),
    )


def alone(*, at: str = cast.SITE, hours_ago: int = 1) -> Attestation:
    """Something was done alone and nobody else has looked at it."""
    return Attestation.objects.create(
        act_kind="tests",
        act_id=new_id(),
        digest="0" * 64,
        facility=world.facility(at),
        actor=world.person(cast.DISPENSER),
        mode=Mode.ALONE,
        reason="đồng nghiệp đi họp",
        at=world.NOW - timedelta(hours=hours_ago),
    )


def more_sites(count: int) -> list[Facility]:
    """So many more satellites of the area's clinic."""
    clinic = world.facility(cast.MAIN_CLINIC)
    first = Facility.objects.count()
    made = [
        Facility.objects.create(area=clinic.area, kind="satellite", name=f"Bản {number:02d}")
        for number in range(first, first + count)
    ]
    for site in made:
        Supervision.objects.create(satellite=site, main_clinic=clinic, starts_on=cast.SINCE)
    return made
