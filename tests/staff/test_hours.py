"""Working time: tapped, typed in, proposed and confirmed, approved by somebody else, paid once, corrected."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.ids import new_id
from core.models import AuditEvent
from facilities.services import days_by_hand
from staff.models import DutyApproval, DutyInterval, PayBatch, PayLine, Signature, WorkEvidence
from staff.queries.payroll import payroll
from staff.services import approvals, duty, hours_refusals, pins, proposals
from staff.services import payroll as paying
from staff.services.duty import TypedIn
from staff.services.payroll import NewTerm
from tests import cast, world
from tests.entrance import access, signed_in
from tests.staff import working
from tests.staff.planning import set_rule
from tests.staff.working import MONDAY, MONTH, NOW, SUNDAY, approved, at, paid, proposed, seen_at_work, typed

pytestmark = pytest.mark.django_db


def the_month(place: str = cast.SITE):
    return payroll(facility_id=world.facility(place).pk, month=MONTH)


def test_tap_and_tap_again_make_one_interval_of_whole_minutes():
    by = access(cast.DISPENSER)
    began = duty.start(tap_id=new_id(), by=by, now=NOW + timedelta(seconds=20))
    again = duty.start(tap_id=new_id(), by=by, now=NOW + timedelta(minutes=1))

    [row] = duty.end(by=by, now=NOW + timedelta(hours=3, seconds=5))

    assert began == again
    assert (row.starts_at, row.ends_at) == (NOW, NOW + timedelta(hours=3, minutes=1))
    assert (row.source, row.day, row.confirmed_at) == ("tapped", world.TODAY, NOW + timedelta(hours=3, seconds=5))
    with pytest.raises(hours_refusals.NotOnDuty):
        duty.end(by=by, now=NOW + timedelta(hours=4))


def test_tap_over_hours_that_were_entered_adds_only_what_is_beside_them():
    by = access(cast.DISPENSER)
    duty.start(tap_id=new_id(), by=by, now=at(SUNDAY, "06:00"))
    command = TypedIn(new_id(), at(SUNDAY, "07:00"), at(SUNDAY, "08:00"), "đã ghi")
    duty.type_in(command=command, by=by, now=at(SUNDAY, "08:30"))

    made = duty.end(by=by, now=at(SUNDAY, "09:00"))

    assert [(row.starts_at, row.ends_at) for row in made] == [
        (at(SUNDAY, "06:00"), at(SUNDAY, "07:00")), (at(SUNDAY, "08:00"), at(SUNDAY, "09:00")),
    ]  # fmt: skip


def test_forgotten_tap_is_ended_without_hours_and_the_person_types_them_in():
    by = access(cast.DISPENSER)
    duty.start(tap_id=new_id(), by=by, now=NOW - timedelta(days=2))

    assert duty.end(by=by, now=NOW) == ()
    assert not DutyInterval.objects.exists()


def test_type_in_twice_is_the_same_row_and_other_content_is_refused():
    by = access(cast.DISPENSER)
    command = TypedIn(new_id(), at(SUNDAY, "06:00"), at(SUNDAY, "10:00"), "quên bấm")
    first = duty.type_in(command=command, by=by, now=NOW)

    assert duty.type_in(command=command, by=by, now=NOW) == first
    with pytest.raises(hours_refusals.OtherContent):
        duty.type_in(command=replace(command, reason="khác"), by=by, now=NOW)


@pytest.mark.parametrize(
    ("begins", "ends", "reason", "refused"),
    [
        ("10:00", "06:00", "quên", hours_refusals.Backwards),
        ("06:00", "10:00", "  ", hours_refusals.WhyNeeded),
    ],
)
def test_type_in_what_cannot_be_is_refused_in_words(begins, ends, reason, refused):
    command = TypedIn(new_id(), at(SUNDAY, begins), at(SUNDAY, ends), reason)

    with pytest.raises(refused):
        duty.type_in(command=command, by=access(cast.DISPENSER), now=NOW)


def test_type_in_ahead_or_for_more_than_a_day_is_refused():
    by = access(cast.DISPENSER)

    with pytest.raises(hours_refusals.NotYet):
        duty.type_in(command=TypedIn(new_id(), NOW, NOW + timedelta(hours=1), "sớm"), by=by, now=NOW)
    with pytest.raises(hours_refusals.TooLong):
        duty.type_in(command=TypedIn(new_id(), NOW - timedelta(hours=25), NOW, "dài"), by=by, now=NOW)


def test_type_in_over_what_stands_is_refused_and_a_correction_names_the_old():
    old = typed()
    with pytest.raises(hours_refusals.Overlaps):
        typed(begins="09:00", ends="11:00")

    new = typed(begins="05:30", ends="11:00", corrects=old.pk)

    old.refresh_from_db()
    assert (new.corrects_id, old.ended_why, old.ended_at) == (old.pk, "corrected", NOW)
    with pytest.raises(hours_refusals.Gone):
        typed(day=SUNDAY - timedelta(days=7), corrects=old.pk)


def test_propose_makes_whole_minutes_of_what_was_seen_once():
    row = proposed()

    assert (row.starts_at, row.ends_at) == (at(SUNDAY, "05:31"), at(SUNDAY, "09:02"))
    assert (row.source, row.recorded_by_id, row.confirmed_at, row.day) == ("proposed", None, None, SUNDAY)
    assert proposals.propose(now=NOW) == 0


def test_propose_leaves_out_what_the_person_entered_or_declined():
    typed(begins="06:00", ends="07:00")
    seen_at_work()
    proposals.propose(now=NOW)
    waiting = DutyInterval.objects.filter(confirmed_at__isnull=True, ended_at__isnull=True).order_by("starts_at")
    assert [(row.starts_at, row.ends_at) for row in waiting] == [
        (at(SUNDAY, "05:31"), at(SUNDAY, "06:00")), (at(SUNDAY, "07:00"), at(SUNDAY, "09:02")),
    ]  # fmt: skip

    for row in waiting:
        duty.decline(interval_id=row.pk, by=access(cast.DISPENSER), now=NOW)
    WorkEvidence.objects.update(proposed_at=None)

    assert proposals.propose(now=NOW) == 0


def test_propose_again_after_more_was_seen_gives_one_longer_proposal():
    first = proposed()
    WorkEvidence.objects.update(last_at=at(SUNDAY, "10:15"), proposed_at=None)

    assert proposals.propose(now=NOW + timedelta(hours=1)) == 1

    first.refresh_from_db()
    [standing] = DutyInterval.objects.filter(ended_at__isnull=True)
    assert (first.ended_why, standing.ends_at) == ("renewed", at(SUNDAY, "10:15"))


def test_confirmed_proposal_is_never_renewed():
    row = proposed()
    duty.confirm(interval_ids=[row.pk], by=access(cast.DISPENSER), now=NOW)
    WorkEvidence.objects.update(last_at=at(SUNDAY, "10:15"), proposed_at=None)
    proposals.propose(now=NOW)

    row.refresh_from_db()
    assert row.ended_at is None
    [rest] = DutyInterval.objects.filter(confirmed_at__isnull=True)
    assert (rest.starts_at, rest.ends_at) == (at(SUNDAY, "09:02"), at(SUNDAY, "10:15"))


def test_confirm_and_decline_of_somebody_elses_is_not_found():
    row = proposed()

    with pytest.raises(DutyInterval.DoesNotExist):
        duty.confirm(interval_ids=[row.pk], by=access(cast.SECOND_DISPENSER), now=NOW)
    with pytest.raises(DutyInterval.DoesNotExist):
        duty.decline(interval_id=row.pk, by=access(cast.SECOND_DISPENSER), now=NOW)


def test_typed_hours_settle_a_proposal_of_the_same_time():
    row = proposed()
    typed(begins="05:15", ends="09:30")

    row.refresh_from_db()
    assert row.ended_why == "corrected"


def test_approve_signs_once_for_many_and_leaves_a_trail():
    rows = [typed(), typed(day=SUNDAY - timedelta(days=7))]
    before = Signature.objects.count()

    assert approved(*rows) == 2
    assert approved(*rows) == 0
    assert Signature.objects.count() == before + 1
    assert {each.approved_by_id for each in DutyApproval.objects.all()} == {world.person(cast.SITE_HEAD).pk}
    assert AuditEvent.objects.filter(action="duty.approved").count() == 1


def test_nobody_approves_their_own_but_the_clinic_does():
    row = typed(cast.SITE_HEAD)

    with pytest.raises(hours_refusals.OwnHours):
        approved(row)
    assert approved(row, by=cast.CLINIC_HEAD) == 1


def test_the_database_refuses_who_approves_their_own_or_what_is_not_confirmed():
    row, waiting = typed(), proposed(cast.SECOND_DISPENSER)
    signature = Signature.objects.first()
    by = world.person(cast.DISPENSER)

    for interval, person, approver in (
        (row, by, by), (row, world.person(cast.PHARMACIST), by), (waiting, waiting.person, by),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            DutyApproval.objects.create(
                interval=interval, person=person, approved_by=approver, signature=signature, approved_at=NOW
            )


def test_approve_by_others_or_of_other_places_or_unconfirmed_is_refused():
    row = typed()

    with pytest.raises(hours_refusals.NotReached):
        approved(row, by=cast.PHARMACIST)
    with pytest.raises(hours_refusals.NotReached):
        approved(typed(cast.OTHER_DISPENSER))
    with pytest.raises(hours_refusals.Gone):
        approved(proposed(cast.SECOND_DISPENSER))
    with pytest.raises(pins.WrongPin):
        approvals.approve(interval_ids=[row.pk], by=access(cast.SITE_HEAD), pin="000000", now=NOW)
    assert not DutyApproval.objects.exists()


def test_payroll_pays_what_is_approved_and_nothing_twice():
    approved(typed())
    typed(day=SUNDAY - timedelta(days=7))
    [line] = the_month().lines
    assert (line.sum.overtime, line.due, line.waiting, line.due_money) == (240, 240, 1, None)

    paid()

    [line] = the_month().lines
    assert (line.paid, line.due) == (240, 0)
    with pytest.raises(hours_refusals.NothingToPay):
        paid("PC 13")


def test_correction_after_payment_is_paid_or_taken_back_by_the_next_batch():
    row = typed()
    approved(row)
    paid()

    shorter = typed(begins="06:00", ends="09:00", corrects=row.pk)
    assert the_month().lines[0].due == -240  # the new entry waits for its approval
    approved(shorter)
    paid("PC 13")

    assert list(PayLine.objects.order_by("batch__recorded_at", "batch_id").values_list("minutes", flat=True)) == [
        240, -60,
    ]  # fmt: skip
    assert the_month().lines[0].due == 0


def test_pay_with_a_taken_reference_or_after_a_change_is_refused():
    approved(typed())
    paid()
    row = typed(day=SUNDAY - timedelta(days=7))
    approved(row)
    with pytest.raises(hours_refusals.ReferenceTaken):
        paid()

    place = world.facility(cast.SITE).pk
    stale = paying.NewBatch(new_id(), place, MONTH, "PC 14", world.TODAY, "0" * 64)
    with pytest.raises(hours_refusals.Gone):
        paying.pay(command=stale, by=access(cast.PAYROLL), now=NOW)
    with pytest.raises(hours_refusals.NotReached):
        paying.pay(command=stale, by=access(cast.SITE_HEAD), now=NOW)


def test_pay_sent_twice_is_one_batch():
    approved(typed())
    place, by = world.facility(cast.SITE).pk, access(cast.PAYROLL)
    seen = paying.due_digest(list(the_month().lines))
    command = paying.NewBatch(new_id(), place, MONTH, "PC 12", world.TODAY, seen)

    assert paying.pay(command=command, by=by, now=NOW) == paying.pay(command=command, by=by, now=NOW)
    assert PayBatch.objects.count() == 1


def test_money_follows_the_rate_of_each_day():
    approved(typed())  # four hours of a Sunday at 200 %
    person, by = world.person(cast.DISPENSER).pk, access(cast.PAYROLL)
    term = NewTerm(new_id(), person, Decimal(45000), spared=False, from_day=MONTH)
    paying.set_term(command=term, facility_id=world.facility(cast.SITE).pk, by=by, now=NOW)

    [line] = the_month().lines
    assert (line.payable_money, line.unpaid_money, line.due_money) == (360000, 0, 360000)
    assert "45000" not in str(list(AuditEvent.objects.filter(action="pay.term").values()))


def of_what_an_hour_is_worth(hourly: int | None, *, from_day=MONTH, spared: bool = False) -> None:
    term = NewTerm(
        new_id(), world.person(cast.DISPENSER).pk, None if hourly is None else Decimal(hourly), spared, from_day
    )
    paying.set_term(command=term, facility_id=world.facility(cast.SITE).pk, by=access(cast.PAYROLL), now=NOW)


def test_minutes_paid_before_a_rate_was_known_are_not_paid_again_with_the_rest():
    approved(typed())
    paid()
    of_what_an_hour_is_worth(45000)
    approved(typed(day=SUNDAY - timedelta(days=7), begins="06:00", ends="07:00"))

    [line] = the_month().lines
    assert (line.due, line.payable_money, line.due_money) == (60, 450000, None)


def test_correction_to_a_day_of_another_rate_is_paid_though_the_minutes_are_the_same():
    of_what_an_hour_is_worth(45000)
    row = typed()
    approved(row)
    paid()
    moved = typed(day=MONDAY, begins="17:00", ends="21:00", corrects=row.pk)  # 150 % for 200 %
    approved(moved)

    [line] = the_month().lines
    assert (line.due, line.due_money) == (0, -90000)
    page = signed_in(cast.PAYROLL).get("/staff/hours/payroll/?month=2026-11")
    assert "Đã trả phần chênh lệch theo chứng từ này" in page.content.decode()
    paid("PC 13")

    assert not the_month().owed
    with pytest.raises(hours_refusals.NothingToPay):
        paid("PC 14")


def test_who_is_spared_the_longer_year_keeps_what_was_payable_before():
    set_rule("WorkSettings.long_year", True)
    set_rule("WorkSettings.year_hours", 5)
    approved(typed(begins="00:00", ends="08:00"))
    of_what_an_hour_is_worth(None, from_day=SUNDAY + timedelta(days=1), spared=True)
    assert the_month().lines[0].sum.payable == 480

    approved(typed(day=MONDAY, begins="17:00", ends="18:00"))
    assert the_month().lines[0].sum.payable == 480  # beyond the shorter year from that day on
    of_what_an_hour_is_worth(None, from_day=world.TODAY + timedelta(days=90))  # a term to come changes nothing yet
    assert the_month().lines[0].sum.payable == 480


def test_rest_days_are_those_of_the_place_where_the_hours_were_worked():
    friday = SUNDAY - timedelta(days=2)
    low, high = sorted((cast.SITE, cast.OTHER_SITE), key=lambda name: world.facility(name).pk)
    member = cast.DISPENSER if high == cast.SITE else cast.OTHER_DISPENSER
    set_rule("WorkSettings.rest_days", [5, 7], place=high)
    approved(typed(member, day=friday, begins="07:00", ends="11:00"), by=cast.CLINIC_HEAD)
    elsewhere = replace(access(member), facility_id=world.facility(low).pk)
    approved(typed(member, day=friday, begins="13:00", ends="15:00", by=elsewhere), by=cast.CLINIC_HEAD)

    assert [line.sum.rest for line in the_month(high).lines] == [240]
    assert [line.sum.rest for line in the_month(low).lines] == [0]


def test_year_of_somebody_at_two_places_is_one_year():
    """The limits are a person's, wherever they worked."""
    approved(typed(begins="00:00", ends="10:00"))
    elsewhere = replace(access(cast.DISPENSER), facility_id=world.facility(cast.OTHER_SITE).pk)
    later = typed(begins="12:00", ends="20:00", by=elsewhere)
    approved(later, by=cast.CLINIC_HEAD)

    here, there = the_month().lines[0], the_month(cast.OTHER_SITE).lines[0]
    assert (here.sum.payable, there.sum.overtime, there.sum.payable) == (600, 480, 120)
    assert there.why == "quá mức trong ngày: 6 giờ"


def test_working_day_swapped_into_a_rest_day_pays_as_one_and_what_was_paid_is_made_up():
    friday = SUNDAY - timedelta(days=2)
    approved(typed(day=friday, begins="07:00", ends="11:30"))
    [line] = the_month().lines
    assert (line.sum.overtime, line.sum.normal, line.due) == (0, 270, 0)

    days_by_hand.keep(
        day=friday, kind="rest_day", name="Hoán đổi", by=access(cast.PROVINCE_MANAGER), now=NOW
    )  # fmt: skip

    [line] = the_month().lines
    assert (line.sum.overtime, line.sum.rest, line.due, line.sum.worth) == (270, 270, 270, 270 * 200)


def test_queries_of_a_month_stay_the_same_whatever_its_size(django_assert_max_num_queries):
    for back in range(0, 28, 7):
        row = typed(day=SUNDAY - timedelta(days=back))
        if row.day >= MONTH:
            approved(row)
    for member in (cast.PHARMACIST, cast.SECOND_DISPENSER, cast.PHYSICIAN):
        approved(typed(member))

    with django_assert_max_num_queries(14):
        found = payroll(facility_id=world.facility(cast.SITE).pk, month=MONTH)
    assert len(found.lines) == 4
    assert found.month == working.MONTH
