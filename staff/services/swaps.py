"""A duty given to a colleague, perhaps for one of theirs: offered by one, taken by the other, seen by the head.

Where the place wants it, a head says yes before anything changes. What follows each step (who is told) is registered
from above.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from core import audit, clock
from core.access import Access, Permission
from facilities.services import settings
from staff.models import RotaDuty, RotaSwap
from staff.queries.rota import planning
from staff.rules.rota import Entry
from staff.rules.rota_codes import Planned, RotaRole, SwapAnswer, SwapDecision, Unplanned
from staff.rules.rota_settings import RotaSettings
from staff.services import rota
from staff.services import rota_refusals as refusals
from staff.services.hours_refusals import NotReached, OtherContent


class SwapStep(StrEnum):
    """What just became of a swap."""

    OFFERED = "offered"
    AGREED = "agreed"  # both agree, and the head decides
    DONE = "done"
    DECLINED = "declined"
    REFUSED = "refused"  # by the head


Listener = Callable[[RotaSwap, SwapStep, Access, datetime], None]

_listeners: list[Listener] = []


def register(listener: Listener) -> None:
    """Say what follows a step of a swap, in its transaction."""
    if listener not in _listeners:
        _listeners.append(listener)


@dataclass(frozen=True)
class Offer:
    """One's own duty for a colleague; `in_return`: one of theirs."""

    id: UUID
    duty_id: UUID
    to_id: int
    in_return_id: UUID | None
    words: str


def offer(*, command: Offer, by: Access, now: datetime) -> RotaSwap:
    """Ask a colleague. Same id and content: the same offer. Raises RotaDuty.DoesNotExist for what is not one's own,
    PastDay, NotAble, NotPlanned, AlreadyOffered, OtherContent."""
    with transaction.atomic():
        mine = RotaDuty.objects.filter(pk=command.duty_id, person_id=by.actor_id)
        rota.lock(mine.values_list("facility_id", flat=True).get())
        duty = mine.select_related("facility").get()
        held = RotaSwap.objects.filter(pk=command.id).first()
        if held is not None:
            return _same(held, command, by)
        _still(duty, now)
        if RotaSwap.objects.filter(duty=duty, answered_at__isnull=True).exists():
            raise refusals.AlreadyOffered
        back = _in_return(command, duty, now)
        _able(duty, command.to_id)
        if back is not None:
            _able(back, by.actor_id)
        terms = settings.for_facility(RotaSettings, facility_id=duty.facility_id, at=now)
        row = RotaSwap.objects.create(
            id=command.id, duty=duty, person_id=by.actor_id, to_id=command.to_id, in_return=back,
            words=command.words.strip(), needs_head=terms.swap_needs_head, offered_at=now,
        )  # fmt: skip
        _follow(row, SwapStep.OFFERED, by, now)
    return row


def answer(*, swap_id: UUID, yes: bool, by: Access, now: datetime) -> SwapStep:
    """Take the duty, or not. With no head to wait for, it is swapped now. Raises RotaSwap.DoesNotExist for what one was
    not asked, Answered, NotPlanned, NotAble."""
    with transaction.atomic():
        row = _open(swap_id, now, to_id=by.actor_id)
        row.answer = SwapAnswer.ACCEPTED if yes else SwapAnswer.DECLINED
        _answered(row, by, now)
        if not yes:
            step = SwapStep.DECLINED
        elif row.needs_head:
            step = SwapStep.AGREED
        else:
            _carry_out(row, by, now)
            step = SwapStep.DONE
        _follow(row, step, by, now)
    return step


def withdraw(*, swap_id: UUID, by: Access, now: datetime) -> None:
    """Take one's own offer back. Raises RotaSwap.DoesNotExist, Answered."""
    with transaction.atomic():
        row = _locked(swap_id, person_id=by.actor_id)
        row.answer = SwapAnswer.WITHDRAWN
        _answered(row, by, now)
        _audit(row, "withdrawn", by, now)


