"""What happened on paper is recorded as it happened: with findings, never refused, to the microlitre."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import proofs
from core.ids import new_id
from dispensing.models import Dose, LateEntry, Outcome
from dispensing.queries.sheets import late_share
from dispensing.rules.late import Fault
from dispensing.services import holds, past, voids
from dispensing.services.holds import NewHold
from dispensing.services.past import Hand, Malformed
from dispensing.services.voids import NewVoid
from followup.models import Case
from inventory.models import AccountKind, Balance, Movement
from tests import cast, world
from tests.dispensing import morning, paper

pytestmark = pytest.mark.django_db
NEXT_DAY = paper.NEXT_DAY


@pytest.fixture
def bottle(db):
    return morning.opened_bottle()


@pytest.fixture
def by(db):
    return morning.access(cast.DISPENSER)


def codes(dose: Dose) -> list[str]:
    return [finding["code"] for finding in dose.findings]


def test_record_a_dose_of_yesterday_keeps_its_time_its_paper_and_its_stock(bottle, by):
    patient, sheet = morning.patient(), paper.sheet(by)
    other = world.person(cast.SECOND_DISPENSER)
    fact = paper.drank(patient, by, poured_by=Hand(other.pk), sheet_id=sheet.pk)

    receipt = past.record_past(command=fact, by=by, now=NEXT_DAY)

    dose = Dose.objects.get(patient=patient)
    assert receipt.status == "recorded"
    assert (dose.given_at, dose.recorded_at) == (paper.THEN, NEXT_DAY)
    assert (dose.given_on, dose.covers_day, dose.kind) == (world.TODAY, world.TODAY, "scheduled")
    assert (dose.poured_by, dose.recorded_by_id, dose.authorised_at) == (other, by.person_id, None)
    assert LateEntry.objects.get(dose=dose).sheet == sheet
    assert Movement.objects.get(act_id=dose.pk).quantity == 6_500
    assert Balance.objects.get(bottle=bottle, account__kind=AccountKind.OPENED).quantity == 993_500
    assert [name for name in proofs.names() if proofs.run(name)] == []


def test_record_someone_without_an_account_keeps_the_name_and_invents_nobody(bottle, by):
    patient = morning.patient()

    past.record_past(command=paper.drank(patient, by, poured_by=Hand(name="Y tá Mùa")), by=by, now=NEXT_DAY)

    dose = Dose.objects.get(patient=patient)
    assert (dose.poured_by, dose.poured_words) == (None, "Y tá Mùa")


def test_record_the_same_row_again_writes_once(bottle, by):
    fact = paper.drank(morning.patient(), by)
    past.record_past(command=fact, by=by, now=NEXT_DAY)

    again = past.record_past(command=fact, by=by, now=NEXT_DAY + timedelta(minutes=2))

    assert again.status == "known"
    assert (Dose.objects.count(), LateEntry.objects.count()) == (1, 1)


def test_record_other_content_under_a_known_id_changes_nothing(bottle, by):
    patient, id_ = morning.patient(), new_id()
    past.record_past(command=paper.drank(patient, by, id_=id_), by=by, now=NEXT_DAY)

    answer = past.record_past(command=paper.drank(patient, by, id_=id_, mg="60"), by=by, now=NEXT_DAY)

    assert answer.status == "other"
    assert Dose.objects.get().mg == 65


def test_record_a_row_that_a_colleague_typed_in_is_not_a_second_swallowing(bottle, by):
    patient = morning.patient()
    past.record_past(command=paper.drank(patient, by), by=by, now=NEXT_DAY)
    colleague = morning.access(cast.SECOND_DISPENSER)

    answer = past.record_past(command=paper.drank(patient, colleague, mg="60"), by=colleague, now=NEXT_DAY)

    assert (answer.status, answer.stands.dose.mg) == ("twice", 65)
    assert Dose.objects.count() == 1


def test_record_another_swallowing_of_the_day_is_conflicting_with_a_case_of_its_own(bottle, by):
    patient = morning.patient()
    past.record_past(command=paper.drank(patient, by), by=by, now=NEXT_DAY)

    later = paper.drank(patient, by, at=paper.THEN + timedelta(hours=1), again=True)
    past.record_past(command=later, by=by, now=NEXT_DAY)

    dose = Dose.objects.get(pk=later.id)
    assert (dose.kind, codes(dose)[0]) == ("conflicting", "dose_already_today")
    assert Case.objects.filter(kind="conflicting_dose", subject_id=dose.pk).exists()


def test_record_a_void_row_may_be_typed_again(bottle, by):
    patient = morning.patient()
    first = paper.drank(patient, by)
    past.record_past(command=first, by=by, now=NEXT_DAY)
    voids.void(command=NewVoid(new_id(), first.id, "never_poured", "gõ nhầm dòng"), by=by, now=NEXT_DAY)

    again = past.record_past(command=paper.drank(patient, by), by=by, now=NEXT_DAY)

    assert again.status == "recorded"
    assert Dose.objects.get(pk=again.id).kind == "scheduled"


def test_record_twenty_rows_of_one_sheet_opens_one_case_for_the_sheet(bottle, by):
    sheet = paper.sheet(by)
    rows = [paper.drank(morning.patient(known_from=date(2026, 11, 24)), by, sheet_id=sheet.pk) for _ in range(20)]

    past.record_many_past(commands=rows, by=by, now=NEXT_DAY)

    ours = Case.objects.exclude(subject_kind="dose")
    assert [(case.kind, case.subject_id) for case in ours] == [("typed_later", sheet.pk)]


def test_record_without_an_order_or_under_a_hold_is_recorded_with_a_case(bottle, by):
    nobody = morning.patient(prescribed=False)
    held = morning.patient()
    physician = morning.access(cast.PHYSICIAN)
    hold = NewHold(new_id(), held.pk, "illness", "physician")
    holds.place(command=hold, by=physician, now=world.NOW)

    past.record_many_past(commands=[paper.drank(nobody, by), paper.drank(held, by)], by=by, now=NEXT_DAY)

    assert "no_prescription" in codes(Dose.objects.get(patient=nobody))
    assert "hold" in codes(Dose.objects.get(patient=held))
    assert Case.objects.filter(kind="dose_finding", subject_kind="dose").count() == 2


def test_record_is_judged_as_of_the_true_time_not_of_now(bottle, by):
    signed_later = morning.patient(prescribed=False)
    morning.prescription(signed_later, recorded_at=paper.THEN + timedelta(hours=1))
    held_later = morning.patient()
    holds.place(
        command=NewHold(new_id(), held_later.pk, "illness", "physician"), by=morning.access(cast.PHYSICIAN),
        now=paper.THEN + timedelta(hours=1),
    )  # fmt: skip

    past.record_many_past(commands=[paper.drank(signed_later, by), paper.drank(held_later, by)], by=by, now=NEXT_DAY)

    assert "no_prescription" in codes(Dose.objects.get(patient=signed_later))
    assert "hold" not in codes(Dose.objects.get(patient=held_later))


def test_record_another_amount_than_ordered_is_a_finding(bottle, by):
    patient = morning.patient(mg="65")

    past.record_past(command=paper.drank(patient, by, mg="60"), by=by, now=NEXT_DAY)

    dose = Dose.objects.get(patient=patient)
    assert ("other_amount" in codes(dose), dose.reduced) == (True, True)
    assert Movement.objects.get(act_id=dose.pk).quantity == 6_000


def test_record_from_the_named_bottle_though_it_was_not_open_in_the_books(bottle, by):
    patient = morning.patient()
    second = morning.opened_bottle(expires_on=date(2028, 12, 31))
    early = world.NOW - timedelta(hours=2)  # before either was opened

    fact = paper.drank(patient, by, at=early, bottle_id=second.pk)
    past.record_past(command=fact, by=by, now=NEXT_DAY)

    dose = Dose.objects.get(patient=patient)
    assert Movement.objects.get(act_id=dose.pk).bottle_id == second.pk
    assert "bottle_not_open_then" in codes(dose)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"at": NEXT_DAY + timedelta(minutes=1)}, Fault.IN_FUTURE),
        ({"at": NEXT_DAY - timedelta(days=200)}, Fault.TOO_OLD),
        ({"mg": "0"}, Fault.AMOUNT_NEEDED),
        ({"poured_by": Hand()}, Fault.HAND_NEEDED),
        ({"outcome": "eaten"}, Fault.OUTCOME_UNKNOWN),
        ({"reason": "other"}, Fault.NOTE_NEEDED),
        ({"sheet_id": new_id()}, Fault.SHEET_ELSEWHERE),
    ],
)
def test_record_what_cannot_be_true_goes_back_and_writes_nothing(bottle, by, change, fault):
    right, wrong = paper.drank(morning.patient(), by), paper.drank(morning.patient(), by, **change)

    with pytest.raises(Malformed) as refused:
        past.record_many_past(commands=[right, wrong], by=by, now=NEXT_DAY)

    assert refused.value.faults == {wrong.id: fault}
    assert not Dose.objects.exists()


def test_record_before_the_placement_is_a_finding_not_a_refusal(bottle, by):
    patient = morning.patient(placed_from=world.TODAY)
    long_ago = world.NOW - timedelta(days=40)

    past.record_past(command=paper.drank(patient, by, at=long_ago), by=by, now=NEXT_DAY)

    assert "not_placed" in codes(Dose.objects.get(patient=patient))


def test_record_outcomes_and_a_cup_that_was_not_swallowed(bottle, by):
    absent, spat = morning.patient(), morning.patient()
    rows = [paper.stated(absent, "absent"), paper.stated(spat, "spat_out", mg=Decimal(65))]

    past.record_many_past(commands=rows, by=by, now=NEXT_DAY)

    assert Outcome.objects.get(patient=absent).at == paper.THEN
    poured = Outcome.objects.get(patient=spat)
    assert (poured.poured_mg, Movement.objects.get(act_id=poured.act_id).quantity) == (65, 6_500)
    assert Case.objects.filter(subject_kind="outcome").values_list("patient_id", flat=True)[0] == spat.pk
    assert [name for name in proofs.names() if proofs.run(name)] == []


def test_record_both_parts_of_a_divided_dose_in_one_go(bottle, by):
    patient = morning.patient(prescribed=False)
    morning.prescription(patient, mg="80", slot_mg=[Decimal(50), Decimal(30)], recorded_at=world.NOW)
    rows = [
        paper.drank(patient, by, mg="30", slot=2, at=paper.THEN + timedelta(hours=1)),
        paper.drank(patient, by, mg="50", slot=1),
    ]

    past.record_many_past(commands=rows, by=by, now=NEXT_DAY)

    assert [(dose.slot, dose.kind) for dose in Dose.objects.order_by("slot")] == [(1, "scheduled"), (2, "scheduled")]


def test_record_many_takes_as_many_statements_for_twenty_as_for_five(bottle, by):
    def statements(count: int) -> int:
        rows = [paper.drank(morning.patient(known_from=world.TODAY), by, mg="65") for _ in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as caught:
            past.record_many_past(commands=rows, by=by, now=NEXT_DAY)
        return len([one for one in caught.captured_queries if "case" not in one["sql"].lower()])

    statements(2)
    assert statements(20) <= statements(5) + 60  # a case for each patient whose last dose was not known


def test_late_share_counts_what_came_later(bottle, by):
    morning.drink(morning.patient(), by)
    past.record_past(command=paper.drank(morning.patient(), by), by=by, now=NEXT_DAY)

    [share] = late_share(facility_ids=[by.facility_id], first=world.TODAY, last=world.TODAY)

    assert (share.late, share.recorded, share.percent) == (1, 2, 50)
