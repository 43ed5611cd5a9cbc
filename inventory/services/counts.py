"""Everything at a site counted blind, beside the book of its moment; what differs is posted (domain 4.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from core.access import Access, Permission
from core.quantities import format_ml
from followup.models import CaseKind
from followup.services.cases import Finding, open_cases_many
from inventory.models import AccountKind, ActKind, CountLine, Inspection, StockCount
from inventory.queries import counted as counted_queries
from inventory.rules import counts as rules
from inventory.rules.bottles import BottleState
from inventory.rules.countkinds import CountWhy, Gone, Outcome
from inventory.rules.counts import Line, Seen
from inventory.rules.kinds import Why
from inventory.rules.violations import Code, Level, Violation
from inventory.services import acts, leaving, measures, observing, patterns
from inventory.services.acts import Done, StockAct, StockRefused
from inventory.services.ledger import Move
from inventory.services.measures import Measure, Measured
from inventory.services.observing import Second
from inventory.services.withdrawals import lock_bottles
from staff.services.attestations import Alone, ProvenSecond

SUBJECT = "count_line"
CODES = {
    Outcome.LESS: Code.COUNTED_LESS,
    Outcome.MORE: Code.COUNTED_MORE,
    Outcome.MISSING: Code.COUNTED_MISSING,
    Outcome.EXTRA: Code.COUNTED_EXTRA,
    Outcome.ELSEWHERE: Code.COUNTED_ELSEWHERE,
    Outcome.STRANGE: Code.COUNTED_STRANGE,
}


@dataclass(frozen=True)
class OpenedFound:
    """One opened bottle: what was read on it, by the site's method; no reading: nobody found it."""

    number: int
    readings: tuple[str, ...] = ()
    tare: str = ""


@dataclass(frozen=True)
class LooseFound:
    """So many of a lot without bottles, in one place."""

    place: AccountKind
    lot_id: int
    quantity: int


@dataclass(frozen=True)
class Counting:
    """What was found. Labels as scanned; a lot that is not named was not found at all. `asked_by`: of a surprise."""

    id: UUID
    why: CountWhy
    started_at: datetime
    second: Second
    storage: tuple[int, ...] = ()
    dispensing: tuple[int, ...] = ()
    quarantine: tuple[int, ...] = ()
    opened: tuple[OpenedFound, ...] = ()
    loose: tuple[LooseFound, ...] = ()
    asked_by: str = ""
    note: str = ""
    inspection_id: UUID | None = None

    @property
    def seen(self) -> Seen:
        return Seen(
            labels={
                AccountKind.STORAGE: self.storage,
                AccountKind.DISPENSING: self.dispensing,
                AccountKind.QUARANTINE: self.quarantine,
            },
            measured=frozenset(each.number for each in self.opened if each.readings),
            missing_opened=frozenset(each.number for each in self.opened if not each.readings),
            loose={(each.place, each.lot_id): each.quantity for each in self.loose},
        )

    @property
    def stated(self) -> dict[str, Any]:
        return {
            "why": self.why,
            "asked_by": self.asked_by.strip(),
            "note": self.note.strip(),
            "started_at": self.started_at,
            "storage": sorted(set(self.storage)),
            "dispensing": sorted(set(self.dispensing)),
            "quarantine": sorted(set(self.quarantine)),
            "opened": [[each.number, list(each.readings), each.tare] for each in self.opened],
            "loose": [[each.place, each.lot_id, each.quantity] for each in self.loose],
            "inspection": self.inspection_id,
        }


@dataclass(frozen=True)
class Counted:
    """The receipt. `known`: this very count was kept before."""

    row: StockCount
    known: bool = False


