"""One's own pages as people meet them: within the screen, legible, and the idle lock that keeps the page."""

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page, expect

from core.ids import new_id
from staff.models import Attestation, Mode
from tests import cast, world
from tests.browser.eyes import Eyes
from tests.entrance import signed_in
from tests.plugins.clones import CommittedDatabase

pytestmark = pytest.mark.browser

PAGES: tuple[tuple[cast.Member | None, tuple[str, ...]], ...] = (
    (None, ("/staff/sign-in/",)),
    (
        cast.DISPENSER,
        ("/staff/me/", "/staff/facility/", "/staff/pin/", "/staff/password/", "/staff/unlock/", "/staff/people/"),
    ),
    (cast.EXPIRED_DISPENSER, ("/staff/me/",)),
    (cast.SITE_HEAD, ("/staff/unwitnessed/",)),
    (cast.SYSTEM_ADMINISTRATOR, ("/operations/", "/staff/people/", "/staff/people/{person}/", "/staff/people/new/")),
    (cast.AREA_MANAGER, ("/staff/second-factor/",)),
)


def come_in(page: Page, served: str, member: cast.Member) -> None:
    """With a session of that person; signing in by hand is tested elsewhere."""
    page.context.clear_cookies()
    cookie = signed_in(member).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": served}])


def test_ones_own_pages_are_within_the_screen_and_legible(
    committed_db: CommittedDatabase, served: str, page: Page
) -> None:
    Attestation.objects.create(
        act_kind="tests", act_id=new_id(), digest="0" * 64, facility=world.facility(cast.SITE), mode=Mode.ALONE,
        actor=world.person(cast.DISPENSER), reason="cả trạm đi tiêm chủng ở bản xa", at=world.NOW,
    )  # fmt: skip
    TOTPDevice.objects.filter(user__username=cast.AREA_MANAGER.username).delete()
    person = world.person(cast.CLINIC_HEAD).pk
    eyes = Eyes()
    eyes.open(page.context)

    for member, paths in PAGES:
        if member is not None:
            come_in(page, served, member)
        for path in paths:
            page.goto(served + path.format(person=person))
            assert (path, eyes.look(page)) == (path, [])


def test_the_idle_lock_keeps_the_page_and_what_was_typed(
    committed_db: CommittedDatabase, served: str, page: Page
) -> None:
    come_in(page, served, cast.SITE_HEAD)
    made = Attestation.objects.create(
        act_kind="tests", act_id=new_id(), digest="0" * 64, facility=world.facility(cast.SITE), mode=Mode.ALONE,
        actor=world.person(cast.DISPENSER), reason="một mình", at=world.NOW,
    )  # fmt: skip
    page.goto(f"{served}/staff/unwitnessed/{made.pk}/")
    page.get_by_label("Đã xem lại bằng cách nào").fill("đã gọi điện")

    page.locator("summary", has_text=cast.SITE_HEAD.initials).click()
    with page.expect_response("**/staff/lock/"):
        page.get_by_role("button", name="Khóa màn hình").click()
    cover = page.get_by_role("dialog")
    expect(cover).to_be_visible()
    assert page.request.get(f"{served}/staff/unwitnessed/").status == 423
    cover.get_by_label("PIN").fill("000000")
    cover.get_by_role("button", name="Mở khóa").click()
    expect(cover.get_by_text("Còn 4 lần")).to_be_visible()
    cover.get_by_label("PIN").fill(cast.PIN)
    cover.get_by_role("button", name="Mở khóa").click()

    expect(cover).to_be_hidden()
    expect(page.get_by_label("Đã xem lại bằng cách nào")).to_have_value("đã gọi điện")
    page.get_by_label("PIN của bạn").fill(cast.PIN)
    page.get_by_role("button", name="Tôi đã xem lại việc này và ký").click()
    expect(page.get_by_text("Đã ghi nhận việc xem lại")).to_be_visible()


def test_signing_in_by_hand_leads_to_the_morning(committed_db: CommittedDatabase, served: str, page: Page) -> None:
    page.goto(f"{served}/")
    page.keyboard.type(cast.DISPENSER.username)
    page.keyboard.press("Tab")
    page.keyboard.type(cast.PASSWORD)
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{served}/dispensing/")
    expect(page.get_by_text(cast.DISPENSER.initials).first).to_be_visible()
