"""The pages of an inspection: blind first, then everything; identities only with the legal paper; dosing goes on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core.ids import new_id
from core.models import AuditEvent
from core.quantities import format_ml
from inventory.models import Inspection, StockCount
from inventory.services import ledger
from oversight.queries.inspections import inspection_page
from tests import cast, world, world_patients, world_stock
from tests.entrance import signed_in
from tests.inventory import inspecting
from tests.inventory.site import Site
from tests.inventory.test_count_pages import filled
from tests.oversight.hands import alone

PAGE, COUNT, IDENTITIES = "oversight:inspection", "oversight:inspection-count", "oversight:inspection-identities"


@pytest.fixture
def site(db: None) -> Site:
    return Site(world_stock.act_as(cast.DISPENSER))


@pytest.fixture
def head(site: Site) -> Client:
    return signed_in(cast.SITE_HEAD)


def read(client: Client, name: str, row: Inspection) -> str:
    answer = client.get(reverse(name, args=[row.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_inspection_starts_counts_and_ends_in_the_pages(site: Site, head: Client):
    said = {"id": str(new_id()), "inspector": "Ông A", "authority": "Sở Y tế", "paper_number": "1/QĐ",
            "paper_on": "2026-11-20"}  # fmt: skip
    assert head.post(reverse("oversight:inspection-new"), said).status_code == 302
    row = Inspection.objects.get()
    blind = read(head, PAGE, row)
    book = format_ml(site.state(site.opened).book_ul)
    assert site.state(site.closed()[0]).label in blind
    assert book not in blind
    assert head.get(reverse("oversight:inspection-paper", args=[row.pk])).status_code == 404

    form = filled(site)
    del form["why"], form["asked_by"]
    assert book not in read(signed_in(cast.DISPENSER), COUNT, row)
    assert head.post(reverse(COUNT, args=[row.pk]), form).status_code == 302
    assert StockCount.objects.get().inspection_id == row.pk
    assert book in read(head, PAGE, row)

    paper = head.get(reverse("oversight:inspection-paper", args=[row.pk]))
    assert paper["Content-Type"] == "application/pdf"
    end = {"id": str(new_id()), "inspector": "Ông A", "remarks": "Tốt", "own_pin": "000000"}
    wrong = head.post(reverse("oversight:inspection-end", args=[row.pk]), end)
    assert wrong.status_code == 422
    assert "Tốt" in wrong.content.decode()
    answer = head.post(reverse("oversight:inspection-end", args=[row.pk]), {**end, "own_pin": cast.SITE_HEAD.pin})
    assert answer.status_code == 302
    assert "tự ghi tên" in read(head, PAGE, row)
    assert head.get(reverse(COUNT, args=[row.pk])).status_code == 404


def test_page_after_the_count_shows_a_dose_between_as_no_difference(site: Site, head: Client):
    row = inspecting.start()
    ledger.post(site.dose(site.opened, 6_500), facility_id=site.here)
    inspecting.counted(site, row)
    shown = read(head, PAGE, row)
    assert "ghi sau mốc" in shown
    assert "chênh lệch" not in shown.lower().split('id="cases"')[0]


def test_page_shows_what_was_done_alone_and_the_keys(site: Site, head: Client):
    row = inspecting.start()
    inspecting.counted(site, row)
    alone()
    shown = read(head, PAGE, row)
    assert "đồng nghiệp đi họp" in shown
    assert "Chìa khóa" in shown
    assert world_patients.PHONG.full_name not in shown
    assert world_patients.PHONG.code not in shown


def test_who_only_counts_sees_no_result(site: Site):
    row = inspecting.start()
    dispenser = signed_in(cast.DISPENSER)
    assert read(dispenser, COUNT, row)
    assert dispenser.get(reverse(PAGE, args=[row.pk])).status_code == 403
    shown = dispenser.get(reverse("oversight:inspections")).content.decode()
    assert reverse(COUNT, args=[row.pk]) in shown
    assert f'href="{reverse(PAGE, args=[row.pk])}"' not in shown


def test_another_sites_people_do_not_find_it(site: Site):
    row = inspecting.start()
    other = signed_in(cast.OTHER_DISPENSER)
    assert other.get(reverse(COUNT, args=[row.pk])).status_code == 404


def test_identities_stay_shut_without_the_paper_after_its_time_and_after_the_end(
    site: Site, head: Client, monkeypatch: pytest.MonkeyPatch
):
    row = inspecting.start()
    name = world_patients.PHONG.full_name
    assert head.post(reverse(IDENTITIES, args=[row.pk])).status_code == 403
    paper = inspecting.allowed(row)
    assert name not in read(head, IDENTITIES, row)
    monkeypatch.setattr("core.clock.now", lambda: paper.until_at + timedelta(minutes=1))
    assert head.post(reverse(IDENTITIES, args=[row.pk])).status_code == 403
    monkeypatch.setattr("core.clock.now", lambda: paper.recorded_at)
    inspecting.ended(row)
    assert head.post(reverse(IDENTITIES, args=[row.pk])).status_code == 403
    assert not AuditEvent.objects.filter(action="patient.looked_at", detail__why__startswith="inspection:").exists()


def test_identities_with_the_paper_are_this_sites_and_each_look_is_audited(
    site: Site, head: Client, monkeypatch: pytest.MonkeyPatch
):
    row = inspecting.start()
    paper = inspecting.allowed(row)
    monkeypatch.setattr("core.clock.now", lambda: world.NOW)
    answer = head.post(reverse(IDENTITIES, args=[row.pk]))
    shown = answer.content.decode()
    assert world_patients.PHONG.full_name in shown
    assert "no-store" in answer["Cache-Control"]
    looks = AuditEvent.objects.filter(action="patient.looked_at", detail__why=f"inspection:{paper.pk}")
    assert looks.count() == shown.count('<li class="stock-group">') > 1
    assert set(looks.values_list("facility_id", flat=True)) == {site.here}


def test_who_may_not_see_patients_opens_no_identity(site: Site):
    row = inspecting.start()
    inspecting.allowed(row)
    keeper = signed_in(cast.CLINIC_HEAD)
    assert "Chỉ người của cơ sở" in read(keeper, IDENTITIES, row)
    assert keeper.post(reverse(IDENTITIES, args=[row.pk])).status_code == 403


@pytest.mark.parametrize("more", [0, 30])
def test_page_costs_the_same_however_much_stands_open(
    site: Site, more: int, django_assert_max_num_queries: Callable[..., object]
):
    row = inspecting.start()
    inspecting.counted(site, row)
    for _each in range(more):
        alone()
        ledger.post(site.dose(site.opened, 1_000), facility_id=site.here)
    inspection_page(row, now=world.NOW)  # settings are kept for a minute
    with django_assert_max_num_queries(22):
        inspection_page(Inspection.objects.select_related("facility", "end").get(pk=row.pk), now=world.NOW)
