"""The proofs of stock: nothing is lost, nothing is twice, and the chain says so. Run by `verify_ledger` and
nightly.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from django.db import connection

from core.digests import sha256_of
from core.proofs import Broken
from inventory.models import MAY_BE_NEGATIVE, Act, ActKind, Document
from inventory.queries import chain as chain_queries
from inventory.queries.chain import ChainRow, StoredLink
from inventory.rules.chain import GENESIS, content_digest, event_digest, link_hash
from inventory.rules.kinds import BOTTLE_ACCOUNTS
from inventory.services import custody_proofs, finding_proofs, measure_proofs

# Each answers the broken rows: which, and what is wrong.
_SUM = """
SELECT 'item ' || l.item_id || ' lot ' || l.number, 'its balances sum to ' || sum(b.quantity) || ', not to zero'
  FROM inventory_balance b JOIN inventory_lot l ON l.id = b.lot_id
 GROUP BY l.item_id, l.id HAVING sum(b.quantity) <> 0
 ORDER BY l.id
"""
_BALANCES = """
WITH moved AS (
    SELECT account_id, lot_id, bottle_id, sum(quantity)::bigint AS quantity FROM (
        SELECT m.target_id AS account_id, m.lot_id, CASE WHEN a.by_bottle THEN m.bottle_id END AS bottle_id, m.quantity
          FROM inventory_movement m JOIN inventory_account a ON a.id = m.target_id
        UNION ALL
        SELECT m.source_id, m.lot_id, CASE WHEN a.by_bottle THEN m.bottle_id END, -m.quantity
          FROM inventory_movement m JOIN inventory_account a ON a.id = m.source_id
    ) AS each GROUP BY account_id, lot_id, bottle_id
)
SELECT 'account ' || coalesce(b.account_id, m.account_id) || ' lot ' || coalesce(b.lot_id, m.lot_id)
           || coalesce(' bottle ' || coalesce(b.bottle_id, m.bottle_id), ''),
       'it says ' || coalesce(b.quantity::text, 'nothing') || ', its movements sum to ' || coalesce(m.quantity, 0)
  FROM inventory_balance b
  FULL JOIN moved m ON (m.account_id, m.lot_id, coalesce(m.bottle_id, 0))
                     = (b.account_id, b.lot_id, coalesce(b.bottle_id, 0))
 WHERE coalesce(b.quantity, 0) <> coalesce(m.quantity, 0)
 ORDER BY 1
"""
_ACCOUNTS = """
SELECT 'account ' || a.id, 'its flags do not fit an account of kind ' || a.kind
  FROM inventory_account a JOIN inventory_item i ON i.id = a.item_id
 WHERE a.may_be_negative <> (a.kind = ANY(%(negative)s))
    OR a.by_bottle <> (i.in_bottles AND a.kind = ANY(%(by_bottle)s))
UNION ALL
SELECT 'balance ' || b.id, 'its flag is not its account''s'
  FROM inventory_balance b JOIN inventory_account a ON a.id = b.account_id
 WHERE b.may_be_negative <> a.may_be_negative OR a.by_bottle <> (b.bottle_id IS NOT NULL)
UNION ALL
SELECT 'balance ' || b.id, 'a real place holds ' || b.quantity
  FROM inventory_balance b JOIN inventory_account a ON a.id = b.account_id
 WHERE b.quantity < 0 AND a.kind <> ALL(%(negative)s)
 ORDER BY 1
