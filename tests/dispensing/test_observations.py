"""Who is watched, how they were found, how it ended; and what nearly happened."""

from datetime import date, timedelta

import pytest

from core.ids import new_id
from dispensing.models import NearMiss, Observation, ObservationCheck
from dispensing.queries.incidents import watched_here
from dispensing.rules.incident_codes import EndedHow, NearMissKind, ObservationState, ObservationWhy
from dispensing.services import first_doses, incidents, observations
from dispensing.services.doses import OtherContent
from dispensing.services.incidents import IncidentRefused, NewNearMiss
from dispensing.services.observations import NewCheck, NewObservation
from followup.models import Case
from patients.models import Patient
from tests import cast, world
from tests.dispensing import mishaps, morning
from tests.dispensing.test_board import signed_in, text

pytestmark = pytest.mark.django_db


def test_begin_watches_until_the_time_of_the_rule() -> None:
    by = morning.access(cast.DISPENSER)
    made = mishaps.watched(morning.patient().pk, by)
    assert made.until == world.NOW + timedelta(hours=4)
    assert mishaps.watched(made.patient_id, by).pk != made.pk
    assert Observation.objects.get(pk=made.pk).ended_how == EndedHow.LONGER


def test_begin_again_never_shortens() -> None:
    by, patient = morning.access(cast.DISPENSER), morning.patient()
    command = NewObservation(new_id(), patient.pk, ObservationWhy.NALOXONE)
    long = observations.begin(command=command, by=by, now=world.NOW)
    assert mishaps.watched(patient.pk, by, now=world.NOW + timedelta(hours=1)).until == long.until


def test_begin_the_same_id_again_answers_the_same() -> None:
    by, patient = morning.access(cast.DISPENSER), morning.patient()
    command = NewObservation(new_id(), patient.pk, ObservationWhy.FIRST_DOSE)
    first = observations.begin(command=command, by=by, now=world.NOW)
    assert observations.begin(command=command, by=by, now=world.NOW).pk == first.pk
    with pytest.raises(OtherContent):
        observations.begin(
            command=NewObservation(command.id, patient.pk, ObservationWhy.NALOXONE), by=by, now=world.NOW
        )


def test_begin_for_another_reason_says_which() -> None:
    with pytest.raises(IncidentRefused):
        observations.begin(
            command=NewObservation(new_id(), morning.patient().pk, ObservationWhy.OTHER),
            by=morning.access(cast.DISPENSER),
            now=world.NOW,
        )


def test_begin_for_a_patient_of_another_site_is_not_found() -> None:
    by = morning.access(cast.OTHER_DISPENSER, at=cast.OTHER_SITE)
    with pytest.raises(Patient.DoesNotExist):
        mishaps.watched(morning.patient().pk, by)


def test_check_that_finds_danger_opens_a_case() -> None:
    by = morning.access(cast.DISPENSER)
    watched = mishaps.watched(morning.patient().pk, by)
    command = NewCheck(new_id(), watched.pk, ObservationState.SLOW_BREATHING, 8)
    observations.check(command=command, by=by, now=world.NOW)
    observations.check(command=command, by=by, now=world.NOW)
    assert ObservationCheck.objects.count() == 1
    assert Case.objects.get(subject_id=watched.pk).kind == "watched_in_danger"


def test_check_is_due_after_the_minutes_of_the_rule() -> None:
    by = morning.access(cast.DISPENSER)
    watched = mishaps.watched(morning.patient().pk, by)
    site = morning.site().pk
    assert not _row(watched, watched_here(facility_id=site, now=world.NOW)).check_due
    half = world.NOW + timedelta(minutes=30)
    assert _row(watched, watched_here(facility_id=site, now=half)).check_due
    observations.check(command=NewCheck(new_id(), watched.pk, ObservationState.ALERT), by=by, now=half)
    assert not _row(watched, watched_here(facility_id=site, now=half)).check_due


def _row(watched: Observation, rows: tuple) -> object:
    return next(row for row in rows if row.id == watched.pk)


def test_end_well_before_its_time_is_asked_back() -> None:
    by = morning.access(cast.DISPENSER)
    watched = mishaps.watched(morning.patient().pk, by)
    with pytest.raises(IncidentRefused):
        observations.end(observation_id=watched.pk, how=EndedHow.WELL, by=by, now=world.NOW)
    ended = observations.end(observation_id=watched.pk, how=EndedHow.LEFT, by=by, now=world.NOW)
    assert observations.end(observation_id=watched.pk, how=EndedHow.LEFT, by=by, now=world.NOW).pk == ended.pk
    with pytest.raises(IncidentRefused):
        observations.end(observation_id=watched.pk, how=EndedHow.REFERRED, by=by, now=world.NOW)


def test_near_miss_takes_one_tap_and_a_note_once() -> None:
    by = morning.access(cast.DISPENSER)
    command = NewNearMiss(new_id(), NearMissKind.NEARLY_OTHER_PERSON, morning.patient().pk)
    made = incidents.near_miss(command=command, by=by, now=world.NOW)
    assert incidents.near_miss(command=command, by=by, now=world.NOW).pk == made.pk
    assert NearMiss.objects.count() == 1
    noted = incidents.add_note(near_miss_id=made.pk, note="hai người cùng tên", by=by, now=world.NOW)
    assert noted.note == "hai người cùng tên"
    with pytest.raises(IncidentRefused):
        incidents.add_note(near_miss_id=made.pk, note="khác", by=by, now=world.NOW)


@pytest.mark.parametrize(("known_from", "started_on", "watched"), [
    (world.TODAY, world.TODAY, True),
    (world.TODAY - timedelta(days=2), world.TODAY, True),
    (world.TODAY, world.TODAY - timedelta(days=2), False),
    (world.TODAY, date(2025, 11, 1), False),
])  # fmt: skip
def test_confirming_a_first_dose_begins_to_watch_and_says_until_when(
    known_from: date, started_on: date, watched: bool
) -> None:
    morning.opened_bottle()
    patient = morning.patient(mg="20", known_from=known_from)
    Patient.objects.filter(pk=patient.pk).update(treatment_started_on=started_on)
    slip = morning.slip(patient, morning.access(cast.DISPENSER))
    said = {"slip": slip.slip(), "identified_by": "photo"}
    page = text(signed_in(cast.DISPENSER).post(f"/dispensing/patients/{patient.pk}/confirm/", said, follow=True))
    assert f"{patient.code}: đã ghi 20 mg" in page
    assert ("Liều đầu tiên: theo dõi tại trạm đến 10:1" in page) is watched
    begun = Observation.objects.filter(patient=patient, why=ObservationWhy.FIRST_DOSE)
    assert begun.exists() is watched
    first_doses.watch_first(dose_id=slip.dose_id, by=morning.access(cast.DISPENSER), now=world.NOW)
    assert begun.count() == int(watched)
