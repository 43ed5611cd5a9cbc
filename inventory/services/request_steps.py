"""What every step of a request shares: once per id, under the request's lock, judged by the transition table, signed,
written with its lines (docs/stock.md).

A step's service proves the PIN before its transaction (`prove_own`), then inside `stepping`: asks `known`, takes
`hold`, and calls `write`.
"""

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
from core.access import Access
from core.digests import canonical, sha256_of
from inventory.models import Request, RequestEvent, RequestLine
from inventory.rules.request_table import BY_STEP, ENDED, PERMISSION_OF, Side, State, Step, allowed
from inventory.rules.violations import Code, Level, Violation
from inventory.rules.wording_requests import STATE_WORDS
from inventory.services.acts import OtherContent, StockRefused
from inventory.services.bottles import OwnPinRefused
from staff.services import pins, signatures
from staff.services.pins import Proven


@dataclass(frozen=True)
class RequestStep:
    """One step of one request, before it is written. `stated` is what the person sent: a repeat says the same."""

    id: UUID
    request_id: UUID
    step: Step
    by: Access
    now: datetime
    stated: Mapping[str, Any]
    words: str = ""

    @property
    def facility_id(self) -> int:
        if self.by.facility_id is None:
            raise PermissionDenied
        return self.by.facility_id


@dataclass(frozen=True)
class Line:
    """So many bottles of one size (or units of an item without): as proposed, asked, and in an approval approved."""

    item_id: int
    size_ul: int | None
    proposed: int
    asked: int
    approved: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class HeldRequest:
    """A request under its lock, its last event and the state that it is in."""

    at: RequestStep
    request: Request
    last: RequestEvent | None
    state: State


@dataclass(frozen=True)
class Receipt:
    """`known`: this very step was taken before and nothing was written again."""

    event_id: UUID
    request_id: UUID
    state: State
    known: bool = False


def authorise(step: Step, by: Access) -> None:
    """Raises PermissionDenied unless the person may take such steps where they act; `hold` asks the rest."""
    if by.facility_id is None or not by.may_at(PERMISSION_OF[BY_STEP[step].side], by.facility_id):
        raise PermissionDenied


def sides_of(by: Access, *, facility_id: int, main_clinic_id: int) -> frozenset[Side]:
    """In which parts this person stands to a request between these two, where they act now."""
    where = {Side.SITE: facility_id, Side.HEAD: facility_id, Side.CLINIC: main_clinic_id}
    return frozenset(
        side for side, place in where.items() if place == by.facility_id and by.may_at(PERMISSION_OF[side], place)
    )


@contextmanager
def stepping(at: RequestStep) -> Iterator[None]:
    """The step's one transaction. A refusal undoes it and leaves its audit row in a transaction of its own."""
    try:
        with transaction.atomic():
            yield
    except StockRefused as refused:
        audit.record(
            action="request.refused",
            by=at.by,
            now=at.now,
            subject_kind="request",
            subject_id=at.request_id,
            step=str(at.step),
            codes=[str(violation.code) for violation in refused.violations],
        )
        raise


def known(at: RequestStep) -> Receipt | None:
    """The receipt of an earlier send of the same step; raises OtherContent where the id stands for something else.

    Two sends at once wait here for each other: the lock on the id is the first of the transaction.
    """
    lock_words(str(at.id))
    earlier = RequestEvent.objects.filter(pk=at.id).first()
    if earlier is None:
        return None
    same = earlier.content["stated"] == canonical(at.stated) and earlier.words == at.words
    whose = (earlier.request_id, earlier.step, earlier.facility_id, earlier.actor_id)
    if not same or whose != (at.request_id, at.step, at.facility_id, at.by.person_id):
        raise OtherContent
    return Receipt(earlier.pk, earlier.request_id, State(earlier.state), known=True)


