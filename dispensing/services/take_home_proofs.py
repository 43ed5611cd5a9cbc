"""Proofs over doses taken home: the stock of each hand-out is its vials, and what was signed is what it says."""

from collections.abc import Callable, Iterable
from typing import Final

from django.db import connection

from core.digests import sha256_of
from core.proofs import Broken
from dispensing.models import TakeHome, TakeHomeAllowance
from dispensing.services import take_home

_STOCK: Final = """
    SELECT 'act ' || a.id, 'it took stock for vials that nobody recorded'
      FROM inventory_act a
     WHERE a.kind = 'take_home' AND NOT EXISTS (SELECT FROM dispensing_takehome h WHERE h.act_id = a.id)
    UNION ALL
    SELECT 'hand-out ' || h.act_id, 'its vials are not one of ' || h.mg || ' mg for each of ' || h.days || ' days'
      FROM dispensing_takehome h
     WHERE (SELECT count(*) FROM dispensing_takehomevial v
             WHERE v.take_home_id = h.act_id AND v.mg = h.mg AND v.patient_id = h.patient_id
               AND v.day BETWEEN h.day + 1 AND h.day + h.days) <> h.days
    UNION ALL
    SELECT 'hand-out ' || h.act_id, 'the stock it took is not what its vials hold'
      FROM dispensing_takehome h
      JOIN (SELECT m.act_id, sum(m.quantity) AS ul, sum(m.quantity * l.concentration) AS taken
              FROM inventory_movement m JOIN inventory_lot l ON l.id = m.lot_id GROUP BY m.act_id) s
        ON s.act_id = h.act_id
      JOIN (SELECT v.take_home_id, sum(v.ul) AS ul, sum(v.mg) AS mg FROM dispensing_takehomevial v
             GROUP BY v.take_home_id) v ON v.take_home_id = h.act_id
     WHERE s.ul <> v.ul OR s.taken <> v.mg * 1000
"""


def stock() -> Iterable[Broken]:
    """The stock behind each hand-out is exactly its vials, and its vials are its days."""
    with connection.cursor() as cursor:
        cursor.execute(_STOCK)
        for row, what in cursor.fetchall():
            yield Broken("take_home.stock", row, what)


def documents() -> Iterable[Broken]:
    """What was handed out is what its act was chained with; what was allowed is what was signed."""
    name = "take_home.documents"
    for row in TakeHome.objects.select_related("act").order_by("handed_at", "pk").iterator(2000):
        vials = list(row.vials.order_by("day"))
        if sha256_of(take_home.document(row, vials)) != row.act.document_digest:
            yield Broken(name, f"hand-out {row.pk}", "its content is not what its act was chained with")
    allowed = TakeHomeAllowance.objects.select_related("signature").order_by("recorded_at", "pk")
    for answer in allowed.iterator(2000):
        if sha256_of(take_home.allowance_document(answer)) != answer.digest or (
            answer.signature.digest, answer.signature.person_id, answer.signature.subject_id
        ) != (answer.digest, answer.signed_by_id, answer.pk):  # fmt: skip
            yield Broken(name, f"allowance {answer.pk}", "its content is not what was signed")


TAKE_HOME_PROOFS: Final[dict[str, Callable[[], Iterable[Broken]]]] = {
    "take_home.documents": documents,
    "take_home.stock": stock,
}
