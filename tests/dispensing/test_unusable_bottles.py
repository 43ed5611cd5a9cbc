"""A bottle that should not have been used was used, and another strength is opened: what follows by itself."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from core import proofs
from core.ids import new_id
from dispensing.models import Dose, Sheet
from dispensing.services import doses, past
from followup.models import Case, CaseKind
from inventory.models import AccountKind, Bottle
from inventory.queries.bottles import get_state
from inventory.rules.quarantine import QuarantineReason
from inventory.services import bottles
from inventory.services.bottles import Opening, Quarantining
from staff.models import Attestation
from staff.services.attestations import Alone
from tests import cast, world, world_stock
from tests.dispensing import morning, paper
from tests.dispensing.test_board import signed_in, text

pytestmark = pytest.mark.django_db
YESTERDAY = world.TODAY - timedelta(days=1)


@pytest.fixture
def by():
    return morning.access(cast.DISPENSER)


def _state(bottle: Bottle):
    return get_state(number=bottle.number, facility_id=morning.site().pk)


def _case_page(case: Case) -> str:
    return text(signed_in(cast.DISPENSER).get(f"/cases/{case.pk}/"))


def test_dose_typed_in_from_an_expired_bottle_sets_it_apart_and_lists_who_drank(by) -> None:
    bottle = morning.opened_bottle(expires_on=YESTERDAY)
    patient = morning.patient(mg="65")
    sheet = paper.sheet(by)

    past.record_past(command=paper.drank(patient, by, sheet_id=sheet.pk), by=by, now=paper.NEXT_DAY)

    assert _state(bottle).place is AccountKind.QUARANTINE
    case = Case.objects.get(kind=CaseKind.UNUSABLE_BOTTLE)
    assert [found["code"] for found in case.findings] == ["bottle_expired"]
    listed = f"/dispensing/bottles/{bottle.number}/patients/"
    assert listed in _case_page(case)
    assert patient.code in text(signed_in(cast.DISPENSER).get(listed))
    assert listed in text(signed_in(cast.DISPENSER).get(f"/inventory/bottles/{bottle.number}/"))
    assert Attestation.objects.filter(act_kind="quarantine", mode="alone").count() == 1
    assert [name for name in proofs.names() if proofs.run(name)] == []


def test_dose_typed_in_without_a_sheet_leads_from_its_day_to_who_drank(by) -> None:
    bottle = morning.opened_bottle(expires_on=YESTERDAY)

    past.record_past(command=paper.drank(morning.patient(), by), by=by, now=paper.NEXT_DAY)

    case = Case.objects.get(kind=CaseKind.UNUSABLE_BOTTLE)
    assert case.subject_kind == "late_day"
    assert f"/dispensing/bottles/{bottle.number}/patients/" in _case_page(case)


def test_typed_in_twice_sets_the_bottle_apart_once(by) -> None:
    morning.opened_bottle(expires_on=YESTERDAY)
    row = paper.drank(morning.patient(), by)
    for _ in range(2):
        past.record_past(command=row, by=by, now=paper.NEXT_DAY)
    assert Attestation.objects.filter(act_kind="quarantine").count() == 1


def test_bottle_set_apart_between_choosing_and_drinking_is_recorded_with_a_case_about_it(by) -> None:
    bottle = morning.opened_bottle()
    patient = morning.patient(mg="65")
    slip = morning.slip(patient, by)
    apart = Quarantining(new_id(), bottle.number, QuarantineReason.DAMAGED, "nứt cổ chai", Alone("một mình"))
    bottles.quarantine(command=apart, by=by, now=world.NOW)

    receipt = doses.confirm(confirmation=morning.confirmation(slip), by=by, now=world.NOW, screen="s1")

    codes = {found["code"] for found in receipt.findings}
    assert "bottle_quarantined" in codes
    case = Case.objects.get(subject_id=receipt.dose_id)
    assert case.kind == CaseKind.UNUSABLE_BOTTLE
    assert f"/dispensing/bottles/{bottle.number}/patients/" in _case_page(case)


def test_bottle_set_apart_meanwhile_is_told_even_where_another_stands_open(by) -> None:
    bottle = morning.opened_bottle()
    slip = morning.slip(morning.patient(mg="65"), by)
    apart = Quarantining(new_id(), bottle.number, QuarantineReason.DAMAGED, "nứt cổ chai", Alone("một mình"))
    bottles.quarantine(command=apart, by=by, now=world.NOW)
    morning.opened_bottle(expires_on=date(2028, 1, 31))

    doses.confirm(confirmation=morning.confirmation(slip), by=by, now=world.NOW, screen="s1")

    assert [found["code"] for found in Dose.objects.get().findings] == ["bottle_quarantined"]


def test_opened_already_after_its_expiry_leads_from_the_case_to_who_drank(by) -> None:
    number = world_stock.receive(
        by, cast.WITNESS, world_stock.line(lot_number="SOON", expires_on=world.TODAY), now=world.NOW
    )[0]
    later = world.NOW + timedelta(days=2)
    command = Opening(id=new_id(), number=number, second=Alone("một mình"))
    bottles.record_opened(command=command, opened_at=later - timedelta(hours=1), by=by, now=later)
    case = Case.objects.get(kind=CaseKind.UNUSABLE_BOTTLE)
    assert f"/dispensing/bottles/{number}/patients/" in _case_page(case)
    assert "/patients/" not in text(signed_in(cast.STORE_KEEPER).get(f"/cases/{case.pk}/"))


@pytest.fixture
def five(by) -> int:
    """A bottle of 5 mg/mL, closed; the site's opened one of 10 mg/mL has just run out."""
    number = world_stock.receive(
        by, cast.WITNESS, world_stock.line(lot_number="MTD5", concentration=Decimal(5)), now=world.NOW
    )[0]
    return number