def record(*, command: Counting, by: Access, now: datetime) -> Counted:
    """Keep a count of everything and post what differs: one act, in the chain even where it moves nothing.

    Each line says as of which link it was compared; opened bottles are measured by the site's method as ever, and post
    their difference under their measure. A line beyond the tolerance opens a case of its own with the legal deadline.
    Right while doses are being recorded. What was received, moved or sent off since the count began was not all there
    when it was counted: where such a thing differs, people look again before it is posted (field `started_at`), so that
    nothing becomes a loss because it arrived meanwhile. Raises StockRefused, what `attestations.prove` raises,
    PermissionDenied.
    """
    acts.authorise(by, Permission.HANDLE_STOCK)
    _inspected_here(command, by)
    act = StockAct(id=command.id, kind=ActKind.COUNT, by=by, now=now, stated=command.stated)
    second = observing.prove(command.second, by=by, now=now)
    with acts.booking(act):
        earlier = acts.known(act)
        if earlier is not None:
            return Counted(StockCount.objects.get(pk=act.id), known=True)
        lock_bottles(counted_queries.bottle_ids_here(facility_id=act.facility_id))
        as_of = observing.chain_end(act.facility_id)
        here = counted_queries.bottles_here(facility_id=act.facility_id)
        _check(command, here)
        told = _compare(command, act, here)
        _stood_still(command, act, told)
        measured = _measure(command, by, now)
        _book(command, act, second, told, measured)
        row = _keep(command, act, as_of, told, measured)
        patterns.look(facility_id=act.facility_id, by=by, now=now)
        return Counted(row)


def _inspected_here(command: Counting, by: Access) -> None:
    """A count of an inspection is made at the place that is inspected."""
    asked = command.inspection_id
    if asked is not None and not Inspection.objects.filter(pk=asked, facility_id=by.facility_id or 0).exists():
        raise PermissionDenied


def _check(command: Counting, here: Sequence[BottleState]) -> None:
    opened = [bottle for bottle in here if bottle.place is AccountKind.OPENED]
    asked = rules.check_count(why=command.why, asked_by=command.asked_by, opened=opened, seen=command.seen)
    if asked:
        raise StockRefused(asked)


def _stood_still(command: Counting, act: StockAct, told: Sequence[Line]) -> None:
    """Raises StockRefused where something differs that an act has moved since the count began. Which is not said: the
    second look is as blind as the first."""
    apart = [line for line in told if not line.agrees]
    if not apart:
        return
    moved = counted_queries.moved_since(command.started_at, facility_id=act.facility_id)
    numbers = {line.bottle.number if line.bottle else line.number for line in apart if not line.loose}
    lots = {line.loose.lot_id for line in apart if line.loose}
    if numbers & moved.numbers or lots & moved.lot_ids:
        words = _("Từ lúc bắt đầu đếm, ở đây có thuốc vừa nhận về, chuyển chỗ hoặc đã đi khỏi.")
        todo = _("Xem lại các tủ và các số đã ghi, sửa nếu cần, rồi gửi lại.")
        raise StockRefused((Violation(Code.CHANGED_MEANWHILE, Level.ASK, words, todo, field="started_at"),))


def _compare(command: Counting, act: StockAct, here: Sequence[BottleState]) -> tuple[Line, ...]:
    known = {bottle.number for bottle in here}
    strange = {*command.storage, *command.dispensing, *command.quarantine} - known
    return rules.lines(
        bottles=here,
        returned=counted_queries.given_up(strange, facility_id=act.facility_id) if strange else {},
        loose=counted_queries.loose_here(facility_id=act.facility_id),
        seen=command.seen,
    )


def _measure(command: Counting, by: Access, now: datetime) -> list[Measured]:
    """The opened bottles, in the order of their labels; the count names their measures and is attested itself."""
    wanted = [each for each in sorted(command.opened, key=lambda each: each.number) if each.readings]
    return [
        measures.record(
            command=Measure(uuid5(command.id, str(each.number)), each.number, Why.COUNT, each.readings, tare=each.tare),
            by=by,
            now=now,
        )
        for each in wanted
    ]


