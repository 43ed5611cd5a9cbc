"""A night that went wrong, as people meet it: a calm line at the window, one button for the administrator."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from core import clock
from core.models import JobRun
from core.services import runs
from tests import cast, world
from tests.browser import eyes
from tests.browser.eyes import runs_over
from tests.entrance import signed_in
from tests.plugins.clones import CommittedDatabase

JOB = "core.tasks.prove"

pytestmark = pytest.mark.browser


def sign_in(page: Page, served: str, member: cast.Member) -> None:
    cookie = signed_in(member).cookies["sessionid"].value
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": served}])


def failed_night() -> JobRun:
    when = clock.now() - timedelta(minutes=9)
    run = JobRun.objects.create(
        job=JOB, started_at=when, ended_at=when, ok=False, error=runs.PartsFailed.__name__, gave_up=True
    )
    JobRun.objects.create(
        job=JOB, part_of_id=run.pk, facility_id=world.facility(cast.SITE).pk, day=world.TODAY, ok=False,
        started_at=when, ended_at=when, error="DataError",
    )  # fmt: skip
    return run


def within(page: Page) -> None:
    assert eyes.faults(page) == []
    assert runs_over(page) == 0


@pytest.mark.parametrize("width", [1280, 360])
def test_a_failed_night_is_seen_by_all_and_tried_again_by_the_administrator(
    committed_db: CommittedDatabase, served: str, page: Page, width: int
) -> None:
    run = failed_night()
    page.set_viewport_size({"width": width, "height": 740})
    sign_in(page, served, cast.DISPENSER)
    page.goto(served + "/dispensing/")
    expect(page.get_by_text("Việc tự động đêm qua chưa xong")).to_be_visible()
    expect(page.get_by_text("Người quản trị hệ thống đã được báo.")).to_be_visible()
    within(page)

    sign_in(page, served, cast.SYSTEM_ADMINISTRATOR)
    page.goto(served + "/staff/me/")
    page.get_by_role("link", name="Xem và chạy lại").click()
    expect(page.get_by_text(f"{cast.SITE}, 24/11/2026: DataError")).to_be_visible()
    within(page)
    page.get_by_role("button", name="Chạy lại", exact=True).click()

    expect(page.get_by_text("Đã yêu cầu chạy lại, đang chờ tiến trình nền.")).to_be_visible()
    run.refresh_from_db()
    assert run.again_at is not None


def test_a_head_chooses_how_to_be_told_with_a_thumb(committed_db: CommittedDatabase, served: str, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page, served, cast.SITE_HEAD)
    page.goto(served + "/staff/me/")
    page.get_by_role("link", name="Cách báo tin cho tôi").click()
    expect(page.get_by_text("Trạm: có việc cần xem. Mở Trạm.")).to_be_visible()
    within(page)
    tick = page.get_by_label("tin nhắn SMS")
    assert (page.locator("label", has=tick).bounding_box() or {})["height"] >= 48
    tick.check()
    page.get_by_role("button", name="Ghi lại").click()
    expect(page.get_by_text("Muốn nhận tin nhắn thì cần số điện thoại di động.").first).to_be_visible()
    expect(tick).to_be_checked()

    page.get_by_label("Điện thoại di động").fill("0912 345 678")
    page.get_by_role("button", name="Ghi lại").click()

    expect(page.get_by_text("Đã ghi cách báo tin cho bạn.")).to_be_visible()
    expect(page.get_by_text("Trạm nhắn SMS cho bạn.")).to_be_visible()
