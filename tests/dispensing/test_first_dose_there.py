"""The first dose at a new place: where the last one was drunk is proved first, and the old place gives none."""

from datetime import timedelta
from decimal import Decimal

import pytest

from dispensing.models import DayClose
from dispensing.rules.codes import Code
from dispensing.rules.referral_codes import Proof
from dispensing.services import last_doses
from dispensing.services.last_doses import Told
from patients.models import Patient, Placement
from tests import cast, world
from tests.dispensing import morning
from tests.dispensing.referring import DAY, NOW, THURSDAY, TODAY, Road

pytestmark = pytest.mark.django_db


def moved(mg: str = "65") -> tuple[Patient, int]:
    """Somebody who moves from the site to the other one on the day before today."""
    patient = morning.patient(mg=mg, placed_from=cast.SINCE)
    by = world.person(cast.PHYSICIAN)
    Placement.objects.filter(patient=patient).update(ended_on=TODAY - DAY, ended_by=by)
    other = morning.site(cast.OTHER_SITE)
    Placement.objects.create(
        patient=patient, facility=other, kind="home", starts_on=TODAY, recorded_at=NOW, recorded_by=by
    )
    return patient, other.pk


def asked(patient: Patient, member: cast.Member = cast.OTHER_DISPENSER, place: str = cast.OTHER_SITE) -> set[Code]:
    choice = morning.choose(patient, morning.access(member, at=place))
    return {found.code for found in choice.snapshot.decision.violations}


def test_first_dose_at_the_new_place_waits_for_the_last_one_at_the_old():
    patient, _facility = moved()

    assert Code.LAST_DOSE_ELSEWHERE in asked(patient)


def test_closed_day_of_the_old_place_confirms_the_last_dose_by_its_record():
    patient, _facility = moved()
    DayClose.objects.create(
        facility=morning.site(), day=TODAY - DAY, closed_at=NOW - DAY, sequence=1, chain_hash="0" * 64,
        recorded_at=NOW - DAY, recorded_by=world.person(cast.DISPENSER),
    )  # fmt: skip

    assert Code.LAST_DOSE_ELSEWHERE not in asked(patient)


def test_recorded_call_confirms_the_last_dose_and_a_dose_of_today_stops():
    patient, _facility = moved()
    by = morning.access(cast.OTHER_DISPENSER, at=cast.OTHER_SITE)

    said = Told(Proof.CALL, "Lò Thị Hoa", TODAY - DAY, Decimal("65"))
    last_doses.record(patient_id=patient.pk, told=said, by=by, now=NOW)
    assert not {Code.LAST_DOSE_ELSEWHERE, Code.TOLD_DRUNK_TODAY} & asked(patient)

    today = Told(Proof.CALL, "Lò Thị Hoa", TODAY, Decimal("65"))
    last_doses.record(patient_id=patient.pk, told=today, by=by, now=NOW + timedelta(minutes=1))
    assert Code.TOLD_DRUNK_TODAY in asked(patient)


def test_old_card_says_moved_and_coming_move_is_shown_before_it_comes():
    patient, _facility = moved()
    road = Road().draft().send(THURSDAY).appoint()

    assert Code.PLACED_ELSEWHERE in asked(patient, cast.DISPENSER, cast.SITE)
    assert Code.MOVES_AWAY in asked(road.patient, cast.DISPENSER, cast.SITE)


def test_hospital_stops_the_dose_until_the_stay_is_ended():
    patient = morning.patient()
    by = world.person(cast.PHYSICIAN)
    Placement.objects.filter(patient=patient).update(ended_on=TODAY - DAY, ended_by=by)
    Placement.objects.create(
        patient=patient, facility=morning.site(), kind="hospital", place="BVĐK tỉnh", starts_on=TODAY,
        planned_end=TODAY + DAY, ended_on=TODAY + DAY, ended_by=by, recorded_at=NOW, recorded_by=by,
    )  # fmt: skip

    assert Code.AWAY_NOW in asked(patient, cast.DISPENSER, cast.SITE)
