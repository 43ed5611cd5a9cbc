"""The proofs of custody: every paper is what was signed, every step follows, and what one chain says was handed over is
what the other says arrived or is in dispute.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from django.db import connection

from core.digests import canonical, sha256_of
from core.proofs import Broken
from inventory.models import Consignment, CustodyEvent
from inventory.queries.chain import CHUNK
from inventory.rules.custody import IN_TRANSIT
from inventory.services import custody, packing

_STEPS: Final = """
SELECT 'consignment ' || c.number || ' event ' || e."position", what
  FROM (SELECT *, lag("position", 1, 0::smallint) OVER w AS earlier, lag(state, 1, 'new') OVER w AS came_from
          FROM inventory_custodyevent WINDOW w AS (PARTITION BY consignment_id ORDER BY "position")) AS e
  JOIN inventory_consignment c ON c.id = e.consignment_id
  LEFT JOIN inventory_act a ON a.id = e.act_id
  LEFT JOIN inventory_consignmentleg g ON g.event_id = e.id
  LEFT JOIN LATERAL (SELECT b.carrier_id FROM inventory_consignmentleg b
                       JOIN inventory_custodyevent f ON f.id = b.event_id
                      WHERE f.consignment_id = e.consignment_id AND f."position" < e."position"
                      ORDER BY f."position" DESC LIMIT 1) AS was ON true
  CROSS JOIN LATERAL (VALUES
      (e."position" <> e.earlier + 1, 'the event before it is missing'),
      (e.before <> e.came_from, 'it does not follow from the event before it'),
      (e.facility_id NOT IN (c.from_facility_id, c.to_facility_id), 'its facility has no part in the consignment'),
      (a.facility_id <> e.facility_id, 'its act is in another chain'),
      (e.step = 'pack' AND (c.sealed_by_id, c.sealed_at) IS DISTINCT FROM (e.actor_id, e.recorded_at),
       'the consignment names another packer'),
      (e.step = 'hand_over' AND ((c.dispatched_by_id, c.dispatched_at) IS DISTINCT FROM (e.actor_id, e.recorded_at)
                                 OR e.witness_id IS DISTINCT FROM c.carrier_id),
       'the consignment names another sender, or another carrier signed'),
      ((e.step = 'new_leg') <> (g.event_id IS NOT NULL), 'it is a new leg without one, or has one and is none'),
      (e.step = 'new_leg'
       AND (g.consignment_id, g.carrier_id, g.companion, g.transport, g.route)
           IS DISTINCT FROM (e.consignment_id, (e.content -> 'stated' ->> 'carrier')::bigint,
                             e.content -> 'stated' ->> 'companion', e.content -> 'stated' ->> 'transport',
                             e.content -> 'stated' ->> 'route'),
       'its leg is not the one that was signed'),
      (e.side = 'carrier' AND e.actor_id <> coalesce(was.carrier_id, c.carrier_id), 'somebody else carried it then'),
      (e.step = 'receive' AND (c.received_by_id, c.received_second_id, c.received_at)
                              IS DISTINCT FROM (e.actor_id, e.witness_id, e.recorded_at),
       'the consignment names other receivers'),
      (e.step = 'take_back' AND (c.taken_back_by_id, c.taken_back_second_id, c.taken_back_at)
                                IS DISTINCT FROM (e.actor_id, e.witness_id, e.recorded_at),
       'the consignment names others who took it back')
  ) AS said (broken, what)
 WHERE said.broken
UNION ALL
SELECT 'consignment ' || c.number, 'it has no event' FROM inventory_consignment c
 WHERE NOT EXISTS (SELECT FROM inventory_custodyevent e WHERE e.consignment_id = c.id)
UNION ALL
SELECT 'consignment ' || c.number, 'it says it was ' || said.step || ' and no event does'
  FROM inventory_consignment c
 CROSS JOIN LATERAL (VALUES ('pack', c.sealed_at), ('hand_over', c.dispatched_at), ('receive', c.received_at),
                            ('take_back', c.taken_back_at)) AS said (step, at)
 WHERE said.at IS NOT NULL
   AND NOT EXISTS (SELECT FROM inventory_custodyevent e WHERE e.consignment_id = c.id AND e.step = said.step)
 ORDER BY 1
"""
# What the sender's chain put on the road is the manifest; what the road gave up again, in whichever chain, is the same.
_MATCH: Final = """
WITH sent AS (
    SELECT e.consignment_id, m.lot_id, m.bottle_id, sum(m.quantity) AS quantity
      FROM inventory_custodyevent e
      JOIN inventory_movement m ON m.act_id = e.act_id
      JOIN inventory_account t ON t.id = m.target_id AND t.kind = 'transit' AND t.consignment_id = e.consignment_id
     WHERE e.step = 'hand_over' GROUP BY 1, 2, 3
), listed AS (
    SELECT l.consignment_id, l.lot_id, l.bottle_id, l.quantity
      FROM inventory_consignmentline l JOIN inventory_consignment c ON c.id = l.consignment_id
     WHERE c.dispatched_at IS NOT NULL AND l.quantity > 0
), arrived AS (
    SELECT e.consignment_id, m.lot_id, m.bottle_id, sum(m.quantity) AS quantity
      FROM inventory_custodyevent e
      JOIN inventory_movement m ON m.act_id = e.act_id
      JOIN inventory_account s ON s.id = m.source_id AND s.kind = 'transit' AND s.consignment_id = e.consignment_id
     WHERE e.step IN ('receive', 'take_back', 'not_arrived') GROUP BY 1, 2, 3
), last AS (
    SELECT DISTINCT ON (consignment_id) consignment_id, state FROM inventory_custodyevent
     ORDER BY consignment_id, "position" DESC
)
SELECT 'consignment ' || c.number, 'what was handed over is not what is on its manifest'
  FROM inventory_consignment c
 WHERE EXISTS ((SELECT lot_id, bottle_id, quantity FROM sent WHERE sent.consignment_id = c.id
                EXCEPT SELECT lot_id, bottle_id, quantity FROM listed WHERE listed.consignment_id = c.id)
               UNION ALL
               (SELECT lot_id, bottle_id, quantity FROM listed WHERE listed.consignment_id = c.id
                EXCEPT SELECT lot_id, bottle_id, quantity FROM sent WHERE sent.consignment_id = c.id))
