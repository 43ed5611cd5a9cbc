"""The month's report beside the movements that it is made of, and its columns on screen, PDF and Excel."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from core.clock import local_day
from inventory.models import AccountKind, ActKind, DemandFigure, Lot, Movement
from inventory.queries.monthly_report import HELD, ReportLine, monthly_report
from inventory.queries.printed.use import use_columns, use_paper
from inventory.services import ledger
from inventory.services.ledger import Move
from tests import cast, world, world_stock
from tests.entrance import signed_in
from tests.inventory.asking import PERIOD, Asking
from tests.inventory.conftest import make_site
from tests.inventory.road import Road, acting, stored
from tests.world import NOW
from tests.world_stock import Shelf

pytestmark = pytest.mark.django_db
ZONE = "Asia/Ho_Chi_Minh"
WAYS = (
    (AccountKind.SUPPLIER, AccountKind.STORAGE),
    (AccountKind.SUPPLIER, AccountKind.OVERFILL),
    (AccountKind.SUPPLIER, AccountKind.SURPLUS),
    (AccountKind.SURPLUS, AccountKind.STORAGE),
    (AccountKind.OVERFILL, AccountKind.SUPPLIER),
    (AccountKind.OVERFILL, AccountKind.PATIENTS),
    (AccountKind.STORAGE, AccountKind.OPENED),
    (AccountKind.STORAGE, AccountKind.QUARANTINE),
    (AccountKind.OPENED, AccountKind.PATIENTS),
    (AccountKind.PATIENTS, AccountKind.OPENED),
    (AccountKind.PATIENTS, AccountKind.POURED_OUT),
    (AccountKind.OPENED, AccountKind.POURED_OUT),
    (AccountKind.OPENED, AccountKind.LOSS),
    (AccountKind.OPENED, AccountKind.SPILL),
    (AccountKind.UNRECONCILED, AccountKind.PATIENTS),
)


def history(shelf: Shelf, lots: list[Lot], dice: Random, days: int) -> None:
    """So many days of anything that may happen to a lot, at random."""
    held: Counter[tuple[AccountKind, int]] = Counter()
    for day in range(days):
        shelf.now = NOW - timedelta(days=days - day, hours=dice.randrange(24))
        for _ in range(2):
            lot = dice.choice(lots)
            source, target = dice.choice(WAYS)
            free = source in (AccountKind.SUPPLIER, AccountKind.UNRECONCILED)
            quantity = dice.randint(1, 50) if free else dice.randint(0, held[source, lot.pk])
            if not quantity:
                continue
            held[source, lot.pk] -= quantity
            held[target, lot.pk] += quantity
            move = Move(lot.pk, None, shelf.accounts[source].pk, shelf.accounts[target].pk, quantity, "test")
            ledger.post(shelf.act(ActKind.ADMITTED, move), facility_id=shelf.facility.pk)


def expected(shelf: Shelf, lot: Lot, month: date) -> tuple[int, ...]:
    """Opening, received, issued, loss, surplus, closing: movement by movement, in Python."""
    sums: Counter[str] = Counter()
    for moved in Movement.objects.filter(lot=lot).select_related("act", "source", "target"):
        day = local_day(moved.act.recorded_at, ZONE).replace(day=1)
        source, target, quantity = moved.source.kind, moved.target.kind, moved.quantity
        into = (target in HELD) - (source in HELD)
        sums["closing"] += into * quantity if day <= month else 0
        sums["opening"] += into * quantity if day < month else 0
        if day != month:
            continue
        extra = {source, target} & {AccountKind.OVERFILL, AccountKind.SURPLUS}
        came = (source == AccountKind.SUPPLIER) - (target == AccountKind.SUPPLIER)
        sums["surplus" if extra else "received"] += came * quantity
        out = (AccountKind.PATIENTS, AccountKind.POURED_OUT)
        sums["issued"] += ((target in out) - (source in out)) * quantity
        sums["loss"] += (target in (AccountKind.LOSS, AccountKind.SPILL)) * quantity
    return tuple(sums[name] for name in ("opening", "received", "issued", "loss", "surplus", "closing"))


def figures(line: ReportLine) -> tuple[int, ...]:
    return (line.opening, line.received, line.issued, line.loss, line.surplus, line.closing)


@pytest.mark.parametrize("seed", range(4))
def test_report_of_random_months_is_what_the_movements_say(seed: int):
    site, dice = make_site(), Random(seed)  # noqa: S311  a test, not a secret
    item, by = world_stock.naloxone(), acting(cast.STORE_KEEPER)
    shelf = Shelf(facility=site, by=by, item=item, now=NOW)
    lots = [shelf.lot("NX-A", concentration="0.4"), shelf.lot("NX-B", concentration="1")]
    history(shelf, lots, dice, 100)

    for month in (date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)):
        report = monthly_report(facility_id=site.pk, month=month, zone=ZONE, now=NOW)
        lines = {line.concentration: line for line in report.lines}
        for lot in lots:
            line = lines[lot.concentration]
            assert figures(line) == expected(shelf, lot, month), (month, lot.number)
            assert line.opening + line.received - line.issued - line.loss + line.surplus == line.closing


def test_report_of_a_consignment_is_issued_by_the_clinic_and_received_by_the_site():
    trip = Road(stored(cast.MAIN_CLINIC, 2))
    trip.at_the_door()
    trip.receive()

    by_place = {
        place: monthly_report(facility_id=world.facility(place).pk, month=NOW.date(), zone=ZONE, now=NOW).lines[0]
        for place in (cast.MAIN_CLINIC, cast.SITE)
    }
    assert (by_place[cast.MAIN_CLINIC].issued, by_place[cast.MAIN_CLINIC].loss) == (2_000_000, 0)
    assert by_place[cast.SITE].received == 14_000_000


def test_report_tells_patients_new_ones_and_what_was_asked_for_the_month_after():
    here, item = world.facility(cast.SITE), world_stock.methadone()
    DemandFigure.objects.create(
        facility=here, item=item, as_of=NOW, patients=7, daily_mg=Decimal(420), used_daily=42_000, expected_new=2
    )
    it = Asking()
    it.draft(3)
    before = monthly_report(facility_id=here.pk, month=NOW.date(), zone=ZONE, now=NOW).lines[0]
    it.send()
    line = monthly_report(facility_id=here.pk, month=NOW.date(), zone=ZONE, now=NOW).lines[0]

    assert (line.patients, line.expected_new, before.requested, line.requested) == (7, 2, None, 3_000_000)
    assert PERIOD.month == 12


def test_paper_has_the_forms_twelve_columns_three_signers_and_the_chain():
    by = acting(cast.SITE_HEAD)
    paper = use_paper(facility_id=by.facility_id or 0, month=NOW.date(), by=by, now=NOW)

    assert [column.words for column in use_columns()] == [
        "Tên thuốc, hàm lượng", "Đơn vị tính", "Tồn đầu kỳ", "Nhập trong kỳ", "Tổng số", "Xuất trong kỳ", "Hao hụt",
        "Dư thừa", "Tồn cuối kỳ", "Số người bệnh đang điều trị", "Số người bệnh dự kiến mới", "Số lượng dự trù",
    ]  # fmt: skip
    assert paper.title == "Báo cáo tình hình sử dụng, tồn kho và dự trù thuốc Methadone"
    assert len(paper.signers) == 3
    assert ":" in paper.chain


def test_report_as_files_holds_the_same_figures():
    client = signed_in(cast.SITE_HEAD)
    page = client.get("/inventory/reports/use/?month=2026-11")
    made = client.get("/inventory/reports/use/?month=2026-11&as=pdf")
    book = client.get("/inventory/reports/use/?month=2026-11&as=xlsx")

    assert "PL1, Mẫu 1" in page.content.decode()
    assert made.content.startswith(b"%PDF")
    cells = {cell.value for row in load_workbook(BytesIO(book.content)).active.iter_rows() for cell in row}
    assert 12_000 in {float(value) for value in cells if isinstance(value, int | float)}


def test_report_asks_the_same_statements_whatever_the_month_holds():
    here = world.facility(cast.SITE)

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            monthly_report(facility_id=here.pk, month=NOW.date(), zone=ZONE, now=NOW)
        return len(asked)

    before = statements()
    shelf = Shelf(facility=here, by=acting(cast.DISPENSER), item=world_stock.methadone(), now=NOW)
    for _ in range(20):
        shelf.bottle()

    assert statements() == before == 4
