"""An opened bottle is measured: an observation inside its tolerance, a posting and a case outside (domain 12.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from core.access import Access
from core.clock import local_day
from core.quantities import Ambiguous, NotANumber, format_ml, parse_amount
from facilities.services import settings
from followup.models import CaseKind
from inventory.models import AccountKind, ActKind, BottleMeasure, Item
from inventory.queries import bottles as bottle_queries
from inventory.queries import measures as measure_queries
from inventory.rules import measures as rules
from inventory.rules.bottles import BottleState, refuse
from inventory.rules.kinds import OF_A_CONSIGNMENT, Method, Reason, Why
from inventory.rules.measures import Judged, Reading
from inventory.rules.settings import StockSettings
from inventory.rules.violations import Code, Level, Violation
from inventory.services import accounts, acts, observing
from inventory.services.acts import StockAct, StockRefused
from inventory.services.ledger import Move
from inventory.services.observing import Observation, Second
from inventory.services.withdrawals import lock_bottles
from staff.services.attestations import Alone, ProvenSecond

KIND = "bottle_measure"
AT_A_COUNT: Final = frozenset({Why.COUNT, Why.HAND_OVER})  # whatever differs is posted then (domain 12.3)


@dataclass(frozen=True)
class Measure:
    """What was read on one bottle. `number` is its label's; `readings` stay exactly as they were typed: grams of the
    whole bottle where the site weighs, else millilitres, one for each filling of the cylinder.

    `method`: the site's own where None. `tare`: grams of an empty bottle, asked where no setting knows the size.
    `second` is None where the measure is a part of an act whose own attestation names it (opening, close, hand-over).
    `first`: what was read before, where `to_read_again` asked for a second reading; kept as evidence, never counted.
    """

    id: UUID
    number: int
    why: Why
    readings: tuple[str, ...]
    second: Second | None = None
    method: Method | None = None
    tare: str = ""
    first: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measured:
    """The receipt, shown after the measure is kept. Microlitres; `known`: this very measure was kept before."""

    row: BottleMeasure
    known: bool = False

    @property
    def posted(self) -> bool:
        return self.row.act_id is not None


def to_read_again(*, commands: Sequence[Measure], by: Access, now: datetime) -> frozenset[int]:
    """The label numbers of bottles to read a second time before anything of them is kept (`rules.asks_again`).

    Only a question, asked by pages where somebody types: never for what was read twice already, for a measure that is
    kept, nor for what `record` itself will refuse. Raises Bottle.DoesNotExist, PermissionDenied.
    """
    observing.authorise(by)
    facility_id = by.facility_id or 0
    once = [command for command in commands if command.readings and not command.first]
    kept = set(BottleMeasure.objects.filter(pk__in=[each.id for each in once]).values_list("pk", flat=True))
    in_force = settings.for_facility(StockSettings, facility_id=facility_id, at=now)
    asked = set()
    for command in once:
        bottle_id = bottle_queries.get_id(number=command.number, facility_id=facility_id)
        [state] = bottle_queries.states(bottle_ids=[bottle_id], facility_id=facility_id)
        try:
            found = _look(command, state, in_force, by, now)
        except StockRefused:
            continue
        if command.id not in kept and rules.asks_again(found.judged, in_force):
            asked.add(command.number)
    return frozenset(asked)


def record(*, command: Measure, by: Access, now: datetime) -> Measured:
    """Keep a measure beside the book of its moment, as of the last link of the chain.

    Outside the bottle's cumulative tolerance the difference is posted at once, loss or surplus, signed by the second
    person or openly alone, with a case; a pattern is a case without a posting. Inside, only a person present signs, and
    nothing is posted but at a count or a hand-over.
    Correct while doses are being recorded. Raises StockRefused for what cannot have been read and for a bottle that is
    not here or not opened, what `attestations.prove` raises, Bottle.DoesNotExist, PermissionDenied.
    """
    observing.authorise(by)
    second = observing.prove(command.second, by=by, now=now) if command.second is not None else None
    stated = {"why": str(command.why), "readings": list(command.readings), "measured_by_id": by.actor_id}
    seen = Observation(command.id, KIND, by, now, stated)
    with observing.recording(seen):
        earlier = observing.known(seen, BottleMeasure)
        bottle_id = bottle_queries.get_id(number=command.number, facility_id=seen.facility_id)
        if earlier is not None:
            if earlier.bottle_id != bottle_id:
                raise acts.OtherContent
            return Measured(earlier, known=True)
        lock_bottles([bottle_id])
        as_of = observing.chain_end(seen.facility_id)
        [state] = bottle_queries.states(bottle_ids=[bottle_id], facility_id=seen.facility_id)
        return _keep(seen, command, state, as_of, second)


@dataclass(frozen=True)
class _Look:
    """A reading beside the book of its moment; microlitres."""

    reading: Reading
    measured: int
    book: int
    uncertainty: int
    judged: Judged


def _look(command: Measure, state: BottleState, in_force: StockSettings, by: Access, now: datetime) -> _Look:
    if state.place is None or state.place in OF_A_CONSIGNMENT:
        raise StockRefused(refuse(Code.EMPTIED if state.emptied_at else Code.NOT_HERE, state))
    if state.opened_at is None:  # closed bottles are counted, never opened to measure (domain 12.3)
        raise StockRefused(refuse(Code.NOT_OPENED, state))
    reading = _read(command, state, in_force)
    refused = rules.check_reading(reading, size_ul=state.size_ul)
    if refused:
        raise StockRefused(refused)
    measured, book = rules.volume_ul(reading), state.book_ul - state.beyond_ul
    uncertainty = rules.uncertainty_ul(reading, in_force)
    judged = rules.judge(
        measured_ul=measured,
        book_ul=book,
        uncertainty=uncertainty,
        size_ul=state.size_ul,
        past=measure_queries.past_measures(bottle_id=state.id, zone=by.zone),
        today=local_day(now, by.zone),
        median_dose_ul=measure_queries.median_dose_ul(bottle_id=state.id),
        bias_ppm=measure_queries.known_bias_ppm(facility_id=by.facility_id or 0),
        settings=in_force,
    )
    return _Look(reading, measured, book, uncertainty, judged)


def _keep(
    seen: Observation, command: Measure, state: BottleState, as_of: int, second: ProvenSecond | Alone | None
) -> Measured:
    in_force = settings.for_facility(StockSettings, facility_id=seen.facility_id, at=seen.now)
    found = _look(command, state, in_force, seen.by, seen.now)
    reading, measured, book, judged = found.reading, found.measured, found.book, found.judged
    posts = not judged.within or (command.why in AT_A_COUNT and (measured != book or state.beyond_ul > 0))
    before = _first(command)
    if posts:
        _post(seen, state, measured, as_of, second, before)
    row = BottleMeasure.objects.create(
        **seen.columns,
        bottle_id=state.id,
        method=reading.method,
        tare_g=reading.tare_g,
        density=reading.density,
        measured_ul=measured,
        uncertainty_ul=found.uncertainty,
        as_of=as_of,
        book_ul=book,
        difference_ul=judged.difference_ul,
        tolerance_ul=judged.tolerance_ul,
        within=judged.within,
        act_id=seen.id if posts else None,
        measured_at=seen.now,
    )
    if not posts and isinstance(second, ProvenSecond):
        observing.attest(seen, second, {**seen.stated, "bottle": state.number, "ul": measured, "as_of": as_of})
    observing.written(seen, within=judged.within, **before)
    _case(seen, state, judged)
    return Measured(row)


def _case(seen: Observation, state: BottleState, judged: Judged) -> None:
    amount = format_ml(abs(judged.difference_ul), separator=".")
    observing.open_case(seen, CaseKind.BOTTLE_MEASURE, judged.found, label=state.label, ml=amount)


def _read(command: Measure, state: BottleState, in_force: StockSettings) -> Reading:
    """The reading in numbers; raises StockRefused where it is none."""
    method = command.method or rules.site_method(in_force)
    amounts = tuple(_number(text, "readings") for text in command.readings if text.strip())
    if method is not Method.WEIGH:
        return Reading(method, amounts)
    tare = _number(command.tare, "tare") if command.tare.strip() else rules.tare_of(state.size_ul, in_force)
    return Reading(method, amounts, tare, measure_queries.density_of(state.lot_id) or in_force.density_g_per_ml)


def _first(command: Measure) -> dict[str, list[str]]:
    """What was read before the reading that counts: numbers only, since this goes where no free words go."""
    read = [text.strip() for text in command.first if _is_number(text)]
    return {"first_readings": read} if read else {}


def _is_number(text: str) -> bool:
    try:
        parse_amount(text)
    except (NotANumber, Ambiguous):
        return False
    return True


def _number(text: str, field: str) -> Decimal:
    try:
        return parse_amount(text)
    except (NotANumber, Ambiguous) as unreadable:
        words = rules.unreadable(text)
        raise StockRefused((Violation(Code.READING_NEEDED, Level.ASK, words, field=field),)) from unreadable


def _post(
    seen: Observation,
    state: BottleState,
    measured: int,
    as_of: int,
    second: ProvenSecond | Alone | None,
    before: dict[str, list[str]],
) -> None:
    """Book the difference under the measure's own id, so that the book says from now on what was measured."""
    stated = {**seen.stated, "bottle": state.number, "measured_ul": measured, "as_of": as_of, **before}
    act = StockAct(id=seen.id, kind=ActKind.MEASURE, by=seen.by, now=seen.now, stated=stated)
    acts.book(
        act,
        moves=_moves(act, state, measured),
        second=second,
        found={"book_ul": state.book_ul, "beyond_ul": state.beyond_ul},
    )


def _moves(act: StockAct, state: BottleState, measured: int) -> list[Move]:
    there = accounts.ids(facility_id=act.facility_id, item=Item.objects.get(pk=state.item_id))
    place, beyond, overfill = state.place or AccountKind.OPENED, AccountKind.UNRECONCILED, AccountKind.OVERFILL
    booked = rules.posting(held_ul=state.book_ul, beyond_ul=state.beyond_ul, measured_ul=measured)
    steps = [
        (booked.returned, place, beyond, Reason.BEYOND_SETTLED),
        (booked.lost, place, AccountKind.LOSS, Reason.MEASURED_LESS),
        (booked.beyond + booked.found, AccountKind.SUPPLIER, overfill, Reason.OVERFILL),
        (booked.beyond, overfill, beyond, Reason.BEYOND_SETTLED),
        (booked.found, overfill, place, Reason.MEASURED_MORE),
    ]
    return [
        Move(state.lot_id, state.id, there[source], there[target], quantity, reason)
        for quantity, source, target, reason in steps
        if quantity > 0
    ]
