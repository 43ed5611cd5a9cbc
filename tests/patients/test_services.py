"""Where patients drink, their cards, their standing, their agreement, and who looked at their name."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.access import NOBODY
from core.models import AuditEvent
from patients.models import Card, Consent, Patient, Placement, Status, StatusChange
from patients.queries.cards import card_patient
from patients.queries.labels import labels
from patients.services import cards, consents, identity, placements, status
from tests import cast, world, world_patients
from tests.entrance import access
from tests.world_patients import AT_THE_CLINIC, COMING, COMING_ON, DROPPED_OUT, ELSEWHERE, MOVED, MOVED_ON, PHONG

pytestmark = pytest.mark.django_db
NOW, TODAY = world.NOW, world.TODAY
TOMORROW = TODAY + timedelta(days=1)


def id_of(someone: world_patients.Someone) -> UUID:
    return world_patients.patient(someone).pk


def at(place: str) -> int:
    return world.facility(place).pk


def where(someone: world_patients.Someone) -> list[tuple[str, date, date | None]]:
    """The patient's facilities with their days, in order."""
    held = Placement.objects.filter(patient__code=someone.code).order_by("starts_on")
    return list(held.values_list("facility__name", "starts_on", "ended_on"))


def test_move_ends_the_old_place_the_day_before():
    placements.move(
        patient_id=id_of(PHONG), facility_id=at(cast.OTHER_SITE), starts_on=TOMORROW, by=access(cast.PHYSICIAN), now=NOW
    )

    assert where(PHONG) == [(cast.SITE, date(2026, 9, 1), TODAY), (cast.OTHER_SITE, TOMORROW, None)]
    assert AuditEvent.objects.filter(action="patient.moved", patient_id=id_of(PHONG)).count() == 1


@pytest.mark.parametrize(
    ("someone", "place", "starts_on"),
    [
        (PHONG, cast.OTHER_SITE, TODAY),
        (PHONG, cast.OTHER_SITE, TODAY - timedelta(days=3)),
        (PHONG, cast.SITE, TOMORROW),
        (COMING, cast.MAIN_CLINIC, COMING_ON),
        (COMING, cast.MAIN_CLINIC, COMING_ON + timedelta(days=9)),
    ],
)
def test_move_that_cannot_be_is_refused_in_words_and_changes_nothing(
    someone: world_patients.Someone, place: str, starts_on: date
):
    before = where(someone)

    with pytest.raises(placements.PlacementRefused) as refused:
        placements.move(
            patient_id=id_of(someone), facility_id=at(place), starts_on=starts_on, by=access(cast.CLINIC_PHYSICIAN),
            now=NOW,
        )  # fmt: skip

    assert refused.value.sentence
    assert where(someone) == before


def test_move_to_a_place_that_gives_no_doses_is_refused():
    store = world.facility(cast.MAIN_CLINIC)
    store.pk, store.name, store.kind = None, "Kho tỉnh", "store"
    store.save()

    with pytest.raises(placements.PlacementRefused):
        placements.move(
            patient_id=id_of(PHONG), facility_id=store.pk, starts_on=TOMORROW, by=access(cast.PHYSICIAN), now=NOW
        )


def test_place_gives_one_who_drinks_nowhere_a_place_from_today():
    by = access(cast.CLINIC_PHYSICIAN)
    Placement.objects.filter(patient__code=PHONG.code).update(
        ended_on=TODAY - timedelta(days=9), ended_by_id=by.person_id
    )

    placements.place(patient_id=id_of(PHONG), facility_id=at(cast.OTHER_SITE), starts_on=TODAY, by=by, now=NOW)

    assert where(PHONG)[-1] == (cast.OTHER_SITE, TODAY, None)


@pytest.mark.parametrize("starts_on", [TODAY, TODAY - timedelta(days=1)])
def test_place_beside_another_or_in_the_past_is_refused(starts_on: date):
    with pytest.raises(placements.PlacementRefused):
        placements.place(
            patient_id=id_of(PHONG), facility_id=at(cast.OTHER_SITE), starts_on=starts_on,
            by=access(cast.CLINIC_PHYSICIAN), now=NOW,
        )  # fmt: skip


@pytest.mark.parametrize("member", [cast.DISPENSER, cast.OTHER_DISPENSER, cast.COUNSELLOR, cast.AREA_MANAGER])
def test_writes_about_a_patient_are_refused_to_who_may_not(member: cast.Member):
    by, patient_id = access(member), id_of(PHONG)

    with pytest.raises(Patient.DoesNotExist):
        placements.move(patient_id=patient_id, facility_id=at(cast.OTHER_SITE), starts_on=TOMORROW, by=by, now=NOW)
    with pytest.raises(Patient.DoesNotExist):
        cards.replace(patient_id=patient_id, by=by, now=NOW)
    with pytest.raises(Patient.DoesNotExist):
        status.change(patient_id=patient_id, status=Status.ENDED, from_day=TODAY, reason="x", by=by, now=NOW)
    with pytest.raises(Patient.DoesNotExist):
        consents.withdraw(patient_id=patient_id, by=by, now=NOW)
    with pytest.raises(Patient.DoesNotExist):
        consents.give(patient_id=patient_id, language="x", by=by, now=NOW)


