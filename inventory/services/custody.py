"""What every step of a consignment shares: once per id, under the consignment's lock, judged by the transition table,
signed, booked where stock moves, and tied into the chain of the facility in whose name it is done (docs/custody.md).

A step's service proves PINs before its transaction (`prove_second`, `prove_carrier`, `prove_own`), then inside
`handling`: asks `known`, takes `hold`, judges, and calls `record`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from core.digests import canonical, microseconds, sha256_of
from inventory.models import ActKind, Consignment, CustodyEvent
from inventory.queries.legs import carrier_ids
from inventory.rules.consignments import Sent
from inventory.rules.custody import BY_STEP, PERMISSION_OF, Side, State, Step, allowed
from inventory.rules.violations import Code, Level, Violation
from inventory.rules.wording_custody import STATE_WORDS
from inventory.services import acts, request_following, watch
from inventory.services.acts import OtherContent, StockAct, StockRefused
from inventory.services.bottles import OwnPinRefused
from inventory.services.ledger import Move
from staff.queries.appointments import standing_at
from staff.services import attestations, pins, signatures
from staff.services.attestations import Alone, ProvenSecond, SecondPerson
from staff.services.pins import Proven


@dataclass(frozen=True)
class Handling:
    """One step of one consignment, before it is written. `stated` is what the person sent: a repeat says the same."""

    id: UUID
    consignment_id: UUID
    step: Step
    by: Access
    now: datetime
    stated: Mapping[str, Any]
    occurred_at: datetime | None = None

    @property
    def facility_id(self) -> int:
        if self.by.facility_id is None:
            raise PermissionDenied
        return self.by.facility_id


@dataclass(frozen=True)
class Held:
    """A consignment under its lock: its state, and the side on which the actor stands."""

    at: Handling
    consignment: Consignment
    state: State
    side: Side


@dataclass(frozen=True)
class Stepped:
    """The receipt. `known`: this very step was taken before and nothing was written again."""

    event_id: UUID
    consignment_id: UUID
    state: State
    content: Mapping[str, Any]
    known: bool = False


def side_of(step: Step, *, consignment: Consignment, by: Access) -> Side:
    """The side for which this person may take the step; raises PermissionDenied where there is none."""
    place = by.facility_id
    where = {Side.SENDER: consignment.from_facility_id, Side.RECEIVER: consignment.to_facility_id, Side.CARRIER: place}
    for side in BY_STEP[step].sides:
        if place is None or where[side] != place or not by.may_at(PERMISSION_OF[side], place):
            continue
        if side is not Side.CARRIER or by.person_id == carrier_ids(consignment)[-1]:
            return side
    raise PermissionDenied


def authorise(step: Step, by: Access) -> None:
    """Raises PermissionDenied unless the person may take such steps where they act; `hold` asks the rest."""
    if by.facility_id is None or not any(
        by.may_at(PERMISSION_OF[side], by.facility_id) for side in BY_STEP[step].sides
    ):
        raise PermissionDenied


@contextmanager
def handling(step: Handling) -> Iterator[None]:
    """The step's one transaction. A refusal undoes it and leaves its audit row in a transaction of its own."""
    try:
        with transaction.atomic():
            yield
    except StockRefused as refused:
        audit.record(
            action="custody.refused",
            by=step.by,
            now=step.now,
            subject_kind="consignment",
            subject_id=step.consignment_id,
            step=str(step.step),
            codes=[str(violation.code) for violation in refused.violations],
        )
        raise


