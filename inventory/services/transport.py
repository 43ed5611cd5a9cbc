"""Asking for a safe journey before it begins, and the managers' answers. Neither ever holds a journey up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from core.ids import new_id
from followup.services import notices
from followup.services.notices import Telling
from inventory.models import Consignment, CustodyEvent, TransportRequest
from inventory.rules.custody import State
from inventory.rules.transport import TransportItem
from inventory.rules.violations import Code, Level, Violation
from inventory.rules.wording_custody import STATE_WORDS
from inventory.services import watch
from inventory.services.acts import StockRefused

ANSWERED_NOTICE = "transport_answered"
BEFORE = frozenset({State.PREPARED, State.PACKED})


@dataclass(frozen=True)
class Answer:
    """What a manager says to one thing that was asked for; a refusal says why."""

    request_id: UUID
    granted: bool
    words: str = ""


def may_ask(consignment: Consignment, by: Access) -> bool:
    """The carrier for themselves, or whoever sends it for them."""
    if by.person_id == consignment.carrier_id and by.may(Permission.CARRY):
        return True
    return by.may_at(Permission.DISPATCH, consignment.from_facility_id)


def may_answer(consignment: Consignment, by: Access) -> bool:
    """A manager over either end."""
    ends = (consignment.from_facility_id, consignment.to_facility_id)
    return any(by.may_at(Permission.ANSWER_TRANSPORT, end) for end in ends)


def ask(
    *, consignment_id: UUID, items: Sequence[TransportItem], reason: str, by: Access, now: datetime
) -> list[TransportRequest]:
    """Ask for these things; one asked for already stays as it was asked. Answers all of the journey's requests.

    Raises PermissionDenied, Consignment.DoesNotExist, and StockRefused where it has left or nothing was chosen.
    """
    with transaction.atomic():
        consignment = _held(consignment_id)
        if not may_ask(consignment, by):
            raise PermissionDenied
        _before(consignment)
        if not items:
            raise _refused(Code.NOTHING_PACKED, _("Chọn ít nhất một điều cần xin."), field="wanted")
        known = set(consignment.transport_requests.values_list("item", flat=True))
        new = [item for item in dict.fromkeys(items) if str(item) not in known]
        for item in new:
            made = TransportRequest.objects.create(
                id=new_id(), consignment=consignment, item=str(item), reason=reason.strip(), asked_at=now,
                asked_by_id=by.actor_id,
            )  # fmt: skip
            _audit("transport.asked", made, consignment, by, now)
        if new:
            watch.asked(consignment, by=by, now=now)
        return list(consignment.transport_requests.order_by("asked_at", "pk"))


def answer(*, command: Answer, by: Access, now: datetime) -> TransportRequest:
    """Grant or refuse one thing, once. Raises PermissionDenied, TransportRequest.DoesNotExist, and StockRefused where
    the journey has left, it was answered otherwise, is one's own, or is refused without a reason.
    """
    seen = TransportRequest.objects.get(pk=command.request_id)
    words = command.words.strip()
    with transaction.atomic():
        consignment = _held(seen.consignment_id)
        if not may_answer(consignment, by):
            raise PermissionDenied
        held = TransportRequest.objects.select_for_update(of=("self",)).get(pk=seen.pk)
        if held.answered_at is not None:
            if (held.granted, held.answer, held.answered_by_id) == (command.granted, words, by.person_id):
                return held
            todo = _("Tải lại trang để xem.")
            raise _refused(Code.ALREADY_ANSWERED, _("Yêu cầu này đã được trả lời trước đó."), todo)
        _before(consignment)
        if held.asked_by_id == by.person_id:
            raise _refused(Code.SAME_PEOPLE, _("Người xin không tự trả lời."), _("Người quản lý khác trả lời."))
        if not command.granted and not words:
            todo = _("Ghi vì sao, để người đi đường biết mà liệu.")
            raise _refused(Code.WORDS_FOR_REFUSAL, _("Từ chối phải có lý do."), todo, field="words")
        held.answered_at, held.answered_by_id, held.granted, held.answer = now, by.actor_id, command.granted, words
        held.save(update_fields=["answered_at", "answered_by", "granted", "answer"])
        _audit("transport.answered", held, consignment, by, now, granted=command.granted)
        _tell(held, consignment, by=by, now=now)
        if not consignment.transport_requests.filter(answered_at__isnull=True).exists():
            watch.answered(consignment.pk, by=by, now=now)
        return held


def _held(consignment_id: UUID) -> Consignment:
    return Consignment.objects.select_for_update(no_key=True, of=("self",)).get(pk=consignment_id)


def _before(consignment: Consignment) -> None:
    """Only before the boxes leave: what was not answered by then stays unanswered."""
    last = CustodyEvent.objects.filter(consignment=consignment).order_by("-position").first()
    state = State(last.state) if last else State.NEW
    if state not in BEFORE:
        words = _("Chuyến %(number)d: %(state)s.") % {"number": consignment.number, "state": STATE_WORDS[state]}
        raise _refused(Code.NOT_NOW, words, _("Chỉ xin và trả lời trước khi chuyến đi."))


def _tell(held: TransportRequest, consignment: Consignment, *, by: Access, now: datetime) -> None:
    """The one who asked and the one who travels."""
    notices.tell(
        (
            Telling(
                person_id=person, kind=ANSWERED_NOTICE, key=f"transport:{held.pk}", subject_kind=watch.SUBJECT,
                subject_id=consignment.pk, facility_id=consignment.from_facility_id,
                data={"number": consignment.number, "granted": bool(held.granted)},
            )
            for person in {held.asked_by_id, consignment.carrier_id} - {by.person_id}
        ),
        now=now,
    )  # fmt: skip


def _refused(code: Code, words: str, todo: str = "", *, field: str = "") -> StockRefused:
    return StockRefused((Violation(code, Level.STOP, words, todo, field=field),))


def _audit(
    action: str, made: TransportRequest, consignment: Consignment, by: Access, now: datetime, **said: Any
) -> None:
    audit.record(
        action=action, by=by, now=now, subject_kind="transport_request", subject_id=made.pk,
        consignment=str(consignment.pk), item=made.item, **said,
    )  # fmt: skip
