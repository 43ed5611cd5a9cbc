"""Certificates with their end, acting without one counted and never stopped; days off; overtime taken as leave."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core.ids import new_id
from facilities.services import settings
from followup.models import Task
from followup.services import certificates as warnings
from followup.services import tasks
from staff.models import Appointment, Certificate, DaysOff, LeaveChoice
from staff.queries.certificates import ending, lacking, worked_without
from staff.queries.hours import my_month
from staff.queries.leave import balance_of
from staff.queries.payroll import payroll
from staff.rules.certificates import State
from staff.rules.hours_codes import Taken
from staff.rules.rota_codes import CertificateEnd, CertificateKind, OffKind
from staff.services import certificates, days_off, hours_refusals, leave
from staff.services import rota_refusals as refusals
from tests import cast, world
from tests.entrance import access, signed_in
from tests.staff import working
from tests.staff.planning import NOW, certificate, off, set_rule, site
from tests.staff.working import MONTH, seen_at_work, typed

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DISPENSING = CertificateKind.DISPENSING
WEDNESDAY = world.TODAY + DAY


@pytest.fixture(autouse=True)
def _as_before():
    yield
    settings.forget()


def lacks(member: cast.Member = cast.DISPENSER) -> dict[CertificateKind, State]:
    person = world.person(member).pk
    return {e.standing.kind: e.standing.state for e in lacking([site()], world.TODAY) if e.person_id == person}


def test_lacking_says_who_acts_in_a_role_without_its_certificate(django_assert_num_queries):
    certificate(expires=world.TODAY)
    certificate(kind=CertificateKind.OVERDOSE, expires=world.TODAY - DAY)

    assert lacks() == {CertificateKind.OVERDOSE: State.EXPIRED}
    assert lacks(cast.COUNSELLOR) == {CertificateKind.COUNSELLING: State.NONE}
    assert lacks(cast.WITNESS) == {}
    assert [each.name for each in ending([site()], world.TODAY)] == [cast.DISPENSER.full_name]
    places = [world.facility(place).pk for place in (cast.SITE, cast.OTHER_SITE, cast.MAIN_CLINIC)]
    with django_assert_num_queries(3):
        lacking(places, world.TODAY)


def test_working_without_one_is_counted_by_day_and_stops_nobody():
    typed(day=working.SUNDAY)
    typed(day=working.SUNDAY, begins="15:00", ends="16:00")
    seen_at_work(day=working.MONDAY)
    certificate(kind=CertificateKind.OVERDOSE)

    [without] = worked_without([site()], working.SUNDAY, world.TODAY)

    assert (without.person_id, without.kind, without.days) == (world.person(cast.DISPENSER).pk, DISPENSING, 2)
    assert signed_in(cast.DISPENSER).get("/dispensing/").status_code == 200


def test_certificate_is_kept_by_the_head_once_and_ends_by_a_mark():
    row = certificate()
    with pytest.raises(refusals.SameDocument):
        certificate()
    with pytest.raises(refusals.EndsBeforeIssued):
        certificate(number="13", expires=world.TODAY - timedelta(days=900))
    with pytest.raises(hours_refusals.NotReached):
        certificate(cast.OTHER_DISPENSER)
    with pytest.raises(hours_refusals.NotReached):
        certificate(by=cast.DISPENSER)

    certificates.end(certificate_id=row.pk, why=CertificateEnd.MISTAKE, by=access(cast.SITE_HEAD), now=NOW)

    assert DISPENSING in lacks()
    assert certificate().pk != row.pk


def test_what_ends_soon_is_a_task_for_the_person_and_the_head_until_it_is_renewed():
    certificate(expires=world.TODAY + timedelta(days=30))
    assert warnings.warn(now=NOW) == warnings.warn(now=NOW) == 1
    opened = Task.objects.filter(done_at__isnull=True, subject_kind="certificate")
    assert set(opened.values_list("kind", "owner_id")) == {
        (warnings.OWN, world.person(cast.DISPENSER).pk), (warnings.STAFF, world.person(cast.SITE_HEAD).pk),
    }  # fmt: skip

    own = Task.objects.get(kind=warnings.OWN)
    tasks.done(task_id=own.pk, outcome="applied", words="", by=access(cast.DISPENSER), now=NOW)
    warnings.warn(now=NOW + DAY)
    assert Task.objects.filter(kind=warnings.OWN).count() == 1

    certificate(number="99/CC", expires=world.TODAY + timedelta(days=900))
    assert warnings.warn(now=NOW + 2 * DAY) == 0
    assert Task.objects.get(kind=warnings.STAFF).outcome == warnings.RENEWED


def test_pages_of_certificates_name_people_to_the_head_and_count_them_for_managers():
    typed()
    head = signed_in(cast.SITE_HEAD)
    person = world.person(cast.DISPENSER).pk
    said = {"id": str(new_id()), "kind": "overdose", "number": "", "issuer": "CDC", "issued_on": "2025-01-01"}
    assert head.post(f"/staff/certificates/people/{person}/", said).status_code == 422
    assert head.post(f"/staff/certificates/people/{person}/", said | {"number": "7"}).status_code == 302
    assert head.get(f"/staff/certificates/people/{world.person(cast.OTHER_DISPENSER).pk}/").status_code == 404
    page = head.get("/staff/certificates/").content.decode()
    assert f"{cast.DISPENSER.full_name} · Tập huấn cấp phát methadone" in page

    manager = signed_in(cast.AREA_MANAGER).get("/staff/certificates/").content.decode()
    assert "Số người làm việc khi chưa có chứng chỉ" in manager
    assert cast.DISPENSER.full_name not in manager
    assert "Số 7, CDC" in signed_in(cast.DISPENSER).get("/staff/certificates/").content.decode()
    row = Certificate.objects.get()
    head.post(f"/staff/certificates/{row.pk}/end/", {"why": "revoked"})
    row.refresh_from_db()
    assert row.ended_why == "revoked"

    left = world.TODAY - 63 * DAY
    Appointment.objects.filter(person=person).update(ended_on=left, ended_by=world.person(cast.SITE_HEAD))
    assert head.get(f"/staff/certificates/people/{person}/").status_code == 404
    assert head.post(f"/staff/certificates/{row.pk}/end/", {"why": "revoked"}).status_code == 404
    with pytest.raises(hours_refusals.NotReached):
        off(cast.DISPENSER, world.TODAY, by=cast.SITE_HEAD)
    pays = signed_in(cast.PAYROLL)
    assert pays.get(f"/staff/hours/payroll/{person}/").status_code == 404
    assert pays.get(f"/staff/hours/payroll/{world.person(cast.SITE_HEAD).pk}/").status_code == 200


def test_days_off_are_told_by_oneself_or_the_head_and_never_twice():
    row = off(last=working.MONDAY + timedelta(days=20))
    with pytest.raises(refusals.AwayTwice):
        off(by=cast.SITE_HEAD)
    with pytest.raises(hours_refusals.NotReached):
        off(cast.PHARMACIST, by=cast.DISPENSER)
    with pytest.raises(refusals.LeaveNotInUse):
        off(cast.PHARMACIST, first=WEDNESDAY, kind=OffKind.COMPENSATORY)

    days_off.end(off_id=row.pk, by=access(cast.SITE_HEAD), now=NOW)

    assert off(by=cast.SITE_HEAD).ended_at is None
    stranger = signed_in(cast.OTHER_DISPENSER)
    assert stranger.post(f"/staff/leave/days/{row.pk}/end/").status_code == 404


def test_leave_is_chosen_of_approved_hours_is_not_paid_and_explained_to_the_minute():
    row = typed()
    working.approved(row)
    command = leave.NewChoice(new_id(), row.pk, 90)
    with pytest.raises(refusals.LeaveNotInUse):
        leave.choose(command=command, by=access(cast.DISPENSER), now=NOW)
    set_rule("WorkSettings.leave_instead", True)

    made = leave.choose(command=command, by=access(cast.DISPENSER), now=NOW)

    [line] = payroll(facility_id=site(), month=MONTH).lines
    assert (line.sum.overtime, line.sum.payable, line.sum.leave, line.sum.unpaid, line.due) == (240, 150, 90, 0, 150)
    assert (line.why, line.sum.taken) == ("nghỉ bù thay cho thanh toán: 1 giờ 30", {Taken.LEAVE: 90})
    mine = my_month(by=access(cast.DISPENSER), month=MONTH, now=NOW)
    assert sum(part.minutes for part in mine.explained) == mine.sum.duty
    assert mine.explained[-1].words == "ngày nghỉ hằng tuần: làm thêm, nghỉ bù thay cho thanh toán"
    assert mine.year.sum.overtime == 240  # the limits ask what was worked
    assert balance_of(made.person_id).left == 90

    leave.take_back(choice_id=made.pk, by=access(cast.DISPENSER), now=NOW)
    [line] = payroll(facility_id=site(), month=MONTH).lines
    assert (line.sum.payable, balance_of(made.person_id).left) == (240, 0)


def test_leave_that_was_paid_already_is_taken_back_by_the_next_batch():
    set_rule("WorkSettings.leave_instead", True)
    row = typed()
    working.approved(row)
    working.paid()

    leave.choose(command=leave.NewChoice(new_id(), row.pk, 60), by=access(cast.DISPENSER), now=NOW)

    assert payroll(facility_id=site(), month=MONTH).lines[0].due == -60


def test_leave_cannot_be_more_than_what_is_payable_nor_of_what_nobody_approved():
    set_rule("WorkSettings.leave_instead", True)
    waiting = typed()
    by = access(cast.DISPENSER)
    with pytest.raises(hours_refusals.Gone):
        leave.choose(command=leave.NewChoice(new_id(), waiting.pk, 30), by=by, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        LeaveChoice.objects.create(interval=waiting, person_id=by.actor_id, minutes=30, earned=30, chosen_at=NOW)
    working.approved(waiting)
    for minutes in (0, 241):
        with pytest.raises(refusals.NotPayable):
            leave.choose(command=leave.NewChoice(new_id(), waiting.pk, minutes), by=by, now=NOW)
    set_rule("WorkSettings.year_hours", 2)
    with pytest.raises(refusals.NotPayable):
        leave.choose(command=leave.NewChoice(new_id(), waiting.pk, 121), by=by, now=NOW)


def test_leave_taken_takes_the_normal_hours_of_working_days_and_no_more_than_is_left():
    set_rule("WorkSettings.leave_instead", True)
    row = typed(begins="06:00", ends="18:00")
    working.approved(row)
    made = leave.choose(command=leave.NewChoice(new_id(), row.pk, 600), by=access(cast.DISPENSER), now=NOW)
    friday = world.TODAY + timedelta(days=3)

    with pytest.raises(refusals.NotEnoughLeave):
        off(first=friday, last=friday + timedelta(days=3), kind=OffKind.COMPENSATORY)
    with pytest.raises(refusals.NoWorkingDay):
        off(first=friday + DAY, last=friday + 2 * DAY, kind=OffKind.COMPENSATORY)
    away = off(first=friday, last=friday + 2 * DAY, kind=OffKind.COMPENSATORY)

    assert (away.minutes, balance_of(made.person_id).left) == (480, 120)
    with pytest.raises(refusals.NotEnoughLeave):
        leave.take_back(choice_id=made.pk, by=access(cast.DISPENSER), now=NOW)
    page = signed_in(cast.DISPENSER).get("/staff/leave/").content.decode()
    assert "2 giờ" in page
    assert "nghỉ bù · 8 giờ" in page
    with pytest.raises(refusals.LeaveBegun):  # they had the day off, and would be paid for it, too
        days_off.end(off_id=away.pk, by=access(cast.DISPENSER), now=NOW + 3 * DAY)
    days_off.end(off_id=away.pk, by=access(cast.DISPENSER), now=NOW)
    assert balance_of(made.person_id).left == 600
    assert DaysOff.objects.get().ended_by_id == made.person_id


def test_leave_page_records_days_and_chooses_hours():
    set_rule("WorkSettings.leave_instead", True)
    row = typed()
    working.approved(row)
    client = signed_in(cast.DISPENSER)
    choice = {"id": str(new_id()), "interval": str(row.pk), "hours": "1", "minutes": "15"}
    assert client.post("/staff/leave/choose/", choice).status_code == 302
    assert LeaveChoice.objects.get().minutes == 75
    me = world.person(cast.DISPENSER).pk
    said = {"id": str(new_id()), "person": me, "kind": "annual", "first_day": f"{WEDNESDAY}", "last_day": "2026-11-01"}
    refused = client.post("/staff/leave/", said)
    assert (refused.status_code, "Ngày cuối phải từ ngày đầu" in refused.content.decode()) == (422, True)
    assert client.post("/staff/leave/", said | {"last_day": f"{WEDNESDAY}"}).status_code == 302
    assert "nghỉ phép năm" in signed_in(cast.SITE_HEAD).get(f"/staff/rota/?from={WEDNESDAY}").content.decode()