def test_replace_revokes_the_old_card():
    old = Card.objects.get(patient__code=PHONG.code)

    new = cards.replace(patient_id=id_of(PHONG), by=access(cast.PHYSICIAN), now=NOW)

    old.refresh_from_db()
    assert old.revoked_at == NOW
    dispenser = access(cast.DISPENSER)
    assert card_patient(old.number, dispenser, day=TODAY) is None
    assert card_patient(new.number, dispenser, day=TODAY) == id_of(PHONG)


def test_card_of_another_site_leads_nowhere():
    card = Card.objects.get(patient__code=ELSEWHERE.code)

    assert card_patient(card.number, access(cast.DISPENSER), day=TODAY) is None
    assert card_patient(card.number, access(cast.OTHER_DISPENSER), day=TODAY) == id_of(ELSEWHERE)
    assert card_patient(99_999_999, access(cast.DISPENSER), day=TODAY) is None


def test_change_of_status_is_a_row_and_the_patients_newest():
    status.change(
        patient_id=id_of(PHONG), status=Status.SUSPENDED, from_day=TODAY, reason=" nằm viện ",
        by=access(cast.PHYSICIAN), now=NOW,
    )  # fmt: skip

    assert world_patients.patient(PHONG).status == Status.SUSPENDED
    assert StatusChange.objects.filter(patient__code=PHONG.code).latest("recorded_at").reason == "nằm viện"


@pytest.mark.parametrize(
    ("someone", "new", "from_day"),
    [
        (PHONG, Status.IN_TREATMENT, TODAY),
        (PHONG, Status.ENDED, TOMORROW),
        (DROPPED_OUT, Status.ENDED, date(2026, 11, 1)),
    ],
)
def test_change_of_status_that_cannot_be_is_refused(someone: world_patients.Someone, new: Status, from_day: date):
    with pytest.raises(status.StatusRefused) as refused:
        status.change(
            patient_id=id_of(someone), status=new, from_day=from_day, reason="x", by=access(cast.PHYSICIAN), now=NOW
        )

    assert refused.value.sentence


def test_consent_is_given_once_and_can_be_taken_back():
    by, patient_id = access(cast.PHYSICIAN), id_of(PHONG)
    assert consents.withdraw(patient_id=patient_id, by=by, now=NOW) == 1
    assert consents.withdraw(patient_id=patient_id, by=by, now=NOW) == 0

    given = consents.give(patient_id=patient_id, language="tiếng Thái", by=by, now=NOW)

    assert consents.give(patient_id=patient_id, language="tiếng Việt", by=by, now=NOW).pk == given.pk
    assert Consent.objects.filter(patient_id=patient_id).count() == 2


def test_look_shows_the_name_and_writes_down_who_looked_in_two_statements():
    by, phong = access(cast.DISPENSER), id_of(PHONG)

    with CaptureQueriesContext(connection) as queries:
        seen = identity.look(patient_id=phong, by=by, now=NOW, why="dose")

    assert (seen.full_name, seen.birth_year, seen.photo) == ("Lò Văn Phong", 1984, None)
    assert len(queries) == 2
    event = AuditEvent.objects.get(action="patient.looked_at")
    assert (event.patient_id, event.actor_id, event.detail) == (phong, by.person_id, {"why": "dose"})
    assert event.acting_as == "dispenser"


@pytest.mark.parametrize("someone", [ELSEWHERE, AT_THE_CLINIC])
def test_look_at_a_patient_of_another_site_finds_nobody_and_writes_nothing(someone: world_patients.Someone):
    with pytest.raises(Patient.DoesNotExist):
        identity.look(patient_id=id_of(someone), by=access(cast.DISPENSER), now=NOW, why="dose")

    assert not AuditEvent.objects.filter(action="patient.looked_at").exists()


@pytest.mark.parametrize("member", [cast.AREA_MANAGER, cast.CLINIC_HEAD, cast.AUDITOR, cast.WITNESS, cast.STORE_KEEPER])
def test_look_is_refused_to_roles_that_see_no_identity(member: cast.Member):
    with pytest.raises(PermissionDenied):
        identity.look(patient_id=id_of(PHONG), by=access(member), now=NOW, why="dose")


def test_look_is_for_the_place_that_doses_now_will_dose_or_dosed_last():
    here, there = access(cast.DISPENSER), access(cast.OTHER_DISPENSER)

    def sees(someone: world_patients.Someone, by: object, now: object = NOW) -> bool:
        try:
            return bool(identity.look(patient_id=id_of(someone), by=by, now=now, why="dose"))
        except Patient.DoesNotExist:
            return False

    assert sees(MOVED, here)
    assert not sees(MOVED, there)
    assert sees(MOVED, there, NOW - (TODAY - MOVED_ON) - timedelta(days=1))
    assert sees(COMING, here)
    assert sees(COMING, there)
    assert not sees(COMING, here, NOW + timedelta(days=2))
    assert sees(DROPPED_OUT, here)


def test_labels_are_codes_of_those_one_may_see():
    ids = {id_of(PHONG), id_of(ELSEWHERE)}

    assert labels(ids, access(cast.DISPENSER), TODAY) == {id_of(PHONG): "4116 · L.V.P."}
    assert labels(ids, access(cast.AREA_MANAGER), TODAY) == labels(ids, NOBODY, TODAY) == {}
