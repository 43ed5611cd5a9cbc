"""What each role may do, where, and between which days; and what asking costs."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from core.access import FIRST_PAGE, NOBODY, Access, Role
from core.access import Permission as P
from facilities.models import Supervision
from staff.models import Appointment
from staff.queries.appointments import access_of, held_by, standing_at
from staff.queries.people import seconds_at, with_permission
from staff.roles import ROLES
from tests import cast, world
from tests.entrance import access, signed_in

pytestmark = pytest.mark.django_db

DISPENSE = {
    P.VIEW_ROSTER, P.GIVE_DOSE, P.RECORD_OUTCOME, P.VOID_DOSE, P.VIEW_PATIENT, P.VIEW_PRESCRIPTIONS, P.VIEW_STOCK,
    P.HANDLE_STOCK, P.RECEIVE_DELIVERY, P.DISPATCH, P.PREPARE_REQUEST, P.RECORD_ALERT, P.RECORD_OVERDOSE, P.VIEW_CASES,
    P.SIGN_SECOND, P.FOLLOW_PATIENT, P.RECORD_TEST, P.RECORD_COUNSELLING, P.REFER_PATIENT, P.RECORD_CONTACT,
    P.ASK_CLINIC, P.RECORD_ELSEWHERE, P.RECORD_HOURS, P.VIEW_ROTA,
}  # fmt: skip
CARE = {
    P.VIEW_ROSTER, P.VIEW_PATIENT, P.REGISTER_PATIENT, P.VIEW_PRESCRIPTIONS, P.PLACE_HOLD, P.LIFT_HOLD, P.VIEW_CASES,
    P.SIGN_SECOND, P.RECORD_ALERT, P.RECORD_OVERDOSE, P.VIEW_MEDICINE_NAME,
    P.FOLLOW_PATIENT, P.RECORD_TEST, P.RECORD_COUNSELLING, P.REFER_PATIENT, P.RECORD_CONTACT,
    P.ASK_CLINIC, P.RECORD_ELSEWHERE, P.RECORD_HOURS, P.VIEW_ROTA,
}  # fmt: skip
MANAGE = {P.VIEW_OVERSIGHT, P.VIEW_STOCK, P.VIEW_BOOK, P.VIEW_CASES}
REPORT = {P.VIEW_REPORTS, P.SIGN_REPORTS, P.APPROVE_REPORTS}
MATRIX = {
    Role.DISPENSER: DISPENSE,
    Role.PHARMACIST: DISPENSE,
    Role.COUNSELLOR: {P.VIEW_ROSTER, P.VIEW_PATIENT, P.RECORD_OVERDOSE, P.FOLLOW_PATIENT, P.RECORD_COUNSELLING}
    | {P.RECORD_CONTACT, P.RECORD_HOURS, P.VIEW_ROTA},
    Role.PHYSICIAN: CARE | {P.PRESCRIBE, P.ANSWER_QUESTION, P.KEEP_HIV_STATUS},
    Role.ASSISTANT_PHYSICIAN: CARE,
    Role.SITE_HEAD: DISPENSE
    | {P.REGISTER_PATIENT, P.LIFT_HOLD, P.VIEW_BOOK, P.CONCLUDE_CASE, P.REVIEW_UNWITNESSED, P.KEEP_SITE_CARD}
    | {P.ENDORSE_REQUEST, P.INSPECT, P.ACCEPT_PATIENT, P.CONFIRM_DROP_OUT, P.CLOSE_ROAD, P.APPROVE_HOURS}
    | {P.PLAN_ROTA, P.KEEP_CERTIFICATES, P.KEEP_DEVICES},
    Role.WITNESS: {P.SIGN_SECOND, P.VIEW_ROTA},
    Role.CARRIER: {P.CARRY, P.RECORD_HOURS, P.VIEW_ROTA},
    Role.STORE_KEEPER: {P.VIEW_STOCK, P.VIEW_BOOK, P.HANDLE_STOCK, P.RECEIVE_DELIVERY, P.VIEW_CASES}
    | {P.DISPATCH, P.APPROVE_REQUEST, P.RECALL_LOT, P.INSPECT, P.RECORD_HOURS, P.VIEW_ROTA},
    Role.CLINIC_PHYSICIAN: CARE
    | {P.PRESCRIBE, P.ANSWER_REFERRAL, P.CONFIRM_DROP_OUT, P.ANSWER_QUESTION}
    | {P.VIEW_REPORTS, P.SIGN_REPORTS, P.VIEW_HIV_FIGURES, P.KEEP_HIV_STATUS},
    Role.CLINIC_HEAD: MANAGE
    | {P.CONCLUDE_CASE, P.REVIEW_UNWITNESSED, P.KEEP_SITE_CARD, P.APPROVE_REQUEST, P.ANSWER_TRANSPORT, P.RECALL_LOT}
    | {P.INSPECT, P.SIGN_TRANSFER, P.RECORD_HOURS, P.APPROVE_HOURS, P.VIEW_ROTA, P.PLAN_ROTA, P.KEEP_CERTIFICATES}
    | REPORT
    | {P.VIEW_HIV_FIGURES},
    Role.PAYROLL: {P.PAY_HOURS, P.RECORD_HOURS, P.VIEW_ROTA},
    Role.AREA_MANAGER: MANAGE | REPORT | {P.REVIEW_UNWITNESSED, P.ANSWER_TRANSPORT},
    Role.PROVINCE_MANAGER: MANAGE | REPORT | {P.SET_RULES, P.RECALL_LOT, P.END_RECORDS},
    Role.AUDITOR: {P.VIEW_OVERSIGHT, P.READ_AUDIT, P.VIEW_REPORTS},
    Role.SYSTEM_ADMINISTRATOR: {P.MANAGE_STAFF, P.VIEW_OPERATIONS, P.KEEP_REFERENCE, P.KEEP_DEVICES},
}
SITE, CLINIC, EVERYWHERE = {cast.SITE}, {cast.MAIN_CLINIC, cast.SITE, cast.OTHER_SITE}, {
    cast.MAIN_CLINIC, cast.SITE, cast.OTHER_SITE,
}  # fmt: skip


@pytest.mark.parametrize("role", list(Role))
def test_each_role_holds_exactly_its_permissions(role: Role):
    assert access(cast.ONE_OF_EACH_ROLE[role]).permissions == MATRIX[role]


def test_every_role_is_defined_and_has_a_first_page():
    assert set(ROLES) == set(Role) == set(FIRST_PAGE)


def test_only_physicians_sign_prescriptions():
    assert {role for role in Role if P.PRESCRIBE in MATRIX[role]} == {Role.PHYSICIAN, Role.CLINIC_PHYSICIAN}


def test_nobody_who_manages_or_runs_the_system_sees_patients():
    patient = {P.VIEW_PATIENT, P.VIEW_ROSTER, P.REGISTER_PATIENT, P.VIEW_PRESCRIPTIONS}
    patient |= {P.FOLLOW_PATIENT, P.RECORD_TEST, P.RECORD_COUNSELLING, P.RECORD_CONTACT, P.CONFIRM_DROP_OUT}

    for role in (Role.AREA_MANAGER, Role.PROVINCE_MANAGER, Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR, Role.CLINIC_HEAD):
        assert not patient & ROLES[role].permissions
        assert ROLES[role].needs_second_factor


@pytest.mark.parametrize(
    ("member", "places"),
    [
        (cast.DISPENSER, SITE),
        (cast.WITNESS, SITE),
        (cast.STORE_KEEPER, CLINIC),
        (cast.CLINIC_PHYSICIAN, CLINIC),
        (cast.CLINIC_HEAD, CLINIC),
        (cast.AREA_MANAGER, EVERYWHERE),
        (cast.PROVINCE_MANAGER, EVERYWHERE),
    ],
    ids=lambda value: getattr(value, "role", ""),
)
def test_each_role_reaches_its_places(member: cast.Member, places: set[str]):
    assert access(member).reach == {world.facility(name).pk for name in places}


def test_a_clinic_no_longer_reaches_a_satellite_it_ceased_to_supply():
    Supervision.objects.filter(satellite__name=cast.OTHER_SITE).update(ended_on=world.TODAY - timedelta(days=1))

    assert world.facility(cast.OTHER_SITE).pk not in access(cast.STORE_KEEPER).reach


def appointed(now: datetime, **dates: date | None) -> Access:
    """A new dispenser's access at that instant, appointed with those dates at the other site."""
    person = world.person(cast.CARRIER)
    Appointment.objects.create(
        person=person,
        role=Role.DISPENSER,
        facility=world.facility(cast.OTHER_SITE),
        ended_by=world.person(cast.SYSTEM_ADMINISTRATOR) if dates.get("ended_on") else None,
        **dates,
    )
    found, held = held_by(person.pk, now=now)
    assert found is not None
    return access_of(found, held, now=now, chosen_facility_id=world.facility(cast.OTHER_SITE).pk)


