"""The page on which a consignment is prepared: who may get and carry it, and what there is to take, by expiry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core import clock
from core.access import AccessRequest
from facilities.models import Facility
from inventory.forms_custody import PrepareForm
from inventory.models import AccountKind
from inventory.queries import sources
from inventory.queries.sources import LooseLot
from inventory.queries.stock import ClosedGroup, SiteStock
from inventory.rules.consignments import propose
from inventory.rules.custody import ConsignmentKind
from inventory.services.consignments import Preparation, Trip, kind_from
from inventory.services.packing import Loose
from inventory.views.handling import posted
from inventory.views.stock import stock_of


@dataclass(frozen=True)
class Choice:
    """One group of bottles, or one lot, and the field that says how many of it."""

    key: str
    most: int
    proposed: int
    group: ClosedGroup | None = None
    lot: LooseLot | None = None


class Preparing:
    """The form with its choices, as posted or as proposed for ?to=SITE&bottles=N."""

    def __init__(self, request: AccessRequest) -> None:
        self.request = request
        here = request.access.facility_id or 0
        self.kind = kind_from(Facility.objects.get(pk=here))
        self.stock: SiteStock = stock_of(request, here)
        now = clock.now()
        self.places = sources.receivers(facility_id=here, kind=self.kind, now=now, zone=request.access.zone)
        self.wanted = _number(request.GET.get("bottles", ""))
        self.to = next((place for place in self.places if str(place.id) == request.GET.get("to", "")), None)
        self.choices = self._choices(here)
        carriers = sources.carriers(
            facility_ids=[here, *(place.id for place in self.places)], besides=request.access.person_id, now=now
        )
        initial = {"to_facility": self.to.id} if self.to else {}
        self.form = PrepareForm(
            posted(request),
            zone=request.access.zone,
            places=[(place.id, place.name) for place in self.places],
            carriers=carriers,
            groups=[(choice.key, choice.most, choice.proposed) for choice in self.choices],
            initial=initial,
        )

    def _choices(self, facility_id: int) -> list[Choice]:
        groups = [group for group in self.stock.closed if group.place is AccountKind.STORAGE and group.usable]
        if self.kind is ConsignmentKind.RETURN:
            groups = []
        taken = propose(wanted=self.wanted, closed=[(n, len(group.bottles)) for n, group in enumerate(groups)])
        bottles = [Choice(f"b{n}", len(group.bottles), taken[n], group=group) for n, group in enumerate(groups)]
        lots = sources.loose_lots(facility_id=facility_id)
        return bottles + [Choice(f"l{lot.lot_id}", lot.quantity, 0, lot=lot) for lot in lots]

    def command(self) -> Preparation:
        """What the service takes. Only of a valid form."""
        said, form = self.form.cleaned_data, self.form
        picked = [
            bottle.state.number
            for choice in self.choices
            if choice.group is not None
            for bottle in choice.group.bottles[: form.taken(choice.key)]
        ]
        apart = {bottle.state.number for bottle in self.stock.apart}
        ticked = [int(each) for each in self.request.POST.getlist("apart") if each.isdecimal() and int(each) in apart]
        labels = [number for number, _seal in said["labels"]]
        return Preparation(
            id=said["id"],
            kind=self.kind,
            to_facility_id=said["to_facility"],
            trip=Trip(
                carrier_id=said["carrier"],
                transport=said["transport"],
                route=said["route"],
                expected_at=said["expected_at"],
                companion=said["companion"],
            ),
            numbers=tuple(dict.fromkeys([*picked, *ticked, *labels])),
            loose=tuple(
                Loose(choice.lot.lot_id, form.taken(choice.key))
                for choice in self.choices
                if choice.lot is not None and form.taken(choice.key)
            ),
            note=said["note"],
        )

    @property
    def context(self) -> dict[str, Any]:
        rows = [(choice, self.form[f"take_{choice.key}"]) for choice in self.choices]
        return {
            "bottles": [row for row in rows if row[0].group is not None],
            "lots": [row for row in rows if row[0].lot is not None],
            "apart": self.stock.apart if self.kind is ConsignmentKind.RETURN else (),
            "chosen": set(self.request.POST.getlist("apart")),
            "supply": self.kind is ConsignmentKind.SUPPLY,
            "places": self.places,
            "to": self.to,
            "wanted": self.wanted or "",
        }


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0


def loose_of(lots: Sequence[LooseLot]) -> tuple[Loose, ...]:
    """The lots of a plan as the packing takes them."""
    return tuple(Loose(lot.lot_id, lot.quantity) for lot in lots)
