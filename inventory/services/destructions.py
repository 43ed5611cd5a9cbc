"""A main clinic destroys what stands in its quarantine: notice first, then the committee, each signing (domain 4.6)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core import audit
from core.access import Access, Permission
from core.clock import local_day
from core.scanning import encode
from facilities.models import Facility, FacilityKind
from facilities.queries.calendar import calendar_between
from facilities.services import settings
from inventory.models import (
    AccountKind,
    ActKind,
    Balance,
    Bottle,
    Destruction,
    DestructionLine,
    DestructionMember,
    Item,
    Lot,
)
from inventory.queries import bottles as bottle_queries
from inventory.rules.bottles import BottleState
from inventory.rules.countkinds import Duty, Gone
from inventory.rules.destroying import check_committee, check_plan, working_days_after
from inventory.rules.kinds import Reason
from inventory.rules.scancodes import BOTTLE
from inventory.rules.settings_counts import DestructionSettings
from inventory.rules.violations import Code, Level, Violation
from inventory.services import acts, leaving, ledger
from inventory.services.acts import OtherContent, StockAct, StockRefused
from inventory.services.ledger import Move
from inventory.services.withdrawals import lock_bottles
from staff.models import Person
from staff.queries.appointments import standing_at
from staff.services import pins, signatures
from staff.services.attestations import AttestationRefused, NotEntitled, SamePerson, UnknownSecond
from staff.services.pins import PinRefused

SUBJECT: Final = "destruction"
_CALENDAR: Final = timedelta(90)


@dataclass(frozen=True)
class Plan:
    """What is to be destroyed, when, where and how, and the notice that was sent. Bottles by label; ampoules whole."""

    id: UUID
    numbers: tuple[int, ...]
    lot_ids: tuple[int, ...]
    planned_on: date
    place: str
    method: str
    notice_number: str
    notice_to: str
    notice_on: date

    @property
    def columns(self) -> dict[str, Any]:
        return {
            "planned_on": self.planned_on,
            "place": self.place.strip(),
            "method": self.method.strip(),
            "notice_number": self.notice_number.strip(),
            "notice_to": self.notice_to.strip(),
            "notice_on": self.notice_on,
        }


@dataclass(frozen=True)
class Member:
    """One of the committee, present, with their own PIN."""

    username: str
    duty: Duty
    pin: str = field(repr=False)


@dataclass(frozen=True)
class Destroying:
    """The committee has destroyed what is on the list."""

    destruction_id: UUID
    minutes: str
    members: tuple[Member, ...]
    photos: tuple[str, ...] = ()  # digests of attachments


class MemberRefused(Exception):
    """One of the committee did not sign: `place` in the command, from 0, and `why` (AttestationRefused, PinRefused)."""

    def __init__(self, place: int, why: AttestationRefused | PinRefused) -> None:
        self.place, self.why = place, why
        super().__init__(place, why)


@dataclass(frozen=True)
class _Proven:
    duty: Duty
    access: Access
    proven: pins.Proven


def plan(*, command: Plan, by: Access, now: datetime) -> Destruction:
    """Keep the list and the notice. Raises StockRefused (not a clinic, notice too short, not in quarantine, listed
    already, nothing listed), OtherContent, Bottle.DoesNotExist, PermissionDenied.
    """
    facility_id = _clinic(by)
    with transaction.atomic():
        earlier = _known(command, facility_id, by)
        if earlier is not None:
            return earlier
        states = _states(command.numbers, facility_id)
        loose = list(_loose(command.lot_ids, facility_id))
        earliest = earliest_on(notice_on=command.notice_on, facility_id=facility_id, now=now)
        found = list(check_plan(planned_on=command.planned_on, earliest_on=earliest, bottles=states))
        found += _listed([state.id for state in states], command.lot_ids, facility_id)
        if {row.lot_id for row in loose} != set(command.lot_ids):
            words = _("Có lô không còn ở biệt trữ. Tải lại trang rồi chọn lại.")
            found.append(Violation(Code.NOT_IN_QUARANTINE, Level.STOP, words, field="lots"))
        if not command.numbers and not command.lot_ids:
            found.append(Violation(Code.NOTHING_DELIVERED, Level.STOP, _("Chọn ít nhất một chai hoặc một lô.")))
        if found:
            raise StockRefused(tuple(found))
        row = Destruction.objects.create(
            id=command.id, facility_id=facility_id, earliest_on=earliest, prepared_by_id=by.actor_id, prepared_at=now,
            **command.columns,
        )  # fmt: skip
        _list(row, states, loose)
        audit.record(action="stock.destruction_planned", by=by, now=now, subject_kind=SUBJECT, subject_id=row.pk)
        return row


def _known(command: Plan, facility_id: int, by: Access) -> Destruction | None:
    """The row of an earlier send; raises OtherContent where the id says something else. Two at once wait here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(command.id)])
    earlier = Destruction.objects.filter(pk=command.id).first()
    if earlier is None:
        return None
    same = {"prepared_by_id": by.actor_id, "facility_id": facility_id, **command.columns}
    listed = set(earlier.lines.values_list("bottle__number", "lot_id"))
    things = {number for number, _lot in listed if number}, {lot for number, lot in listed if not number}
    if things != (set(command.numbers), set(command.lot_ids)):
        raise OtherContent
    if any(getattr(earlier, name) != value for name, value in same.items()):
        raise OtherContent
    return earlier


