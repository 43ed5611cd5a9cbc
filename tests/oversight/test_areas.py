"""The manager of the next area of the same province sees nothing of this area: no page, no file, no name."""

from datetime import timedelta
from io import BytesIO
from typing import Any, Final

import pytest
from django.db import transaction
from django.test import Client
from openpyxl import load_workbook

from core.access import Role
from facilities.models import Area, Facility, FacilityKind
from oversight.services import summaries
from staff.models import Appointment, Person
from staff.roles import ROLES
from tests import cast, world
from tests.codebase.pages import Page, every_page
from tests.entrance import signed_in
from tests.followup.hands import opened
from tests.oversight.hands import alone, said
from tests.staff import working
from tests.world_patients import PHONG

pytestmark = pytest.mark.django_db
OURS: Final = (cast.SITE, cast.OTHER_SITE, cast.MAIN_CLINIC, cast.AREA)
THEIRS: Final = "Sín Thầu"
OF_THE_PROVINCE: Final = {"inventory:recall"}  # a lot is called back everywhere; each sees what is in their reach
FILED: Final = ("", "doses/", "stock/", "hours/")


@pytest.fixture
def neighbour() -> Client:
    """Somebody who manages another area of the cast's province, which has one site."""
    province = world.facility(cast.SITE).area.province
    area = Area.objects.create(province=province, name="Mường Nhé", label="trung tâm y tế khu vực")
    Facility.objects.create(area=area, kind=FacilityKind.SATELLITE, name=THEIRS, went_live_on=cast.SINCE)
    person = Person.objects.create(
        username="nguoi.ben.canh", full_name="Chảo Lở", initials="C.L.", created_at=world.NOW
    )
    Appointment.objects.create(person=person, role=Role.AREA_MANAGER, area=area, starts_on=cast.SINCE)
    return signed_in(cast.Member(person.username, "", "", Role.AREA_MANAGER, ""), second_factor=True)


def something_everywhere() -> None:
    """So that a page which looked too far would have something to show."""
    said(PHONG, "sent_away")
    opened()
    alone()
    working.typed()
    summaries.rebuild(now=world.NOW + timedelta(days=1))


def of_a_manager() -> list[Page]:
    held = ROLES[Role.AREA_MANAGER].permissions
    return [page for page in every_page() if page.policy and page.policy.permissions & held]


def named(words: str) -> list[str]:
    return [name for name in OURS if name in words]


def test_pages_about_no_object_name_nothing_of_the_area_next_door(neighbour: Client):
    something_everywhere()
    seen = 0
    for page in of_a_manager():
        if not page.parameters:
            answer = neighbour.get(page.nowhere())
            words = answer.content.decode() if "text" in answer.get("Content-Type", "") else ""
            seen += answer.status_code == 200 and THEIRS in words
            assert not named(words), page.route
    assert seen > 4


def test_files_and_filters_hold_nothing_of_the_area_next_door(neighbour: Client, monkeypatch: pytest.MonkeyPatch):
    something_everywhere()
    printed: list[Any] = []
    monkeypatch.setattr("core.views.files.pdf", lambda paper: printed.append(paper) or b"%PDF")
    other = world.facility(cast.SITE)
    clinic = world.facility(cast.MAIN_CLINIC)
    for page in FILED:
        book = load_workbook(BytesIO(neighbour.get(f"/oversight/{page}?as=xlsx").content))
        cells = [str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line if cell.value]
        assert not named(" ".join(cells)), page
        neighbour.get(f"/oversight/{page}?as=pdf")
        assert not named(" ".join(str(cell) for table in printed[-1].tables for row in table.rows for cell in row))
        for query in (f"area={other.area_id}", f"clinic={clinic.pk}"):
            answer = neighbour.get(f"/oversight/{page}?{query}")
            assert answer.status_code == 422, (page, query)
            assert not named(answer.content.decode())
    assert len(printed) == len(FILED)


def test_objects_and_reports_of_the_area_next_door_are_not_there(neighbour: Client):
    for page in of_a_manager():
        if set(page.parameters) - {"day", "book", "row_id", "app_label", "rota_role", "calendar_day"}:
            before = transaction.savepoint()
            address = page.of_the_site()
            answers = [getattr(neighbour, method)(address) for method in ("get", "post")]
            shut = {403, 404, 405} | ({200} if page.name in OF_THE_PROVINCE else set())
            assert {answer.status_code for answer in answers} <= shut, page.route
            assert not named(answers[0].content.decode()), page.route
            transaction.savepoint_rollback(before)  # each object from the same stock
    site = world.facility(cast.SITE)
    for place in (f"facility-{site.pk}", f"area-{site.area_id}", f"province-{site.area.province_id}"):
        for page in ("show", "file", "sign"):
            answer = neighbour.get(f"/oversight/reports/{page}/?which=month:2026-10&place={place}")
            assert answer.status_code in {403, 404}, (page, place)
