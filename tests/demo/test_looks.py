"""What the simulated sites look at beside their doses."""

import pytest

from inventory.models import BottleMeasure, DeviceCheck, NaloxoneCheck, NightSeal, SealFound, SealState
from inventory.queries.keys import holders
from tests.demo.tiny import LARGE, SMALL, facility

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture(scope="module")
def template(lived: str) -> str:
    """Each test looks at its own clone of the province that has lived for eight days."""
    return lived


def test_sites_seal_measure_check_and_keep_their_keys():
    assert SealFound.objects.count() == NightSeal.objects.count() > 0
    assert set(SealFound.objects.values_list("state", flat=True)) == {SealState.MATCHES}
    for site in (LARGE, SMALL):
        here = facility(site).pk
        assert BottleMeasure.objects.filter(facility_id=here, within=True).exists()
        assert NaloxoneCheck.objects.filter(facility_id=here, usable__gt=0).exists()
        assert holders(facility_id=here)
    assert DeviceCheck.objects.filter(device__kind="pump", poured_out_ul__gt=0).exists()