def known(step: Handling) -> Stepped | None:
    """The receipt of an earlier send of the same step; raises OtherContent where the id stands for something else.

    Two sends at once wait here for each other: the lock on the id is the first of the transaction (docs/ledger.md).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(step.id)])
    earlier = CustodyEvent.objects.filter(pk=step.id).first()
    if earlier is None:
        return None
    same = earlier.content["stated"] == canonical(step.stated)
    whose = (earlier.consignment_id, earlier.step, earlier.facility_id, earlier.actor_id)
    if not same or whose != (step.consignment_id, step.step, step.facility_id, step.by.person_id):
        raise OtherContent
    return Stepped(earlier.pk, earlier.consignment_id, State(earlier.state), earlier.content, known=True)


def hold(step: Handling) -> Held:
    """Lock the consignment and judge by the table whether this person may take this step now.

    Raises Consignment.DoesNotExist, PermissionDenied, and StockRefused with who did what meanwhile.
    """
    consignment = (
        Consignment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("from_facility", "to_facility", "carrier")
        .get(pk=step.consignment_id)
    )
    side = side_of(step.step, consignment=consignment, by=step.by)
    last = CustodyEvent.objects.filter(consignment=consignment).order_by("-position").first()
    state = State(last.state) if last else State.NEW
    if not allowed(step.step, state=state, side=side):
        raise StockRefused((_not_now(consignment, state, last),))
    return Held(step, consignment, state, side)


def _not_now(consignment: Consignment, state: State, last: CustodyEvent | None) -> Violation:
    words = _("Chuyến %(number)d: %(state)s.") % {"number": consignment.number, "state": STATE_WORDS[state]}
    if last is not None:
        told = _("%(who)s ghi lúc %(at)s.")
        words += " " + told % {"who": last.actor_label, "at": f"{timezone.localtime(last.recorded_at):%H:%M %d/%m}"}
    return Violation(Code.NOT_NOW, Level.STOP, words, _("Chưa ghi gì. Xem lại chuyến này."))


def refuse(code: Code, words: str, todo: str = "", *, field: str = "") -> StockRefused:
    """One stop, as a service raises it."""
    return StockRefused((Violation(code, Level.STOP, words, todo, field=field),))


def prove_second(step: Handling, second: SecondPerson) -> ProvenSecond | Alone:
    """The second person at the facility of the act, by their PIN. Before the transaction."""
    return attestations.prove(second=second, actor=step.by, facility_id=step.facility_id, now=step.now)


def prove_own(step: Handling, pin: str) -> Proven:
    """The actor's own PIN; raises OwnPinRefused. Before the transaction."""
    try:
        return pins.verify(person_id=step.by.actor_id, pin=pin, by=step.by, now=step.now)
    except pins.PinRefused as refused:
        raise OwnPinRefused(refused.sentence) from refused


def carrier_access(person_id: int, *, facility_ids: Sequence[int], now: datetime) -> Access | None:
    """As which this person may carry between the two facilities today; None where not appointed so."""
    for facility_id in facility_ids:
        access = standing_at(facility_id, person_id=person_id, now=now)
        if access.may_at(Permission.CARRY, facility_id):
            return access
    return None


def prove_carrier(step: Handling, consignment: Consignment, pin: str, *, person_id: int) -> ProvenSecond:
    """Who carries it, by their PIN, as somebody appointed to carry today. Before the transaction."""
    ends = (consignment.from_facility_id, consignment.to_facility_id)
    access = carrier_access(person_id, facility_ids=ends, now=step.now)
    if access is None:
        words = _("Hôm nay người này không được phân công vận chuyển thuốc.")
        raise refuse(Code.NO_CARRIER, words, _("Chọn người được phân công."), field="carrier")
    proven = pins.verify(person_id=person_id, pin=pin, by=step.by, now=step.now)
    return ProvenSecond(access, proven)


