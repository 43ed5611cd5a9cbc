"""The forms and books as files: every figure is the ledger's, and a paper tells nobody more than the page may."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from random import Random

import pytest
from django.test import Client
from openpyxl import load_workbook

from core.papers import Paper
from inventory.models import AccountKind, Balance, Item
from inventory.queries.consignments import get_row
from inventory.queries.printed import books, custody
from tests import cast, world
from tests.entrance import signed_in
from tests.inventory.road import Road, acting, stored
from tests.inventory.site import Site
from tests.world import NOW

pytestmark = pytest.mark.django_db
MONTH = NOW.date().replace(day=1)


@pytest.fixture
def site() -> Site:
    return Site(acting(cast.DISPENSER))


@pytest.fixture
def methadone() -> Item:
    return Item.objects.get(code="methadone-oral")


def held(item: Item, *kinds: AccountKind) -> Decimal:
    """What stands in these accounts of the site, in mL, from the balances themselves."""
    rows = Balance.objects.filter(
        account__facility=world.facility(cast.SITE), account__item=item, account__kind__in=[str(kind) for kind in kinds]
    )
    return Decimal(sum(rows.values_list("quantity", flat=True))) / 1000


def busy_morning(site: Site, seed: int) -> None:
    """Doses, a bottle that is emptied, another opened, one set apart."""
    draw = Random(seed)  # noqa: S311  the same morning every time
    for _each in range(draw.randint(3, 12)):
        site.dose(site.opened, draw.randint(20, 120) * 100)
    site.empty(site.opened, residue_ul=draw.randint(0, 3) * 500)
    site.open(site.closed()[0])
    site.dose(site.opened, draw.randint(20, 120) * 100)
    site.quarantine(site.closed()[-1])


def column(paper: Paper, name: str) -> list[Decimal]:
    table = paper.tables[0]
    at = [str(each.words) for each in table.columns].index(name)
    return [Decimal(row[at] or 0) for row in table.rows]  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(4))
def test_in_out_book_ends_with_what_the_ledger_holds_and_its_columns_add_up(site: Site, methadone: Item, seed: int):
    busy_morning(site, seed)
    paper = books.in_out_paper(item=methadone, facility_id=site.here, month=MONTH, by=site.by, now=NOW)

    places = (AccountKind.STORAGE, AccountKind.DISPENSING, AccountKind.OPENED, AccountKind.QUARANTINE)
    closing = held(methadone, *places, AccountKind.OVERFILL, AccountKind.UNRECONCILED)
    total = paper.tables[0].total
    assert total is not None
    assert total[-1] == closing == column(paper, "Tồn")[-1]
    ins = sum(column(paper, "Nhập")) + sum(column(paper, "Dư thừa"))
    outs = sum(sum(column(paper, name)) for name in ("Cấp uống", "Gửi đi", "Đổ bỏ", "Hao hụt"))
    assert ins - outs == closing
    assert paper.chain


@pytest.mark.parametrize("seed", range(3))
def test_daily_book_sums_the_same_as_the_book_of_acts(site: Site, methadone: Item, seed: int):
    busy_morning(site, seed)
    about = {"item": methadone, "facility_id": site.here, "month": MONTH, "by": site.by, "now": NOW}
    acts, days = books.in_out_paper(**about), books.daily_paper(**about)

    for name in ("Nhập", "Cấp uống", "Đổ bỏ", "Hao hụt", "Dư thừa"):
        assert sum(column(days, name)) == sum(column(acts, name))
    assert column(days, "Tồn")[-1] == column(acts, "Tồn")[-1]
    assert acts.tables[0].total is not None
    assert days.tables[0].total is not None
    assert days.tables[0].total[2:] == acts.tables[0].total[3:]


def test_store_book_ends_with_what_the_cabinet_holds(site: Site, methadone: Item):
    busy_morning(site, 7)
    book = books.store_book(item=methadone, facility_id=site.here, month=MONTH, zone=site.by.zone)

    assert Decimal(book.closing) / 1000 == held(methadone, AccountKind.STORAGE)
    assert book.opening + sum(line.received - line.issued for line in book.lines) == book.closing
    last_month = books.store_book(
        item=methadone, facility_id=site.here, month=MONTH - timedelta(days=1), zone=site.by.zone
    )
    assert last_month.closing == book.opening


def test_books_are_files_for_who_may_see_the_book_and_refused_to_others():
    head, dispenser = signed_in(cast.SITE_HEAD), signed_in(cast.DISPENSER)
    for book in ("in-out", "daily", "store"):
        made = head.get(f"/inventory/book/{book}/?month=2026-11")
        assert made.content.startswith(b"%PDF-")
        assert made["Cache-Control"] == "no-store"
        excel = head.get(f"/inventory/book/{book}/?month=2026-11&as=xlsx")
        assert load_workbook(BytesIO(excel.content)).active is not None
        assert dispenser.get(f"/inventory/book/{book}/").status_code == 403
    assert head.get("/inventory/book/nonsense/").status_code == 404


def words_of(paper: Paper) -> str:
    cells = [str(cell) for table in paper.tables for row in table.rows for cell in row]
    return " ".join([*(fact.words for fact in paper.facts), *cells, *paper.notes])


def test_papers_of_a_consignment_tell_the_receiver_nothing_before_the_count():
    road = Road(stored(cast.MAIN_CLINIC, 2)).leave()
    row = get_row(road.id)
    keeper, receiver = acting(cast.STORE_KEEPER), acting(cast.DISPENSER)

    seen = words_of(custody.record_paper(row=row, by=keeper, now=NOW))
    hidden = words_of(custody.record_paper(row=row, by=receiver, now=NOW))
    pass_words = words_of(custody.pass_paper(row=row, by=keeper, now=NOW))
    for seal in row.seals:
        assert seal in seen
        assert seal not in hidden
        assert seal not in pass_words
    assert "1000 mL" in seen
    assert "1000 mL" not in hidden + pass_words


def test_hand_over_record_after_the_count_says_what_came():
    road = Road(stored(cast.MAIN_CLINIC, 2)).leave()
    road.arrive()
    road.inspect()
    road.receive()

    paper = custody.record_paper(row=get_row(road.id), by=acting(cast.DISPENSER), now=NOW)
    assert [row[-1] for row in paper.tables[0].rows] == ["có", "có"]
    assert all(signer.name for signer in paper.signers)


@pytest.mark.parametrize("member", [cast.STORE_KEEPER, cast.CARRIER, cast.DISPENSER])
def test_papers_of_a_consignment_open_for_its_sides_alone(member: cast.Member):
    road = Road(stored(cast.MAIN_CLINIC, 1)).leave()
    client: Client = signed_in(member)
    for paper in ("pass", "record"):
        assert client.get(f"/inventory/consignments/{road.id}/{paper}/").content.startswith(b"%PDF-")
    stranger = signed_in(cast.OTHER_DISPENSER)
    assert stranger.get(f"/inventory/consignments/{road.id}/pass/").status_code == 404
