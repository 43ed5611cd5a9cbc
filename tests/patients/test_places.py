"""Places for some days: home resumes by itself, an end may be brought forward, and every day has exactly one place."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from core.access import Access
from patients.models import Patient, Placement, PlacementKind
from patients.queries.register import register_page
from patients.services import placements
from patients.services.placements import PlacementRefused, Visit
from tests import cast, world, world_patients
from tests.entrance import access
from tests.world_patients import PHONG

pytestmark = pytest.mark.django_db
TODAY, NOW, DAY = world.TODAY, world.NOW, timedelta(days=1)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def physician() -> Access:
    return access(cast.CLINIC_PHYSICIAN)


def patient_id():
    return world_patients.patient(PHONG).pk


def guest(from_in: int, days: int, place: str = cast.OTHER_SITE) -> Visit:
    first = TODAY + from_in * DAY
    return Visit(PlacementKind.GUEST, first, first + (days - 1) * DAY, facility_id=world.facility(place).pk)


def hospital(from_in: int, days: int, kind: PlacementKind = PlacementKind.HOSPITAL) -> Visit:
    first = TODAY + from_in * DAY
    return Visit(kind, first, first + (days - 1) * DAY, place="BVĐK tỉnh")


def go(visit: Visit, now: datetime = NOW) -> Placement:
    return placements.visit(patient_id=patient_id(), visit=visit, by=physician(), now=now)


def on(day: date) -> tuple[str, str]:
    """Where the patient is on a day; fails where that is not exactly one place."""
    (place,) = on_each([day])
    return place


def on_each(days: Iterable[date]) -> list[tuple[str, str]]:
    """Where the patient is on each of these days, by what the database holds now."""
    rows = list(Placement.objects.filter(patient_id=patient_id()).select_related("facility"))
    found = []
    for day in days:
        (row,) = [row for row in rows if row.starts_on <= day and (row.ended_on is None or row.ended_on >= day)]
        found.append((row.facility.name, row.kind))
    return found


def test_guest_drinks_there_and_home_resumes_by_itself():
    go(guest(1, 3))

    assert [on(TODAY + n * DAY) for n in range(6)] == [
        (cast.SITE, "home"),
        *[(cast.OTHER_SITE, "guest")] * 3,
        *[(cast.SITE, "home")] * 2,
    ]


def test_same_visit_sent_again_is_the_same():
    assert go(guest(1, 3)).pk == go(guest(1, 3)).pk
    assert Placement.objects.filter(patient_id=patient_id()).count() == 3


def test_hospital_leaves_the_facility_and_may_be_learned_of_later():
    go(hospital(-3, 5))

    assert [on(TODAY + n * DAY) for n in (-4, -3, 1, 2)] == [
        (cast.SITE, "home"), (cast.SITE, "hospital"), (cast.SITE, "hospital"), (cast.SITE, "home"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: guest(0, 3),
        lambda: guest(-1, 3),
        lambda: guest(1, 0),
        lambda: guest(1, 400),
        lambda: guest(1, 3, cast.SITE),
        lambda: hospital(-40, 3),
        lambda: Visit(PlacementKind.HOSPITAL, TODAY, TODAY + DAY, place="  "),
        lambda: Visit(PlacementKind.GUEST, TODAY + DAY, TODAY + DAY),
    ],
)
def test_visit_that_cannot_be_is_refused_in_words_and_changes_nothing(wrong: Callable[[], Visit]):
    with pytest.raises(PlacementRefused) as refused:
        go(wrong())

    assert refused.value.sentence
    assert Placement.objects.filter(patient_id=patient_id()).count() == 1


def test_visits_that_overlap_are_refused_and_one_after_the_other_is_not():
    go(guest(1, 3))

    with pytest.raises(PlacementRefused):
        go(guest(3, 2))
    with pytest.raises(PlacementRefused):
        go(hospital(0, 3))
    go(guest(4, 2))

    assert [on(TODAY + n * DAY)[1] for n in range(1, 7)] == ["guest"] * 5 + ["home"]


def test_visit_ended_early_brings_home_forward():
    held = go(guest(1, 5))
    later = NOW + 2 * DAY

    placements.end_visit(
        patient_id=patient_id(), placement_id=held.pk, last_day=TODAY + 2 * DAY, by=physician(), now=later
    )

    assert [on(TODAY + n * DAY)[1] for n in range(1, 8)] == ["guest"] * 2 + ["home"] * 5
    held.refresh_from_db()
    assert held.planned_end == TODAY + 5 * DAY


def test_visit_called_off_before_it_began_covers_no_day():
    held = go(guest(2, 3))

    placements.end_visit(patient_id=patient_id(), placement_id=held.pk, last_day=TODAY, by=physician(), now=NOW)

    assert {on(TODAY + n * DAY) for n in range(8)} == {(cast.SITE, "home")}
    there = register_page(facility_ids=[world.facility(cast.OTHER_SITE).pk], day=TODAY)
    assert PHONG.code not in {row.code for row in there.rows}


@pytest.mark.parametrize(("hour", "minute"), [(0, 0), (12, 0), (23, 59)])
def test_guests_today_stays_where_it_is_at_every_hour(hour: int, minute: int):
    """Today has one place whatever the hour: at midnight, at noon, a minute before the next day."""
    held = go(guest(1, 5))
    at = datetime.combine(TODAY + 2 * DAY, datetime.min.time(), tzinfo=ZONE).replace(hour=hour, minute=minute)

    with pytest.raises(PlacementRefused):
        placements.end_visit(
            patient_id=patient_id(), placement_id=held.pk, last_day=TODAY + DAY, by=physician(), now=at
        )
    placements.end_visit(
        patient_id=patient_id(), placement_id=held.pk, last_day=TODAY + 2 * DAY, by=physician(), now=at
    )

    assert on(TODAY + 2 * DAY) == (cast.OTHER_SITE, "guest")
    assert on(TODAY + 3 * DAY) == (cast.SITE, "home")


def test_back_from_hospital_may_drink_here_the_same_day():
    held = go(hospital(-3, 10))

    placements.end_visit(patient_id=patient_id(), placement_id=held.pk, last_day=TODAY - DAY, by=physician(), now=NOW)

    assert on(TODAY) == (cast.SITE, "home")


def test_agreed_move_takes_the_place_of_whatever_was_planned():
    go(guest(1, 5))

    move_to(cast.MAIN_CLINIC, PlacementKind.CLINIC, 3)

    assert [on(TODAY + n * DAY)[1] for n in range(8)] == ["home", "guest", "guest", *["clinic"] * 5]


def test_agreed_move_called_off_goes_back_without_a_hole():
    move_to(cast.MAIN_CLINIC, PlacementKind.CLINIC, 2)

    move_to(cast.SITE, PlacementKind.HOME, 2)

    assert {on(TODAY + n * DAY) for n in range(8)} == {(cast.SITE, "home")}


@pytest.mark.parametrize("starts_in", [0, -1])
def test_agreed_move_today_or_before_is_refused(starts_in: int):
    with pytest.raises(PlacementRefused):
        move_to(cast.MAIN_CLINIC, PlacementKind.CLINIC, starts_in)


def move_to(place: str, kind: PlacementKind, starts_in: int, now: datetime = NOW) -> None:
    placements.agreed_move(
        patient_id=patient_id(), facility_id=world.facility(place).pk, kind=kind, starts_on=TODAY + starts_in * DAY,
        by=physician(), now=now,
    )  # fmt: skip


@pytest.mark.parametrize("member", [cast.DISPENSER, cast.OTHER_DISPENSER, cast.AREA_MANAGER])
def test_visit_is_refused_to_who_may_not(member: cast.Member):
    with pytest.raises(Patient.DoesNotExist):
        placements.visit(patient_id=patient_id(), visit=guest(1, 3), by=access(member), now=NOW)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["guest", "hospital", "detention", "end", "move", "agreed", "agreed"]),
        st.integers(-5, 12),
        st.integers(1, 9),
        st.sampled_from([cast.SITE, cast.OTHER_SITE, cast.MAIN_CLINIC]),
        st.integers(0, 3),
    ),
    max_size=9,
)


@given(acts=ACTS)
@settings(max_examples=25)
def test_no_sequence_of_moves_loses_a_day_or_doubles_one(acts):
    """Whatever was agreed, called off, cut short or interrupted: every day of the patient has exactly one place."""
    now, by, facilities = NOW, physician(), {name: world.facility(name).pk for name in PLACES}
    with transaction.atomic():
        for what, from_in, days, place, wait in acts:
            now += wait * DAY
            try:
                with transaction.atomic():
                    act(what, now.date() + from_in * DAY, days, facilities[place], by, now)
            except (PlacementRefused, Placement.DoesNotExist):
                pass
            on_each(TODAY + n * DAY for n in range(-20, 45))
        transaction.set_rollback(True)


PLACES = (cast.SITE, cast.OTHER_SITE, cast.MAIN_CLINIC)


def act(what: str, day: date, days: int, facility_id: int, by: Access, now: datetime) -> None:
    who = patient_id()
    if what == "move":
        placements.move(patient_id=who, facility_id=facility_id, starts_on=day, by=by, now=now)
    elif what == "agreed":
        kind = PlacementKind.CLINIC if days % 2 else PlacementKind.HOME
        placements.agreed_move(patient_id=who, facility_id=facility_id, kind=kind, starts_on=day, by=by, now=now)
    elif what == "end":
        last = Placement.objects.filter(patient_id=who, kind__in=["guest", "hospital", "detention"]).order_by("pk")
        held = last.last()
        placements.end_visit(patient_id=who, placement_id=held.pk if held else 0, last_day=day, by=by, now=now)
    else:
        visit = Visit(
            PlacementKind(what), day, day + days * DAY,
            facility_id=facility_id if what == "guest" else None, place="" if what == "guest" else "BVĐK tỉnh",
        )  # fmt: skip
        placements.visit(patient_id=who, visit=visit, by=by, now=now)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE patients_placement SET ended_on = NULL, ended_by_id = NULL WHERE kind = 'guest'",
        "UPDATE patients_placement SET ended_on = ended_on + 1 WHERE kind = 'guest'",
        "UPDATE patients_placement SET facility_id = facility_id + 1",
        "UPDATE patients_placement SET planned_end = planned_end - 1 WHERE kind = 'guest'",
        "DELETE FROM patients_placement",
    ],
)
def test_the_owner_can_only_bring_an_end_forward(statement: str, owner_connection: psycopg.Connection):
    owner_connection.execute(
        "INSERT INTO patients_placement (patient_id, facility_id, kind, starts_on, planned_end, place, words,"
        " recorded_at, recorded_by_id, ended_on, ended_by_id) SELECT patient_id, facility_id, 'guest', '2020-01-01',"
        " '2020-01-09', '', '', now(), recorded_by_id, '2020-01-09', recorded_by_id FROM patients_placement LIMIT 1"
    )
    owner_connection.execute("UPDATE patients_placement SET ended_on = '2020-01-05' WHERE kind = 'guest'")

    with pytest.raises(psycopg.errors.RestrictViolation):
        owner_connection.execute(statement)
    owner_connection.rollback()


def test_the_owner_cannot_empty_the_places(owner_connection: psycopg.Connection):
    with pytest.raises(psycopg.errors.RestrictViolation):
        owner_connection.execute("TRUNCATE patients_placement CASCADE")


@pytest.mark.parametrize("statement", ["DELETE FROM patients_placement", "UPDATE patients_placement SET words = 'x'"])
def test_the_application_may_not_even_ask(statement: str):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