def _open_five(number: int, by) -> Client:
    client = signed_in(cast.DISPENSER)
    data = {
        "id": str(new_id()), "own_pin": cast.PIN, "reason": "chai cũ đã hết", "second_mode": "present",
        "second_username": cast.WITNESS.username, "second_pin": cast.WITNESS.pin,
    }  # fmt: skip
    answer = client.post(f"/inventory/bottles/{number}/open/", data)
    assert answer.status_code == 302, text(answer)
    return client


def test_opening_another_strength_makes_the_coming_sheets_void_at_once(by, five) -> None:
    sheet = paper.sheet(by)
    morning.put_away(morning.site())
    page = text(signed_in(cast.DISPENSER).get(f"/inventory/bottles/{five}/open/"))
    assert "Liều 60 mg: trước rót" in page
    assert 'name="own_pin"' in page

    _open_five(five, by)

    sheet = Sheet.objects.get(pk=sheet.pk)
    assert sheet.void_why == "strength_changed"


def test_opening_the_same_strength_leaves_the_sheets_alone(by) -> None:
    sheet = paper.sheet(by)
    number = world_stock.receive(by, cast.WITNESS, world_stock.line(), now=world.NOW)[0]
    command = Opening(id=new_id(), number=number, second=world_stock.present(cast.WITNESS), reason="thử")
    bottles.open_bottle(command=command, by=by, now=world.NOW)
    assert Sheet.objects.get(pk=sheet.pk).void_at is None


def test_card_marks_the_millilitres_for_three_days_after_another_strength(by, five) -> None:
    morning.put_away(morning.site())
    client = _open_five(five, by)
    patient = morning.patient(mg="40")
    answers = {"last_dose_proof": "card", "asked": "last_dose_proof"}
    card = text(client.post(f"/dispensing/patients/{patient.pk}/answers/", answers))
    assert "đổi nồng độ" in card
    assert "Đổi nồng độ từ ngày" in card