TODAY, DAY = world.TODAY, timedelta(days=1)


@pytest.mark.parametrize(
    ("dates", "may"),
    [
        ({"starts_on": TODAY}, True),
        ({"starts_on": TODAY + DAY}, False),
        ({"starts_on": TODAY - DAY, "ended_on": TODAY}, True),
        ({"starts_on": TODAY - DAY, "ended_on": TODAY - DAY}, False),
        ({"starts_on": TODAY - 90 * DAY, "expires_on": TODAY}, True),
        ({"starts_on": TODAY - 90 * DAY, "expires_on": TODAY - 7 * DAY}, True),
        ({"starts_on": TODAY - 90 * DAY, "expires_on": TODAY - 8 * DAY}, False),
        ({"starts_on": TODAY - 90 * DAY, "expires_on": TODAY - DAY, "ended_on": TODAY - DAY}, False),
    ],
    ids=[
        "from today", "from tomorrow", "to today", "to yesterday", "expires today", "expired for a week",
        "expired for longer", "expired and ended",
    ],
)  # fmt: skip
def test_an_appointment_counts_between_its_days(dates: dict[str, date], may: bool):
    assert appointed(world.NOW, **dates).may(P.GIVE_DOSE) is may


def test_the_days_are_the_facilitys_own():
    """06:10 in Vietnam on the 24th is 23:10 on the 23rd in Greenwich."""
    assert appointed(world.NOW, starts_on=TODAY).may(P.GIVE_DOSE)
    midnight = datetime.combine(TODAY, datetime.min.time(), tzinfo=world.NOW.tzinfo)
    assert not appointed(midnight - timedelta(seconds=1), starts_on=TODAY).may(P.GIVE_DOSE)


