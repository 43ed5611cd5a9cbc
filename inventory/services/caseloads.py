"""How many patients each site doses, as the room above counts them: pushed down, because stock knows no patient."""

from collections.abc import Mapping
from datetime import datetime

from inventory.models import Caseload


def keep(*, patients: Mapping[int, int], now: datetime) -> int:
    """Keep the figure of each facility, the newest one; answers how many. One statement, safe to repeat."""
    rows = [Caseload(facility_id=facility, patients=count, as_of=now) for facility, count in sorted(patients.items())]
    Caseload.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["facility"], update_fields=["patients", "as_of"]
    )
    return len(rows)
