"""Every page that a role can open, at a desk and on a phone: no grave fault of accessibility, nothing cut off."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from core import clock
from core.access import FIRST_PAGE, Role
from core.services import jobs
from patients.models import Patient
from staff.roles import ROLES
from tests import cast, world_patients, world_prescriptions
from tests.browser import week
from tests.codebase.pages import Page as Address
from tests.codebase.pages import every_page
from tests.entrance import signed_in
from tests.plugins.served import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTHS: Final = (1280, 360)
PARTS: Final = 3  # so that several workers share the walk
GRAVE: Final = {"serious", "critical"}
CARDS: Final = (
    world_patients.PHONG.code,
    week.MISSED_THREE,
    week.BLOCKED,
    world_prescriptions.DIVIDED,
    world_prescriptions.IN_INDUCTION,
    world_prescriptions.WITHOUT_ANY,
)
SHEETS: Final = {"labels", "card"}  # A4 keeps its size on a screen


def who_may(address: Address) -> cast.Member | None:
    """Somebody who may open it; nobody for what is open to everybody."""
    assert address.policy is not None
    if address.policy.public:
        return None
    wanted = address.policy.permissions
    return cast.ONE_OF_EACH_ROLE[
        next(role for role in Role if not wanted or wanted & ROLES[role].permissions)
    ]  # fmt: skip


def addresses() -> Iterator[tuple[cast.Member | None, str]]:
    """Each page of the product with something in it, the opened cards, and the first page of every role."""
    for page in every_page():
        if page.policy is None or page.name in {"core:healthz", "core:readyz"}:
            continue
        member, path = who_may(page), page.of_the_site()
        client = signed_in(member) if member else Client()
        if client.get(path).status_code == 200:
            yield member, path
    for code in CARDS:
        patient = Patient.objects.get(code=code)
        yield cast.DISPENSER, f"/dispensing/patients/{patient.pk}/"
        yield cast.DISPENSER, f"/dispensing/patients/{patient.pk}/not-given/"
    yield cast.DISPENSER, "/dispensing/?q=4245"
    yield cast.DISPENSER, "/dispensing/?q=0000"
    for role in FIRST_PAGE:
        yield cast.ONE_OF_EACH_ROLE[role], FIRST_PAGE[role]


def come_in(page: Page, server: Server, member: cast.Member | None) -> None:
    page.context.clear_cookies()
    if member is not None:
        session = signed_in(member).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.address}])


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_has_a_grave_fault_or_runs_over_the_screen(site: None, server: Server, page: Page, part: int) -> None:
    jobs.beat(now=clock.now(), keep=timedelta(days=1))
    faults: list[str] = []
    now_in: tuple[cast.Member | None, ...] = ()
    for member, path in list(dict.fromkeys(addresses()))[part::PARTS]:
        if now_in != (member,):
            come_in(page, server, member)
            now_in = (member,)
        page.set_viewport_size({"width": WIDTHS[0], "height": 800})
        answer = page.goto(f"{server.address}{path}")
        assert answer is not None
        assert answer.status == 200, path
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 740})
            faults += [f"{path} at {width}: {fault}" for fault in faults_of(page, width, path)]
    assert faults == []


def faults_of(page: Page, width: int, path: str) -> Iterator[str]:
    for rule in Axe().run(page).response["violations"]:
        if rule["impact"] in GRAVE:
            yield f"{rule['id']} {rule['nodes'][0]['html'][:120]}"
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width and path.rstrip("/").rpartition("/")[2] not in SHEETS:
        yield f"is {wide} px wide"
