"""What a facility holds, for other programs: each bottle, and the balances of places and lots."""

from collections import defaultdict
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.access import Access, Permission
from core.api.door import access_of, api
from core.api.fields import PAGE_PARAMETER, Mg, a_page, page_asked, paged
from facilities.services import settings
from inventory.queries.stock import ShownBottle, SiteStock, site_stock
from inventory.rules.kinds import PLACES
from inventory.rules.levels import BottleLevel
from inventory.rules.settings import StockSettings


class BottleSerializer(serializers.Serializer[Any]):
    """One bottle in hand. `book_ul` and `beyond_ul` are told to who may see the book, `level` to everybody."""

    label = serializers.CharField()  # type: ignore[assignment]
    place = serializers.ChoiceField([str(place) for place in PLACES])
    lot = serializers.CharField()
    expires_on = serializers.DateField()
    concentration = Mg(read_only=True, help_text="mg in a mL")
    size_ul = serializers.IntegerField()
    level = serializers.ChoiceField([str(level) for level in BottleLevel])
    book_ul = serializers.IntegerField(allow_null=True)
    beyond_ul = serializers.IntegerField(allow_null=True)
    opened_at = serializers.DateTimeField(allow_null=True)
    usable = serializers.BooleanField()
    codes = serializers.ListField(child=serializers.CharField(), help_text="the rules that speak of it")


class BalanceSerializer(serializers.Serializer[Any]):
    """What the book has of one lot in one place, in microlitres or pieces."""

    place = serializers.ChoiceField([str(place) for place in PLACES])
    lot = serializers.CharField()
    expires_on = serializers.DateField()
    bottles = serializers.IntegerField()
    quantity = serializers.IntegerField()


BottlesSerializer: Any = paged("BottlesSerializer", BottleSerializer)
BalancesSerializer: Any = paged("BalancesSerializer", BalanceSerializer)


@extend_schema(
    operation_id="stock_bottles",
    tags=["stock"],
    responses=BottlesSerializer,
    parameters=[PAGE_PARAMETER],
    examples=[
        OpenApiExample(
            "one opened",
            {
                "results": [
                    {
                        "label": "3100000417", "place": "opened", "lot": "MTD-2604", "expires_on": "2028-04-30",
                        "concentration": "10", "size_ul": 1000000, "level": "enough", "book_ul": None,
                        "beyond_ul": None, "opened_at": "2026-11-23T05:20:00+07:00", "usable": True, "codes": [],
                    }
                ],
                "page": 1,
                "more": False,
            },
            response_only=True,
        )
    ],
)  # fmt: skip
@api(Permission.VIEW_STOCK)
def bottles(request: Request) -> Response:
    """Every bottle at the acting facility: opened, closed and set apart."""
    by = access_of(request)
    told = a_page(_all(_stock(by)), page_asked(request))
    told["results"] = [_bottle(each, by) for each in told["results"]]
    return Response(BottlesSerializer(told).data)


@extend_schema(operation_id="stock_balances", tags=["stock"], responses=BalancesSerializer, parameters=[PAGE_PARAMETER])
@api(Permission.VIEW_BOOK)
def balances(request: Request) -> Response:
    """What the book has in hand at the acting facility, by place and lot."""
    stock = _stock(access_of(request))
    sums: dict[tuple[str, str, Any], list[int]] = defaultdict(lambda: [0, 0])
    for each in _all(stock):
        state = each.state
        key = (str(state.place), state.lot_number, state.expires_on)
        sums[key][0] += 1
        sums[key][1] += state.book_ul
    for loose in stock.loose:
        sums[(str(loose.place), loose.lot_number, loose.expires_on)][1] += loose.quantity
    rows = [
        {"place": place, "lot": lot, "expires_on": expires_on, "bottles": count, "quantity": quantity}
        for (place, lot, expires_on), (count, quantity) in sorted(sums.items())
    ]
    return Response(BalancesSerializer(a_page(rows, page_asked(request))).data)


def _stock(by: Access) -> SiteStock:
    if by.facility_id is None:
        return SiteStock()
    now = clock.now()
    rules = settings.for_facility(StockSettings, facility_id=by.facility_id, at=now)
    return site_stock(facility_id=by.facility_id, now=now, zone=by.zone, settings=rules)


def _all(stock: SiteStock) -> list[ShownBottle]:
    return [*stock.opened, *(bottle for group in stock.closed for bottle in group.bottles), *stock.apart]


def _bottle(shown: ShownBottle, by: Access) -> dict[str, Any]:
    state, book = shown.state, by.may(Permission.VIEW_BOOK)
    return {
        "label": state.label,
        "place": str(state.place),
        "lot": state.lot_number,
        "expires_on": state.expires_on,
        "concentration": state.concentration,
        "size_ul": state.size_ul,
        "level": str(shown.level),
        "book_ul": state.book_ul if book else None,
        "beyond_ul": state.beyond_ul if book else None,
        "opened_at": state.opened_at,
        "usable": shown.usable,
        "codes": [str(found.code) for found in shown.violations],
    }
