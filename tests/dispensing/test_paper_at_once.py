"""Two people at one paper: real threads, real row locks."""

from datetime import timedelta

from core import proofs
from dispensing.models import Dose, Sheet
from dispensing.rules.late import SheetReason
from dispensing.services import past, sheets
from tests import cast, world
from tests.dispensing import morning, paper
from tests.dispensing.test_at_once import together

TOMORROW = world.TODAY + timedelta(days=1)


def issue(by, day):
    return sheets.issue(facility_id=by.facility_id, for_day=day, by=by, now=world.NOW, why=SheetReason.CLOSE)


def test_two_people_typing_one_sheet_at_once_record_each_row_once(committed_db):
    morning.opened_bottle()
    patients = [morning.patient() for _ in range(6)]
    hands = [morning.access(cast.DISPENSER), morning.access(cast.SECOND_DISPENSER)]

    def type_in(by, order):
        rows = [paper.drank(patient, by) for patient in order]
        return past.record_many_past(commands=rows, by=by, now=paper.NEXT_DAY)

    answers = together(
        lambda: type_in(hands[0], patients),
        lambda: type_in(hands[1], patients[::-1]),
    )

    statuses = sorted(receipt.status for answer in answers for receipt in answer)
    assert statuses == ["recorded"] * 6 + ["twice"] * 6
    assert set(Dose.objects.values_list("kind", flat=True)) == {"scheduled"}
    assert not [broken for name in proofs.names() for broken in proofs.run(name)]


def test_two_people_printing_at_once_leave_no_gap_and_no_second_number(committed_db):
    morning.opened_bottle()
    by = morning.access(cast.DISPENSER)
    days = [TOMORROW + timedelta(days=ahead) for ahead in range(4)]

    together(*(lambda day=day: issue(by, day=day) for day in days for _ in range(2)))

    assert sorted(Sheet.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
