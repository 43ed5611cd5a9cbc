"""A quarter's report as people meet it: found, signed, approved by somebody else, and what came later compared."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from patients.models import Status, StatusChange
from tests import cast
from tests.browser import eyes
from tests.browser.eyes import runs_over
from tests.entrance import signed_in
from tests.plugins.clones import CommittedDatabase
from tests.world import NOW, person
from tests.world_patients import PHONG, patient

pytestmark = pytest.mark.browser


def test_manager_signs_another_approves_and_a_late_fact_shows(
    committed_db: CommittedDatabase, served: str, page: Page
) -> None:
    def come(member: cast.Member, width: int) -> None:
        cookie = signed_in(member).cookies["sessionid"].value
        page.context.clear_cookies()
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": served}])
        page.set_viewport_size({"width": width, "height": 740})
        page.goto(served + "/oversight/reports/")

    def look() -> None:
        assert (page.url, runs_over(page)) == (page.url, 0)
        found = eyes.faults(page)
        assert (page.url, found) == (page.url, [])

    come(cast.AREA_MANAGER, 1280)
    look()
    page.get_by_role("link", name="Xem số liệu và ký").first.click()
    look()
    page.get_by_role("link", name="Khóa số liệu và ký").click()
    look()
    page.get_by_label("PIN của bạn").fill(cast.PIN)
    page.get_by_role("button", name="Khóa số liệu và ký").click()
    expect(page.get_by_text("chờ duyệt")).to_be_visible()

    come(cast.PROVINCE_MANAGER, 360)
    look()
    page.get_by_role("link", name="Quý 3 năm 2026").click()
    look()
    page.get_by_role("link", name="Ký duyệt").click()
    page.get_by_label("PIN của bạn").fill(cast.PIN)
    page.get_by_role("button", name="Ký duyệt").click()
    expect(page.get_by_text("đã duyệt")).to_be_visible()

    StatusChange.objects.create(
        patient=patient(PHONG), status=str(Status.DROPPED_OUT), from_day=NOW.date().replace(month=9, day=10),
        recorded_at=NOW + timedelta(minutes=5), recorded_by=person(cast.PHYSICIAN),
    )  # fmt: skip
    page.get_by_role("link", name="So với bây giờ").click()
    expect(page.get_by_text("đổi tình trạng người bệnh: 1")).to_be_visible()
    look()
    page.goto(served + "/oversight/reports/show/?which=month:2026-11")
    look()
    page.get_by_role("row", name="Đang điều trị cuối tháng").get_by_role("link").click()
    look()
