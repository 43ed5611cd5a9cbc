"""The top bar names only pages that lead somewhere for this person."""

import pytest
from django.test import RequestFactory

from core import navigation
from tests import cast
from tests.entrance import access

pytestmark = pytest.mark.django_db


def paths(member: cast.Member) -> set[str]:
    request = RequestFactory().get("/")
    request.access = access(member)  # type: ignore[attr-defined]
    return {entry["path"] for entry in navigation.context(request)["navigation"]}


def test_navigation_of_a_manager_without_a_facility_has_no_page_of_one():
    assert not paths(cast.AREA_MANAGER) & {"/inventory/", "/dispensing/", "/patients/"}


def test_navigation_of_a_dispenser_leads_to_board_and_stock():
    assert paths(cast.DISPENSER) >= {"/dispensing/", "/inventory/"}


@pytest.mark.parametrize("here", ["/dispensing/", "/staff/unwitnessed/"])
def test_bar_holds_a_few_entries_with_the_open_page_and_the_menu_all(here: str):
    request = RequestFactory().get(here)
    request.access = access(cast.SITE_HEAD)  # type: ignore[attr-defined]

    entries = navigation.context(request)["navigation"]

    assert len(entries) > navigation.IN_BAR
    in_bar = [entry["path"] for entry in entries if entry["in_bar"]]
    assert len(in_bar) == navigation.IN_BAR
    assert here in in_bar
