"""One consignment with its whole life, as far as the person who looks may see it.

Until the receiver has counted, nobody at the receiving end is shown what was sent: not the bottles, not how many, not
the seals (docs/custody.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from core.access import Access, Permission
from core.quantities import format_size
from core.scanning import encode
from core.templatetags.tram import day_time, separator
from followup.models import Case
from inventory.models import AccountKind, Balance, BaseUnit, ConsignmentLine, CustodyEvent
from inventory.queries.consignments import ConsignmentRow
from inventory.queries.papers import Fact
from inventory.rules.consignments import Fate
from inventory.rules.custody import OPEN_DIFFERENCE, TOLD, Side, State, Step, steps_for
from inventory.rules.scancodes import BOTTLE
from inventory.rules.wording_custody import DIFFERENCE_WORDS, FATE_WORDS, INCIDENT_WORDS, STEP_WORDS
from staff.models import Attestation, Mode


@dataclass(frozen=True)
class LineShown:
    """One line of the manifest, or of what is in dispute. `id`: the balance in dispute."""

    label: str
    lot: str
    expires_on: Any
    quantity: int
    unit: str
    seal: str
    id: int = 0
    number: int | None = None

    @property
    def amount(self) -> str:
        if self.unit == BaseUnit.MICROLITRE:
            return f"{format_size(self.quantity, separator=separator())} mL" if self.quantity else _("chai rỗng")
        return _("%(count)d ống") % {"count": self.quantity}


@dataclass(frozen=True)
class EventShown:
    """One event as its line in the life of the consignment."""

    words: str
    by: str
    beside: str
    facility: str
    occurred_at: datetime
    recorded_at: datetime
    facts: tuple[Fact, ...]
    act_id: UUID | None
    alone: bool
    tone: str
    photos: tuple[str, ...] = ()

    @property
    def late(self) -> bool:
        """Whether it was written down on another minute than it happened."""
        return abs((self.recorded_at - self.occurred_at).total_seconds()) >= 60


@dataclass(frozen=True)
class CaseShown:
    """The open case: whose it is and until when."""

    id: UUID
    owner: str
    due_at: datetime
    may_open: bool


@dataclass(frozen=True)
class ConsignmentLife:
    """Everything about one consignment that this person may see, and what they may do next."""

    row: ConsignmentRow
    blind: bool
    lines: tuple[LineShown, ...]
    events: tuple[EventShown, ...]
    disputed: tuple[LineShown, ...]
    extra: tuple[tuple[int, str], ...]
    cases: tuple[CaseShown, ...]
    awaits_review: bool
    sides: frozenset[Side] = field(default=frozenset())

    @property
    def steps(self) -> tuple[str, ...]:
        return tuple(str(step) for step in steps_for(state=self.row.state, sides=self.sides))


def sides_of(row: ConsignmentRow, access: Access) -> frozenset[Side]:
    """On which sides of this consignment the person stands where they act."""
    here = access.facility_id
    found = set()
    if here == row.from_id and access.may_at(Permission.DISPATCH, here):
        found.add(Side.SENDER)
    if here == row.to_id and access.may_at(Permission.RECEIVE_DELIVERY, here):
        found.add(Side.RECEIVER)
    if access.person_id == row.carrier_id and here in (row.from_id, row.to_id) and access.may(Permission.CARRY):
        found.add(Side.CARRIER)
    return frozenset(found)


def is_blind(row: ConsignmentRow, access: Access) -> bool:
    """Whether what was sent is still kept from this person: everybody but the sender's side, until it was counted; and
    the sender's side too while it comes back to be counted there.
    """
    return hides(row.state, from_id=row.from_id, to_id=row.to_id, access=access)


def hides(state: State, *, from_id: int, to_id: int, access: Access) -> bool:
    """The same of a consignment of which only this is known."""
    if state in TOLD:
        return False
    if state is State.RETURNING:
        return True
    return access.facility_id == to_id or not access.may_at(Permission.VIEW_STOCK, from_id)


def consignment_life(row: ConsignmentRow, access: Access) -> ConsignmentLife:
    """Its page. A bounded number of statements, whatever its length."""
    blind = is_blind(row, access)
    events = list(
        CustodyEvent.objects.filter(consignment_id=row.id)
        .select_related("facility", "actor", "witness", "leg")
        .order_by("position")
    )
    modes: dict[UUID, set[str]] = {}
    for act_id, mode in Attestation.objects.filter(act_id__in=[event.pk for event in events]).values_list(
        "act_id", "mode"
    ):
        modes.setdefault(act_id, set()).add(mode)
    open_difference = row.state in OPEN_DIFFERENCE
    return ConsignmentLife(
        row=row,
        blind=blind,
        lines=() if blind else manifest(row),
        events=tuple(_event(event, modes.get(event.pk, set()), blind, access.facility_id) for event in events),
        disputed=_disputed(row) if open_difference else (),
        extra=_extra(events) if open_difference else (),
        cases=_cases(events, access),
        awaits_review=any(event.step == Step.RECEIVE and _unreviewed(modes.get(event.pk, set())) for event in events),
        sides=sides_of(row, access),
    )


def manifest(row: ConsignmentRow) -> tuple[LineShown, ...]:
    lines = (
        ConsignmentLine.objects.filter(consignment_id=row.id).select_related("lot__item", "bottle").order_by("position")
    )
    return tuple(
        LineShown(
            label=encode(BOTTLE, line.bottle.number) if line.bottle else "",
            lot=line.lot.number,
            expires_on=line.lot.expires_on,
            quantity=line.quantity,
            unit=line.lot.item.base_unit,
            seal=line.seal_number,
            number=line.bottle.number if line.bottle else None,
        )
        for line in lines
    )


def _disputed(row: ConsignmentRow) -> tuple[LineShown, ...]:
    held = (
        Balance.objects.filter(account__consignment_id=row.id, account__kind=AccountKind.DISCREPANCY, quantity__gt=0)
        .select_related("lot__item", "bottle")
        .order_by(F("bottle__number").asc(nulls_last=True), "pk")
    )
    return tuple(
        LineShown(
            label=encode(BOTTLE, part.bottle.number) if part.bottle else "",
            lot=part.lot.number,
            expires_on=part.lot.expires_on,
            quantity=part.quantity,
            unit=part.lot.item.base_unit,
            seal=part.bottle.seal_number if part.bottle else "",
            id=part.pk,
        )
        for part in held
    )


def _extra(events: Sequence[CustodyEvent]) -> tuple[tuple[int, str], ...]:
    """Bottles that were found and not listed, and that the sender has not admitted yet."""
    found = [
        number
        for event in events
        for what, number, _lot, _quantity in event.content["found"].get("differences", [])
        if what == "consignment_extra" and number
    ]
    admitted = {number for event in events if event.step == Step.ADMIT for number in event.content["stated"]["bottles"]}
    return tuple((number, encode(BOTTLE, number)) for number in found if number not in admitted)


def _cases(events: Sequence[CustodyEvent], access: Access) -> tuple[CaseShown, ...]:
    found = (
        Case.objects.filter(subject_id__in=[event.pk for event in events], concluded_at__isnull=True)
        .select_related("owner")
        .order_by("due_at", "pk")
    )
    return tuple(
        CaseShown(case.pk, case.owner.full_name, case.due_at, access.may_at(Permission.VIEW_CASES, case.facility_id))
        for case in found
    )


def _unreviewed(modes: set[str]) -> bool:
    return Mode.ALONE in modes and Mode.REVIEW not in modes


_HIDDEN = frozenset({Step.PREPARE, Step.PACK, Step.HAND_OVER})


def _event(event: CustodyEvent, modes: set[str], blind: bool, here: int | None) -> EventShown:
    """`here`: an act of stock has a page where it was done, and nowhere else."""
    hidden = blind and event.step in _HIDDEN
    alarm = event.step in {Step.INCIDENT, Step.NOT_ARRIVED} or event.state in OPEN_DIFFERENCE
    return EventShown(
        words=str(STEP_WORDS[event.step]),
        by=event.actor.full_name,
        beside=event.witness.full_name if event.witness else "",
        facility=event.facility.name,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        facts=() if hidden else (*_leg(event), *_facts(event.step, event.content["stated"], event.content["found"])),
        act_id=event.act_id if event.facility_id == here and not hidden else None,
        alone=_unreviewed(modes),
        tone="stop" if alarm else "",
        photos=() if hidden else tuple(event.content["stated"].get("photos", ())),
    )


def _leg(event: CustodyEvent) -> tuple[Fact, ...]:
    """How it goes on after a new leg; who carries on signed beside, where that is somebody else."""
    if event.step != Step.NEW_LEG:
        return ()
    facts = (
        Fact(_("Chở tiếp"), (event.witness or event.actor).full_name),
        Fact(_("Đi cùng"), event.leg.companion),
        Fact(_("Phương tiện"), event.leg.transport),
        Fact(_("Đường đi"), event.leg.route),
        Fact(_("Dự kiến đến"), day_time(event.leg.expected_at)),
    )
    return tuple(fact for fact in facts if fact.text)


def _facts(step: str, stated: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[Fact, ...]:
    """What was stated with an event, as label and text; nothing that was left empty."""
    facts = [
        Fact(_("Chuyện gì"), str(INCIDENT_WORDS[stated["kind"]]) if step == Step.INCIDENT else ""),
        Fact(_("Người vận chuyển"), _("không an toàn") if stated.get("safe") is False else ""),
        Fact(_("Ở đâu"), stated.get("place", "")),
        Fact(_("Vị trí máy báo"), ", ".join(stated.get("position") or ())),
        Fact(_("Niêm phong"), _seals(stated)),
        Fact(_("Số chai"), str(len(stated["bottles"])) if stated.get("bottles") else ""),
        Fact(_("Thuốc khác"), "; ".join(f"{lot}: {quantity}" for lot, quantity in stated.get("loose", ()))),
        Fact(_("Kết quả"), str(FATE_WORDS[Fate(stated["fate"])]) if step == Step.SETTLE else ""),
        Fact(_("Vì sao một mình"), stated.get("alone", "")),
        Fact(_("Ghi chú"), stated.get("note", "") or stated.get("words", "")),
        *(Fact(_("Chênh lệch"), _difference(*each)) for each in found.get("differences", ())),
        Fact(_("Quét hai lần"), ", ".join(encode(BOTTLE, number) for number in found.get("doubled", ()))),
    ]
    return tuple(fact for fact in facts if fact.text)


def _seals(stated: Mapping[str, Any]) -> str:
    numbers = ", ".join(stated.get("seals", ()))
    whole = stated.get("intact", stated.get("seals_intact"))
    if whole is None:
        return numbers
    state = _("còn nguyên") if whole else _("không còn nguyên")
    return f"{numbers} · {state}" if numbers else str(state)


def _difference(what: str, number: int, lot: str, quantity: int) -> str:
    words = str(DIFFERENCE_WORDS[what])
    if number:
        return _("chai %(label)s: %(what)s") % {"label": encode(BOTTLE, number), "what": words}
    if lot:
        return _("lô %(lot)s (%(quantity)d): %(what)s") % {"lot": lot, "quantity": quantity, "what": words}
    return words
