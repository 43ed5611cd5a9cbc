"""The books of a month: in-out-balance, day by day, and the store's own (domain 4.7)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _

from core.access import Access
from core.clock import local_day
from core.papers import Cell, Column, Fact, Paper, Signer, Table
from core.templatetags.tram import day, day_time
from inventory.models import Item
from inventory.queries.book import Book, BookLine, Flows, midnight, month_book, next_month
from inventory.queries.printed.head import Heading, amount, heading, unit_of
from inventory.rules.wording import act_words

WHOLE: Final = 1_000_000

_STORE = """
SELECT act.id, act.kind, act.occurred_at, act.recorded_at, act.actor_label, lot.number, lot.expires_on,
       coalesce(sum(m.quantity) FILTER (WHERE t.kind = 'storage'), 0),
       coalesce(sum(m.quantity) FILTER (WHERE s.kind = 'storage'), 0)
  FROM inventory_act act
  JOIN inventory_movement m ON m.act_id = act.id
  JOIN inventory_account s ON s.id = m.source_id
  JOIN inventory_account t ON t.id = m.target_id
  JOIN inventory_lot lot ON lot.id = m.lot_id
 WHERE m.item_id = %(item)s AND act.recorded_at >= %(from)s
   AND (s.kind = 'storage' AND s.facility_id = %(facility)s OR t.kind = 'storage' AND t.facility_id = %(facility)s)
 GROUP BY act.id, act.kind, act.occurred_at, act.recorded_at, act.actor_label, lot.number, lot.expires_on
 ORDER BY act.recorded_at, act.id, lot.number
"""
_STORED = """
SELECT coalesce(sum(b.quantity), 0) FROM inventory_balance b JOIN inventory_account a ON a.id = b.account_id
 WHERE a.facility_id = %(facility)s AND a.item_id = %(item)s AND a.kind = 'storage'
"""


@dataclass(frozen=True)
class StoreLine:
    """One act in the store's book, for one lot; base units."""

    kind: str
    occurred_at: datetime
    recorded_at: datetime
    by: str
    lot: str
    expires_on: date
    received: int
    issued: int
    balance: int


@dataclass(frozen=True)
class StoreBook:
    """A month of the storage cabinet: opening + received - issued = closing."""

    opening: int
    closing: int
    lines: tuple[StoreLine, ...]


def store_book(*, item: Item, facility_id: int, month: date, zone: str) -> StoreBook:
    """What came into the storage cabinet and left it, lot by lot, with the balance after each. Two statements."""
    first = month.replace(day=1)
    begins, ends = midnight(first, zone), midnight(next_month(first), zone)
    values: dict[str, Any] = {"facility": facility_id, "item": item.pk, "from": begins}
    with connection.cursor() as cursor:
        cursor.execute(_STORED, values)
        [now] = cursor.fetchone()
        cursor.execute(_STORE, values)
        rows = cursor.fetchall()
    balance = opening = int(now) - sum(int(row[7]) - int(row[8]) for row in rows)
    lines = []
    for _act, kind, occurred_at, recorded_at, by, lot, expires_on, received, issued in rows:
        if recorded_at >= ends:
            break
        balance += int(received) - int(issued)
        lines.append(
            StoreLine(kind, occurred_at, recorded_at, by, lot, expires_on, int(received), int(issued), balance)
        )
    return StoreBook(opening, balance, tuple(lines))


def store_paper(*, item: Item, facility_id: int, month: date, by: Access, now: datetime) -> Paper:
    """Sổ theo dõi kho thuốc Methadone."""
    book = store_book(item=item, facility_id=facility_id, month=month, zone=by.zone)
    head = heading(facility_id=facility_id, by=by, now=now)
    table = Table(
        columns=(
            Column(_("Ngày ghi"), 3), Column(_("Diễn giải"), 4), Column(_("Số lô"), 2), Column(_("Hạn dùng"), 2),
            Column(_("Nhập"), 2, number=True), Column(_("Xuất"), 2, number=True), Column(_("Tồn"), 2, number=True),
            Column(_("Người ghi"), 3),
        ),
        rows=[
            (
                _when(line.recorded_at, line.occurred_at, by.zone), act_words(line.kind), line.lot, line.expires_on,
                _moved(line.received, item), _moved(line.issued, item), amount(line.balance, item), line.by,
            )
            for line in book.lines
        ],
        total=(
            _("Cộng"), None, None, None, amount(sum(line.received for line in book.lines), item),
            amount(sum(line.issued for line in book.lines), item), amount(book.closing, item), None,
        ),
        empty=_("Tháng này kho không nhập, không xuất."),
    )  # fmt: skip
    facts = [Fact(_("Tồn đầu tháng"), f"{amount(book.opening, item)} {unit_of(item)}".replace(".", ","))]
    return _book_paper(_("Sổ theo dõi kho thuốc"), item, month, head, table, facts)


