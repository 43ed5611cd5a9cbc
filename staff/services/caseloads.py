"""How many patients a site had in a month, as the room above counts them: pushed down, for bands of paid hours."""

from collections.abc import Mapping
from datetime import date, datetime

from staff.models import SiteCaseload


def keep(*, patients: Mapping[tuple[int, date], int], now: datetime) -> int:
    """Keep the figure of each facility and month (its first day), the newest one; answers how many. One statement."""
    rows = [
        SiteCaseload(facility_id=facility, month=month, patients=count, as_of=now)
        for (facility, month), count in sorted(patients.items())
    ]
    SiteCaseload.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["facility", "month"], update_fields=["patients", "as_of"]
    )
    return len(rows)
