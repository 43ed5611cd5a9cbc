"""Every page that a role can open, at a desk and on a phone: no grave fault of accessibility, nothing cut off.

No page is left out silently: one that cannot be opened with what the tests' site has fails the walk, unless it is named
here.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Error, Page

from core import clock
from core.access import FIRST_PAGE, Role
from core.services import jobs
from patients.models import Patient
from staff.roles import ROLES
from tests import cast, world, world_patients, world_prescriptions
from tests.browser import week
from tests.browser.eyes import Eyes
from tests.browser.on_the_way import STEPS, stock_up
from tests.codebase.pages import OF_THE_CLINIC, every_page
from tests.codebase.pages import Page as Address
from tests.entrance import signed_in
from tests.inventory import inspecting
from tests.plugins.served import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow(45)]

DESK, PHONE = 1280, 360
PARTS: Final = 2  # so that several workers share the walk
GRAVE: Final = {"serious", "critical"}
CARDS: Final = (
    world_patients.PHONG.code,
    week.MISSED_THREE,
    week.BLOCKED,
    world_prescriptions.DIVIDED,
    world_prescriptions.IN_INDUCTION,
    world_prescriptions.WITHOUT_ANY,
)
PAPER: Final = {"labels", "card"}  # A4 keeps its size on a screen
# Not a page to look at: answers to machines, a piece of the board, pictures, what sends each role to its first page.
NO_PAGE: Final = {
    "core:healthz", "core:readyz", "core:metrics", "core:home", ":worker", "inventory:consignment-photo",
    "inventory:act-photo", "dispensing:start_form",
    "inventory:loss-photo", "dispensing:elsewhere_photo", "staff:hours-tap", "staff:first", "staff:here",
}  # fmt: skip
HALFWAY: Final = "staff:second-factor"  # asked of whoever has given the password and not yet the code
CODE_WAITS_FOR: Final = cast.AREA_MANAGER
# Where the page itself sends whoever has none of their own.
QUERY: Final = dict.fromkeys(("followup:cases", "followup:tasks"), "?whose=sites")

Stop = tuple[cast.Member | None, str, str]  # who opens it, its name, its path


def is_djangos(address: Address) -> bool:
    """Reference data stands in Django's own pages, which Django tests; ours are in words and rights only."""
    return address.name.startswith("admin:")


def who_may(address: Address) -> cast.Member | None:
    """Somebody who may open it; nobody for what is open to everybody."""
    assert address.policy is not None
    if address.policy.public:
        return None
    if set(address.parameters) & OF_THE_CLINIC:
        return cast.STORE_KEEPER
    wanted = address.policy.permissions
    return cast.ONE_OF_EACH_ROLE[
        next(role for role in Role if not wanted or wanted & ROLES[role].permissions)
    ]  # fmt: skip


def stop_at(page: Address) -> Stop:
    """The page with something of the first site in it; a step of many with something that waits for it."""
    if page.name in STEPS:
        member, make = STEPS[page.name]
        return member, page.name, "/" + re.sub(r"<uuid:\w+>", str(make()), page.route)
    member = CODE_WAITS_FOR if page.name == HALFWAY else who_may(page)
    return member, page.name, page.of_the_site() + QUERY.get(page.name, "")


def more_stops() -> Iterator[Stop]:
    """The opened cards, the search, and the first page of every role."""
    for code in CARDS:
        patient = Patient.objects.get(code=code)
        yield cast.DISPENSER, "card", f"/dispensing/patients/{patient.pk}/"
        yield cast.DISPENSER, "card", f"/dispensing/patients/{patient.pk}/not-given/"
    for query in ("4245", "0000"):
        yield cast.DISPENSER, "search", f"/dispensing/?q={query}"
    blind = inspecting.start()
    inspecting.allowed(blind)
    for name in ("inspection", "inspection-identities"):  # before anybody counted; with its legal paper
        yield cast.SITE_HEAD, name, reverse(f"oversight:{name}", args=[blind.pk])
    for role, path in FIRST_PAGE.items():
        yield cast.ONE_OF_EACH_ROLE[role], "first", path


def client_of(member: cast.Member | None, name: str) -> Client:
    client = Client()
    if name == HALFWAY:
        client.force_login(world.person(CODE_WAITS_FOR), backend="staff.backends.PersonBackend")
        return client
    return signed_in(member, client=client) if member else client


def come_in(page: Page, server: Server, member: cast.Member | None, name: str) -> None:
    page.context.clear_cookies()
    session = client_of(member, name).cookies.get(settings.SESSION_COOKIE_NAME)
    if session is not None:
        cookie: Any = {"name": settings.SESSION_COOKIE_NAME, "value": session.value, "url": server.address}
        page.context.add_cookies([cookie])


def come_to(page: Page, server: Server, stop: Stop) -> str | None:
    """Open it: None where there is nothing to look at, else what is wrong so far, or nothing."""
    member, name, path = stop
    try:
        answer = page.goto(f"{server.address}{path}")
    except Error:  # the browser does not show it
        if client_of(member, name).get(path).headers["Content-Type"].startswith("text/html"):
            raise
        return None
    if answer is None or answer.status == 405 or not answer.headers["content-type"].startswith("text/html"):
        return None  # an address that only takes what is sent, or a file
    if answer.status != 200 or page.url != f"{server.address}{path}":
        return f"{name} {path} is not shown, but {answer.status} {page.url}"
    return ""


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_has_a_grave_fault_or_runs_over_the_screen(site: None, server: Server, page: Page, part: int) -> None:
    jobs.beat(now=clock.now(), keep=timedelta(days=1))
    stock_up()
    pages = [one for one in every_page() if one.policy is not None and one.name not in NO_PAGE and not is_djangos(one)]
    stops = [stop_at(one) for one in pages[part::PARTS]] + list(dict.fromkeys(more_stops()))[part::PARTS]
    faults: list[str] = []
    now_in: object = page  # nobody yet
    eyes = Eyes(grave=True)
    eyes.open(page.context)
    for stop in sorted(stops, key=lambda stop: (stop[0].username if stop[0] else "", stop[1])):
        member, name, path = stop
        if now_in != (member, name == HALFWAY):
            come_in(page, server, member, name)
            now_in = member, name == HALFWAY
        page.set_viewport_size({"width": DESK, "height": 800})
        wrong = come_to(page, server, stop)
        if wrong:
            faults.append(wrong)
        if wrong != "":
            continue
        faults += [f"{path} at {DESK}: {fault}" for fault in (*grave(eyes, page), *wide(page, DESK, path))]
        page.set_viewport_size({"width": PHONE, "height": 740})
        faults += [f"{path} at {PHONE}: {fault}" for fault in wide(page, PHONE, path)]
        if name in ("card", "first"):
            faults += [f"{path} at {PHONE}: {fault}" for fault in grave(eyes, page)]
    assert "\n".join(faults) == ""


def grave(eyes: Eyes, page: Page) -> Iterator[str]:
    """What hinders somebody seriously, by axe."""
    return (str(fault) for fault in eyes.faults(page) if fault.impact in GRAVE)


def wide(page: Page, width: int, path: str) -> Iterator[str]:
    """What runs over the edge of the screen."""
    found = page.evaluate("document.documentElement.scrollWidth")
    if found > width and path.rstrip("/").rpartition("/")[2] not in PAPER:
        yield f"is {found} px wide"
