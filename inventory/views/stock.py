"""What the site holds, its book, and one act of it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.scanning import NotACode, decode
from core.templatetags.tram import ml
from facilities.services import settings
from inventory import links
from inventory.models import Act, BaseUnit
from inventory.queries import shelf
from inventory.queries.book import Book, items_of, month_book
from inventory.queries.bottles import is_here
from inventory.queries.lives import act_view
from inventory.queries.naloxone import usable_naloxone
from inventory.queries.recalls import standing_here
from inventory.queries.stock import SiteStock, site_stock
from inventory.rules.scancodes import BOTTLE
from inventory.rules.settings import StockSettings


@allow(Permission.VIEW_STOCK)
@require_safe
def overview(request: AccessRequest) -> HttpResponse:
    """Everything in hand at the acting facility; ?q= is a bottle's label, typed or scanned."""
    access, asked = request.access, request.GET.get("q", "").strip()
    if access.facility_id is None:
        return render(request, "inventory/nowhere.html")
    number = _number(asked)
    if number is not None and is_here(number=number, facility_id=access.facility_id):
        return redirect("inventory:bottle", number)
    now = clock.now()
    waiting = shelf.open_requests(access=access, now=now)
    context = {
        "stock": stock_of(request, access.facility_id),
        "asked": asked,
        "usable": usable_naloxone([access.facility_id], now)[access.facility_id],
        "pages": links.of_stock(access),
        "recalled": standing_here(facility_id=access.facility_id),
        "waiting": [each for each in waiting if each.row.facility_id != access.facility_id],
        **rights(request),
    }
    return render(request, "inventory/overview.html", context)


def stock_of(request: AccessRequest, facility_id: int) -> SiteStock:
    """What the facility holds now, judged by its own settings."""
    now = clock.now()
    rules = settings.for_facility(StockSettings, facility_id=facility_id, at=now)
    return site_stock(facility_id=facility_id, now=now, zone=request.access.zone, settings=rules)


def rights(request: AccessRequest) -> dict[str, bool]:
    """What this person may see and do with the stock of the facility they act in."""
    access = request.access
    here = access.facility_id or 0
    return {
        "sees_book": access.may_at(Permission.VIEW_BOOK, here),
        "may_handle": access.may_at(Permission.HANDLE_STOCK, here),
        "may_receive": access.may_at(Permission.RECEIVE_DELIVERY, here),
    }


def _number(asked: str) -> int | None:
    """The label number that somebody typed or scanned."""
    digits = "".join(asked.split())
    try:
        scanned = decode(digits)
    except NotACode:
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 8 else None
    return scanned.number if scanned.kind == BOTTLE else None


@allow(Permission.VIEW_BOOK)
@require_safe
def book(request: AccessRequest) -> HttpResponse:
    """The in-out-balance book of one month: ?month=2026-11&item=ID&page=N."""
    access = request.access
    if access.facility_id is None:
        return render(request, "inventory/nowhere.html")
    items = items_of(access.facility_id)
    asked = request.GET.get("item", "")
    item = next((each for each in items if str(each.pk) == asked), items[0] if items else None)
    today = clock.local_day(clock.now(), access.zone)
    context: dict[str, Any] = {"items": items, "months": _months(today)}
    if item is not None:
        month = month_asked(request.GET.get("month", "")) or today
        page = request.GET.get("page", "1")
        shown = month_book(
            item=item,
            facility_id=access.facility_id,
            month=month,
            zone=access.zone,
            page=int(page) if page.isascii() and page.isdigit() else 1,
        )
        context |= {"book": shown, **_written(shown)}
    return render(request, "inventory/book.html", context)


def _written(shown: Book) -> dict[str, Any]:
    """The figures as the paper book has them: nothing where nothing moved."""
    in_ml = shown.item.base_unit == BaseUnit.MICROLITRE

    def figure(quantity: int) -> str:
        return ml(quantity) if in_ml else str(quantity)

    def column(quantity: int) -> str:
        return figure(quantity) if quantity else ""

    return {
        "in_ml": in_ml,
        "totals": [figure(each) for each in (shown.opening, *shown.totals.columns, shown.closing)],
        "lines": [(line, [*map(column, line.flows.columns), figure(line.balance)]) for line in shown.lines],
    }


def month_asked(text: str) -> date | None:
    """A month as an address writes it, 2026-11; None for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  a month has no zone
    except ValueError:
        return None


def _months(today: date) -> list[date]:
    """This month and the eleven before it, newest first."""
    months = [(today.year * 12 + today.month - 1) - back for back in range(12)]
    return [date(number // 12, number % 12 + 1, 1) for number in months]


@allow(Permission.VIEW_STOCK)
@require_safe
def act(request: AccessRequest, act_id: UUID) -> HttpResponse:
    """One act of stock with its paper, its movements and its second person; of any facility whose stock they see."""
    access = request.access
    try:
        view = act_view(act_id, facility_ids=access.reach_by_permission[Permission.VIEW_STOCK])
    except Act.DoesNotExist as missing:
        raise Http404(_("Không có việc này ở cơ sở của bạn.")) from missing
    photos = [reverse("inventory:act-photo", args=[act_id, digest]) for digest in view.photos]
    place = view.act.facility_id
    context = {"sees_book": access.may_at(Permission.VIEW_BOOK, place), "here": place == access.facility_id}
    return render(request, "inventory/act.html", {"view": view, "photos": photos, **context})