def decide(*, swap_id: UUID, yes: bool, by: Access, now: datetime) -> SwapStep:
    """The head's word on what both agreed. Raises RotaSwap.DoesNotExist, NotReached, OwnSwap, Answered, NotPlanned,
    NotAble."""
    with transaction.atomic():
        duty_at = RotaSwap.objects.values_list("duty__facility_id", flat=True).get(pk=swap_id)
        if not by.may_at(Permission.PLAN_ROTA, duty_at):
            raise NotReached
        rota.lock(duty_at)
        row = RotaSwap.objects.select_for_update(of=("self",)).select_related("duty", "in_return").get(pk=swap_id)
        if by.actor_id in (row.person_id, row.to_id):
            raise refusals.OwnSwap
        if not row.needs_head or row.answer != SwapAnswer.ACCEPTED or row.decided_at is not None:
            raise refusals.Answered
        row.decided_at, row.decided_by_id = now, by.actor_id
        row.decision = SwapDecision.APPROVED if yes else SwapDecision.REFUSED
        row.save(update_fields=["decided_at", "decided_by", "decision"])
        if yes:
            _standing(row, now)
            _carry_out(row, by, now)
        step = SwapStep.DONE if yes else SwapStep.REFUSED
        _follow(row, step, by, now)
    return step


def _same(held: RotaSwap, command: Offer, by: Access) -> RotaSwap:
    said = (command.duty_id, by.actor_id, command.to_id, command.in_return_id, command.words.strip())
    if (held.duty_id, held.person_id, held.to_id, held.in_return_id, held.words) != said:
        raise OtherContent
    return held


def _in_return(command: Offer, duty: RotaDuty, now: datetime) -> RotaDuty | None:
    if command.in_return_id is None:
        return None
    back = RotaDuty.objects.select_related("facility").filter(
        pk=command.in_return_id, person_id=command.to_id, facility_id=duty.facility_id
    ).first()  # fmt: skip
    if back is None:
        raise refusals.NotPlanned
    _still(back, now)
    return back


def _still(duty: RotaDuty, now: datetime) -> None:
    """It stands, and its day has not passed."""
    if duty.ended_at is not None:
        raise refusals.NotPlanned
    if duty.day < clock.local_day(now, duty.facility.zone):
        raise refusals.PastDay


def _able(duty: RotaDuty, person_id: int) -> None:
    """Whoever takes it over holds a role for it on that day; whether they are free is their own word."""
    members = planning([duty.facility_id], duty.day, duty.day).members.get(duty.facility_id, ())
    if not any(
        each.crew.person_id == person_id and (duty.day, RotaRole(duty.role)) in each.crew.can for each in members
    ):
        raise refusals.NotAble


def _locked(swap_id: UUID, **whose: int) -> RotaSwap:
    rota.lock(RotaSwap.objects.values_list("duty__facility_id", flat=True).get(pk=swap_id, **whose))
    row = RotaSwap.objects.select_for_update(of=("self",)).select_related("duty__facility", "in_return").get(pk=swap_id)
    if row.answered_at is not None:
        raise refusals.Answered
    return row


def _open(swap_id: UUID, now: datetime, **whose: int) -> RotaSwap:
    row = _locked(swap_id, **whose)
    _standing(row, now)
    return row


def _standing(row: RotaSwap, now: datetime) -> None:
    for duty in (row.duty, row.in_return):
        if duty is not None:
            _still(duty, now)


def _answered(row: RotaSwap, by: Access, now: datetime) -> None:
    row.answered_at, row.answered_by_id = now, by.actor_id
    row.save(update_fields=["answered_at", "answered_by", "answer"])


def _carry_out(row: RotaSwap, by: Access, now: datetime) -> None:
    """Both entries change hands: the old ones end, new ones name the other person. Who has the role already keeps it
    once."""
    handed = [(row.duty, row.to_id)] + ([(row.in_return, row.person_id)] if row.in_return is not None else [])
    for duty, to_id in handed:
        _able(duty, to_id)  # an appointment may have ended since it was offered
    rota.end([duty for duty, _to in handed], why=Unplanned.SWAPPED, by=by, now=now)
    entries = [
        Entry(duty.day, RotaRole(duty.role), to_id)
        for duty, to_id in handed
        if not RotaDuty.objects.filter(
            facility_id=duty.facility_id, day=duty.day, role=duty.role, person_id=to_id, ended_at__isnull=True
        ).exists()
    ]
    rota.write(row.duty.facility_id, entries, how=Planned.SWAPPED, by=by, now=now)


def _follow(row: RotaSwap, step: SwapStep, by: Access, now: datetime) -> None:
    _audit(row, step, by, now)
    for listener in _listeners:
        listener(row, step, by, now)


def _audit(row: RotaSwap, step: str, by: Access, now: datetime) -> None:
    audit.record(
        action=f"rota.swap.{step}", by=by, now=now, subject_kind="rota_swap", subject_id=row.pk,
        facility_id=row.duty.facility_id,
    )  # fmt: skip
