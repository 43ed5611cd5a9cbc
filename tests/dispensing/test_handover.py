"""The duty changes hands: what is open is shown, keys and bottles go along, both sign."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.ids import new_id
from core.scanning import encode
from dispensing.models import Hold, Outcome
from inventory.models import AccountKind, BottleMeasure, ClosedCount, DutyHandover, Key
from inventory.queries.keys import holders
from inventory.rules.scancodes import BOTTLE
from inventory.services import keys
from patients.models import Patient
from staff.models import Attestation, Mode
from tests import cast, world, world_stock
from tests.dispensing import morning
from tests.entrance import signed_in
from tests.inventory.site import Site
from tests.world import NOW, TODAY

pytestmark = pytest.mark.django_db
ADDRESS = "/dispensing/handover/"
PRESENT = {"second_mode": "present", "second_username": cast.WITNESS.username, "second_pin": cast.WITNESS.pin}
BY_ONESELF = {"second_mode": "alone", "second_reason": "người nhận ca chưa đến"}


@pytest.fixture
def site() -> Site:
    return Site(world_stock.act_as(cast.DISPENSER))


@pytest.fixture
def client(site: Site) -> Client:
    return signed_in(cast.DISPENSER)


def hold(site: Site, patient: Patient) -> None:
    Hold.objects.create(
        patient=patient,
        facility_id=site.here,
        reason="other",
        unlocker="physician",
        placed_at=NOW,
        placed_by=world.person(cast.PHYSICIAN),
    )


def withheld(site: Site, patient: Patient) -> None:
    Outcome.objects.create(
        patient=patient,
        facility_id=site.here,
        day=TODAY,
        code="withheld",
        at=NOW,
        recheck_at=NOW + timedelta(minutes=30),
        recorded_at=NOW,
        recorded_by=world.person(cast.DISPENSER),
    )


def test_handover_shows_who_waits_by_code_and_never_by_name(client: Client, site: Site) -> None:
    patient = morning.patient()
    hold(site, patient)
    withheld(site, patient)
    page = client.get(ADDRESS).content.decode()
    assert page.count(patient.code) == 2
    assert "chưa cho uống, xem lại lúc" in page
    assert "đang dừng cấp liều từ" in page


def test_handover_moves_keys_measures_and_counts_with_both_signatures(client: Client, site: Site) -> None:
    keys.take(command=keys.Take(new_id(), (Key.STORAGE, Key.DISPENSING)), by=site.by, now=NOW)
    patient = morning.patient()
    hold(site, patient)
    numbers = sorted(site.closed() + site.closed(AccountKind.DISPENSING))
    sent = {
        "id": str(new_id()),
        "keys": ["storage", "dispensing"],
        f"reading_{site.opened}": "250 + 250 + 250 + 248",
        "labels": " ".join(encode(BOTTLE, number) for number in numbers),
        "words": "đèn tủ cấp phát hỏng",
        **PRESENT,
    }
    assert client.post(ADDRESS, sent).status_code == 302
    assert client.post(ADDRESS, sent).status_code == 302
    row = DutyHandover.objects.get()
    assert row.taken_by == world.person(cast.WITNESS)
    assert {held.holder_id for held in holders(facility_id=site.here).values()} == {row.taken_by_id}
    assert BottleMeasure.objects.get().measured_ul == 998_000
    assert ClosedCount.objects.get().agrees
    assert row.content["open"][0]["patient"] == patient.code
    assert Attestation.objects.get(act_id=row.pk).mode == Mode.PRESENT


def test_handover_alone_asks_for_the_envelope_and_is_visibly_alone(client: Client, site: Site) -> None:
    keys.take(command=keys.Take(new_id(), (Key.STORAGE,)), by=site.by, now=NOW)
    sent = {"id": str(new_id()), "keys": ["storage"], **BY_ONESELF}
    refused = client.post(ADDRESS, sent)
    assert refused.status_code == 422
    assert "ghi số phong bì" in refused.content.decode()
    assert not DutyHandover.objects.exists()
    assert client.post(ADDRESS, {**sent, "envelope_number": "PB-12"}).status_code == 302
    row = DutyHandover.objects.get()
    assert row.taken_by is None
    assert Attestation.objects.get(act_id=row.pk).mode == Mode.ALONE


def test_handover_with_a_reading_that_is_none_keeps_what_was_typed(client: Client, site: Site) -> None:
    sent = {"id": str(new_id()), f"reading_{site.opened}": "nửa chai", **PRESENT}
    refused = client.post(ADDRESS, sent)
    assert refused.status_code == 422
    assert "nửa chai" in refused.content.decode()


def test_handover_asks_a_reading_that_is_far_off_once(client: Client, site: Site) -> None:
    sent = {"id": str(new_id()), f"reading_{site.opened}": "99", "words": "đèn tủ hỏng", **PRESENT}
    asked = client.post(ADDRESS, sent)
    assert asked.status_code == 422
    assert "Đo lại và gõ lại số vừa đọc." in asked.content.decode()
    assert "đèn tủ hỏng" in asked.content.decode()
    assert not DutyHandover.objects.exists()
    assert client.post(ADDRESS, {**sent, f"again_{site.opened}": "997"}).status_code == 302
    assert BottleMeasure.objects.get().measured_ul == 997_000


def test_handover_page_asks_the_same_whatever_is_open(client: Client, site: Site) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(ADDRESS)
        return len(queries)

    client.get(ADDRESS)  # what a process keeps for a minute is asked once
    few = asked()
    hold(site, morning.patient())
    withheld(site, morning.patient())
    assert asked() == few