UNION
SELECT 'consignment ' || c.number, 'what arrived, or did not, is not what was handed over'
  FROM last JOIN inventory_consignment c ON c.id = last.consignment_id
 WHERE last.state <> ALL (%(on_the_way)s) AND c.dispatched_at IS NOT NULL
   AND EXISTS ((SELECT lot_id, bottle_id, quantity FROM sent WHERE sent.consignment_id = c.id
                EXCEPT SELECT lot_id, bottle_id, quantity FROM arrived WHERE arrived.consignment_id = c.id)
               UNION ALL
               (SELECT lot_id, bottle_id, quantity FROM arrived WHERE arrived.consignment_id = c.id
                EXCEPT SELECT lot_id, bottle_id, quantity FROM sent WHERE sent.consignment_id = c.id))
UNION
SELECT 'consignment ' || c.number, 'it is ' || last.state || ' and its accounts still hold something'
  FROM last JOIN inventory_consignment c ON c.id = last.consignment_id
  JOIN inventory_account a ON a.consignment_id = c.id
  JOIN inventory_balance b ON b.account_id = a.id AND b.quantity <> 0
 WHERE a.kind = 'transit' AND last.state <> ALL (%(on_the_way)s)
    OR a.kind = 'discrepancy' AND last.state <> ALL (%(in_dispute)s)
UNION
SELECT 'consignment ' || c.number, 'an account of it stands in the books of another facility'
  FROM inventory_account a JOIN inventory_consignment c ON c.id = a.consignment_id
 WHERE a.facility_id <> c.from_facility_id
UNION
SELECT 'act ' || m.act_id, 'it moves the stock of a consignment and no event of that consignment knows it'
  FROM inventory_movement m
  JOIN inventory_account a ON a.id IN (m.source_id, m.target_id) AND a.consignment_id IS NOT NULL
 WHERE NOT EXISTS (SELECT FROM inventory_custodyevent e
                    WHERE e.act_id = m.act_id AND e.consignment_id = a.consignment_id)
 ORDER BY 1
"""


def documents() -> Iterable[Broken]:
    """The paper of every event is what was signed and chained, and says what the event says."""
    events = CustodyEvent.objects.select_related("consignment").order_by("consignment__number", "position")
    for event in events.iterator(CHUNK):
        name = f"consignment {event.consignment.number} event {event.position}"
        if sha256_of(event.content) != event.digest:
            yield Broken("custody.documents", name, "its document is not what it was chained with")
        elif any(event.content[key] != value for key, value in _said(event).items()):
            yield Broken("custody.documents", name, "its document says otherwise than it does")


def _said(event: CustodyEvent) -> dict[str, Any]:
    said: dict[str, Any] = canonical(
        {
            "document": f"tram.custody.{event.step}",
            "event": event.pk,
            "consignment": event.consignment_id,
            "before": event.before,
            "state": event.state,
            "facility": event.facility_id,
            "actor": event.actor_id,
            "witness": event.witness_id,
            "occurred_at": event.occurred_at,
        }
    )
    return said


def manifests() -> Iterable[Broken]:
    """The lines and seals of every manifest are those that were sealed."""
    sealed = Consignment.objects.filter(sealed_at__isnull=False).order_by("number")
    packed = dict(CustodyEvent.objects.filter(step="pack").values_list("consignment_id", "content__found__manifest"))
    for consignment in sealed.iterator(CHUNK):
        digest = sha256_of(packing.manifest_of(consignment, custody.sent_lines(consignment)))
        if not digest == consignment.manifest_digest == packed.get(consignment.pk):
            what = "its manifest is not what was sealed"
            yield Broken("custody.manifests", f"consignment {consignment.number}", what)


def steps() -> Iterable[Broken]:
    """Every event follows from the one before it, and the consignment names the people that its events name."""
    return _asked("custody.steps", _STEPS)


def matches() -> Iterable[Broken]:
    """What left in one chain is what arrived, or is in dispute, in the other; nothing else touches it."""
    return _asked("custody.matches", _MATCH)


def _asked(name: str, question: str) -> Iterator[Broken]:
    values = {"on_the_way": [str(state) for state in IN_TRANSIT], "in_dispute": ["partial", "disputed"]}
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        for row, what in cursor.fetchall():
            yield Broken(name, row, what)


PROOFS: Final[dict[str, Callable[[], Iterable[Broken]]]] = {
    "custody.documents": documents,
    "custody.manifests": manifests,
    "custody.matches": matches,
    "custody.steps": steps,
}
