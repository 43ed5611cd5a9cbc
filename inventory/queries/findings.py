"""What the site found when it looked at its stock, for its pages. Figures of the book come with what was found."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from core.scanning import encode
from inventory.models import BottleMeasure, ClosedCount, DeviceCheck, NaloxoneCheck, SealFound
from inventory.rules.checks import Compared, compare
from inventory.rules.kinds import Method, SealState, Why
from inventory.rules.measures import METHOD_WORDS
from inventory.rules.scancodes import BOTTLE
from inventory.rules.wording_checks import SEAL_WORDS, WHY_WORDS
from staff.models import AT_ONCE, Attestation, Mode

SHOWN = 12


@dataclass(frozen=True)
class ShownMeasure:
    """One measure as people read it. `witness`: who signed with it; empty where nobody did."""

    row: BottleMeasure
    label: str
    by: str
    witness: str
    alone: bool

    @property
    def method_words(self) -> str:
        return str(METHOD_WORDS[Method(self.row.method)])

    @property
    def why_words(self) -> str:
        return str(WHY_WORDS[Why(self.row.why)])

    @property
    def short_ul(self) -> int:
        return max(0, -self.row.difference_ul)

    @property
    def over_ul(self) -> int:
        return max(0, self.row.difference_ul)


@dataclass(frozen=True)
class ShownCount:
    """One count of the closed bottles against the book of its moment."""

    row: ClosedCount
    compared: Compared

    @property
    def why_words(self) -> str:
        return str(WHY_WORDS[Why(self.row.why)])

    @property
    def missing(self) -> list[str]:
        return [encode(BOTTLE, number) for number in self.compared.missing]

    @property
    def extra(self) -> list[str]:
        return [encode(BOTTLE, number) if number < 100_000_000 else str(number) for number in self.compared.extra]


@dataclass(frozen=True)
class ShownSeal:
    row: SealFound
    label: str

    @property
    def words(self) -> str:
        return str(SEAL_WORDS[SealState(self.row.state)])


@dataclass(frozen=True)
class Findings:
    """The last of each kind at a site, newest first."""

    measures: tuple[ShownMeasure, ...]
    counts: tuple[ShownCount, ...]
    seals: tuple[ShownSeal, ...]
    naloxone: tuple[NaloxoneCheck, ...]
    devices: tuple[DeviceCheck, ...]


def findings(*, facility_id: int) -> Findings:
    """Six statements whatever the history."""
    counts = ClosedCount.objects.filter(facility_id=facility_id).select_related("counted_by")
    seals = SealFound.objects.filter(facility_id=facility_id).select_related("bottle", "found_by")
    naloxone = NaloxoneCheck.objects.filter(facility_id=facility_id).select_related("checked_by")
    devices = DeviceCheck.objects.filter(facility_id=facility_id).select_related("device", "checked_by")
    return Findings(
        measures=measures(facility_id=facility_id),
        counts=tuple(
            ShownCount(row, compare(row.found, row.expected)) for row in counts.order_by("-counted_at", "-pk")[:SHOWN]
        ),
        seals=tuple(
            ShownSeal(row, encode(BOTTLE, row.bottle.number)) for row in seals.order_by("-found_at", "-pk")[:SHOWN]
        ),
        naloxone=tuple(naloxone.order_by("-checked_at", "-pk")[:SHOWN]),
        devices=tuple(devices.order_by("-checked_at", "-pk")[:SHOWN]),
    )


def measures(*, facility_id: int, bottle_id: int | None = None) -> tuple[ShownMeasure, ...]:
    """The last measures of a site, or of one bottle of it, newest first. Two statements."""
    rows = BottleMeasure.objects.filter(facility_id=facility_id)
    if bottle_id is not None:
        rows = rows.filter(bottle_id=bottle_id)
    return _shown(rows.select_related("bottle", "measured_by").order_by("-measured_at", "-pk")[:SHOWN])


def get_measure(measure_id: UUID, *, facility_id: int) -> ShownMeasure:
    """One measure of this facility; raises BottleMeasure.DoesNotExist."""
    row = BottleMeasure.objects.select_related("bottle", "measured_by").get(pk=measure_id, facility_id=facility_id)
    [shown] = _shown([row])
    return shown


def _shown(rows: Iterable[BottleMeasure]) -> tuple[ShownMeasure, ...]:
    measured = list(rows)
    signed = Attestation.objects.filter(act_id__in=[row.pk for row in measured], mode__in=AT_ONCE)
    by_act = {each.act_id: each for each in signed.select_related("second")}
    return tuple(_one(row, by_act.get(row.pk)) for row in measured)


def _one(row: BottleMeasure, signed: Attestation | None) -> ShownMeasure:
    return ShownMeasure(
        row=row,
        label=encode(BOTTLE, row.bottle.number),
        by=row.measured_by.initials,
        witness=signed.second.initials if signed and signed.second else "",
        alone=signed is not None and signed.mode == Mode.ALONE,
    )
