"""What a count of everything at a site is compared with, read under the lock on its chain."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from inventory.models import AccountKind, Balance, Bottle, Movement
from inventory.queries import bottles as bottle_queries
from inventory.rules.bottles import BottleState
from inventory.rules.counts import LooseBook
from inventory.rules.kinds import PLACES, Reason
from inventory.rules.wording import PLACE_WORDS

_PLACES = [str(place) for place in PLACES]
_GIVEN_UP = (Reason.COUNTED_MISSING, Reason.REPORTED_LOST)


def bottle_ids_here(*, facility_id: int) -> list[int]:
    """Every bottle that stands at the site, whatever is in it."""
    rows = Balance.objects.filter(account__facility_id=facility_id, account__kind__in=_PLACES, bottle__isnull=False)
    return sorted(bottle_id for bottle_id in rows.values_list("bottle_id", flat=True) if bottle_id)


def bottles_here(*, facility_id: int) -> list[BottleState]:
    """The same as the books know them. Two statements."""
    ids = bottle_ids_here(facility_id=facility_id)
    return bottle_queries.states(bottle_ids=ids, facility_id=facility_id)


def loose_here(*, facility_id: int) -> list[LooseBook]:
    """Every lot of an item without bottles that the site has or had, place by place; one line with nothing, too.

    What past acts took beyond the book of a lot is told at its first place.
    """
    rows = Balance.objects.filter(
        account__facility_id=facility_id, account__kind__in=[*_PLACES, str(AccountKind.UNRECONCILED)], bottle=None
    ).select_related("account", "lot")
    beyond = {row.lot_id: -row.quantity for row in rows if row.account.kind == AccountKind.UNRECONCILED}
    found: list[LooseBook] = []
    for row in sorted(rows, key=lambda each: (each.account.item_id, each.lot.number, each.lot_id, each.account_id)):
        if row.account.kind == AccountKind.UNRECONCILED:
            continue
        told = beyond.pop(row.lot_id, 0)
        kind = AccountKind(row.account.kind)
        found.append(LooseBook(kind, row.account.item_id, row.lot_id, row.lot.number, row.quantity, told))
    return found


@dataclass(frozen=True)
class Moved:
    """What acts of the site have touched: label numbers of bottles, and lots of items without bottles."""

    numbers: frozenset[int]
    lot_ids: frozenset[int]


def moved_since(moment: datetime, *, facility_id: int) -> Moved:
    """What the site's acts recorded after that moment have moved. One statement."""
    rows = Movement.objects.filter(act__facility_id=facility_id, act__recorded_at__gt=moment)
    found = set(rows.values_list("bottle__number", "lot_id"))
    return Moved(
        frozenset(number for number, _lot in found if number), frozenset(lot for number, lot in found if not number)
    )


def given_up(numbers: Collection[int], *, facility_id: int) -> dict[int, tuple[BottleState, int]]:
    """Of these labels, the bottles that this site's book gave up as lost, and how much of each. Two statements."""
    gone = Bottle.objects.filter(number__in=numbers, gone_at__isnull=False).exclude(balance__may_be_negative=False)
    given = Movement.objects.filter(
        bottle__in=gone, act__facility_id=facility_id, target__kind=AccountKind.LOSS,
        reason__in=[str(reason) for reason in _GIVEN_UP],
    )  # fmt: skip
    last = given.order_by("bottle_id", "-pk").distinct("bottle_id")
    lost = {bottle_id: quantity for bottle_id, quantity in last.values_list("bottle_id", "quantity") if bottle_id}
    states = bottle_queries.states(bottle_ids=sorted(lost), facility_id=facility_id)
    return {state.number: (state, lost[state.id]) for state in states}


@dataclass(frozen=True)
class LooseLot:
    """A lot without bottles to be counted in one place; how many the book has is not told."""

    place: AccountKind
    lot_id: int
    item: str
    lot_number: str

    @property
    def field(self) -> str:
        return f"loose_{self.place}_{self.lot_id}"

    @property
    def words(self) -> str:
        figures = {"item": self.item, "lot": self.lot_number, "place": PLACE_WORDS[self.place]}
        return _("%(item)s, lô %(lot)s, %(place)s: số ống") % figures


def loose_lots(*, facility_id: int) -> list[LooseLot]:
    """Which lots without bottles are asked for, place by place. One statement."""
    rows = Balance.objects.filter(account__facility_id=facility_id, account__kind__in=_PLACES, bottle=None)
    ordered = rows.select_related("account__item", "lot").order_by("account__item__name", "lot__number", "account_id")
    return [
        LooseLot(AccountKind(row.account.kind), row.lot_id, row.account.item.name, row.lot.number) for row in ordered
    ]
