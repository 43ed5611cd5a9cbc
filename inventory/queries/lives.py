"""What happened to a bottle, and what one act of stock was: read for people, newest first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from core.scanning import encode
from inventory.models import Act, Document
from inventory.queries.papers import Fact, facts
from inventory.rules.kinds import AccountKind, ActKind
from inventory.rules.scancodes import BOTTLE
from inventory.rules.wording import PLACE_WORDS, REASON_WORDS, act_words, has_page
from staff.models import AT_ONCE, Attestation, Mode

_LIFE = """
SELECT min(e.kind), min(e.id::text)::uuid, count(DISTINCT e.id), max(e.occurred_at), min(e.actor_label),
       sum(e.moved), e.day, min(e.from_kind), min(e.to_kind)
  FROM (
      SELECT act.id, act.kind, act.occurred_at, act.actor_label, (act.occurred_at AT TIME ZONE f.zone)::date AS day,
             m.id AS nth, s.kind AS from_kind, t.kind AS to_kind, m.quantity AS moved
        FROM inventory_movement m
        JOIN inventory_act act ON act.id = m.act_id
        JOIN facilities_facility f ON f.id = act.facility_id
        JOIN inventory_account s ON s.id = m.source_id
        JOIN inventory_account t ON t.id = m.target_id
       WHERE m.bottle_id = %(bottle)s
  ) AS e
 GROUP BY e.day, CASE WHEN e.kind = 'dose' THEN 'dose' ELSE e.id::text END
 ORDER BY max(e.nth) DESC
 LIMIT %(limit)s
"""
_WITH_PHOTOS: Final = frozenset({ActKind.SPILL, ActKind.BREAKAGE, ActKind.LOSS, ActKind.DESTRUCTION})
LONGEST_LIFE = 300  # days of doses and single acts: more than a bottle may stay open


@dataclass(frozen=True)
class LifeLine:
    """One act on a bottle, or one day's doses from it."""

    words: str
    has_page: bool
    act_id: UUID | None
    times: int
    at: datetime
    by: str
    moved_ul: int
    day: date
    from_words: str
    to_words: str


def bottle_life(*, bottle_id: int) -> tuple[LifeLine, ...]:
    """Everything that happened to the bottle, newest first; the doses of a day are one line. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LIFE, {"bottle": bottle_id, "limit": LONGEST_LIFE})
        return tuple(_line(*row) for row in cursor.fetchall())


def _line(
    kind: str, act_id: UUID, times: int, at: datetime, by: str, moved: int, day: date, source: str, target: str
) -> LifeLine:
    dose = kind == ActKind.DOSE
    return LifeLine(
        words=act_words(kind),
        has_page=has_page(kind),
        act_id=None if dose else act_id,
        times=times,
        at=at,
        by="" if dose else by,
        moved_ul=int(moved),
        day=day,
        from_words=str(PLACE_WORDS[AccountKind(source)]),
        to_words=str(PLACE_WORDS[AccountKind(target)]),
    )


@dataclass(frozen=True)
class ActMove:
    """One movement of an act, in words."""

    bottle_number: int | None
    label: str
    lot_number: str
    from_words: str
    to_words: str
    quantity: int
    in_bottles: bool
    reason: str


@dataclass(frozen=True)
class ActView:
    """One act of stock with its document, its movements and who stood beside it."""

    act: Act
    words: str
    facts: tuple[Fact, ...]
    moves: tuple[ActMove, ...]
    witnessed: Attestation | None
    reviewed: Attestation | None
    photos: tuple[str, ...] = ()

    @property
    def alone(self) -> bool:
        return self.witnessed is not None and self.witnessed.mode == Mode.ALONE

    @property
    def remote(self) -> bool:
        return self.witnessed is not None and self.witnessed.mode == Mode.REMOTE


def act_view(act_id: UUID, *, facility_ids: Collection[int]) -> ActView:
    """An act of one of these facilities that has a document; else Act.DoesNotExist. Doses are dispensing's to show."""
    act = Act.objects.select_related("actor", "facility").get(
        pk=act_id, facility_id__in=facility_ids, document__isnull=False
    )
    content = Document.objects.get(act=act).content
    moves = act.movements.select_related("bottle", "lot", "item", "source", "target").order_by("position")
    attested = {
        each.mode: each for each in Attestation.objects.filter(act_id=act_id).select_related("second").order_by("-at")
    }
    return ActView(
        act=act,
        words=act_words(act.kind),
        facts=facts(act.kind, content["stated"]),
        moves=tuple(
            ActMove(
                bottle_number=move.bottle.number if move.bottle else None,
                label=encode(BOTTLE, move.bottle.number) if move.bottle else "",
                lot_number=move.lot.number,
                from_words=str(PLACE_WORDS[AccountKind(move.source.kind)]),
                to_words=str(PLACE_WORDS[AccountKind(move.target.kind)]),
                quantity=move.quantity,
                in_bottles=move.item.in_bottles,
                reason=str(REASON_WORDS.get(move.reason, "")),
            )
            for move in moves
        ),
        witnessed=next((attested[mode] for mode in AT_ONCE if mode in attested), None),
        reviewed=attested.get(Mode.REVIEW),
        photos=_photos(act.kind, content),
    )


def photos_of(act_id: UUID, *, facility_ids: Collection[int]) -> tuple[str, ...]:
    """The digests of what was photographed with an act of one of these facilities. One statement."""
    rows = Document.objects.filter(act_id=act_id, act__facility_id__in=facility_ids)
    found = rows.values_list("act__kind", "content").first()
    return _photos(*found) if found else ()


def _photos(kind: str, content: Mapping[str, Any]) -> tuple[str, ...]:
    """A consignment's are its events' to show: its receiver counts before seeing any."""
    return tuple(content["stated"].get("photos", ())) if kind in _WITH_PHOTOS else ()
