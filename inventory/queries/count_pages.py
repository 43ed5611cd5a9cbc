"""Counts, spills and losses of a site for its pages. Figures of the book come with what was counted, never before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.access import Access, Permission
from core.scanning import encode
from followup.rules.due import spoken
from inventory.models import AccountKind, Balance, CountLine, LossReport, Spill, StockCount
from inventory.queries.counted import loose_lots
from inventory.rules.countkinds import CountWhy, LossKind, Outcome, SpillKind
from inventory.rules.kinds import PLACES
from inventory.rules.scancodes import BOTTLE
from inventory.rules.wording import PLACE_WORDS
from inventory.rules.wording_counts import LOSS_WORDS, OUTCOME_WORDS, SPILL_WORDS, WHY_WORDS
from staff.models import AT_ONCE, Attestation, Mode

SHOWN = 20


@dataclass(frozen=True)
class ShownLine:
    """One line of a count as people read it."""

    row: CountLine

    @property
    def label(self) -> str:
        if self.row.bottle is not None:
            return encode(BOTTLE, self.row.bottle.number)
        if self.row.lot is not None:
            return f"{self.row.lot.item.name}, {self.row.lot.number}"
        number = self.row.number or 0
        return encode(BOTTLE, number) if 0 < number < 100_000_000 else str(number)

    @property
    def place_words(self) -> str:
        return str(PLACE_WORDS[AccountKind(self.row.place)])

    @property
    def words(self) -> str:
        return str(OUTCOME_WORDS[Outcome(self.row.outcome)])

    @property
    def in_ml(self) -> bool:
        return self.row.bottle is not None

    @property
    def agrees(self) -> bool:
        return self.row.outcome == Outcome.AGREES

    @property
    def away(self) -> int:
        return abs(self.row.found - self.row.book)


@dataclass(frozen=True)
class ShownCount:
    """A count with what differed first. `signed`: who stood beside it."""

    row: StockCount
    lines: tuple[ShownLine, ...]
    signed: Attestation | None

    @property
    def why_words(self) -> str:
        return str(WHY_WORDS[CountWhy(self.row.why)])

    @property
    def alone(self) -> bool:
        return self.signed is not None and self.signed.mode == Mode.ALONE

    @property
    def differing(self) -> tuple[ShownLine, ...]:
        return tuple(line for line in self.lines if not line.agrees)

    @property
    def agreeing(self) -> tuple[ShownLine, ...]:
        return tuple(line for line in self.lines if line.agrees)


@dataclass(frozen=True)
class ShownLoss:
    """A loss report with how far its deadline is away; empty once it is sent."""

    row: LossReport
    due: str
    overdue: bool

    @property
    def words(self) -> str:
        return str(LOSS_WORDS[LossKind(self.row.kind)])


@dataclass(frozen=True)
class ShownSpill:
    row: Spill

    @property
    def words(self) -> str:
        return str(SPILL_WORDS[SpillKind(self.row.kind)])

    @property
    def label(self) -> str:
        return encode(BOTTLE, self.row.bottle.number) if self.row.bottle else self.row.lot.number


@dataclass(frozen=True)
class Written:
    """The last of each kind at a site, newest first."""

    counts: tuple[ShownCount, ...]
    spills: tuple[ShownSpill, ...]
    losses: tuple[ShownLoss, ...]


def written(*, facility_id: int, now: datetime) -> Written:
    """Three statements whatever the history; the counts without their lines."""
    counts = StockCount.objects.filter(facility_id=facility_id).select_related("counted_by")
    spills = Spill.objects.filter(facility_id=facility_id).select_related("bottle", "lot", "recorded_by")
    losses = LossReport.objects.filter(facility_id=facility_id).select_related("recorded_by")
    return Written(
        counts=tuple(ShownCount(row, (), None) for row in counts.order_by("-counted_at", "-pk")[:SHOWN]),
        spills=tuple(ShownSpill(row) for row in spills.order_by("-recorded_at", "-pk")[:SHOWN]),
        losses=tuple(_loss(row, now) for row in losses.order_by("-recorded_at", "-pk")[:SHOWN]),
    )


def get_count(count_id: UUID, *, facility_id: int) -> ShownCount:
    """One count of this facility, worst first; raises StockCount.DoesNotExist. Three statements."""
    row = StockCount.objects.select_related("counted_by", "facility").get(pk=count_id, facility_id=facility_id)
    lines = row.lines.select_related("bottle", "lot__item", "measure").order_by("position")
    signed = Attestation.objects.filter(act_id=row.pk, mode__in=AT_ONCE).select_related("second").first()
    return ShownCount(row, tuple(ShownLine(line) for line in lines), signed)


def get_spill(spill_id: UUID, *, facility_id: int) -> Spill:
    """One record of this facility with everybody it names; raises Spill.DoesNotExist. One statement."""
    named = ("bottle", "lot__item", "item", "measure", "recorded_by", "other_witness")
    return Spill.objects.select_related(*named).get(pk=spill_id, facility_id=facility_id)


def get_loss(loss_id: UUID, *, facility_id: int, now: datetime) -> ShownLoss:
    """One report of this facility; raises LossReport.DoesNotExist."""
    rows = LossReport.objects.select_related("recorded_by", "police_told_by", "sent_by", "act", "line__count")
    return _loss(rows.get(pk=loss_id, facility_id=facility_id), now)


def _loss(row: LossReport, now: datetime) -> ShownLoss:
    open_still = row.sent_at is None
    return ShownLoss(row, spoken(row.due_at, now) if open_still else "", open_still and row.due_at < now)


def spillable(*, facility_id: int) -> list[tuple[str, str]]:
    """What can be spilt or broken here: every bottle by label and place, every lot without bottles. Two statements."""
    rows = Balance.objects.filter(
        account__facility_id=facility_id, account__kind__in=[str(place) for place in PLACES], bottle__isnull=False
    ).select_related("account", "bottle")
    bottles = [
        (str(row.bottle.number), f"{encode(BOTTLE, row.bottle.number)} · {PLACE_WORDS[AccountKind(row.account.kind)]}")
        for row in _opened_first(list(rows))
        if row.bottle is not None
    ]
    loose = loose_lots(facility_id=facility_id)
    return [*bottles, *((f"{each.place}:{each.lot_id}", each.words) for each in loose)]


def _opened_first(rows: Sequence[Balance]) -> list[Balance]:
    order = [str(place) for place in (AccountKind.OPENED, *PLACES)]
    return sorted(rows, key=lambda row: (order.index(row.account.kind), row.bottle.number if row.bottle else 0))


def line_path(line_id: UUID, access: Access) -> str | None:
    """The count's page, from one of its lines, for who may see stock."""
    if not access.may(Permission.VIEW_STOCK):
        return None
    count_id = CountLine.objects.filter(pk=line_id).values_list("count_id", flat=True).first()
    return f"/inventory/counts/{count_id}/" if count_id else None


def loss_path(loss_id: UUID, access: Access) -> str | None:
    return f"/inventory/losses/{loss_id}/" if access.may(Permission.VIEW_STOCK) else None


def list_path(_subject_id: UUID, access: Access) -> str | None:
    return "/inventory/checks/" if access.may(Permission.VIEW_STOCK) else None
