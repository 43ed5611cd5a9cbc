"""What a measure of an opened bottle says: how much is in it, how far that is from the book, what it posts. Pure.

All volumes are microlitres. A shortfall is a difference below zero, a surplus above; the two are never netted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.quantities import UL_PER_ML
from inventory.rules.kinds import Method
from inventory.rules.settings import StockSettings
from inventory.rules.settling import tolerance_ul
from inventory.rules.violations import Code, Level, Violation

PPM: Final = 1_000_000
# A bottle holds somewhat more than its label up to the brim, never this much more (GK).
BRIM: Final = Decimal("1.2")

METHOD_WORDS: Final[dict[Method, Promise]] = {
    Method.WEIGH: gettext_lazy("cân cả chai"),
    Method.CYLINDER: gettext_lazy("ống đong"),
    Method.MARK: gettext_lazy("vạch trên chai"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: grams of the whole bottle, or millilitres, one for each cylinder that was filled."""

    method: Method
    amounts: tuple[Decimal, ...]
    tare_g: Decimal | None = None
    density: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier measure of the same bottle, as far as a pattern depends on it. `posted`: its difference was booked."""

    day: date
    measured_ul: int
    book_ul: int
    posted: bool

    @property
    def difference_ul(self) -> int:
        return self.measured_ul - self.book_ul

    @property
    def book_after_ul(self) -> int:
        """The book as the measure left it."""
        return self.measured_ul if self.posted else self.book_ul


def site_method(settings: StockSettings) -> Method:
    """How the site measures; a cylinder where its setting is no method."""
    return Method(settings.measure_method) if settings.measure_method in set(Method) else Method.CYLINDER


def tare_of(size_ul: int, settings: StockSettings) -> Decimal | None:
    """What an empty bottle of this size weighs, in grams; None for a size that nobody has weighed."""
    return {1_000_000: settings.tare_litre_g, 100_000: settings.tare_100_ml_g}.get(size_ul)


def check_reading(reading: Reading, *, size_ul: int) -> tuple[Violation, ...]:
    """What cannot have been read: nothing, less than the empty bottle weighs, more than the bottle can hold."""
    if not reading.amounts:
        return (_ask(Code.READING_NEEDED, _("Ghi số đã đọc."), field="readings"),)
    if reading.method is Method.WEIGH:
        if reading.tare_g is None or reading.density is None:
            words = _("Chưa biết vỏ chai cỡ này nặng bao nhiêu. Cân một vỏ chai rỗng và ghi số gam.")
            return (_ask(Code.TARE_NEEDED, words, field="tare"),)
        if reading.amounts[0] < reading.tare_g:
            words = _("Số cân nhỏ hơn vỏ chai. Cân lại, hoặc xem lại số vỏ chai.")
            return (_ask(Code.LESS_THAN_TARE, words, field="readings"),)
    if volume_ul(reading) > size_ul * BRIM:
        words = _("Nhiều hơn chai chứa được. Xem lại số và đơn vị.")
        return (_ask(Code.MORE_THAN_BOTTLE, words, field="readings"),)
    return ()


def volume_ul(reading: Reading) -> int:
    """Whole microlitres in the bottle; half to even where a weight falls between two.

    Weighed: (gross - tare) / density. Poured into cylinders: the sum. Read on the bottle: as read.
    """
    if reading.method is Method.WEIGH:
        tare, density = reading.tare_g or Decimal(0), reading.density or Decimal(1)  # check_reading asked for both
        millilitres = (reading.amounts[0] - tare) / density
    else:
        millilitres = sum(reading.amounts, Decimal(0))
    return int((millilitres * UL_PER_ML).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def uncertainty_ul(reading: Reading, settings: StockSettings) -> int:
    """How far the method may be off: a cylinder counts for each time it was filled."""
    one = {
        Method.WEIGH: settings.weigh_uncertainty_ml,
        Method.CYLINDER: settings.cylinder_uncertainty_ml,
        Method.MARK: settings.mark_uncertainty_ml,
    }[reading.method]
    times = len(reading.amounts) if reading.method is Method.CYLINDER else 1
    return int(one * UL_PER_ML) * times


@dataclass(frozen=True, slots=True)
class Judged:
    """`within`: an observation, nothing is posted. `found` is what opens a case."""

    difference_ul: int
    tolerance_ul: int
    within: bool
    found: tuple[Violation, ...]


def judge(
    *,
    measured_ul: int,
    book_ul: int,
    uncertainty: int,
    size_ul: int,
    past: Sequence[Past],
    today: date,
    median_dose_ul: int | None,
    bias_ppm: int,
    settings: StockSettings,
) -> Judged:
    """The measure against the book of its moment (domain 12.3). `past`: earlier measures of the bottle, oldest first.

    The tolerance is the bottle's, cumulative over its life: since a measure inside it posts nothing, the difference
    from the book is everything that has gathered; what earlier measures posted to the same side counts with it. A
    difference that the method cannot tell from nothing is never outside.
    """
    difference, limit = measured_ul - book_ul, tolerance_ul(size_ul, settings)
    posted = sum(abs(each.difference_ul) for each in past if each.posted and _same_side(each.difference_ul, difference))
    told = abs(difference) > uncertainty
    within = not (told and abs(difference) + posted > limit)
    found: list[Violation] = []
    if not within:
        found.append(_side(difference))
    elif told and median_dose_ul and abs(difference) >= median_dose_ul:
        found.append(_note(Code.ONE_DOSE_OFF, _("Số đo khác sổ từ một liều trở lên.")))
    this = Past(today, measured_ul, book_ul, posted=not within)
    measures = [*past, this]
    if equal_days(measures) == settings.equal_measure_flag_days:
        found.append(_note(Code.ALWAYS_EQUAL, _("Số đo đúng bằng sổ nhiều ngày liền.")))
    before = leans(past, bias_ppm=bias_ppm, uncertainty=uncertainty, settings=settings)
    if not before and leans(measures, bias_ppm=bias_ppm, uncertainty=uncertainty, settings=settings):
        found.append(_note(Code.SAME_SIGN, _("Nhiều lần đo liền lệch cùng một phía, quá độ lệch đã biết của dụng cụ.")))
    return Judged(difference, limit, within, tuple(found))


def asks_again(judged: Judged, settings: StockSettings) -> bool:
    """Whether a reading is so far off that it is read a second time before it is kept: what is most likely is a slip
    in typing, and a difference outside the tolerance is posted at once (GK). Never for one that posts nothing.
    """
    return not judged.within and abs(judged.difference_ul) > int(settings.measure_twice_beyond_ml * UL_PER_ML)


def leans(measures: Sequence[Past], *, bias_ppm: int, uncertainty: int, settings: StockSettings) -> bool:
    """Whether the last measures all drift to one side, together by more than one measure may be off (domain 4.5)."""
    if not measures:
        return False
    window = measures[-1].day - timedelta(settings.same_sign_days)
    recent = [drift for day, drift in drifts(measures, bias_ppm) if day > window][-settings.same_sign_measures :]
    return len(recent) == settings.same_sign_measures and _one_side(recent) and abs(sum(recent)) > uncertainty


def equal_days(measures: Sequence[Past]) -> int:
    """On how many days running, up to the last measure, every measure was exactly the book."""
    days: set[date] = set()
    for each in reversed(measures):
        if each.difference_ul:
            return len(days - {each.day})
        days.add(each.day)
    return len(days)


def drifts(measures: Sequence[Past], bias_ppm: int) -> list[tuple[date, int]]:
    """How much more (less: below zero) than before each measure found, beyond what its device explains.

    A device that gives `bias_ppm` more than asked empties the bottle faster than the book. A first measure is compared
    with the book from which the bottle began.
    """
    found: list[tuple[date, int]] = []
    carried, before = 0, None
    for each in measures:
        poured = max(0, before - each.book_ul) if before is not None else 0
        explained = -(poured * bias_ppm // PPM)
        found.append((each.day, each.difference_ul - carried - explained))
        carried, before = (0 if each.posted else each.difference_ul), each.book_after_ul
    return found


def _one_side(amounts: Sequence[int]) -> bool:
    return all(amount > 0 for amount in amounts) or all(amount < 0 for amount in amounts)


def _same_side(one: int, other: int) -> bool:
    return one * other > 0


def _side(difference: int) -> Violation:
    if difference < 0:
        return _note(Code.MEASURED_LESS, _("Đo được ít hơn sổ quá mức cho phép của chai."))
    return _note(Code.MEASURED_MORE, _("Đo được nhiều hơn sổ quá mức cho phép của chai."))


def _ask(code: Code, words: str, *, field: str) -> Violation:
    return Violation(code, Level.ASK, words, field=field)


def _note(code: Code, words: str) -> Violation:
    return Violation(code, Level.NOTE, words)


@dataclass(frozen=True, slots=True)
class Posting:
    """What a measure outside the tolerance books, so that the book says what was measured.

    `returned`: book that pays back what the bottle gave beyond it. Then either `lost`, or a surplus: `beyond` of it was
    given already, `found` is in the bottle.
    """

    returned: int
    lost: int
    beyond: int
    found: int


def posting(*, held_ul: int, beyond_ul: int, measured_ul: int) -> Posting:
    """`held_ul`: the bottle's balance in its place; `beyond_ul`: what it gave beyond its label and is not settled."""
    returned = min(held_ul, beyond_ul)
    held, beyond = held_ul - returned, beyond_ul - returned
    return Posting(
        returned=returned,
        lost=max(0, held - measured_ul),
        beyond=beyond,
        found=max(0, measured_ul - held),
    )


def unreadable(text: str) -> str:
    """What is said of a reading that is no number, or that may be one of two."""
    return _("“%(text)s” không đọc được thành số. Ghi ví dụ 412,5; không dùng dấu ngăn nghìn.") % {"text": text}