def test_an_expired_appointment_runs_on_visibly():
    assert access(cast.EXPIRED_DISPENSER).acting_expired
    assert access(cast.EXPIRED_DISPENSER).may(P.GIVE_DOSE)
    assert not access(cast.DISPENSER).acting_expired


def test_a_person_of_two_places_acts_in_one_of_them():
    person = world.person(cast.DISPENSER)
    other = world.facility(cast.OTHER_SITE)
    Appointment.objects.create(person=person, role=Role.COUNSELLOR, facility=other, starts_on=TODAY)
    _person, held = held_by(person.pk, now=world.NOW)

    here = access_of(person, held, now=world.NOW)
    there = access_of(person, held, now=world.NOW, chosen_facility_id=other.pk)

    assert (here.facility_name, here.roles) == (cast.SITE, {Role.DISPENSER})
    assert (there.facility_name, there.roles) == (cast.OTHER_SITE, {Role.COUNSELLOR})
    assert not there.reaches(world.facility(cast.SITE).pk)


def test_a_wide_role_does_not_widen_a_narrow_one():
    """An area manager who also doses at one site opens patients there, not in the whole area."""
    person = world.person(cast.AREA_MANAGER)
    site, other = world.facility(cast.SITE), world.facility(cast.OTHER_SITE)
    Appointment.objects.create(person=person, role=Role.DISPENSER, facility=site, starts_on=TODAY)

    both = access(cast.AREA_MANAGER)

    assert both.may_at(P.VIEW_PATIENT, site.pk)
    assert not both.may_at(P.VIEW_PATIENT, other.pk)
    assert both.may_at(P.VIEW_OVERSIGHT, other.pk)


