"""Proofs over doses and orders: each has its stock and its digest, every covered day its standing dose."""

from collections.abc import Callable, Iterable
from typing import Final

from django.db import connection
from django.db.models import Q

from core.digests import sha256_of
from core.proofs import Broken
from dispensing.models import DelegatedOrder, Dose, DoseVoid, Outcome, PhoneOrder, Prescription
from dispensing.services import doses, outcomes, prescriptions, voids
from dispensing.services import named_orders as named


def documents() -> Iterable[Broken]:
    """What a dose, a void or a poured-away cup states is what its act was chained with."""
    for dose in Dose.objects.select_related("act").order_by("recorded_at", "pk").iterator(2000):
        if sha256_of(doses.document(dose)) != dose.act.document_digest:
            yield Broken("dose.documents", f"dose {dose.pk}", "its content is not what its act was chained with")
    for void in (
        DoseVoid.objects.select_related("act").filter(act__isnull=False).order_by("voided_at", "pk").iterator(2000)
    ):
        if void.act is not None and sha256_of(voids.document(void)) != void.act.document_digest:
            yield Broken("dose.documents", f"void {void.pk}", "its content is not what its act was chained with")
    for outcome in Outcome.objects.select_related("act").filter(act__isnull=False).order_by("at", "pk").iterator(2000):
        if outcome.act is not None and sha256_of(outcomes.document(outcome)) != outcome.act.document_digest:
            yield Broken("dose.documents", f"outcome {outcome.pk}", "its content is not what its act was chained with")


def orders() -> Iterable[Broken]:
    """Each order is what its signer put their name to."""
    name = "prescription.documents"
    for order in Prescription.objects.select_related("signature").order_by("recorded_at", "pk").iterator(2000):
        signature = order.signature
        if sha256_of(prescriptions.document(order)) != order.digest:
            yield Broken(name, f"prescription {order.pk}", "its content is not what was signed")
        elif signature is None:  # by phone: the words, the order they carry and their signature are `named_orders`
            continue
        elif (signature.digest, signature.person_id, signature.subject_id) != (
            order.digest, order.signed_by_id, order.pk
        ):  # fmt: skip
            yield Broken(name, f"prescription {order.pk}", "its signature is over other content, or by somebody else")


def named_orders() -> Iterable[Broken]:
    """What was carried out in a physician's name is what was taken down, and signed, if it is, by that physician."""
    name = "named_order.documents"
    for kind in (PhoneOrder, DelegatedOrder):
        for order in kind.objects.select_related("signature").order_by("recorded_at", "pk").iterator(2000):
            signature = order.signature
            if sha256_of(named.document(order)) != order.digest:
                yield Broken(name, f"order {order.pk}", "its content is not what was taken down")
            elif signature is not None and (signature.digest, signature.person_id, signature.subject_id) != (
                order.digest, named.in_whose_name(order), order.pk
            ):  # fmt: skip
                yield Broken(name, f"order {order.pk}", "its signature is over other content, or by somebody else")
    by_phone = Prescription.objects.filter(Q(phone_order__isnull=False) | Q(delegated_order__isnull=False))
    for made in by_phone.select_related("phone_order", "delegated_order").order_by("recorded_at", "pk").iterator(2000):
        carried = made.phone_order or made.delegated_order
        if carried is not None and carried.ordered.get("digest") != made.digest:
            yield Broken(name, f"prescription {made.pk}", "it is not what its physician ordered")


_DAYS = """
    SELECT 'covered day ' || c.patient_id || ' ' || c.day || ' slot ' || c.slot,
           'it names a dose that is voided, or covers another day'
      FROM dispensing_coveredday c JOIN dispensing_dose d ON d.act_id = c.dose_id
     WHERE (d.patient_id, d.covers_day, d.slot) IS DISTINCT FROM (c.patient_id, c.day, c.slot)
        OR EXISTS (SELECT FROM dispensing_dosevoid v WHERE v.dose_id = d.act_id)
    UNION ALL
    SELECT 'dose ' || d.act_id, 'it stands, but its day is not covered'
      FROM dispensing_dose d
     WHERE NOT EXISTS (SELECT FROM dispensing_dosevoid v WHERE v.dose_id = d.act_id)
       AND NOT EXISTS (SELECT FROM dispensing_coveredday c
                        WHERE (c.patient_id, c.day, c.slot) = (d.patient_id, d.covers_day, d.slot))
"""

_STOCK = """
    SELECT 'act ' || a.id, 'it took stock for a dose that nobody recorded'
      FROM inventory_act a
     WHERE a.kind = 'dose' AND NOT EXISTS (SELECT FROM dispensing_dose d WHERE d.act_id = a.id)
    UNION ALL
    SELECT 'dose ' || d.act_id, 'the stock it took is not ' || d.mg || ' mg'
      FROM dispensing_dose d
      JOIN (SELECT m.act_id, sum(m.quantity * l.concentration) AS taken FROM inventory_movement m
              JOIN inventory_lot l ON l.id = m.lot_id GROUP BY m.act_id) s ON s.act_id = d.act_id
     WHERE s.taken <> d.mg * 1000
"""


_ORDERED = """
    SELECT 'dose ' || d.act_id, 'its order is for another patient, kind or amount, or another day'
      FROM dispensing_dose d JOIN dispensing_doseorder o ON o.id = d.order_id
     WHERE (o.patient_id, o.kind, o.mg, o.day) IS DISTINCT FROM (d.patient_id, d.kind::text, d.mg, d.covers_day)
    UNION ALL
    SELECT 'wrong dose ' || w.id, 'what was drunk is not the dose that it names'
      FROM dispensing_wrongdose w JOIN dispensing_dose d ON d.act_id = w.drunk_id
     WHERE (d.patient_id, d.mg) IS DISTINCT FROM (w.drinker_id, w.actual_mg)
    UNION ALL
    SELECT 'wrong dose ' || w.id, 'the record that it corrects still stands'
      FROM dispensing_wrongdose w
     WHERE w.dose_id IS NOT NULL AND NOT EXISTS (SELECT FROM dispensing_dosevoid v WHERE v.dose_id = w.dose_id)
"""


def _asked(name: str, question: str) -> Iterable[Broken]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        for row, what in cursor.fetchall():
            yield Broken(name, row, what)


def covered_days() -> Iterable[Broken]:
    """One standing dose for each covered day and slot; no standing dose without one."""
    return _asked("dose.covered_days", _DAYS)


def stock() -> Iterable[Broken]:
    """The stock behind each dose is exactly its milligrams."""
    return _asked("dose.stock", _STOCK)


def ordered() -> Iterable[Broken]:
    """A dose beside the prescription is what was ordered; a wrong dose is recorded as it was drunk, and only so."""
    return _asked("dose.ordered", _ORDERED)


PROOFS: Final[dict[str, Callable[[], Iterable[Broken]]]] = {
    "dose.covered_days": covered_days,
    "dose.documents": documents,
    "dose.ordered": ordered,
    "dose.stock": stock,
    "named_order.documents": named_orders,
    "prescription.documents": orders,
}