"""
_BOTTLES = """
SELECT 'bottle ' || b.number, what FROM inventory_bottle b
  CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE a.kind <> 'unreconciled') AS places,
             coalesce(sum(h.quantity) FILTER (WHERE a.kind = 'unreconciled'), 0) AS beyond
        FROM inventory_balance h JOIN inventory_account a ON a.id = h.account_id WHERE h.bottle_id = b.id) AS held
  CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE m.lot_id <> b.lot_id) AS strange,
             coalesce(sum(m.quantity) FILTER (WHERE m.reason = 'delivery'), 0) AS delivered,
             bool_or(t.kind = 'opened') AS opened, count(*) AS moved
        FROM inventory_movement m JOIN inventory_account t ON t.id = m.target_id WHERE m.bottle_id = b.id) AS life
  CROSS JOIN LATERAL (VALUES
      (held.places > 1, 'it stands in ' || held.places || ' places'),
      (b.emptied_at IS NOT NULL AND held.places > 0, 'it is emptied and still stands somewhere'),
      (b.emptied_at IS NULL AND b.gone_at IS NULL AND life.moved > 0 AND held.places = 0,
       'it stands nowhere and was not emptied'),
      (life.moved = 0, 'it was never received'),
      (life.strange > 0, 'it was moved as another lot'),
      (life.delivered > b.size_ul, 'more was delivered in it than its label says'),
      (b.opened_at IS NULL AND life.opened IS TRUE, 'it was opened in the books and does not say so'),
      (b.opened_at IS NOT NULL AND life.opened IS NOT TRUE AND b.emptied_at IS NULL,
       'it says opened and the books know nothing of it')
  ) AS said (broken, what)
 WHERE said.broken ORDER BY b.number
