"""Every figure on the records of counts, spills, losses and destructions is the ledger's."""

from decimal import Decimal
from random import Random

import pytest

from core.papers import Paper
from inventory.models import AccountKind, Balance, CountLine, Movement
from inventory.queries.count_pages import get_count, get_loss, get_spill
from inventory.queries.destructions import get_destruction
from inventory.queries.printed import destruction, findings
from inventory.services import destructions
from inventory.services.destructions import Destroying
from tests import cast, world, world_stock
from tests.entrance import signed_in
from tests.inventory.counting import count, honest, lost, spilt
from tests.inventory.destroying import COMMITTEE, plan
from tests.inventory.site import Site
from tests.world import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return Site(world_stock.act_as(cast.DISPENSER))


def column(paper: Paper, name: str, table: int = 0) -> list[Decimal]:
    found = paper.tables[table]
    at = [str(each.words) for each in found.columns].index(name)
    return [Decimal(row[at] or 0) for row in found.rows]  # type: ignore[arg-type]


def held(site: Site) -> Decimal:
    """Everything in bottles at the site by its balances, in mL; what was given beyond a book taken off."""
    kinds = ("storage", "dispensing", "opened", "quarantine", "unreconciled")
    rows = Balance.objects.filter(account__facility_id=site.here, account__kind__in=kinds, bottle__isnull=False)
    return Decimal(sum(rows.values_list("quantity", flat=True))) / 1000


def booked(site: Site, kind: AccountKind) -> Decimal:
    """What stands in a sum account of the site, in mL."""
    rows = Balance.objects.filter(account__facility_id=site.here, account__kind=str(kind), bottle=None)
    return Decimal(sum(rows.values_list("quantity", flat=True))) / 1000


@pytest.mark.parametrize("seed", range(3))
def test_count_record_has_the_book_of_its_moment_and_each_difference_on_its_side(site: Site, seed: int):
    draw = Random(seed)  # noqa: S311  the same morning every time
    for _each in range(draw.randint(1, 5)):
        site.dose(site.opened, draw.randint(20, 90) * 100)
    before, gone = held(site), site.closed()[: draw.randint(0, 3)]
    found = honest(site)
    row = count(site, storage=tuple(number for number in found.storage if number not in gone))
    shown = get_count(row.pk, facility_id=site.here)
    paper = findings.count_paper(shown=shown, by=site.by, now=NOW)

    in_ml = [nth for nth, cells in enumerate(paper.tables[0].rows) if cells[2] == "mL"]
    books, seen, less = (column(paper, name) for name in ("Sổ sách", "Thực tế", "Hao hụt"))
    assert sum(books[nth] for nth in in_ml) == before
    assert sum(books) - sum(less) + sum(column(paper, "Dư thừa")) == sum(seen)
    assert sum(less[nth] for nth in in_ml) == len(gone) * 1000 == booked(site, AccountKind.LOSS)
    assert len(paper.tables[1].rows) == len(gone)
    assert paper.signers[1].name == cast.WITNESS.full_name
    assert paper.chain


def test_count_record_never_nets_less_with_more():
    lot = world_stock.shelf(world.facility(cast.MAIN_CLINIC), world_stock.act_as(cast.STORE_KEEPER)).lot()
    lines = [
        CountLine(place="storage", lot=lot, book=1_000_000, found=0),
        CountLine(place="storage", lot=lot, book=0, found=1_000_000),
        CountLine(place="quarantine", lot=lot, book=0, found=5),
    ]
    [apart, stored] = sorted(findings.lot_sums(lines), key=lambda each: each.place)
    assert (stored.book, stored.found, stored.less, stored.more) == (1_000_000, 1_000_000, 1_000_000, 1_000_000)
    assert (apart.less, apart.more) == (0, 5)


def test_spill_record_says_what_the_ledger_took_out(site: Site):
    row = spilt(site)
    paper = findings.spill_paper(row=get_spill(row.pk, facility_id=site.here), by=site.by, now=NOW)
    assert sum(column(paper, "Số lượng")) == Decimal(20) == booked(site, AccountKind.SPILL)
    assert paper.tables[0].total is not None
    assert paper.tables[0].total[-2] == Decimal(20)
    assert [signer.name for signer in paper.signers[1:3]] == [
        cast.WITNESS.full_name, cast.SECOND_DISPENSER.full_name,
    ]  # fmt: skip


def test_loss_report_by_itself_and_after_a_count_says_what_the_ledger_lost(site: Site):
    numbers = site.closed()
    report = lost(site, numbers=tuple(numbers[:2]))
    shown = get_loss(report.pk, facility_id=site.here, now=NOW)
    paper = findings.loss_paper(shown=shown, by=site.by, now=NOW)
    assert sum(column(paper, "Số lượng")) == Decimal(2000) == booked(site, AccountKind.LOSS)

    counted = count(site, storage=tuple(numbers[3:]))
    line = counted.lines.get(outcome="missing")
    after = lost(site, line_id=line.pk)
    paper = findings.loss_paper(shown=get_loss(after.pk, facility_id=site.here, now=NOW), by=site.by, now=NOW)
    moved = Movement.objects.get(act_id=counted.pk, bottle_id=line.bottle_id)
    assert sum(column(paper, "Số lượng")) == Decimal(moved.quantity) / 1000 == Decimal(1000)
    assert booked(site, AccountKind.LOSS) == Decimal(3000)


def test_loss_report_of_nothing_booked_says_so(site: Site):
    paper = findings.loss_paper(
        shown=get_loss(lost(site).pk, facility_id=site.here, now=NOW), by=site.by, now=NOW
    )  # fmt: skip
    assert paper.tables[0].rows == []
    assert paper.tables[0].empty


def test_destruction_record_is_the_list_before_and_the_ledger_after():
    keeper = world_stock.act_as(cast.STORE_KEEPER)
    planned = destructions.plan(command=plan(keeper), by=keeper, now=NOW)
    here = keeper.facility_id or 0

    def paper() -> Paper:
        shown = get_destruction(planned.pk, facility_id=here, now=NOW, zone=keeper.zone)
        return destruction.destruction_paper(shown=shown, by=keeper, now=NOW)

    before = paper()
    assert before.title == "Danh mục thuốc đề nghị hủy"
    destructions.destroy(command=Destroying(planned.pk, "đã hủy", COMMITTEE), by=keeper, now=NOW)
    after = paper()
    assert after.title == "Biên bản hủy thuốc"
    destroyed = Balance.objects.get(account__facility_id=here, account__kind="destroyed").quantity
    assert sum(column(after, "Số lượng")) == Decimal(destroyed) / 1000 == sum(column(before, "Số lượng"))
    assert [signer.name for signer in after.signers] == [
        cast.CLINIC_HEAD.full_name, cast.STORE_KEEPER.full_name, cast.CLINIC_PHYSICIAN.full_name,
    ]  # fmt: skip
    assert [row[5] for row in after.tables[0].rows] == ["Chai nứt, rò rỉ"]


def test_records_are_files_for_who_sees_the_stock_and_for_nobody_elsewhere(site: Site):
    here, stranger = signed_in(cast.DISPENSER), signed_in(cast.OTHER_DISPENSER)
    addresses = [
        f"/inventory/counts/{count(site).pk}/record/",
        f"/inventory/spills/{spilt(site).pk}/record/",
        f"/inventory/losses/{lost(site).pk}/record/",
    ]
    for address in addresses:
        made = here.get(address)
        assert made.content.startswith(b"%PDF-")
        assert made["Cache-Control"] == "no-store"
        assert stranger.get(address).status_code == 404