def record(
    held: Held,
    *,
    state: State,
    act_kind: ActKind | None = None,
    moves: Sequence[Move] = (),
    second: ProvenSecond | Alone | None = None,
    own: Proven | None = None,
    found: Mapping[str, Any] | None = None,
    leg: Mapping[str, Any] | None = None,
) -> Stepped:
    """Book the moves, if any, as one act of this facility; write the event; let everybody sign exactly that event.

    `leg`: who carries on and how, of a new leg alone.
    """
    at, consignment = held.at, held.consignment
    occurred_at = at.occurred_at or at.now
    witness_id = second.proven.person_id if isinstance(second, ProvenSecond) else None
    content = canonical(
        {
            "document": f"tram.custody.{at.step}",
            "event": at.id,
            "consignment": consignment.pk,
            "number": consignment.number,
            "before": held.state,
            "state": state,
            "facility": at.facility_id,
            "actor": at.by.actor_id,
            "witness": witness_id,
            "occurred_at": occurred_at,
            "stated": at.stated,
            "found": found or {},
        }
    )
    digest = sha256_of(content)
    act_id = _book(held, act_kind, moves, occurred_at) if act_kind and moves else None
    _write(
        held,
        state,
        witness_id=witness_id,
        act_id=act_id,
        occurred_at=occurred_at,
        content=content,
        digest=digest,
        leg=leg,
    )
    kind = event_kind(at.step)
    if second is not None:
        attestations.attest(
            act_kind=kind,
            act_id=at.id,
            digest=digest,
            facility_id=at.facility_id,
            actor=at.by,
            second=second,
            now=at.now,
        )
    if own is not None:
        signatures.sign(
            proven=own,
            signer=at.by,
            meaning=str(at.step),
            subject_kind=kind,
            subject_id=at.id,
            digest=digest,
            now=at.now,
        )
    audit.record(
        action=kind, by=at.by, now=at.now, subject_kind="consignment", subject_id=consignment.pk, state=str(state)
    )
    watch.stepped(consignment_id=consignment.pk, step=at.step, state=state, by=at.by, now=at.now)
    request_following.follow(
        consignment_id=consignment.pk, event_id=at.id, step=at.step, state=state, by=at.by, now=at.now
    )
    return Stepped(at.id, consignment.pk, state, content)


def event_kind(step: Step) -> str:
    """The kind of attested act that a step is."""
    return f"custody.{step}"


def _book(held: Held, kind: ActKind, moves: Sequence[Move], occurred_at: datetime) -> UUID:
    at = held.at
    stated = {"consignment": held.consignment.pk, "number": held.consignment.number, "event": at.id}
    # Beside its event, so that the same step is the same act whoever makes it again.
    act_id = UUID(int=at.id.int ^ 1)
    act = StockAct(id=act_id, kind=kind, by=at.by, now=at.now, stated=stated, occurred_at=occurred_at)
    acts.book(act, moves=moves, second=None, consignment_id=held.consignment.pk)
    return act.id


def _write(
    held: Held,
    state: State,
    *,
    witness_id: int | None,
    act_id: UUID | None,
    occurred_at: datetime,
    content: Mapping[str, Any],
    digest: str,
    leg: Mapping[str, Any] | None,
) -> None:
    at = held.at
    event = {
        "id": str(at.id),
        "consignment": str(held.consignment.pk),
        "step": str(at.step),
        "before": str(held.state),
        "state": str(state),
        "side": str(held.side),
        "facility": at.facility_id,
        "actor": at.by.actor_id,
        "actor_label": at.by.label,
        "witness": witness_id,
        "act": str(act_id) if act_id else None,
        "occurred_us": microseconds(occurred_at),
        "recorded_us": microseconds(at.now),
        "digest": digest,
        "content": content,
        "leg": leg,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT inventory_custody(%s::jsonb)", [json.dumps(event)])
        [answer] = cursor.fetchone()
    status = (json.loads(answer) if isinstance(answer, str) else answer)["status"]
    if status == "other_content":
        raise OtherContent
    if status != "posted":
        words = _("Giờ của máy chủ không khớp. Chưa ghi gì.")
        raise refuse(Code.CHANGED_MEANWHILE, words, _("Tải lại trang rồi thử lại."))


def sent_lines(consignment: Consignment) -> list[Sent]:
    """The manifest, in its order. One statement."""
    return [
        Sent(
            position=line.position,
            item_id=line.item_id,
            lot_id=line.lot_id,
            lot_number=line.lot.number,
            quantity=line.quantity,
            bottle_id=line.bottle_id,
            number=line.bottle.number if line.bottle else None,
            seal=line.seal_number,
        )
        for line in consignment.lines.select_related("lot", "bottle").order_by("position")
    ]
