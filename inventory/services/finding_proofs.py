"""The proofs of what was counted, spilt, lost and destroyed: the book beside each line of a count is the ledger's at
the link it names, and every row that a record prints says what was signed.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from django.db import connection

from core.digests import canonical, sha256_of
from core.proofs import Broken
from inventory.models import Document, LossReport
from inventory.rules.kinds import PLACES
from inventory.services import losses
from staff.models import AT_ONCE, Attestation

# A bottle by itself; a lot without bottles as a whole: what was taken beyond its book is told at one of its places.
_BOOKS: Final = """
WITH told AS (
    SELECT l.count_id, l.lot_id, l.bottle_id, c.facility_id, max(l.as_of) AS as_of, sum(l.book) AS book,
           l.bottle_id IS NULL OR bool_or(l.outcome = 'missing' OR l.measure_id IS NOT NULL) AS less_beyond
      FROM inventory_countline l JOIN inventory_stockcount c ON c.act_id = l.count_id
     WHERE l.lot_id IS NOT NULL
     GROUP BY l.count_id, l.lot_id, l.bottle_id, c.facility_id
)
SELECT 'count ' || t.count_id || coalesce(' bottle ' || b.number, ' lot ' || t.lot_id),
       'its book says ' || t.book || ', the movements up to link ' || t.as_of || ' leave ' || moved.quantity
  FROM told t
  LEFT JOIN inventory_bottle b ON b.id = t.bottle_id
  CROSS JOIN LATERAL (
      SELECT coalesce(sum(CASE WHEN x.facility_id = t.facility_id AND
                                    (x.kind = ANY(%(places)s) OR t.less_beyond AND x.kind = 'unreconciled')
                               THEN v.quantity ELSE 0 END
                        - CASE WHEN s.facility_id = t.facility_id AND
                                    (s.kind = ANY(%(places)s) OR t.less_beyond AND s.kind = 'unreconciled')
                               THEN v.quantity ELSE 0 END), 0) AS quantity
        FROM (SELECT * FROM inventory_movement WHERE bottle_id = t.bottle_id
              UNION ALL
              SELECT * FROM inventory_movement
               WHERE t.bottle_id IS NULL AND bottle_id IS NULL AND lot_id = t.lot_id) AS v
        JOIN inventory_chainlink k
          ON k.subject_id = v.act_id AND k.facility_id = t.facility_id AND k.sequence <= t.as_of
        JOIN inventory_account s ON s.id = v.source_id
        JOIN inventory_account x ON x.id = v.target_id) AS moved
 WHERE moved.quantity <> t.book
 ORDER BY 1
"""
_COUNTED: Final = """
WITH said AS (
    SELECT d.act_id, n AS "position", e ->> 'place' AS place, e ->> 'outcome' AS outcome,
           (e ->> 'found')::bigint AS found, (e ->> 'book')::bigint AS book, NULL::bigint AS as_of
      FROM inventory_document d JOIN inventory_act a ON a.id = d.act_id,
           jsonb_array_elements(d.content -> 'found' -> 'lines') WITH ORDINALITY AS lines (e, n)
     WHERE a.kind = 'count'
    UNION ALL
    SELECT d.act_id, n + jsonb_array_length(d.content -> 'found' -> 'lines'), 'opened', NULL,
           (e ->> 'ul')::bigint, NULL, (e ->> 'as_of')::bigint
      FROM inventory_document d JOIN inventory_act a ON a.id = d.act_id,
           jsonb_array_elements(d.content -> 'found' -> 'measures') WITH ORDINALITY AS lines (e, n)
     WHERE a.kind = 'count'
)
SELECT 'count ' || coalesce(s.act_id, l.count_id) || ' line ' || coalesce(s."position", l."position"),
       CASE WHEN s.act_id IS NULL THEN 'nobody signed it' WHEN l.count_id IS NULL THEN 'it was signed and is gone'
            ELSE 'it is not what was signed' END
  FROM said s FULL JOIN inventory_countline l ON l.count_id = s.act_id AND l."position" = s."position"
 WHERE s.act_id IS NULL OR l.count_id IS NULL OR l.place <> s.place OR l.found <> s.found
    OR l.outcome <> coalesce(s.outcome, l.outcome) OR l.book <> coalesce(s.book, l.book)
    OR l.as_of <> coalesce(s.as_of, l.as_of)
 ORDER BY 1
