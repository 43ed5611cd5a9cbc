"""A site's day is opened and closed: once, late, beside doses, and to the microlitre."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied

from core.ids import new_id
from dispensing.models import DayClose, DayOpening, DayOutcome, Dose, Outcome
from dispensing.queries.day_sheet import DaySheet, day_sheet
from dispensing.queries.site_days import DayLine, day_line, days_not_opened_or_closed
from dispensing.rules.closing import Fault
from dispensing.rules.voids import VoidKind
from dispensing.services import closes, doses, openings, outcomes, voids
from dispensing.services.closes import Closed, NewClose
from dispensing.services.openings import BottleSeen, DayRefused, NewOpening, StatedAlready
from dispensing.services.outcomes import NewOutcome
from dispensing.services.voids import NewVoid
from followup.models import Case
from inventory.models import Bottle, BottleMeasure, ChainHead, NightSeal, SealFound
from staff.models import Attestation
from staff.services.attestations import Alone
from tests import cast, world, world_stock
from tests.dispensing import morning
from tests.dispensing.test_at_once import broken, together

YESTERDAY = world.TODAY - timedelta(days=1)
NINE = world.NOW.replace(hour=9, minute=5)
ALONE = Alone("chỉ có một mình")


def hoa():
    return morning.access(cast.DISPENSER)


def opening(**changes: object) -> NewOpening:
    usual = {"id": new_id(), "day": world.TODAY, "opened_at": world.NOW, "on_duty": (world.person(cast.DISPENSER).pk,)}
    return NewOpening(**usual | changes)


def closing(**changes: object) -> NewClose:
    usual = {"id": new_id(), "day": world.TODAY, "closed_at": NINE, "second": ALONE}
    return NewClose(**usual | changes)


def close(*, now: datetime = NINE, **changes: object) -> Closed:
    return closes.close(command=closing(**changes), by=hoa(), now=now)


def sheet(day: date = world.TODAY) -> DaySheet:
    return day_sheet(facility_id=morning.site().pk, day=day, zone="Asia/Ho_Chi_Minh")


def line_of(now: datetime) -> DayLine:
    nine = world.NOW.replace(hour=9, minute=0)
    return day_line(facility_id=morning.site().pk, now=now, zone="Asia/Ho_Chi_Minh", closes_at=nine)


def seen(bottle: Bottle, **changes: object) -> BottleSeen:
    return BottleSeen(number=bottle.number, **changes)


def standing(patient_id: UUID) -> DayOutcome:
    return DayOutcome.objects.filter(patient_id=patient_id, day=world.TODAY).latest("version")


def test_open_day_keeps_what_was_found_with_seal_count_and_naloxone(db):
    bottle = morning.opened_bottle()
    command = opening(
        bottles=(seen(bottle, seal_number="", readings=("1000",)),), closed=(), naloxone=6,
        naloxone_expiry=date(2027, 6, 30), notes_read=True,
    )  # fmt: skip

    row = openings.open_day(command=command, by=hoa(), now=world.NOW).row

    assert SealFound.objects.get().bottle == bottle
    assert str(BottleMeasure.objects.get(why="opening").pk) in row.said["measures"]
    assert set(row.said) == {"seals", "measures", "closed_count", "naloxone", "notes_read"}
    line = line_of(world.NOW)
    assert line.opened is not None
    assert (line.opened.by, line.closed, line.to_close) == (cast.DISPENSER.initials, None, False)


def test_open_day_again_with_the_same_id_is_the_same_and_another_is_told_who_was_first(db):
    command = opening()
    openings.open_day(command=command, by=hoa(), now=world.NOW)

    assert openings.open_day(command=command, by=hoa(), now=world.NOW).known
    with pytest.raises(StatedAlready) as told:
        openings.open_day(command=opening(), by=morning.access(cast.PHARMACIST), now=world.NOW)
    assert told.value.by == cast.DISPENSER.initials


def test_open_day_late_keeps_both_times(db):
    six = world.NOW.replace(hour=5, minute=20)
    row = openings.open_day(command=opening(opened_at=six), by=hoa(), now=NINE).row

    assert (row.opened_at, row.recorded_at) == (six, NINE)
    line = line_of(NINE)
    assert line.opened is not None
    assert line.opened.late


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"day": world.TODAY + timedelta(days=1)}, Fault.NOT_COME_YET),
        ({"opened_at": world.NOW + timedelta(minutes=1)}, Fault.TIME_AHEAD),
        ({"opened_at": world.NOW - timedelta(days=1)}, Fault.BEFORE_THE_DAY),
        ({"on_duty": ()}, Fault.NOBODY_ON_DUTY),
    ],
)
def test_open_day_goes_back_to_who_typed_it(db, changes, fault):
    with pytest.raises(DayRefused) as refused:
        openings.open_day(command=opening(**changes), by=hoa(), now=world.NOW)
    assert refused.value.faults == (fault,)
    assert not DayOpening.objects.exists()


def test_open_and_close_are_not_for_who_handles_no_stock(db):
    for member in (cast.COUNSELLOR, cast.PHYSICIAN, cast.WITNESS):
        by = morning.access(member)
        with pytest.raises(PermissionDenied):
            openings.open_day(command=opening(), by=by, now=world.NOW)
        with pytest.raises(PermissionDenied):
            closes.close(command=closing(), by=by, now=NINE)


def test_close_speaks_of_everybody_measures_seals_and_fixes_the_chain(db):
    bottle = morning.opened_bottle()
    dosed, absent, ill = (morning.patient() for _ in range(3))
    morning.drink(dosed, hoa())

    closed = close(ends={ill.pk: "absent.ill"}, bottles=(seen(bottle, readings=("993,5",), seal_number="NP 0412"),))

    row = closed.row
    head = ChainHead.objects.get(facility=morning.site())
    assert (row.sequence, row.chain_hash) == (head.sequence, bytes(head.hash).hex())
    assert head.closed_through == world.TODAY
    assert (row.figures["doses"], row.figures["mg"], row.figures["ul"]) == (1, "65.00", 6_500)
    assert NightSeal.objects.get(bottle=bottle).number == "NP 0412"
    assert [(one.measured_ul, one.book_ul) for one in closed.measured] == [(993_500, 993_500)]
    assert Attestation.objects.get(act_kind="day_close", act_id=row.pk).mode == "alone"
    assert standing(dosed.pk).how == "dose"
    assert (standing(absent.pk).outcome, standing(absent.pk).reason_known) == ("absent", False)
    assert (standing(ill.pk).outcome, standing(ill.pk).reason_known) == ("absent", True)
    assert sheet().agrees
    assert broken() == []


def test_close_ends_what_was_withheld_and_never_as_absent(db):
    morning.opened_bottle()
    patient, other = morning.patient(), morning.patient()
    for one in (patient, other):
        command = NewOutcome(
            new_id(), one.pk, "intoxicated", signs=("sedated",), recheck_at=world.NOW + timedelta(minutes=60)
        )
        outcomes.state(command=command, by=hoa(), now=world.NOW)

    close(ends={patient.pk: "absent", other.pk: "sent_away"})

    last = Outcome.objects.filter(patient=patient).latest("at")
    assert (last.code, last.recheck_at) == ("intoxicated", None)
    assert standing(patient.pk).adherence_gap
    assert standing(other.pk).outcome == "sent_away"
    assert not standing(other.pk).adherence_gap


def test_close_before_closing_time_asks_once_more_while_somebody_is_to_come(db):
    morning.patient()

    with pytest.raises(DayRefused) as refused:
        close(now=world.NOW, closed_at=world.NOW)
    assert refused.value.faults == (Fault.STILL_OPEN,)
    assert not DayClose.objects.exists()

    assert close(now=world.NOW, closed_at=world.NOW, early=True).row.pk


def test_close_again_with_the_same_id_is_the_same_and_another_is_told_who_was_first(db):
    command = closing()
    closes.close(command=command, by=hoa(), now=NINE)
    stated = Outcome.objects.count()

    assert closes.close(command=command, by=hoa(), now=NINE).known
    with pytest.raises(StatedAlready):
        close()
    assert Outcome.objects.count() == stated


def test_close_that_was_forgotten_is_made_good_later_for_its_own_day(db):
    patient = morning.patient(known_from=YESTERDAY - timedelta(days=3))
    site = morning.site()
    assert YESTERDAY in line_of(world.NOW).unclosed

    closed_at = world.NOW
    close(day=YESTERDAY, closed_at=closed_at, now=world.NOW)

    assert YESTERDAY not in line_of(world.NOW).unclosed
    assert DayOutcome.objects.get(patient=patient, day=YESTERDAY).tolerance_gap
    assert not DayOutcome.objects.filter(patient=patient, day=world.TODAY).exists()
    missing = days_not_opened_or_closed(facility_ids=[site.pk], first=YESTERDAY, last=YESTERDAY)
    assert [(one.day, one.opened, one.closed is None) for one in missing] == [(YESTERDAY, None, False)]


def test_dose_after_the_close_is_recorded_found_late_and_stands_below_the_line(db):
    morning.opened_bottle()
    patient, early = morning.patient(), morning.patient()
    morning.drink(early, hoa())
    row = close().row

    receipt = morning.drink(patient, hoa(), now=NINE + timedelta(minutes=10))

    assert "after_close" in [finding["code"] for finding in receipt.findings]
    shown = sheet()
    assert [line.code for line in shown.doses] == [early.code]
    assert [line.code for line in shown.late_doses] == [patient.code]
    assert (shown.totals.doses, shown.totals.ul, shown.close) == (1, 6_500, row)
    newest = standing(patient.pk)
    assert (newest.version, newest.how, newest.why) == (2, "dose", "late_fact")
    assert broken() == []


def test_void_after_the_close_stands_below_the_line_and_changes_no_figure_above(db):
    morning.opened_bottle()
    dose = morning.recorded(morning.drink(morning.patient(), hoa()))
    close()

    voids.void(command=NewVoid(new_id(), dose.pk, VoidKind.NEVER_POURED, "nhầm"), by=hoa(), now=NINE)

    shown = sheet()
    assert [line.dose_id for line in shown.late_voids] == [dose.pk]
    assert (shown.totals.doses, shown.totals.ul) == (1, 6_500)
    assert shown.agrees


def test_void_before_the_close_is_not_in_its_figures(db):
    morning.opened_bottle()
    dose = morning.recorded(morning.drink(morning.patient(), hoa()))
    other = morning.recorded(morning.drink(morning.patient(), hoa()))
    voids.void(command=NewVoid(new_id(), dose.pk, VoidKind.NEVER_POURED, "nhầm"), by=hoa(), now=world.NOW)
    voids.void(
        command=NewVoid(new_id(), other.pk, VoidKind.DRUNK_BY_OTHER, "nhầm người", drinker="unknown"), by=hoa(),
        now=world.NOW,
    )  # fmt: skip

    row = close().row

    assert (row.figures["doses"], row.figures["ul"]) == (0, 6_500)  # drunk by another: consumed all the same
    assert sheet().agrees


def test_close_counts_two_bottles_and_a_cup_poured_away(db):
    first = morning.opened_bottle(ul=3_000)
    patient = morning.patient()
    command = NewOutcome(new_id(), patient.pk, "spat_out", slip=morning.slip(morning.patient(mg="20"), hoa()))
    assert command.slip is not None
    poured = NewOutcome(new_id(), command.slip.patient_id, "spat_out", slip=command.slip)
    outcomes.state(command=poured, by=hoa(), now=world.NOW)

    row = close().row

    bottle = next(one for one in row.figures["bottles"] if one["bottle_id"] == first.pk)
    assert (bottle["elsewhere_ul"], bottle["given_ul"]) == (2_000, 0)
    assert bottle["start_ul"] + bottle["opened_ul"] - bottle["elsewhere_ul"] == bottle["end_ul"] == 1_000


@pytest.mark.parametrize("repeat", range(3))
def test_doses_beside_the_close_are_before_it_or_below_the_line_and_never_lost(committed_db, repeat):
    morning.opened_bottle()
    patients = [morning.patient(mg="20") for _ in range(12)]
    by = hoa()
    slips = [morning.slip(one, by, screen=f"s{number}") for number, one in enumerate(patients)]
    calls = [
        partial(doses.confirm, confirmation=morning.confirmation(slip), by=by, now=NINE) for slip in slips
    ]  # fmt: skip
    calls.insert(repeat * 4, partial(closes.close, command=closing(early=True), by=by, now=NINE))

    answers = together(*calls)

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    shown = sheet()
    above, below = {line.code for line in shown.doses}, {line.code for line in shown.late_doses}
    assert above | below == {one.code for one in patients}
    assert not above & below
    assert shown.close is not None
    assert shown.close.figures["doses"] == len(above)
    assert (shown.totals.ul, shown.agrees) == (len(above) * 2_000, True)
    for line in (*shown.doses, *shown.late_doses):
        assert ("after_close" in line.findings) is (line.code in below)
    assert Dose.objects.filter(patient__in=patients).count() == len(patients)
    assert {standing(one.pk).how for one in patients} == {"dose"}
    assert broken() == []


def test_two_closing_at_once_close_once(committed_db):
    morning.patient()
    by = hoa()

    answers = together(*(partial(closes.close, command=closing(), by=by, now=NINE) for _ in range(4)))

    assert sum(isinstance(answer, Closed) for answer in answers) == 1
    assert sum(isinstance(answer, StatedAlready) for answer in answers) == 3
    assert DayClose.objects.count() == 1
    assert Decimal(DayClose.objects.get().figures["mg"]) >= 0


def test_close_opens_a_case_where_somebody_must_act(db):
    patient = morning.patient()

    close(ends={patient.pk: "stock_out"}, second=world_stock.present(cast.WITNESS))

    assert Case.objects.filter(patient_id=patient.pk, kind="dose_finding").count() == 1
    assert Attestation.objects.get(act_kind="day_close").mode == "present"
