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
