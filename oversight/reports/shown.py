"""A report as people read it: rows in words, n beside every per cent, small numbers of HIV only to who may see them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise

from core.access import Access, Permission
from core.quantities import format_decimal
from core.templatetags.tram import separator
from oversight.queries.standing import LEAST_FOR_PERCENT
from oversight.reports.indicators import OF, Indicator
from oversight.reports.places import Place, answers_for
from oversight.rules.figures import Figure, Figures, Unit, hidden
from oversight.rules.report_codes import ReportKind, ReportScope

NOTHING = "–"


@dataclass(frozen=True)
class Row:
    """One row. `of` says of how many, where the number is a part; `male`, `female` are empty where nobody asks."""

    indicator: Indicator
    value: str
    of: str = ""
    male: str = ""
    female: str = ""
    path: str = ""

    @property
    def words(self) -> str | Promise:
        return self.indicator.words

    @property
    def inside(self) -> bool:
        """Whether it is a part of the row above, as 1.1 is of 1."""
        return "." in self.indicator.code


@dataclass(frozen=True)
class Look:
    """Who looks: whether small secret numbers are theirs to see, and from which number on they are anybody's."""

    small: bool
    under: int


Link = Callable[[Indicator], str]


def look(place: Place, *, access: Access, under: int) -> Look:
    """Small numbers of HIV are for who treats these patients, and for who hands the report in, as its total."""
    own = place.all_in(access.reach_by_permission.get(Permission.VIEW_HIV_FIGURES, frozenset()))
    signs = answers_for(place, access=access, permission=Permission.SIGN_REPORTS)
    return Look(own or (signs and place.scope is not ReportScope.FACILITY), under)


def rows(kind: ReportKind, figures: Figures, *, look: Look, link: Link | None = None) -> tuple[Row, ...]:
    """The rows of one place in the order of the form."""
    return tuple(
        row(one, figures[one.code], look=look, path=link(one) if link else "")
        for one in OF[kind]
        if one.code in figures
    )


def row(one: Indicator, figure: Figure, *, look: Look, path: str = "") -> Row:
    """One row of it."""
    if one.secret and not look.small and hidden(figure, under=look.under):
        few = f"< {look.under}"
        return Row(one, few if figure.n < look.under else number(figure.n), male=NOTHING, female=NOTHING)
    value, of = written(one, figure)
    sexes = figure.male is not None
    male, female = (number(figure.male or 0), number(figure.female or 0)) if sexes else ("", "")
    return Row(one, value, of=of, male=male, female=female, path="" if one.secret else path)


def written(one: Indicator, figure: Figure) -> tuple[str, str]:
    """The number and what it is of. Of very few people there is no per cent (domain 12.4), only how many."""
    value = figure.value(one.unit)
    if one.unit is Unit.PERCENT:
        part = f"{number(figure.n)}/{number(figure.of or 0)}"
        return (f"{_text(value)} %" if value is not None and (figure.of or 0) >= LEAST_FOR_PERCENT else part), part
    if one.unit is Unit.HOURS and figure.of is not None:
        return _text(value), _text(Figure(figure.of).value(Unit.HOURS))
    if one.unit in (Unit.MEAN_MG, Unit.MG):
        return (f"{_text(value)} mg" if value is not None else NOTHING), number(figure.of or 0)
    return _text(value), ""


def number(n: int) -> str:
    """A whole number as a form writes it."""
    return str(n)


def _text(value: object) -> str:
    return format_decimal(value, separator=separator()) if isinstance(value, Decimal) else NOTHING


def by_site(
    one: Indicator, sites: Mapping[int | None, Figures], place: Place, *, look: Look
) -> tuple[tuple[int, str, Row], ...]:
    """One number at each facility of the place that has it."""
    return tuple(
        (pk, name, row(one, sites[pk][one.code], look=look))
        for pk, name in place.facilities
        if one.code in sites.get(pk, {})
    )