def _clinic(by: Access) -> int:
    """The main clinic that the person acts in. A satellite never destroys; the database has no account for it there."""
    acts.authorise(by, Permission.HANDLE_STOCK)
    if by.facility_id is None:
        raise PermissionDenied
    if Facility.objects.get(pk=by.facility_id).kind != FacilityKind.MAIN_CLINIC:
        words = _("Cơ sở cấp phát không hủy thuốc: trả về cơ sở điều trị.")
        raise StockRefused((Violation(Code.NOT_A_CLINIC, Level.STOP, words),))
    return by.facility_id


def earliest_on(*, notice_on: date, facility_id: int, now: datetime) -> date:
    """The first day on which a notice sent on that day has run long enough (domain 4.6), by the clinic's settings."""
    days = settings.for_facility(DestructionSettings, facility_id=facility_id, at=now).destroy_notice_days
    calendar = calendar_between(notice_on, notice_on + _CALENDAR)
    return working_days_after(notice_on, days, calendar.holidays | calendar.swapped_rest)


def _listed(bottle_ids: Sequence[int], lot_ids: Sequence[int], facility_id: int) -> list[Violation]:
    """Nothing stands on two lists: what another destruction that is still to come has named."""
    lines = DestructionLine.objects.filter(
        Q(bottle__in=bottle_ids) | Q(bottle=None, lot__in=lot_ids),
        destruction__facility_id=facility_id,
        destruction__done_at=None,
        destruction__cancelled_at=None,
    ).select_related("bottle", "lot")
    words = _("%(what)s đã ở danh mục của một đợt hủy khác.")
    return [
        Violation(Code.LISTED_ALREADY, Level.STOP, words % {"what": named(line.bottle, line.lot)}, field="bottles")
        for line in lines.order_by("destruction_id", "position")
    ]


def _states(numbers: tuple[int, ...], facility_id: int) -> list[BottleState]:
    ids = sorted(bottle_queries.get_id(number=number, facility_id=facility_id) for number in set(numbers))
    lock_bottles(ids)
    ledger.lock(facility_id=facility_id)
    return bottle_queries.states(bottle_ids=ids, facility_id=facility_id)


def _loose(lot_ids: Sequence[int], facility_id: int) -> QuerySet[Balance]:
    """What the clinic's quarantine has of these lots of items without bottles."""
    return Balance.objects.filter(
        account__facility_id=facility_id, account__kind=str(AccountKind.QUARANTINE), bottle=None, lot_id__in=lot_ids,
        quantity__gt=0,
    ).order_by("lot_id")  # fmt: skip


def _list(row: Destruction, states: Sequence[BottleState], loose: Sequence[Balance]) -> None:
    parts: list[tuple[int, int | None, int]] = [(state.lot_id, state.id, state.book_ul) for state in states]
    parts += [(each.lot_id, None, each.quantity) for each in loose]
    DestructionLine.objects.bulk_create(
        DestructionLine(destruction=row, position=position, lot_id=lot_id, bottle_id=bottle_id, quantity=quantity)
        for position, (lot_id, bottle_id, quantity) in enumerate(parts, start=1)
    )


def destroy(*, command: Destroying, by: Access, now: datetime) -> Destruction:
    """The committee signs, each present with their own PIN; quarantine is moved to destroyed in one act of the chain.

    Raises StockRefused (too few, no chair, too early, changed meanwhile), MemberRefused, Destruction.DoesNotExist,
    PermissionDenied. Done already: the same receipt.
    """
    facility_id = _clinic(by)
    held = Destruction.objects.get(pk=command.destruction_id, facility_id=facility_id)
    if held.done_at is not None:
        return held
    in_force = settings.for_facility(DestructionSettings, facility_id=facility_id, at=now)
    duties = [member.duty for member in command.members]
    found = list(check_committee(duties, today=local_day(now, by.zone), planned_on=held.planned_on, settings=in_force))
    if not command.minutes.strip():
        found.append(Violation(Code.WORDS_NEEDED, Level.ASK, _("Ghi biên bản hủy."), field="minutes"))
    if found:
        raise StockRefused(tuple(found))
    proven = _prove(command.members, facility_id, by, now)
    stated = {
        "destruction": held.pk, "minutes": command.minutes.strip(), "place": held.place, "method": held.method,
        "members": [[each.access.person_id, each.duty] for each in proven], "photos": list(command.photos),
    }  # fmt: skip
    act = StockAct(uuid5(held.pk, "act"), ActKind.DESTRUCTION, by, now, stated)
    with acts.booking(act):
        held = Destruction.objects.select_for_update(no_key=True).get(pk=held.pk)
        if held.done_at is not None:
            return held
        if held.cancelled_at is not None:
            raise StockRefused((Violation(Code.NOT_OPEN, Level.STOP, _("Đợt hủy này đã bỏ.")),))
        _book(held, act, proven)
        Destruction.objects.filter(pk=held.pk).update(
            done_at=now, done_by=by.actor_id, minutes=command.minutes.strip(), act_id=act.id
        )
    return Destruction.objects.get(pk=held.pk)


