"""An inspection: frozen at a link of the chain, counted blind while doses go on, ended with a signature."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from core.digests import sha256_of
from core.models import AuditEvent
from followup.models import Notice
from followup.words import notice_sentence
from inventory.models import AccountKind, Balance, ChainHead, IdentityPaper, Inspection, InspectionEnd
from inventory.queries import inspections as queries
from inventory.rules.countkinds import Outcome
from inventory.rules.violations import Code
from inventory.services import inspections, ledger
from inventory.services.acts import OtherContent, StockRefused
from inventory.services.bottles import OwnPinRefused
from inventory.services.inspections import Ending, LegalPaper, Starting
from staff.models import Signature
from tests import cast, world_stock
from tests.inventory import inspecting
from tests.inventory.site import Site, codes
from tests.world import NOW


@pytest.fixture
def site(db: None) -> Site:
    return Site(world_stock.act_as(cast.DISPENSER))


def frozen(row: Inspection) -> dict[str, int]:
    return {line.named.label: line.book for line in queries.frozen(facility_id=row.facility_id, as_of=row.as_of)}


def dosed(site: Site, ul: int) -> None:
    ledger.post(site.dose(site.opened, ul), facility_id=site.here)


def test_start_freezes_the_end_of_the_chain_and_everything_that_stands(site: Site):
    row = inspecting.start()
    end = ChainHead.objects.get(pk=site.here)
    assert (row.as_of, row.head_hash) == (end.sequence, bytes(end.hash).hex())
    held = Balance.objects.filter(
        account__facility_id=site.here, account__kind__in=["storage", "dispensing", "opened", "quarantine"]
    )
    bottles = {balance.bottle.number: balance.quantity for balance in held.exclude(bottle=None)}
    stood = queries.frozen(facility_id=site.here, as_of=row.as_of)
    assert {line.named.number: line.book for line in stood if line.bottle_id} == bottles


def test_start_is_told_to_who_answers_for_the_place_and_not_to_who_pressed(site: Site):
    row = inspecting.start()

    told = Notice.objects.filter(kind=inspections.NOTICE, subject_id=row.pk)

    by = set(told.values_list("person__username", flat=True))
    assert {cast.CLINIC_HEAD.username, cast.AREA_MANAGER.username} <= by
    assert cast.SITE_HEAD.username not in by
    assert "bắt đầu" in notice_sentence(inspections.NOTICE, told[0].data)


def test_start_sent_twice_is_one_and_other_words_are_refused(site: Site):
    row = inspecting.start()
    again = Starting(row.pk, row.inspector, row.authority, row.paper_number, row.paper_on)
    assert inspections.start(command=again, by=inspecting.head(), now=NOW) == row
    with pytest.raises(OtherContent):
        inspections.start(command=replace(again, inspector="Người khác"), by=inspecting.head(), now=NOW)
    with pytest.raises(StockRefused) as refused:
        inspecting.start(authority="  ")
    assert codes(refused) == [Code.WORDS_NEEDED]


@pytest.mark.parametrize("member", [cast.DISPENSER, cast.PHYSICIAN, cast.COUNSELLOR, cast.WITNESS])
def test_start_needs_the_permission(site: Site, member: cast.Member):
    with pytest.raises(PermissionDenied):
        inspecting.start(world_stock.act_as(member))


def test_dose_between_freeze_and_count_is_no_difference(site: Site):
    """The frozen book stays; the count is compared at its own link, and says as of which."""
    number, before = site.opened, site.state(site.opened).book_ul
    row = inspecting.start()
    dosed(site, 6_500)
    count = inspecting.counted(site, row)
    dosed(site, 3_000)

    stood = queries.frozen(facility_id=site.here, as_of=row.as_of)
    told = {each.label: each for each in queries.compared(stood, count)}
    of_it = told[site.state(number).label]
    assert (of_it.frozen, of_it.since, of_it.difference) == (before, -6_500, 0)
    assert of_it.line is not None
    assert (of_it.line.book, of_it.line.as_of) == (before - 6_500, row.as_of + 1)
    assert count.agrees
    assert frozen(row)[of_it.label] == before


def test_bottle_that_nobody_finds_stands_first_with_its_frozen_book(site: Site):
    missing = site.closed()[0]
    row = inspecting.start()
    count = inspecting.counted(site, row, storage=tuple(site.closed()[1:]))
    first = queries.compared(queries.frozen(facility_id=site.here, as_of=row.as_of), count)[0]
    assert first.line is not None
    assert (first.frozen, first.line.bottle.number, first.line.outcome) == (1_000_000, missing, Outcome.MISSING)
    assert first.difference == -1_000_000


def test_bottle_received_after_the_freeze_is_not_frozen_but_counted(site: Site):
    row = inspecting.start()
    number = site.receive()
    label = site.state(number).label
    assert label not in frozen(row)
    count = inspecting.counted(site, row)
    told = queries.compared(queries.frozen(facility_id=site.here, as_of=row.as_of), count)
    assert [each.frozen for each in told if each.label == label] == [None]


def test_bottle_moved_and_emptied_after_the_freeze_stands_where_it_stood(site: Site):
    number, book = site.opened, site.state(site.opened).book_ul
    row = inspecting.start()
    site.empty(number, residue_ul=book)
    stood = {line.named.number: line for line in queries.frozen(facility_id=site.here, as_of=row.as_of)}
    assert (stood[number].named.place, stood[number].book) == (AccountKind.OPENED, book)
    count = inspecting.counted(site, row)
    told = queries.compared(tuple(stood.values()), count)
    assert [each.line for each in told if each.label == stood[number].named.label] == [None]


def test_count_of_another_sites_inspection_is_denied(site: Site):
    row = inspecting.start(world_stock.act_as(cast.STORE_KEEPER))
    with pytest.raises(PermissionDenied):
        inspecting.counted(site, row)


def test_movements_of_the_days_before_end_at_the_freeze(site: Site):
    dosed(site, 5_000)
    row = inspecting.start()
    before = sum(day.given for day in queries.days_moved(row, days=30, zone=site.by.zone))
    dosed(site, 9_000)
    assert sum(day.given for day in queries.days_moved(row, days=30, zone=site.by.zone)) == before >= 5_000
    site.quarantine(site.closed()[0])
    assert all(act.sequence <= row.as_of for act in queries.acts_before(row, days=30))


def test_end_is_signed_and_keeps_what_was_signed(site: Site):
    row = inspecting.start()
    inspecting.counted(site, row)
    end = inspecting.ended(row, remarks="Tủ cần khóa thứ hai.")
    assert end.digest == sha256_of(end.content) == end.signature.digest
    assert end.content["as_of"] == row.as_of
    assert len(end.content["counted"]) == len(end.content["frozen"])
    assert inspecting.ended(row, remarks="Tủ cần khóa thứ hai.") == end
    assert Signature.objects.filter(meaning="inspected").count() == 1
    with pytest.raises(OtherContent):
        inspecting.ended(row, remarks="khác")


def test_end_without_a_count_says_that_nobody_counted(site: Site):
    end = inspecting.ended(inspecting.start())
    assert (end.content["count"], end.content["counted"]) == (None, [])


def test_end_needs_a_name_and_ones_own_pin(site: Site):
    row = inspecting.start()
    with pytest.raises(StockRefused):
        inspecting.ended(row, inspector=" ")
    with pytest.raises(OwnPinRefused):
        inspecting.ended(row, own_pin="000000")
    with pytest.raises(Inspection.DoesNotExist):
        inspections.end(command=Ending(row.pk, "x", "", cast.DISPENSER.pin), by=site.by, now=NOW)
    assert not InspectionEnd.objects.exists()


def test_legal_paper_opens_identities_for_some_hours_and_until_the_end(site: Site):
    row = inspecting.start()
    assert inspections.opens_identities(row, now=NOW) is None
    paper = inspecting.allowed(row)
    assert paper.until_at == NOW + timedelta(hours=8)
    assert inspections.opens_identities(row, now=paper.until_at) == paper
    assert inspections.opens_identities(row, now=paper.until_at + timedelta(seconds=1)) is None
    assert AuditEvent.objects.filter(action="stock.identity_paper", subject_id=str(paper.pk)).exists()
    inspecting.ended(row)
    assert inspections.opens_identities(row, now=NOW) is None


def test_legal_paper_is_one_whole_and_of_an_open_inspection(site: Site):
    row = inspecting.start()
    with pytest.raises(StockRefused) as refused:
        inspecting.allowed(row, scope="", allowed_by=" ")
    assert codes(refused) == [Code.WORDS_NEEDED, Code.WORDS_NEEDED]
    paper = inspecting.allowed(row)
    again = LegalPaper(
        paper.pk, row.pk, paper.number, paper.issued_on, paper.authority, paper.scope, paper.allowed_by,
        cast.SITE_HEAD.pin,
    )  # fmt: skip
    assert inspections.allow_identities(command=again, by=inspecting.head(), now=NOW) == paper
    with pytest.raises(OtherContent):
        inspections.allow_identities(command=replace(again, scope="khác"), by=inspecting.head(), now=NOW)
    with pytest.raises(StockRefused):
        inspecting.allowed(row)
    other = inspecting.start()
    inspecting.ended(other)
    with pytest.raises(StockRefused):
        inspecting.allowed(other)
    assert IdentityPaper.objects.count() == 1
