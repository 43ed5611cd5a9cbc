"""The forms and books as files: PDF to print and sign, Excel to reckon with."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from core.access import AccessRequest, Permission, allow
from core.views.files import as_file as as_file
from inventory.models import Consignment
from inventory.queries.book import items_of
from inventory.queries.consignments import ConsignmentRow, get_row, may_look
from inventory.queries.printed import books, custody
from inventory.views.stock import month_asked

BOOKS = {"in-out": books.in_out_paper, "daily": books.daily_paper, "store": books.store_paper}


@allow(Permission.VIEW_BOOK)
@require_safe
def book_file(request: AccessRequest, book: str) -> HttpResponse:
    """One book of a month at the acting facility: ?month=2026-11&item=ID&as=pdf|xlsx."""
    access = request.access
    if access.facility_id is None:
        return render(request, "inventory/nowhere.html")
    items = items_of(access.facility_id)
    asked = request.GET.get("item", "")
    item = next((each for each in items if str(each.pk) == asked), items[0] if items else None)
    if item is None or book not in BOOKS:
        raise Http404
    now = clock.now()
    month: date = month_asked(request.GET.get("month", "")) or clock.local_day(now, access.zone)
    paper = BOOKS[book](item=item, facility_id=access.facility_id, month=month, by=access, now=now)
    return as_file(paper, f"{book}-{month:%Y-%m}", excel=request.GET.get("as") == "xlsx")


@allow(Permission.VIEW_STOCK, Permission.CARRY)
@require_safe
def carry_pass(request: AccessRequest, consignment_id: UUID) -> HttpResponse:
    """What the carrier takes along."""
    row = _row(request, consignment_id)
    return as_file(custody.pass_paper(row=row, by=request.access, now=clock.now()), f"carry-pass-{row.number}")


@allow(Permission.VIEW_STOCK, Permission.CARRY)
@require_safe
def record(request: AccessRequest, consignment_id: UUID) -> HttpResponse:
    """What both sides sign."""
    row = _row(request, consignment_id)
    return as_file(custody.record_paper(row=row, by=request.access, now=clock.now()), f"hand-over-{row.number}")


def _row(request: AccessRequest, consignment_id: UUID) -> ConsignmentRow:
    try:
        row = get_row(consignment_id)
    except Consignment.DoesNotExist as error:
        raise Http404 from error
    if not may_look(request.access, from_id=row.from_id, to_id=row.to_id, carriers=row.carriers):
        raise Http404
    return row
