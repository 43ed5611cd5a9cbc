"""One tablet at the first site of the demo province, enrolled by its head. Its token is told to nobody: enrol another
one to try the API.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from demo import dice
from demo.refusals import left_out
from demo.sites import NobodyThere, Site
from staff.models import Device
from staff.services import devices


def until_now(sites: Sequence[Site], now: datetime) -> None:
    """Enrol it once; a later call leaves it as it is."""
    for site in sites[:1]:
        if Device.objects.filter(facility_id=site.facility_id).exists():
            continue
        with suppress(NobodyThere), left_out("tablets"):
            devices.enrol(
                device_id=dice.fact_id(now, site.seed, site.spec.key, "tablet"),
                name="Máy tính bảng ở cửa sổ cấp phát",
                facility_id=site.facility_id,
                by=site.team.head.access,
                now=now,
            )
