"""Receiving a delivery, and the sheet of labels for its bottles."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.pages import INVALID
from inventory.forms import DeliveryForm, LineForm
from inventory.models import Act, Item
from inventory.queries.labels import label_sheet
from inventory.services import deliveries, taken_over
from inventory.services.acts import Done, StockRefused
from inventory.services.deliveries import Delivery
from staff.forms import SecondPersonForm
from staff.queries.people import seconds_at
from staff.services.attestations import AttestationRefused, Present
from staff.services.pins import PinRefused

MOST_LINES = 12


@allow(Permission.RECEIVE_DELIVERY)
@sensitive_post_parameters("second_pin")
@require_http_methods(["GET", "POST"])
def receive(request: AccessRequest) -> HttpResponse:
    """State what arrived, line by line; one more line and fewer are buttons of the same form."""
    if request.access.facility_id is None:
        return render(request, "inventory/nowhere.html")
    forms = _Forms(request)
    if request.method == "GET":
        return forms.page(request)
    if "more" in request.POST or "fewer" in request.POST:
        return forms.page(request)
    if forms.valid():
        try:
            done = deliveries.receive(delivery=forms.delivery(), by=request.access, now=clock.now())
        except StockRefused as refused:
            forms.header.refuse(refused.violations)
        except (AttestationRefused, PinRefused) as refused:
            forms.second.refuse(refused)
        else:
            return _received(request, done)
    return forms.page(request, status=INVALID)


def _received(request: AccessRequest, done: Done) -> HttpResponse:
    """On to the labels where there are bottles; ampoules have none."""
    if any(done.content["found"]["bottles"]):
        messages.success(request, _("Đã nhận thuốc vào tủ bảo quản. In và dán nhãn từng chai."))
        return redirect("inventory:labels", done.act_id)
    messages.success(request, _("Đã nhận vào tủ bảo quản."))
    return redirect("inventory:shelf")


class _Forms:
    """The delivery's form, its lines and the second person, as posted or empty."""

    def __init__(self, request: AccessRequest) -> None:
        data = request.POST if request.method == "POST" else None
        now, access = clock.now(), request.access
        people = seconds_at(facility_id=access.facility_id or 0, now=now, besides=access.person_id)
        items = list(Item.objects.order_by("-in_bottles", "name", "id").values_list("pk", "name", "in_bottles"))
        self.begins = taken_over.begins(access.facility_id or 0)
        changing = data is not None and ("more" in data or "fewer" in data)
        # While lines come and go nothing is judged: what was typed is carried over as it stands.
        self.header = DeliveryForm(None, initial=_typed(data)) if changing else DeliveryForm(data)
        self.second = SecondPersonForm(None if changing else data, people=people, alone=False)
        self.chosen = data.get("second_username", "") if data is not None else ""
        self.lines = [
            LineForm(None, items=items, prefix=f"line{n}", initial=_typed(data, f"line{n}-"), begins=self.begins)
            if changing
            else LineForm(data, items=items, prefix=f"line{n}", begins=self.begins)
            for n in range(_count(data))
        ]

    def valid(self) -> bool:
        return all([self.header.is_valid(), self.second.is_valid(), *(line.is_valid() for line in self.lines)])

    def delivery(self) -> Delivery:
        said, second = self.header.cleaned_data, self.second.second_person()
        if not isinstance(second, Present):
            raise TypeError("A receipt needs two real people.")
        return Delivery(
            id=said["id"],
            supplier=said["supplier"],
            document_number=said["document_number"],
            note=said["note"],
            lines=tuple(line.line() for line in self.lines),
            second=second,
        )

    def page(self, request: AccessRequest, *, status: int = 200) -> HttpResponse:
        context = {
            "form": self.header,
            "lines": self.lines,
            "second": {**self.second.panel, "second": self.chosen},
            "may_add": len(self.lines) < MOST_LINES,
            "begins": self.begins,
        }
        return render(request, "inventory/delivery.html", context, status=status)


def _count(data: Any) -> int:
    """How many lines the form has: one more or one fewer where that button was pressed."""
    if data is None:
        return 1
    said = data.get("line_count", "1")
    count = int(said) if said.isascii() and said.isdigit() else 1
    count += ("more" in data) - ("fewer" in data)
    return min(max(count, 1), MOST_LINES)


def _typed(data: Any, prefix: str = "") -> dict[str, Any]:
    if data is None:
        return {}
    return {name.removeprefix(prefix): value for name, value in data.items() if name.startswith(prefix)}


@allow(Permission.VIEW_STOCK)
@require_safe
def labels(request: AccessRequest, act_id: UUID) -> HttpResponse:
    """An A4 sheet with a label for every bottle of a delivery of this facility."""
    try:
        sheet = label_sheet(act_id, facility_id=request.access.facility_id or 0)
    except Act.DoesNotExist as missing:
        raise Http404(_("Không có lần nhận thuốc này ở cơ sở của bạn.")) from missing
    return render(request, "inventory/labels.html", {"sheet": sheet})
