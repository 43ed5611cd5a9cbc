"""Proofs over doses taken home: the stock of each hand-out is its vials, and what was signed is what it says."""

from collections.abc import Callable, Iterable
from typing import Final
from uuid import UUID

from django.db import connection

from core.digests import sha256_of
from core.proofs import Broken
from dispensing.models import TakeHome, TakeHomeAllowance, VialReport, VialVoid
from dispensing.services import take_home
from dispensing.services import vials as take_home_vials

_STOCK: Final = """
    SELECT 'act ' || a.id, 'it took stock for vials that nobody recorded'
      FROM inventory_act a
     WHERE a.kind = 'take_home' AND NOT EXISTS (SELECT FROM dispensing_takehome h WHERE h.act_id = a.id)
    UNION ALL
    SELECT 'hand-out ' || h.act_id, 'its vials are not one of ' || h.mg || ' mg for each of ' || h.days || ' days'
      FROM dispensing_takehome h
     WHERE (SELECT count(DISTINCT v.day) FROM dispensing_takehomevial v
             WHERE v.take_home_id = h.act_id AND v.mg = h.mg AND v.patient_id = h.patient_id
               AND v.day BETWEEN h.day + 1 AND h.day + h.days) <> h.days
        OR (SELECT count(*) FROM dispensing_takehomevial v WHERE v.take_home_id = h.act_id) <> h.days
    UNION ALL
    SELECT 'hand-out ' || h.act_id, 'the stock it took is not what its vials hold'
      FROM dispensing_takehome h
      JOIN (SELECT m.act_id, sum(m.quantity) AS ul, sum(m.quantity * l.concentration) AS taken
              FROM inventory_movement m JOIN inventory_lot l ON l.id = m.lot_id GROUP BY m.act_id) s
        ON s.act_id = h.act_id
      JOIN (SELECT v.take_home_id, sum(v.ul) AS ul, sum(v.mg) AS mg FROM dispensing_takehomevial v
             GROUP BY v.take_home_id) v ON v.take_home_id = h.act_id
     WHERE s.ul <> v.ul OR s.taken <> v.mg * 1000
    UNION ALL
    SELECT 'hand-out ' || h.act_id, 'what left the patients again is not its voided vials and what came back in others'
      FROM dispensing_takehome h
     CROSS JOIN LATERAL (
           SELECT coalesce(sum(CASE WHEN f.kind = 'patients' THEN m.quantity ELSE -m.quantity END), 0) AS ul
             FROM inventory_act a
             JOIN inventory_movement m ON m.act_id = a.id
             JOIN inventory_account f ON f.id = m.source_id
             JOIN inventory_account t ON t.id = m.target_id
            WHERE a.corrects_id = h.act_id AND 'patients' IN (f.kind, t.kind)) moved
     CROSS JOIN LATERAL (
           SELECT coalesce(sum(v.ul) FILTER (WHERE o.act_id IS NOT NULL), 0)
                  + coalesce(sum(r.ul), 0) AS ul
             FROM dispensing_takehomevial v
             LEFT JOIN dispensing_vialvoid o ON o.vial_id = v.id
             LEFT JOIN dispensing_vialreport r ON r.vial_id = v.id
                   AND NOT EXISTS (SELECT FROM dispensing_vialreport c WHERE c.corrects_id = r.id)
            WHERE v.take_home_id = h.act_id) said
     WHERE moved.ul <> said.ul
"""

_DAYS: Final = """
    SELECT 'vial ' || v.id, 'it stands, but its day is not claimed by it'
      FROM dispensing_takehomevial v
     WHERE NOT EXISTS (SELECT FROM dispensing_vialvoid o WHERE o.vial_id = v.id)
       AND NOT EXISTS (SELECT FROM dispensing_takehomeday d
                        WHERE (d.vial_id, d.patient_id, d.day) = (v.id, v.patient_id, v.day))
    UNION ALL
    SELECT 'vial ' || o.vial_id, 'it is voided, but it claims a day'
      FROM dispensing_vialvoid o JOIN dispensing_takehomeday d ON d.vial_id = o.vial_id
"""


def _asked(name: str, question: str) -> Iterable[Broken]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        for row, what in cursor.fetchall():
            yield Broken(name, row, what)


def claimed_days() -> Iterable[Broken]:
    """One standing vial for each claimed day; no standing vial without one."""
    return _asked("take_home.days", _DAYS)


def stock() -> Iterable[Broken]:
    """The stock behind each hand-out is exactly its vials, and what came back is what was voided or reported so."""
    return _asked("take_home.stock", _STOCK)


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
    yield from _corrections(name)


def _corrections(name: str) -> Iterable[Broken]:
    voids: dict[UUID, list[VialVoid]] = {}
    for void in VialVoid.objects.filter(act__isnull=False).select_related("act").order_by("voided_at", "pk"):
        voids.setdefault(void.act_id or void.pk, []).append(void)
    for act_id, rows in voids.items():
        if rows[0].act is None or sha256_of(take_home_vials.void_document(rows)) != rows[0].act.document_digest:
            yield Broken(name, f"void {act_id}", "its content is not what its act was chained with")
    for report in VialReport.objects.filter(act__isnull=False).select_related("act").order_by("recorded_at", "pk"):
        if report.act is None or sha256_of(take_home_vials.report_document(report)) != report.act.document_digest:
            yield Broken(name, f"report {report.pk}", "its content is not what its act was chained with")


TAKE_HOME_PROOFS: Final[dict[str, Callable[[], Iterable[Broken]]]] = {
    "take_home.days": claimed_days,
    "take_home.documents": documents,
    "take_home.stock": stock,
}
