import pytest

from facilities.models import Facility
from patients.queries.register import register_page
from tests import cast
from tests.world import TODAY

pytestmark = pytest.mark.django_db


def test_world_on_its_tuesday_has_its_patients_where_they_drink() -> None:
    def listed(place: str) -> int:
        return register_page(facility_ids=[Facility.objects.get(name=place).pk], day=TODAY).total

    assert [listed(place) for place in (cast.SITE, cast.OTHER_SITE, cast.MAIN_CLINIC)] == [20, 6, 1]