"""
_SPILT: Final = """
SELECT 'spill ' || a.id, CASE WHEN p.act_id IS NULL THEN 'its record is gone' ELSE 'it is not what was signed' END
  FROM inventory_act a JOIN inventory_document d ON d.act_id = a.id LEFT JOIN inventory_spill p ON p.act_id = a.id
 WHERE a.kind IN ('spill', 'breakage')
   AND (p.act_id IS NULL
        OR (p.kind, p.estimated, p.booked, p.words, p.also_saw, p.recorded_by_id, p.happened_at)
           IS DISTINCT FROM
           (a.kind, (d.content -> 'stated' ->> 'estimated')::bigint, (d.content -> 'found' ->> 'booked')::bigint,
            d.content -> 'stated' ->> 'words', d.content -> 'stated' ->> 'also_saw', a.actor_id, a.occurred_at))
 ORDER BY 1
"""
_DESTROYED: Final = """
SELECT 'destruction ' || r.id, what
  FROM inventory_destruction r
  JOIN inventory_document d ON d.act_id = r.act_id
  CROSS JOIN LATERAL (VALUES
      ((r.minutes, r.place, r.method) IS DISTINCT FROM
       (d.content -> 'stated' ->> 'minutes', d.content -> 'stated' ->> 'place', d.content -> 'stated' ->> 'method'),
       'its minutes are not those that were signed'),
      ((SELECT jsonb_agg(jsonb_build_array(m.person_id, m.duty) ORDER BY m.id)
          FROM inventory_destructionmember m WHERE m.destruction_id = r.id) IS DISTINCT FROM
       d.content -> 'stated' -> 'members', 'its committee is another'),
      (EXISTS (SELECT 1 FROM (SELECT lot_id, bottle_id, quantity FROM inventory_destructionline
                               WHERE destruction_id = r.id) AS l
                 FULL JOIN (SELECT lot_id, bottle_id, quantity FROM inventory_movement WHERE act_id = r.act_id) AS v
                   ON (l.lot_id, l.quantity) = (v.lot_id, v.quantity) AND l.bottle_id IS NOT DISTINCT FROM v.bottle_id
                WHERE l.lot_id IS NULL OR v.lot_id IS NULL), 'what was destroyed is not what was listed')
  ) AS said (wrong, what)
 WHERE wrong
 ORDER BY 1, 2
"""


def books() -> Iterable[Broken]:
    """Every line of a count stands beside the book that the ledger had at the link it names."""
    return _asked("findings.book", _BOOKS, {"places": [str(place) for place in PLACES]})


def signed() -> Iterable[Broken]:
    """What the records of counts, spills, losses and destructions print is what was signed."""
    for question in (_COUNTED, _SPILT, _DESTROYED):
        yield from _asked("findings.signed", question, {})
    yield from _lost()


def _asked(name: str, question: str, values: dict[str, Any]) -> Iterator[Broken]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        for row, what in cursor.fetchall():
            yield Broken(name, row, what)


def _lost() -> Iterator[Broken]:
    """A report against its act's document; one that booked nothing, against the digest that was attested."""
    for row in LossReport.objects.order_by("recorded_at", "pk").iterator(chunk_size=500):
        told = canonical({name: getattr(row, name) for name in losses.STATED})
        if row.act_id is not None:
            stated = Document.objects.get(act_id=row.act_id).content["stated"]
            whole = {name: stated.get(name) for name in told} == told
        else:
            content = {"document": losses.SUBJECT, "id": row.pk, "facility": row.facility_id, "content": told}
            made = Attestation.objects.filter(act_id=row.pk, mode__in=AT_ONCE).values_list("digest", flat=True)
            whole = list(made) == [sha256_of(content)]
        if not whole:
            yield Broken("findings.signed", f"loss report {row.pk}", "it is not what was signed")


PROOFS: Final[dict[str, Callable[[], Iterable[Broken]]]] = {"findings.book": books, "findings.signed": signed}
