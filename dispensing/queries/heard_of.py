"""Which sites have been silent, and how much was done today, for who keeps the product running. Counts and places."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from core import clock
from core.gauges import Gauge
from core.operations import Figure
from core.templatetags.tram import day_time
from dispensing.models import Dose
from facilities.models import Facility

SILENT: Final = timedelta(hours=26)  # a site doses on every day of the year
SHOWN: Final = 10
# A place where somebody drinks today, and the last that anybody did there in the product, a look included.
_HEARD: Final = """
SELECT f.name, last.at
  FROM facilities_facility f
  LEFT JOIN LATERAL (SELECT e.at FROM core_auditevent e WHERE e.facility_id = f.id ORDER BY e.id DESC LIMIT 1) last ON TRUE
 WHERE EXISTS (SELECT FROM patients_placement pl JOIN patients_patient p ON p.id = pl.patient_id
                WHERE pl.facility_id = f.id AND p.status = 'in_treatment' AND pl.starts_on <= %(today)s
                  AND (pl.ended_on IS NULL OR pl.ended_on >= %(today)s) AND pl.kind NOT IN ('hospital', 'detention'))
   AND (last.at IS NULL OR last.at < %(before)s)
 ORDER BY last.at NULLS FIRST, f.name
"""  # noqa: E501


def silent_sites(now: datetime) -> list[tuple[str, datetime | None]]:
    """Places that dose somebody and were not heard of for over a day, the longest silent first. One statement."""
    today = clock.local_day(now, settings.TIME_ZONE)
    with connection.cursor() as cursor:
        cursor.execute(_HEARD, {"today": today, "before": now - SILENT})
        return [(name, at) for name, at in cursor.fetchall()]


def figures(now: datetime) -> Iterator[Figure]:
    """For the operations page."""
    silent = silent_sites(now)
    yield Figure(_("Cơ sở quá 26 giờ không có tin"), str(len(silent)), look=bool(silent))
    for name, at in silent[:SHOWN]:
        yield Figure(name, day_time(at) if at else _("chưa lần nào"), look=True)


def gauges(now: datetime) -> Iterator[Gauge]:
    """For /metrics."""
    yield Gauge("sites_silent", "Sites that dose and were not heard of for 26 hours.", len(silent_sites(now)))
    today = clock.local_day(now, settings.TIME_ZONE)
    places = list(Facility.objects.values_list("pk", flat=True))
    doses = Dose.objects.filter(facility_id__in=places, covers_day=today).count()
    yield Gauge("doses_today", "Doses recorded that cover today.", doses)
