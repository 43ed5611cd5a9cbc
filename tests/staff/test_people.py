"""Managing accounts and appointments."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from core.access import Role
from core.models import AuditEvent
from facilities.models import Area, Facility, FacilityKind, Province
from staff.models import Appointment, Person
from staff.services import appointments, people
from staff.services.appointments import AlreadyAppointed, NotWithinReach, Place, TooEarly, WrongPlace
from staff.services.people import AlsoElsewhere, NotOneself, PeopleRefused, UsernameTaken
from tests import cast, world
from tests.entrance import access, signed_in

pytestmark = pytest.mark.django_db

TODAY, DAY = world.TODAY, timedelta(days=1)


@pytest.fixture
def admin() -> Client:
    return signed_in(cast.SYSTEM_ADMINISTRATOR)


def place(name: str) -> str:
    return f"facility:{world.facility(name).pk}"


def test_a_new_person_gets_a_one_time_password_and_then_an_appointment(admin: Client):
    page = admin.post("/staff/people/new/", {"full_name": "Khoàng Thị Máy", "username": "khoang.thi.may", "phone": ""})
    new = Person.objects.get(username="khoang.thi.may")
    handed_out = re.search(r"\b[a-z2-9]{4}(?:-[a-z2-9]{4}){3}\b", page.content.decode())
    assert handed_out
    assert new.check_password(handed_out[0])
    assert (new.initials, new.one_time_until is not None) == ("K.T.M.", True)

    made = admin.post(
        f"/staff/people/{new.pk}/appoint/",
        {"role": "dispenser", "place": place(cast.SITE), "starts_on": TODAY.isoformat(), "expires_on": ""},
    )

    assert made["Location"] == f"/staff/people/{new.pk}/"
    assert Appointment.objects.get(person=new).role == Role.DISPENSER
    assert set(AuditEvent.objects.values_list("action", flat=True)) >= {"person.added", "appointment.made"}


def test_a_name_that_is_taken_is_refused_and_what_was_typed_stays(admin: Client):
    response = admin.post("/staff/people/new/", {"full_name": "Khoàng Thị Máy", "username": cast.DISPENSER.username})

    assert response.status_code == 422
    assert "đã có người dùng" in response.content.decode()
    assert "Khoàng Thị Máy" in response.content.decode()


@pytest.mark.parametrize("username", ["Lò Thị Hoa", "a", "có.dấu", "-x-y"])
def test_a_name_that_is_hard_to_type_is_refused(admin: Client, username: str):
    assert admin.post("/staff/people/new/", {"full_name": "X Y", "username": username}).status_code == 422


def test_a_taken_name_in_another_case_is_refused_by_the_database():
    with pytest.raises(UsernameTaken):
        people.add(
            full_name="X Y",
            username=cast.DISPENSER.username.upper(),
            phone="",
            by=access(cast.SYSTEM_ADMINISTRATOR),
            now=world.NOW,
        )


def appoint(
    role: Role = Role.WITNESS,
    where: Place | None = None,
    *,
    member: cast.Member = cast.CARRIER,
    starts_on: date = TODAY,
    expires_on: date | None = None,
) -> Appointment:
    return appointments.appoint(
        person_id=world.person(member).pk,
        role=role,
        place=where or Place.read(place(cast.SITE)),
        starts_on=starts_on,
        expires_on=expires_on,
        by=access(cast.SYSTEM_ADMINISTRATOR),
        now=world.NOW,
    )


def test_an_appointment_takes_effect_on_its_day():
    appoint(Role.DISPENSER)

    assert Role.DISPENSER in access(cast.CARRIER).roles


@pytest.mark.parametrize(
    ("role", "name"),
    [(Role.CLINIC_HEAD, cast.SITE), (Role.AREA_MANAGER, cast.SITE), (Role.PROVINCE_MANAGER, cast.MAIN_CLINIC)],
)
def test_a_role_is_held_at_its_kind_of_place(role: Role, name: str):
    with pytest.raises(WrongPlace):
        appoint(role, Place.read(place(name)))


def test_a_dispenser_of_a_whole_area_does_not_exist():
    with pytest.raises(WrongPlace):
        appoint(Role.DISPENSER, Place("area", world.facility(cast.SITE).area_id))


def test_a_place_outside_ones_reach_is_refused():
    by = access(cast.DISPENSER)

    with pytest.raises(NotWithinReach):
        appointments.appoint(
            person_id=world.person(cast.CARRIER).pk,
            role=Role.WITNESS,
            place=Place.read(place(cast.OTHER_SITE)),
            starts_on=TODAY,
            expires_on=None,
            by=by,
            now=world.NOW,
        )


def test_who_manages_one_province_has_no_hand_in_another_though_they_work_there():
    there = Area.objects.create(province=Province.objects.create(name="Lai Châu"), name="Sìn Hồ", label="khu vực")
    site = Facility.objects.create(area=there, kind=FacilityKind.SATELLITE, name="Nậm Cha", went_live_on=TODAY)
    empty = Area.objects.create(province=there.province, name="Nậm Nhùn", label="khu vực")
    both, admin = world.person(cast.DISPENSER), world.person(cast.SYSTEM_ADMINISTRATOR)
    for person in (both, admin):
        Appointment.objects.create(person=person, role=Role.DISPENSER, facility=site, starts_on=TODAY)
    by = access(cast.SYSTEM_ADMINISTRATOR)
    assert site.pk in by.reach

    for role, place in (
        (Role.SITE_HEAD, Place("facility", site.pk)),
        (Role.AREA_MANAGER, Place("area", there.pk)),
        (Role.AREA_MANAGER, Place("area", empty.pk)),
    ):
        with pytest.raises(NotWithinReach):
            appointments.appoint(
                person_id=both.pk, role=role, place=place, starts_on=TODAY, expires_on=None, by=by, now=world.NOW
            )
    for act in (people.free, people.close, people.forget_second_factor, people.hand_out_password):
        with pytest.raises(AlsoElsewhere):
            act(person_id=both.pk, by=by, now=world.NOW)
    page = signed_in(cast.SYSTEM_ADMINISTRATOR).get(f"/staff/people/{world.person(cast.CARRIER).pk}/")
    assert f'facility:{site.pk}"' not in page.content.decode()

    Appointment.objects.filter(person=both, facility=site).update(ended_on=TODAY - DAY, ended_by=admin)
    assert people.free(person_id=both.pk, by=by, now=world.NOW).pk == both.pk


def test_nobody_appoints_ends_or_frees_themselves():
    admin = world.person(cast.SYSTEM_ADMINISTRATOR)
    own = Appointment.objects.get(person=admin)
    by = access(cast.SYSTEM_ADMINISTRATOR)

    with pytest.raises(NotOneself):
        appoint(member=cast.SYSTEM_ADMINISTRATOR)
    with pytest.raises(NotOneself):
        appointments.end(appointment_id=own.pk, ended_on=TODAY, by=by, now=world.NOW)
    for act in (people.free, people.close, people.forget_second_factor, people.hand_out_password):
        with pytest.raises(NotOneself):
            act(person_id=admin.pk, by=by, now=world.NOW)


def test_an_appointment_does_not_begin_in_the_past():
    with pytest.raises(TooEarly):
        appoint(starts_on=TODAY - DAY)


def test_the_same_appointment_twice_is_refused_but_not_after_the_first():
    appoint(expires_on=TODAY + 9 * DAY)

    with pytest.raises(AlreadyAppointed):
        appoint(starts_on=TODAY + 9 * DAY)
    assert appoint(starts_on=TODAY + 10 * DAY)


def end(member: cast.Member = cast.DISPENSER, ended_on: date = TODAY - DAY) -> Appointment:
    return appointments.end(
        appointment_id=Appointment.objects.get(person__username=member.username).pk,
        ended_on=ended_on,
        by=access(cast.SYSTEM_ADMINISTRATOR),
        now=world.NOW,
    )


def test_an_appointment_ended_yesterday_ends_at_once():
    client = signed_in(cast.DISPENSER)

    end()

    assert access(cast.DISPENSER).roles == frozenset()
    assert "chưa được phân công" in client.get("/staff/me/").content.decode()


def test_an_appointment_ends_once_and_not_in_the_past():
    with pytest.raises(TooEarly):
        end(ended_on=TODAY - 2 * DAY)
    end(ended_on=TODAY)

    with pytest.raises(PeopleRefused):
        end(ended_on=TODAY + DAY)


def test_ending_on_the_page_is_audited_and_a_refusal_is_said(admin: Client):
    held = Appointment.objects.get(person__username=cast.DISPENSER.username)
    address = f"/staff/appointments/{held.pk}/end/"

    refused = admin.post(address, {"ended_on": "2026-01-01"}, follow=True)
    done = admin.post(address, {"ended_on": TODAY.isoformat()}, follow=True)

    assert "Sớm nhất là hôm qua" in refused.content.decode()
    assert "Đã ghi ngày kết thúc" in done.content.decode()
    assert AuditEvent.objects.get(action="appointment.ended").subject_id == str(held.pk)


def test_a_refused_appointment_keeps_what_was_typed(admin: Client):
    person = world.person(cast.CARRIER)

    response = admin.post(
        f"/staff/people/{person.pk}/appoint/",
        {"role": "clinic_head", "place": place(cast.SITE), "starts_on": TODAY.isoformat(), "expires_on": ""},
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "tại một cơ sở điều trị" in page
    assert '<option value="clinic_head" selected>' in page


@pytest.mark.parametrize("change", ["free", "forget-second-factor", "close", "reopen"])
def test_each_change_of_an_account_is_done_and_audited(admin: Client, change: str):
    person = world.person(cast.DISPENSER)

    response = admin.post(f"/staff/people/{person.pk}/{change}/")

    assert response["Location"] == f"/staff/people/{person.pk}/"
    assert AuditEvent.objects.filter(subject_kind="person", subject_id=person.pk).count() == 1


def test_ones_own_account_is_shown_without_its_buttons_and_refused(admin: Client):
    own = world.person(cast.SYSTEM_ADMINISTRATOR)

    assert f"/staff/people/{own.pk}/close/" not in admin.get(f"/staff/people/{own.pk}/").content.decode()
    admin.post(f"/staff/people/{own.pk}/close/")

    own.refresh_from_db()
    assert own.is_active


def test_the_list_costs_the_same_for_any_number_of_people(admin: Client, django_assert_num_queries):
    def ask() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert admin.get("/staff/people/").status_code == 200
        return len(asked)

    before = ask()
    for number in range(20):
        Person.objects.create(username=f"them.{number}", full_name=f"Thêm {number}", initials="T", created_at=world.NOW)

    assert ask() == before
    found = admin.get("/staff/people/?q=them 1").content.decode()
    assert [f"them.{number}" in found for number in (1, 2, 19)] == [True, False, True]
    assert "Không tìm thấy ai" in admin.get("/staff/people/?q=zzz").content.decode()


def test_an_unknown_person_is_not_found(admin: Client):
    assert admin.get("/staff/people/999999/").status_code == 404
    assert admin.post("/staff/appointments/999999/end/", {"ended_on": TODAY}).status_code == 404