"""
_AS_RECEIVED = """
SELECT 'bottle ' || n.number, 'it, or its lot, is not what was received: ' || (d.content #>> '{stated,document_number}')
  FROM inventory_document d
  JOIN inventory_act a ON a.id = d.act_id AND a.kind = 'receipt'
  CROSS JOIN LATERAL jsonb_array_elements(d.content #> '{stated,lines}') WITH ORDINALITY AS s (line, nth)
  CROSS JOIN LATERAL jsonb_array_elements_text(d.content #> '{found,bottles}' -> (s.nth - 1)::int)
       WITH ORDINALITY AS n (number, place)
  LEFT JOIN inventory_bottle b ON b.number = n.number::bigint
  LEFT JOIN inventory_lot l ON l.id = b.lot_id
 WHERE (b.size_ul, l.item_id, l.number, l.manufacturer, l.expires_on, l.concentration, b.seal_number)
       IS DISTINCT FROM ((s.line ->> 'size_ul')::bigint, (s.line ->> 'item')::bigint, s.line ->> 'lot',
                         s.line ->> 'manufacturer', (s.line ->> 'expires_on')::date,
                         (s.line ->> 'concentration')::numeric,
                         coalesce(s.line #>> ARRAY['seals', (n.place - 1)::text], ''))
 ORDER BY n.number::bigint
"""


def _asked(name: str, question: str) -> Iterator[Broken]:
    values = {"negative": sorted(MAY_BE_NEGATIVE), "by_bottle": sorted(BOTTLE_ACCOUNTS)}
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        for row, what in cursor.fetchall():
            yield Broken(name, row, what)


def sums() -> Iterable[Broken]:
    """Every lot's balances sum to zero: what is anywhere came from somewhere."""
    return _asked("ledger.sums", _SUM)


def balances() -> Iterable[Broken]:
    """Every balance is the sum of its movements, and every movement is in a balance."""
    return _asked("ledger.balances", _BALANCES)


def places() -> Iterable[Broken]:
    """No real place holds less than nothing, and every flag is what its account's kind says."""
    return _asked("ledger.accounts", _ACCOUNTS)


def bottles() -> Iterable[Broken]:
    """Every bottle stands in one place until it is emptied, and its own facts agree with its movements."""
    return _asked("bottles.places", _BOTTLES)


def as_received() -> Iterable[Broken]:
    """Size, seal, lot, expiry and strength of every bottle are what two people signed for when it arrived."""
    return _asked("bottles.as_received", _AS_RECEIVED)


WITH_DOCUMENT: Final = frozenset(
    {
        ActKind.RECEIPT,
        ActKind.TO_DISPENSING,
        ActKind.OPENING,
        ActKind.EMPTYING,
        ActKind.QUARANTINE,
        ActKind.DISPATCH,
        ActKind.CONSIGNMENT_RECEIPT,
        ActKind.TAKEN_BACK,
        ActKind.NOT_ARRIVED,
        ActKind.ADMITTED,
        ActKind.SETTLED,
        ActKind.MEASURE,
        ActKind.PRIMING,
        ActKind.DESTRUCTION,
        ActKind.RECALL,
        ActKind.LOSS,
        ActKind.BREAKAGE,
        ActKind.SPILL,
        ActKind.COUNT,
        ActKind.AMPOULES_OUT,
    }
)


def documents() -> Iterable[Broken]:
    """The document of every act of stock is what the act was chained with. Doses have their own proof, in
    dispensing.
    """
    for act in Act.objects.filter(kind__in=WITH_DOCUMENT, document__isnull=True).order_by("recorded_at", "pk"):
        yield Broken("ledger.documents", f"act {act.pk}", "its document is gone")
    kept = Document.objects.select_related("act").order_by("act__recorded_at", "pk")
    for document in kept.iterator(chain_queries.CHUNK):
        if sha256_of(document.content) != document.act.document_digest:
            what = "its document is not what it was chained with"
            yield Broken("ledger.documents", f"act {document.act_id}", what)


def chain() -> Iterable[Broken]:
    """Every facility's chain has no gap, no fork and no end but its head, and every link is what its act
    says.
    """
    previous: ChainRow | None = None
    for row in chain_queries.rows():
        if previous is not None and previous.facility_id != row.facility_id:
            yield from _ends(previous)
            previous = None
        yield from _follows(previous.link if previous else None, row)
        previous = row
    if previous is not None:
        yield from _ends(previous)
    yield from _asked("ledger.chain", _UNLINKED)


_UNLINKED = """
SELECT 'act ' || a.id, 'it is in no chain' FROM inventory_act a
 WHERE NOT EXISTS (SELECT FROM inventory_chainlink l
                    WHERE l.subject_id = a.id AND l.kind = 'act' AND l.facility_id = a.facility_id)
UNION ALL
SELECT 'custody event ' || e.id, 'it is in no chain' FROM inventory_custodyevent e
 WHERE NOT EXISTS (SELECT FROM inventory_chainlink l
                    WHERE l.subject_id = e.id AND l.kind = 'custody' AND l.facility_id = e.facility_id)
 ORDER BY 1
"""


def _ends(last: ChainRow) -> Iterator[Broken]:
    end = (last.link.sequence, last.link.hash) if last.link else (0, GENESIS)
    if end != (last.head_sequence, last.head_hash):
        what = f"its head says link {last.head_sequence}, its last link is {end[0]}"
        yield Broken("ledger.chain", f"facility {last.facility_id}", what)


def _follows(before: StoredLink | None, row: ChainRow) -> Iterator[Broken]:
    link = row.link
    if link is None:
        return
    name = f"facility {row.facility_id} link {link.sequence}"
    expected = before.sequence + 1 if before else 1
    if link.sequence != expected:
        yield Broken("ledger.chain", name, f"link {expected} is missing before it")
    elif link.previous_hash != (before.hash if before else GENESIS):
        yield Broken("ledger.chain", name, "it does not follow from the link before it")
    recomputed = link_hash(
        previous=link.previous_hash,
        facility_id=row.facility_id,
        sequence=link.sequence,
        kind=link.kind,
        subject_id=link.subject_id,
        content=link.content_digest,
    )
    if link.hash != recomputed:
        yield Broken("ledger.chain", name, "its hash is not what it contains")
    yield from _speaks_of(name, link)


def _speaks_of(name: str, link: StoredLink) -> Iterator[Broken]:
    """The link against the act of stock, or the custody event, that it is about."""
    if link.act is not None:
        content = content_digest(link.act)
    elif link.event is not None:
        content = event_digest(link.event)
    else:
        yield Broken("ledger.chain", name, f"its {link.kind} {link.subject_id} is gone")
        return
    if content != link.content_digest or link.recorded_at != link.subject_recorded_at:
        yield Broken("ledger.chain", name, f"its {link.kind} {link.subject_id} is not what was chained")


PROOFS: Final[dict[str, Callable[[], Iterable[Broken]]]] = {
    "bottles.as_received": as_received,
    "bottles.places": bottles,
    "ledger.accounts": places,
    "ledger.balances": balances,
    "ledger.chain": chain,
    "ledger.documents": documents,
    "ledger.sums": sums,
    **custody_proofs.PROOFS,
    **finding_proofs.PROOFS,
    **measure_proofs.PROOFS,
}
