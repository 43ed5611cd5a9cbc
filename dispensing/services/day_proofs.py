"""Proofs over closed days: the end of the chain that a close printed, its figures, and what was decided."""

from collections.abc import Callable, Iterable
from typing import Final

from django.db import connection

from core.digests import sha256_of
from core.proofs import Broken
from dispensing.models import DayClose
from dispensing.services import closes
from staff.models import Attestation

_ENDS = """
    SELECT 'close of ' || c.day || ' at facility ' || c.facility_id,
           'the chain it printed is not the chain of the facility'
      FROM dispensing_dayclose c
      LEFT JOIN inventory_chainlink l ON l.facility_id = c.facility_id AND l.sequence = c.sequence
     WHERE c.sequence > 0 AND encode(l.hash, 'hex') IS DISTINCT FROM c.chain_hash
    UNION ALL
    SELECT 'close of ' || c.day || ' at facility ' || c.facility_id, 'the stock room takes the day for open'
      FROM dispensing_dayclose c LEFT JOIN inventory_chainhead h ON h.facility_id = c.facility_id
     WHERE h.closed_through IS NULL OR h.closed_through < c.day
"""
_DECIDED = """
    SELECT 'day ' || o.day || ' of patient ' || o.patient_id, 'version ' || o.version || ' follows none'
      FROM dispensing_dayoutcome o
     WHERE o.version > 1 AND NOT EXISTS (SELECT FROM dispensing_dayoutcome b
            WHERE b.patient_id = o.patient_id AND b.day = o.day AND b.version = o.version - 1)
"""


def _asked(name: str, question: str) -> Iterable[Broken]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        for row, what in cursor.fetchall():
            yield Broken(name, row, what)


def closed() -> Iterable[Broken]:
    """What a close printed of the chain is in the chain, and what its second person signed is what it says."""
    yield from _asked("day.closes", _ENDS)
    signed = dict(Attestation.objects.filter(act_kind=closes.KIND).values_list("act_id", "digest"))
    for row in DayClose.objects.order_by("recorded_at", "pk").iterator(2000):
        if row.pk in signed and sha256_of(closes.document(row)) != signed[row.pk]:
            yield Broken("day.closes", f"close {row.pk}", "its content is not what was signed")


def decided() -> Iterable[Broken]:
    """The versions of a decision count from 1 without a gap."""
    return _asked("day.decisions", _DECIDED)


DAY_PROOFS: Final[dict[str, Callable[[], Iterable[Broken]]]] = {"day.closes": closed, "day.decisions": decided}