def test_nobody_may_do_anything():
    assert NOBODY.first_page == "/staff/me/"
    assert not any(NOBODY.may(permission) or NOBODY.may_at(permission, 1) for permission in P)


def test_standing_at_a_facility_counts_what_reaches_it():
    other = world.facility(cast.OTHER_SITE).pk

    assert standing_at(other, person_id=world.person(cast.CLINIC_PHYSICIAN).pk, now=world.NOW).may_at(
        P.SIGN_SECOND, other
    )
    assert standing_at(other, person_id=world.person(cast.WITNESS).pk, now=world.NOW).permissions == frozenset()


def test_seconds_at_a_site_are_those_who_may_sign_there_but_for_oneself():
    site = world.facility(cast.SITE).pk
    actor = world.person(cast.DISPENSER).pk

    people = seconds_at(facility_id=site, now=world.NOW, besides=actor)
    names = {second.username for second in people if second.present}
    elsewhere = {second.username for second in people if second.remote} - names

    expected = {
        cast.SECOND_DISPENSER, cast.PHARMACIST, cast.PHYSICIAN, cast.ASSISTANT_PHYSICIAN, cast.SITE_HEAD, cast.WITNESS,
        cast.EXPIRED_DISPENSER, cast.CLINIC_PHYSICIAN,
    }  # fmt: skip
    assert names == {member.username for member in expected}
    assert elsewhere == {cast.CLINIC_HEAD.username, cast.AREA_MANAGER.username}


def test_with_permission_is_one_statement(django_assert_num_queries):
    site = world.facility(cast.OTHER_SITE).pk
    list(with_permission(P.GIVE_DOSE, facility_id=site, now=world.NOW))  # the settings are read once a minute

    with django_assert_num_queries(1):
        people = list(with_permission(P.GIVE_DOSE, facility_id=site, now=world.NOW))

    assert [person.username for person in people] == [cast.OTHER_DISPENSER.username]


def test_a_dispensers_page_costs_the_session_the_appointments_and_the_bell(django_assert_num_queries):
    client = signed_in(cast.DISPENSER)
    client.get("/staff/me/")  # the overdose card is read once a minute

    with django_assert_num_queries(3):
        assert client.get("/staff/me/").status_code == 200


def test_a_strangers_request_costs_nothing(client: Client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/staff/me/").status_code == 302


def test_switching_the_facility_changes_what_the_next_page_is_about():
    person = world.person(cast.DISPENSER)
    other = world.facility(cast.OTHER_SITE)
    Appointment.objects.create(person=person, role=Role.DISPENSER, facility=other, starts_on=TODAY)
    client = signed_in(cast.DISPENSER)
    assert f"<b>{cast.SITE}</b>" in client.get("/staff/me/").content.decode()

    client.post("/staff/facility/", {"facility_id": other.pk})

    assert f"<b>{cast.OTHER_SITE}</b>" in client.get("/staff/me/").content.decode()


@pytest.mark.parametrize("place", [cast.OTHER_SITE, cast.MAIN_CLINIC])
def test_a_facility_that_is_not_ones_own_cannot_be_chosen(place: str):
    client = signed_in(cast.DISPENSER)

    assert client.post("/staff/facility/", {"facility_id": world.facility(place).pk}).status_code == 403
    assert client.post("/staff/facility/", {"facility_id": "x"}).status_code == 403


def test_a_choice_whose_appointment_has_ended_falls_back(client: Client):
    person = world.person(cast.DISPENSER)
    _person, held = held_by(person.pk, now=world.NOW)

    fallen_back = access_of(person, held, now=world.NOW, chosen_facility_id=world.facility(cast.OTHER_SITE).pk)

    assert fallen_back == replace(access(cast.DISPENSER), second_factor_missing=False)


def test_my_page_warns_before_an_appointment_runs_out_and_after():
    expired = signed_in(cast.EXPIRED_DISPENSER).get("/staff/me/").content.decode()
    well = signed_in(cast.DISPENSER).get("/staff/me/").content.decode()

    assert "đã hết hạn, bạn đang làm tạm" in expired
    assert "hết hạn" not in well