def _prove(members: tuple[Member, ...], facility_id: int, by: Access, now: datetime) -> list[_Proven]:
    """Every member with their own PIN, before the transaction; each holds an appointment that reaches the clinic."""
    found: list[_Proven] = []
    for place, member in enumerate(members):
        try:
            found.append(_proved(member, found, facility_id, by, now))
        except (AttestationRefused, PinRefused) as refused:
            raise MemberRefused(place, refused) from refused
    return found


def _proved(member: Member, before: Sequence[_Proven], facility_id: int, by: Access, now: datetime) -> _Proven:
    person = Person.objects.filter(username__iexact=member.username.strip(), is_active=True).first()
    if person is None:
        raise UnknownSecond
    if person.pk in {each.access.person_id for each in before}:
        raise SamePerson
    access = standing_at(facility_id, person_id=person.pk, now=now)
    if not access.roles:
        raise NotEntitled
    return _Proven(member.duty, access, pins.verify(person_id=person.pk, pin=member.pin, by=by, now=now))


def _book(held: Destruction, act: StockAct, members: list[_Proven]) -> None:
    lines = list(held.lines.select_related("bottle", "lot").order_by("position"))
    bottle_ids = sorted(line.bottle_id for line in lines if line.bottle_id)
    lock_bottles(bottle_ids)
    ledger.lock(facility_id=act.facility_id)
    _as_listed(lines, act.facility_id)
    places, moves = leaving.Places(act.facility_id), list[Move]()
    for line in lines:
        item = Item.objects.get(pk=Lot.objects.values_list("item_id", flat=True).get(pk=line.lot_id))
        source = places.of(item.pk)[AccountKind.QUARANTINE]
        target = leaving.destroyed_account(facility_id=act.facility_id, item=item)
        moves.append(Move(line.lot_id, line.bottle_id, source, target, line.quantity, str(Reason.DESTROYED)))
    done = acts.book(act, moves=moves, second=None, gone=bottle_ids)
    leaving.mark(bottle_ids, Gone.DESTROYED, by_id=act.actor_id, now=act.now)
    for each in members:
        signature = signatures.sign(
            proven=each.proven, signer=each.access, meaning="destroyed", subject_kind=str(act.kind),
            subject_id=act.id, digest=done.digest, now=act.now,
        )  # fmt: skip
        DestructionMember.objects.create(
            destruction=held, person_id=each.proven.person_id, duty=each.duty, signature=signature
        )


def _as_listed(lines: Sequence[DestructionLine], facility_id: int) -> None:
    """What is destroyed is what the notice listed: each thing in quarantine still, no more and no less of it."""
    held = Balance.objects.filter(account__facility_id=facility_id, account__kind=str(AccountKind.QUARANTINE))
    there: dict[tuple[int, int | None], int] = {
        (row.lot_id, row.bottle_id): row.quantity for row in held.order_by("pk")
    }
    changed = [line for line in lines if there.get((line.lot_id, line.bottle_id), 0) != line.quantity]
    if changed:
        words = _("%(what)s không còn như trong danh mục đã thông báo.")
        todo = _("Bỏ đợt này, ghi vì sao, rồi lập đợt mới với thông báo mới.")
        raise StockRefused(
            tuple(
                Violation(Code.CHANGED_MEANWHILE, Level.STOP, words % {"what": named(line.bottle, line.lot)}, todo)
                for line in changed
            )
        )


def named(bottle: Bottle | None, lot: Lot) -> str:
    """A thing on the list as people call it."""
    if bottle is not None:
        return _("Chai %(label)s") % {"label": encode(BOTTLE, bottle.number)}
    return _("Lô %(lot)s") % {"lot": lot.number}


def cancel(*, destruction_id: UUID, why: str, by: Access, now: datetime) -> Destruction:
    """Call it off, once, with why. Raises StockRefused, Destruction.DoesNotExist, PermissionDenied."""
    facility_id = _clinic(by)
    if not why.strip():
        raise StockRefused((Violation(Code.WORDS_NEEDED, Level.ASK, _("Ghi vì sao bỏ."), field="why"),))
    with transaction.atomic():
        held = Destruction.objects.select_for_update(no_key=True).get(pk=destruction_id, facility_id=facility_id)
        if held.done_at is None and held.cancelled_at is None:
            values = {"cancelled_at": now, "cancelled_by": by.actor_id, "cancelled_why": why.strip()}
            Destruction.objects.filter(pk=held.pk).update(**values)
            audit.record(action="stock.destruction_cancelled", by=by, now=now, subject_kind=SUBJECT, subject_id=held.pk)
    return Destruction.objects.get(pk=destruction_id)
