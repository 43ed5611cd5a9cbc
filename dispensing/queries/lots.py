"""Who drank from any opened bottle of a lot that is called back; code and initials, never a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from core.access import Access, Permission
from core.papers import Column, Fact, Paper, Signer, Table
from core.quantities import UL_PER_ML
from core.scanning import encode
from core.templatetags.tram import day_time
from inventory.models import Movement, Recall
from inventory.queries.printed.head import heading
from inventory.rules.scancodes import BOTTLE

MOST: Final = 5000

_DRANK = """
SELECT p.id, p.code, p.initials, f.name, min(d.given_at), max(d.given_at), count(DISTINCT d.act_id), sum(m.quantity),
       array_agg(DISTINCT b.number ORDER BY b.number)
  FROM inventory_bottle b
  JOIN inventory_movement m ON m.bottle_id = b.id
  JOIN inventory_account t ON t.id = m.target_id AND t.kind = 'patients'
  JOIN (SELECT x.act_id, x.patient_id, x.facility_id, x.given_at FROM dispensing_dose x
         WHERE NOT EXISTS (SELECT FROM dispensing_dosevoid v WHERE v.dose_id = x.act_id)
        UNION ALL
        SELECT h.act_id, h.patient_id, h.facility_id, h.handed_at FROM dispensing_takehome h
         WHERE EXISTS (SELECT FROM dispensing_takehomevial tv WHERE tv.take_home_id = h.act_id
                          AND NOT EXISTS (SELECT FROM dispensing_vialvoid o WHERE o.vial_id = tv.id))
       ) d ON d.act_id = m.act_id
  JOIN patients_patient p ON p.id = d.patient_id
  JOIN facilities_facility f ON f.id = d.facility_id
 WHERE b.lot_id = %(lot)s AND d.facility_id = ANY(%(reach)s)
 GROUP BY p.id, p.code, p.initials, f.name
 ORDER BY max(d.given_at) DESC, p.code, f.name
 LIMIT %(most)s
"""


@dataclass(frozen=True)
class Drinker:
    """One patient at one place: how often and how much of the lot, between when, from which bottles."""

    patient_id: UUID
    code: str
    initials: str
    place: str
    first_at: datetime
    last_at: datetime
    doses: int
    ul: int
    bottles: tuple[str, ...]

    @property
    def bottles_words(self) -> str:
        return ", ".join(self.bottles)


@dataclass(frozen=True)
class RecalledLot:
    """A recall with everybody in reach who drank of its lot, the last to drink first."""

    row: Recall
    drinkers: Sequence[Drinker]


def drinkers_of(recall_id: UUID, *, access: Access) -> RecalledLot:
    """Who drank of a recalled lot at the sites whose roster the person may see. Three statements.

    Raises Recall.DoesNotExist, alike where nothing of the lot was ever booked at those sites.
    """
    reach = sorted(access.reach_by_permission.get(Permission.VIEW_ROSTER, frozenset()))
    row = Recall.objects.select_related("lot__item").get(pk=recall_id)
    if not Movement.objects.filter(lot_id=row.lot_id, act__facility_id__in=reach).exists():
        raise Recall.DoesNotExist
    with connection.cursor() as cursor:
        cursor.execute(_DRANK, {"lot": row.lot_id, "reach": reach, "most": MOST})
        rows = cursor.fetchall()
    return RecalledLot(row, [_drinker(found) for found in rows])


def _drinker(found: tuple[Any, ...]) -> Drinker:
    patient_id, code, initials, place, first_at, last_at, doses, ul, numbers = found
    labels = tuple(encode(BOTTLE, number) for number in numbers)
    return Drinker(patient_id, code, initials, place, first_at, last_at, doses, int(ul), labels)


def drinkers_paper(found: RecalledLot, *, by: Access, now: datetime) -> Paper:
    """The same list to print: code and initials, no name, for who calls the patients."""
    row = found.row
    head = heading(facility_id=by.facility_id or row.facility_id, by=by, now=now)
    return Paper(
        title=_("Người đã uống từ lô bị thu hồi"),
        unit=head.unit,
        authority=head.authority,
        facts=[
            Fact(_("Lô"), f"{row.lot.number} · {row.lot.item.name}"),
            Fact(_("Quyết định"), f"{row.authority} {row.paper_number}"),
            Fact(_("Lý do"), row.reason),
        ],
        tables=[
            Table(
                columns=(
                    Column(_("Người bệnh"), 3), Column(_("Cơ sở"), 3), Column(_("Từ"), 2), Column(_("Đến"), 2),
                    Column(_("Số liều"), 1, number=True), Column(_("mL"), 2, number=True), Column(_("Chai"), 4),
                ),
                rows=[
                    (f"{each.code} · {each.initials}", each.place, day_time(each.first_at), day_time(each.last_at),
                     each.doses, f"{each.ul / UL_PER_ML:.2f}".replace(".", ","), each.bottles_words)
                    for each in found.drinkers
                ],
                empty=_("Chưa ai uống từ lô này."),
            )
        ],
        notes=[_("Chỉ mã số và chữ viết tắt. Tìm tên trong Trạm khi gọi người bệnh; giữ giấy này trong tủ khóa.")],
        signers=[Signer(_("Người lập")), Signer(_("Bác sĩ")), Signer(_("Phụ trách cơ sở"))],
        chain=head.chain,
        printed=head.printed,
        landscape=True,
    )  # fmt: skip
