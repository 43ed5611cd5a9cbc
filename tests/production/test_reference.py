"""Reference data in Django's admin: for who keeps the system, past the second factor, with our trail and our policy."""

import re
from datetime import date

import pytest
from django.test import Client

from core.models import AuditEvent
from facilities.models import Area, Facility, Holiday, Province, Supervision
from oversight.figures_map import positions
from tests import cast, world
from tests.entrance import signed_in

pytestmark = pytest.mark.django_db
ROOMS = ("facilities/province", "facilities/area", "facilities/facility", "facilities/supervision",
         "facilities/holiday", "inventory/item")  # fmt: skip


@pytest.fixture
def keeper() -> Client:
    return signed_in(cast.SYSTEM_ADMINISTRATOR)


def facility(**other: object) -> dict[str, object]:
    area = world.facility(cast.SITE).area_id
    return {"area": area, "kind": "satellite", "name": "Bản Mới", "zone": "Asia/Ho_Chi_Minh", "opens_at": "05:30",
            "closes_at": "09:00", "phone": "", "went_live_on": "", "latitude": "", "longitude": "",
            **other}  # fmt: skip


def test_new_site_is_added_with_its_supervision_and_every_write_is_in_our_trail(keeper: Client):
    answer = keeper.post("/reference/facilities/facility/add/", facility())
    assert answer.status_code == 302, re.findall(r'class="errorlist".*?</ul>', answer.content.decode(), re.DOTALL)
    made = Facility.objects.get(name="Bản Mới")
    itself = f"/reference/facilities/facility/{made.pk}/change/"
    assert "vĩ độ và kinh độ" in keeper.post(itself, facility(latitude="21,38602")).content.decode()
    assert keeper.post(itself, facility(latitude="21,38602", longitude="103.023")).status_code == 302
    assert positions([made.pk], today=world.TODAY)[made.pk].north == 21.38602
    assert 'value="21,38602"' in keeper.get(itself).content.decode()
    clinic = world.facility(cast.MAIN_CLINIC)
    said = {"satellite": made.pk, "main_clinic": clinic.pk, "starts_on": "2026-12-01"}
    assert keeper.post("/reference/facilities/supervision/add/", said).status_code == 302
    overlapping = keeper.post("/reference/facilities/supervision/add/", {**said, "starts_on": "2026-12-05"})
    assert "đã có nơi phụ trách" in overlapping.content.decode()
    row = Supervision.objects.get(satellite=made)
    change = f"/reference/facilities/supervision/{row.pk}/change/"
    assert keeper.post(change, {"ended_on": "2027-01-31", "starts_on": "2020-01-01"}).status_code == 302
    assert "object (" not in keeper.get(change).content.decode()
    row.refresh_from_db()
    assert (row.starts_on, row.ended_on) == (date(2026, 12, 1), date(2027, 1, 31))
    assert keeper.post(change, {"ended_on": "2027-02-28"}).status_code == 302
    row.refresh_from_db()
    assert row.ended_on == date(2027, 1, 31)

    trail = AuditEvent.objects.filter(action__startswith="reference.", subject_kind__in=["facility", "supervision"])
    assert [(event.action, event.subject_kind) for event in trail.order_by("id")][:4] == [
        ("reference.added", "facility"), ("reference.changed", "facility"), ("reference.added", "supervision"),
        ("reference.changed", "supervision"),
    ]  # fmt: skip


@pytest.mark.parametrize("room", ROOMS)
def test_lists_and_forms_open_in_words_of_the_field_without_code_in_the_page(keeper: Client, room: str):
    Holiday.objects.create(day=date(2027, 1, 4), kind="rest_day", name="nghỉ bù")
    for page in (f"/reference/{room}/", f"/reference/{room}/add/", "/reference/"):
        answer = keeper.get(page)
        shown = answer.content.decode()
        assert answer.status_code == 200
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)(?![^>]*json)", shown), page
        assert not re.search(r"object \(|Facilities|Inventory|>(satellite|rest_day|ul)<", shown)
        assert "delete" not in re.sub(r"/static/\S+", "", shown)
        assert "unsafe" not in answer["Content-Security-Policy"]


def test_places_of_another_province_are_neither_listed_nor_opened_nor_offered(keeper: Client):
    other = Province.objects.create(name="Lai Châu")
    area = Area.objects.create(province=other, name="Sìn Hồ", label="khu vực")
    there = Facility.objects.create(area=area, kind="satellite", name="Nậm Tăm")

    assert "Nậm Tăm" not in keeper.get("/reference/facilities/facility/").content.decode()
    assert "Sìn Hồ" not in keeper.get("/reference/facilities/facility/add/").content.decode()
    assert keeper.get(f"/reference/facilities/facility/{there.pk}/change/").status_code == 302
    refused = keeper.post("/reference/facilities/facility/add/", facility(area=area.pk))
    assert refused.status_code == 200
    assert not Facility.objects.filter(name="Bản Mới").exists()


def test_without_the_second_factor_or_the_role_nothing_opens():
    without = Client()
    without.force_login(world.person(cast.SYSTEM_ADMINISTRATOR), backend="staff.backends.PersonBackend")
    assert without.get("/reference/")["Location"].startswith("/staff/second-factor/")
    for member in (cast.PROVINCE_MANAGER, cast.DISPENSER, cast.AUDITOR):
        assert signed_in(member).get("/reference/facilities/facility/").status_code == 403
    assert Client().get("/reference/").status_code == 302
    assert Client().get("/admin/").status_code == 404