def _book(
    command: Counting, act: StockAct, second: ProvenSecond | Alone, told: Sequence[Line], measured: Sequence[Measured]
) -> Done:
    places = leaving.Places(act.facility_id)
    moves: list[Move] = []
    for line in told:
        if line.bottle is not None:
            moves += places.of_bottle(line.bottle, line.steps)
        elif line.loose is not None:
            moves += places.moves(line.loose.item_id, line.loose.lot_id, None, line.steps)
    gone = [line.bottle.id for line in told if line.gone and line.bottle is not None]
    found = {
        "lines": [_said(line) for line in told],
        "measures": [{"id": each.row.pk, "ul": each.row.measured_ul, "as_of": each.row.as_of} for each in measured],
    }
    done = acts.book(act, moves=moves, second=second, found=found, gone=gone)
    leaving.mark(gone, Gone.LOST, by_id=act.actor_id, now=act.now)
    return done


def _said(line: Line) -> dict[str, Any]:
    """A line as both sign it: where, what, how much was found, how much the book had."""
    about = line.bottle.number if line.bottle else line.number
    lot = line.loose.lot_id if line.loose else None
    return {
        "place": line.place, "bottle": about, "lot": lot,
        "outcome": line.outcome, "found": line.found, "book": line.book,
    }  # fmt: skip


def _keep(
    command: Counting, act: StockAct, as_of: int, told: Sequence[Line], measured: Sequence[Measured]
) -> StockCount:
    agrees = all(line.agrees for line in told) and all(not each.row.difference_ul for each in measured)
    row = StockCount.objects.create(
        act_id=act.id,
        facility_id=act.facility_id,
        why=command.why,
        asked_by=command.asked_by.strip(),
        inspection_id=command.inspection_id,
        as_of=as_of,
        agrees=agrees,
        note=command.note.strip(),
        counted_by_id=act.actor_id,
        started_at=min(command.started_at, act.now),
        counted_at=act.now,
    )
    made = [_line(row, position, line) for position, line in enumerate(told, start=1)]
    made += [_measured_line(row, len(made) + nth, each) for nth, each in enumerate(measured, start=1)]
    CountLine.objects.bulk_create(made)
    _cases(act, zip(made, told, strict=False))
    return row


def _line(row: StockCount, position: int, line: Line) -> CountLine:
    lot_id = line.bottle.lot_id if line.bottle else line.loose.lot_id if line.loose else None
    return CountLine(
        id=uuid5(row.pk, f"line {position}"),
        count=row,
        position=position,
        place=str(line.place),
        outcome=str(line.outcome),
        lot_id=lot_id,
        bottle_id=line.bottle.id if line.bottle else None,
        number=line.number,
        found=line.found,
        book=line.book,
        as_of=row.as_of,
        within=line.agrees,
    )


def _measured_line(row: StockCount, position: int, measured: Measured) -> CountLine:
    """An opened bottle: its measure has been judged, posted and, outside its tolerance, opened a case."""
    measure = measured.row
    return CountLine(
        id=uuid5(row.pk, f"line {position}"),
        count=row,
        position=position,
        place=str(AccountKind.OPENED),
        outcome=str(rules.sign(measure.measured_ul, measure.book_ul)),
        lot_id=measure.bottle.lot_id,
        bottle_id=measure.bottle_id,
        found=measure.measured_ul,
        book=measure.book_ul,
        as_of=measure.as_of,
        within=measure.within,
        measure=measure,
    )


def _cases(act: StockAct, lines: Any) -> None:
    """One case for each line that differs, never one for their sum."""
    open_cases_many(
        [
            Finding(
                kind=CaseKind.STOCK_COUNT,
                facility_id=act.facility_id,
                subject_kind=SUBJECT,
                subject_id=kept.pk,
                now=act.now,
                findings=[{"code": str(CODES[line.outcome]), "data": _figures(line)}],
            )
            for kept, line in lines
            if not line.agrees
        ],
        by=act.by,
    )


def _figures(line: Line) -> dict[str, str]:
    if line.bottle is not None:
        return {"label": line.bottle.label, "ml": format_ml(abs(line.found - line.book), separator=".")}
    if line.loose is not None:
        return {"lot": line.loose.lot_number, "count": str(abs(line.found - line.book))}
    return {"number": str(line.number)}
