"""The page of one recorded dose, where a case about it leads."""

from datetime import timedelta

import pytest

from core import clock
from dispensing.services import doses
from followup import words
from tests import cast, world
from tests.dispensing import morning
from tests.dispensing.test_board import signed_in, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_six_ten():
    with clock.at(world.NOW):
        yield


@pytest.fixture
def conflict(db):
    """A second swallowing of the same day."""
    morning.opened_bottle()
    by, patient = morning.access(cast.DISPENSER), morning.patient(name="Lò Văn Bí Mật")
    slips = morning.slip(patient, by), morning.slip(patient, by)
    for slip in slips:
        receipt = doses.confirm(confirmation=morning.confirmation(slip), by=by, now=world.NOW + timedelta(minutes=1))
    return receipt


def test_dose_page_tells_what_was_wrong_and_shows_no_name(conflict, django_assert_max_num_queries):
    client = signed_in(cast.SITE_HEAD)
    with django_assert_max_num_queries(10):
        page = text(client.get(f"/dispensing/doses/{conflict.dose_id}/"))

    assert "Thêm một liều trong cùng ngày." in page
    assert "Hôm nay đã uống 65 mg" in page
    assert "Bí Mật" not in page


def test_dose_page_of_another_site_is_not_found(conflict):
    assert signed_in(cast.OTHER_DISPENSER).get(f"/dispensing/doses/{conflict.dose_id}/").status_code == 404


def test_case_about_a_dose_leads_there_only_for_who_may_see_it(conflict):
    head, stranger = morning.access(cast.SITE_HEAD), morning.access(cast.OTHER_DISPENSER, at=cast.OTHER_SITE)

    assert words.path_to("dose", conflict.dose_id, head) == f"/dispensing/doses/{conflict.dose_id}/"
    assert words.path_to("dose", conflict.dose_id, stranger) is None
