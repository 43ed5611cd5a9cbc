"""A frozen report beside what counts now, and beside the version that it put right: what differs, and since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.access import Access
from oversight.queries.reports import Frozen
from oversight.reports.gather import from_stored, gather
from oversight.reports.indicators import Indicator, codes, fingerprint, indicator
from oversight.reports.late import Late, late
from oversight.reports.shown import NOTHING, Look, Row, row
from oversight.rules.figures import Difference, Figure, differences
from oversight.rules.report_codes import ReportKind


@dataclass(frozen=True)
class Changed:
    """One number that is not what it was. `place` is empty for all together."""

    place: str
    row: Row
    was: str
    now: str


@dataclass(frozen=True)
class Comparison:
    """`at`: when the earlier one was frozen; `late`: what was recorded about the period since then. `defined_anew`: the
    numbers are counted by other definitions or settings now, so that they may differ without any late fact.
    """

    at: datetime
    changed: tuple[Changed, ...]
    late: tuple[Late, ...] = ()
    defined_anew: bool = False
    version: int = 0

    @property
    def total(self) -> tuple[Changed, ...]:
        """What differs in the report itself, not only at a facility."""
        return tuple(one for one in self.changed if not one.place)


def against_now(one: Frozen, *, look: Look, by: Access, now: datetime) -> Comparison:
    """Counted anew, on demand, from ledger and registers. The frozen report stays as it is."""
    found = gather(one.place, one.period, by=by, now=now)
    kind = ReportKind(one.report.kind)
    changed = differences(from_stored(one.report.figures), found.by_place, order=codes(kind))
    return Comparison(
        at=one.report.made_at,
        changed=tuple(_worded(changed, one, look)),
        late=late(one.place.ids, first=one.period.first, last=one.period.last, since=one.report.made_at),
        defined_anew=one.report.indicators != fingerprint(kind) or one.report.rules != found.asked.digest,
        version=one.report.version,
    )


def against_before(one: Frozen, *, look: Look) -> Comparison | None:
    """Beside the version that this one put right; None for a first version."""
    before = one.report.corrects
    if before is None:
        return None
    order = codes(ReportKind(one.report.kind))
    changed = differences(from_stored(before.figures), from_stored(one.report.figures), order=order)
    return Comparison(at=before.made_at, changed=tuple(_worded(changed, one, look)), version=before.version)


def _worded(changed: Iterable[Difference], one: Frozen, look: Look) -> Iterable[Changed]:
    names = dict(one.place.facilities)
    for each in changed:
        defined = indicator(ReportKind(one.report.kind), each.code)
        known = each.now or each.was
        if defined is None or known is None:
            continue
        place = names.get(each.place, "") if each.place is not None else ""
        yield Changed(
            place, row(defined, known, look=look), _text(defined, each.was, look), _text(defined, each.now, look)
        )


def _text(one: Indicator, figure: Figure | None, look: Look) -> str:
    if figure is None:
        return NOTHING
    shown = row(one, figure, look=look)
    return f"{shown.value} ({shown.male} / {shown.female})" if shown.male else shown.value
