"""The pages of stock as people meet them: within the screen, legible, a bottle opened and ended by thumb."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from inventory.models import AccountKind, Act, ActKind
from tests import cast, world_stock
from tests.browser.eyes import Eyes
from tests.entrance import signed_in
from tests.inventory.site import Site
from tests.plugins.clones import CommittedDatabase
from tests.world import NOW

pytestmark = pytest.mark.browser

PATHS = (
    "/inventory/",
    "/inventory/?q=99999999",
    "/inventory/bottles/{opened}/",
    "/inventory/bottles/{apart}/",
    "/inventory/bottles/{closed}/open/",
    "/inventory/bottles/{other}/open/",
    "/inventory/bottles/{closed}/opened-already/",
    "/inventory/bottles/{opened}/empty/",
    "/inventory/bottles/{opened}/quarantine/",
    "/inventory/bottles/move/",
    "/inventory/deliveries/new/",
    "/inventory/deliveries/{act}/labels/",
    "/inventory/acts/{act}/",
    "/inventory/book/",
)


@pytest.fixture
def site(committed_db: CommittedDatabase) -> Site:
    return Site(world_stock.act_as(cast.DISPENSER, now=NOW))


def come_in(page: Page, served: str, member: cast.Member) -> None:
    cookie = signed_in(member).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": served}])


def test_pages_of_stock_are_within_the_screen_and_legible(site: Site, served: str, page: Page) -> None:
    site.dose(site.opened, 950_000)
    apart, closed = site.closed()[:2]
    site.quarantine(apart)
    other = site.receive(lot_number="MTD5", concentration=Decimal(5))
    act = Act.objects.filter(facility_id=site.here, kind=ActKind.RECEIPT).order_by("recorded_at").first()
    assert act is not None
    places = {"opened": site.opened, "apart": apart, "closed": closed, "other": other, "act": act.pk}
    come_in(page, served, cast.SITE_HEAD)
    eyes = Eyes()
    eyes.open(page.context)

    for path in PATHS:
        page.goto(served + path.format(**places))
        assert (path, eyes.look(page, paper="labels" in path)) == (path, [])


def test_bottle_is_opened_and_ended_by_thumb(site: Site, served: str, page: Page) -> None:
    number = site.closed(AccountKind.DISPENSING)[0]
    label = site.state(number).label
    come_in(page, served, cast.DISPENSER)
    page.set_viewport_size({"width": 360, "height": 740})

    page.goto(f"{served}/inventory/")
    page.get_by_role("searchbox").fill(label)
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("heading", name=f"Chai {label}")).to_be_visible()
    page.get_by_role("link", name="Mở chai này").click()
    page.get_by_text("Có người ký cùng").click()
    page.get_by_label("Người ký cùng", exact=True).select_option(label=cast.WITNESS.full_name)
    page.get_by_label("PIN của người đó").fill("000000")
    page.get_by_role("button", name=f"Đã mở chai {label}").click()
    expect(page.get_by_text("PIN chưa đúng")).to_be_visible()
    expect(page.get_by_label("Người ký cùng", exact=True)).to_have_value(cast.WITNESS.username)
    page.get_by_label("PIN của người đó").fill(cast.WITNESS.pin)
    page.get_by_role("button", name=f"Đã mở chai {label}").click()
    expect(page.get_by_text("Đã mở chai.")).to_be_visible()

    page.get_by_role("link", name="Chai đã hết").click()
    page.get_by_label("Đo được còn lại trong chai (mL)").fill("998,5")
    page.get_by_text("Tôi ở một mình").click()
    page.get_by_label("Vì sao chỉ có một mình").fill("người kia đưa người bệnh đi cấp cứu")
    page.get_by_role("button", name="đã đổ bỏ").click()
    expect(page.get_by_text("Đã kết thúc chai.")).to_be_visible()
    expect(page.get_by_text("đã kết thúc", exact=True)).to_be_visible()
    assert site.state(number).emptied_at is not None