def in_out_paper(*, item: Item, facility_id: int, month: date, by: Access, now: datetime) -> Paper:
    """Sổ theo dõi xuất, nhập, tồn kho: every act of the month in the order of recording."""
    book = month_book(item=item, facility_id=facility_id, month=month, zone=by.zone, size=WHOLE)
    head = heading(facility_id=facility_id, by=by, now=now)
    rows: list[tuple[Cell, ...]] = [
        (
            _when(line.recorded_at, line.occurred_at, by.zone), line.words, line.by,
            *(_moved(figure, item) for figure in line.flows.columns), amount(line.balance, item),
        )
        for line in book.lines
    ]  # fmt: skip
    return _book_paper(
        _("Sổ theo dõi xuất, nhập, tồn kho thuốc gây nghiện"),
        item,
        month,
        head,
        _flows_table((Column(_("Ghi lúc"), 3), Column(_("Việc"), 3), Column(_("Người ghi"), 2)), rows, book, item),
        _opening(book, item),
    )


def daily_paper(*, item: Item, facility_id: int, month: date, by: Access, now: datetime) -> Paper:
    """Sổ theo dõi xuất, nhập thuốc Methadone hằng ngày: one line a day, as its acts were recorded."""
    book = month_book(item=item, facility_id=facility_id, month=month, zone=by.zone, size=WHOLE)
    head = heading(facility_id=facility_id, by=by, now=now)
    rows: list[tuple[Cell, ...]] = [
        (each, count, *(_moved(figure, item) for figure in flows.columns), amount(closing, item))
        for each, count, flows, closing in days_of(book.lines, by.zone)
    ]
    columns = (Column(_("Ngày"), 2), Column(_("Số việc"), 1, number=True))
    return _book_paper(
        _("Sổ theo dõi xuất, nhập thuốc hằng ngày"),
        item,
        month,
        head,
        _flows_table(columns, rows, book, item),
        _opening(book, item),
    )


def days_of(lines: Iterable[BookLine], zone: str) -> list[tuple[date, int, Flows, int]]:
    """(day, how many acts, what came and went, balance at its end) for each day on which something was recorded."""
    by_day: dict[date, list[BookLine]] = defaultdict(list)
    for line in lines:
        by_day[local_day(line.recorded_at, zone)].append(line)
    return [(each, len(acts), _sum(acts), acts[-1].balance) for each, acts in sorted(by_day.items())]


def _sum(lines: Iterable[BookLine]) -> Flows:
    flows = [line.flows for line in lines]
    return Flows(
        received=sum(each.received for each in flows),
        surplus=sum(each.surplus for each in flows),
        given=sum(each.given for each in flows),
        sent=sum(each.sent for each in flows),
        poured=sum(each.poured for each in flows),
        lost=sum(each.lost for each in flows),
        change=sum(each.change for each in flows),
    )


def _flows_table(first: tuple[Column, ...], rows: list[tuple[Cell, ...]], book: Book, item: Item) -> Table:
    names = (_("Nhập"), _("Cấp uống"), _("Gửi đi"), _("Đổ bỏ"), _("Hao hụt"), _("Dư thừa"), _("Tồn"))
    blank: tuple[Cell, ...] = (_("Cộng"), *([None] * (len(first) - 1)))
    return Table(
        columns=(*first, *(Column(name, 2, number=True) for name in names)),
        rows=rows,
        total=(*blank, *(amount(figure, item) for figure in book.totals.columns), amount(book.closing, item)),
        empty=_("Tháng này chưa ghi việc nào."),
    )


def _opening(book: Book, item: Item) -> list[Fact]:
    return [Fact(_("Tồn đầu tháng"), f"{amount(book.opening, item)} {unit_of(item)}".replace(".", ","))]


def _book_paper(title: str, item: Item, month: date, head: Heading, table: Table, facts: list[Fact]) -> Paper:
    return Paper(
        title=title,
        unit=head.unit,
        authority=head.authority,
        period=_("Tháng %(month)s") % {"month": f"{month:%m/%Y}"},
        facts=[Fact(_("Thuốc"), f"{item.name} ({unit_of(item)})"), *facts],
        tables=[table],
        signers=[Signer(_("Người ghi sổ")), Signer(_("Người quản lý thuốc")), Signer(_("Phụ trách cơ sở"))],
        chain=head.chain,
        printed=head.printed,
        landscape=True,
    )


def _moved(quantity: int, item: Item) -> Cell:
    """Nothing where nothing moved, as the paper book has it."""
    return amount(quantity, item) if quantity else None


def _when(recorded_at: datetime, occurred_at: datetime, zone: str) -> str:
    if local_day(recorded_at, zone) == local_day(occurred_at, zone):
        return day_time(recorded_at)
    return _("%(at)s (xảy ra %(day)s)") % {"at": day_time(recorded_at), "day": day(occurred_at)}
