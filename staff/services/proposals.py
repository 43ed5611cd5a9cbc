"""Hours proposed from what the rooms above saw of somebody's work: a proposal until the person confirms it.

The rooms above write `staff_workevidence` and register here how to look for one person's on demand.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from core.access import Access
from staff.models import Person, WorkEvidence

Source = Callable[[datetime, int | None], int]

_sources: list[Source] = []

_WAITING: Final = """
    SELECT DISTINCT e.person_id, e.facility_id, e.day FROM staff_workevidence e
     WHERE e.proposed_at IS NULL AND (%(person)s::bigint IS NULL OR e.person_id = %(person)s)
"""
# More was seen before anybody had looked: the first proposal gives way to a longer one.
_RENEW: Final = f"""
UPDATE staff_dutyinterval i SET ended_at = %(now)s, ended_why = 'renewed'
  FROM ({_WAITING}) w
 WHERE i.person_id = w.person_id AND i.facility_id = w.facility_id AND i.day = w.day
   AND i.source = 'proposed' AND i.confirmed_at IS NULL AND i.ended_at IS NULL
"""  # noqa: S608  no text of anybody's
# Everything seen of a day, whole minutes, without what the person has entered, confirmed or declined already. A part
# that overlaps another place's is left to the person.
_PROPOSE: Final = f"""
WITH waiting AS ({_WAITING}), seen AS (
  SELECT e.person_id, e.facility_id, range_agg(tstzrange(
           date_trunc('minute', e.first_at),
           greatest(date_trunc('minute', e.last_at + interval '59.999999 seconds'),
                    date_trunc('minute', e.first_at) + interval '1 minute'))) AS times
    FROM staff_workevidence e JOIN waiting w USING (person_id, facility_id, day)
   GROUP BY e.person_id, e.facility_id, e.day
), parts AS (
  SELECT s.person_id, s.facility_id, unnest(s.times - coalesce((
           SELECT range_agg(tstzrange(i.starts_at, i.ends_at)) FROM staff_dutyinterval i
            WHERE i.person_id = s.person_id AND (i.ended_at IS NULL OR i.ended_why = 'declined')
              AND tstzrange(i.starts_at, i.ends_at) && range_merge(s.times)), '{{}}')) AS part
    FROM seen s
)
INSERT INTO staff_dutyinterval (id, person_id, facility_id, day, starts_at, ends_at, source, reason, recorded_at)
SELECT uuidv7(), p.person_id, p.facility_id, (lower(p.part) AT TIME ZONE f.zone)::date, lower(p.part), upper(p.part),
       'proposed', '', %(now)s
  FROM parts p JOIN facilities_facility f ON f.id = p.facility_id
 ORDER BY p.person_id, lower(p.part)
    ON CONFLICT DO NOTHING
"""  # noqa: S608  no text of anybody's
_PROPOSED: Final = """
UPDATE staff_workevidence SET proposed_at = %(now)s
 WHERE proposed_at IS NULL AND (%(person)s::bigint IS NULL OR person_id = %(person)s)
"""


def register(source: Source) -> None:
    """Say how to see one person's work, or everybody's (None), and write it down as evidence."""
    if source not in _sources:
        _sources.append(source)


def look(*, by: Access, now: datetime) -> int:
    """Look for one's own work now and propose hours of it; answers how many proposals are new."""
    for source in _sources:
        source(now, by.actor_id)
    return propose(now=now, person_id=by.actor_id)


def propose(*, now: datetime, person_id: int | None = None) -> int:
    """Propose hours of all evidence that waits, everybody's or one person's; answers how many. Four statements, safe to
    repeat, and safe beside somebody who enters the same hours at this moment."""
    values: dict[str, Any] = {"now": now, "person": person_id}
    with transaction.atomic(), connection.cursor() as cursor:
        _lock_people(person_id)
        cursor.execute(_RENEW, values)
        cursor.execute(_PROPOSE, values)
        made = int(cursor.rowcount)
        cursor.execute(_PROPOSED, values)
    return made


def _lock_people(person_id: int | None) -> None:
    """In the order of their ids, as everybody who takes more than one."""
    waiting = Person.objects.filter(pk__in=_waiting_people(person_id)).order_by("id")
    list(waiting.select_for_update(no_key=True).values_list("pk", flat=True))


def _waiting_people(person_id: int | None) -> Any:
    waiting = WorkEvidence.objects.filter(proposed_at__isnull=True)
    if person_id is not None:
        waiting = waiting.filter(person_id=person_id)
    return waiting.values("person_id")