def lock_words(words: str) -> None:
    """Wait for whoever does the same thing, to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [words])


def hold(at: RequestStep, *, side: Side | None = None) -> HeldRequest:
    """Lock the request and judge by the table whether this person may take this step now.

    `side` ROAD: the step follows its consignment's, whoever took that. Raises Request.DoesNotExist, PermissionDenied,
    and StockRefused with who did what meanwhile.
    """
    request = (
        Request.objects.select_for_update(no_key=True, of=("self",))
        .select_related("facility", "main_clinic")
        .get(pk=at.request_id)
    )
    side = side or BY_STEP[at.step].side
    if side is not Side.ROAD and side not in sides_of(
        at.by, facility_id=request.facility_id, main_clinic_id=request.main_clinic_id
    ):
        raise PermissionDenied
    last = RequestEvent.objects.filter(request=request).order_by("-position").first()
    state = State(last.state) if last else State.NEW
    if not allowed(at.step, state=state, side=side):
        raise StockRefused((_not_now(request, state, last),))
    return HeldRequest(at, request, last, state)


def _not_now(request: Request, state: State, last: RequestEvent | None) -> Violation:
    words = _("Dự trù số %(number)d: %(state)s.") % {"number": request.number, "state": STATE_WORDS[state]}
    if last is not None:
        told = _("%(who)s ghi lúc %(at)s.")
        words += " " + told % {"who": last.actor_label, "at": f"{timezone.localtime(last.at):%H:%M %d/%m}"}
    return Violation(Code.NOT_NOW, Level.STOP, words, _("Chưa ghi gì. Xem lại dự trù này."))


def refuse(code: Code, words: str, todo: str = "", *, field: str = "") -> StockRefused:
    """One stop, as a service raises it."""
    return StockRefused((Violation(code, Level.STOP, words, todo, field=field),))


def prove_own(at: RequestStep, pin: str) -> Proven:
    """The actor's own PIN; raises OwnPinRefused. Before the transaction."""
    try:
        return pins.verify(person_id=at.by.actor_id, pin=pin, by=at.by, now=at.now)
    except pins.PinRefused as refused:
        raise OwnPinRefused(refused.sentence) from refused


def write(
    held: HeldRequest,
    *,
    state: State,
    lines: Sequence[Line] = (),
    own: Proven | None = None,
    consignment_id: UUID | None = None,
    found: Mapping[str, Any] | None = None,
) -> Receipt:
    """The event with its lines, signed where the table asks for it, and its audit row."""
    at, request = held.at, held.request
    content = canonical(
        {
            "document": f"tram.request.{at.step}",
            "event": at.id,
            "request": request.pk,
            "number": request.number,
            "before": held.state,
            "state": state,
            "facility": at.facility_id,
            "actor": at.by.actor_id,
            "consignment": consignment_id,
            "at": at.now,
            "stated": at.stated,
            "found": found or {},
            "words": at.words,
            "lines": [
                [each.item_id, each.size_ul, each.proposed, each.asked, each.approved, each.reason] for each in lines
            ],
        }
    )
    digest = sha256_of(content)
    signature = None
    if own is not None:
        signature = signatures.sign(
            proven=own,
            signer=at.by,
            meaning=str(at.step),
            subject_kind=event_kind(at.step),
            subject_id=at.id,
            digest=digest,
            now=at.now,
        )
    event = RequestEvent.objects.create(
        id=at.id,
        request=request,
        position=held.last.position + 1 if held.last else 1,
        step=at.step,
        before=held.state,
        state=state,
        side=BY_STEP[at.step].side,
        facility_id=at.facility_id,
        actor_id=at.by.actor_id,
        actor_label=at.by.label,
        signature=signature,
        consignment_id=consignment_id,
        at=at.now,
        words=at.words,
        digest=digest,
        content=content,
    )
    RequestLine.objects.bulk_create(
        RequestLine(event=event, position=place, **vars(line)) for place, line in enumerate(lines, start=1)
    )
    if state in ENDED:
        ended = {"ended_at": at.now} | ({"cancelled_at": at.now} if state is State.CANCELLED else {})
        Request.objects.filter(pk=request.pk).update(**ended)
    audit.record(
        action=event_kind(at.step),
        by=at.by,
        now=at.now,
        subject_kind="request",
        subject_id=request.pk,
        state=str(state),
    )
    return Receipt(event.pk, request.pk, state)


def event_kind(step: Step) -> str:
    """The kind of signed act that a step is."""
    return f"request.{step}"


def lines_of(event: RequestEvent) -> list[Line]:
    """The lines of a version, in their order. One statement."""
    return [
        Line(each.item_id, each.size_ul, each.proposed, each.asked, each.approved, each.reason)
        for each in event.lines.order_by("position")
    ]
