"""What breaks the constraints of counts, spills, losses, recall, destruction and inspection."""

from datetime import timedelta
from typing import Final

from core.ids import new_id
from inventory.models import IdentityPaper, Inspection, InspectionEnd, Recall, RecallAnswer
from inventory.services import destructions, recalls
from inventory.services.destructions import Destroying
from staff.models import Proof
from staff.services import signatures
from tests import cast, world, world_stock
from tests.codebase.breaks import Break, copied
from tests.inventory import counting, destroying
from tests.inventory.site import Site


def _site() -> Site:
    return Site(world_stock.act_as(cast.DISPENSER))


def counted() -> None:
    site = _site()
    counting.count(site, storage=tuple(site.closed()[1:]))


def spilt() -> None:
    site = _site()
    counting.spilt(site, readings=(str((site.state(site.opened).book_ul - 20_000) / 1000),))


def lost() -> None:
    site = _site()
    counting.lost(site, numbers=(site.closed()[0],))


def recalled() -> None:
    recalls.declare(command=destroying.of_lot(), by=world_stock.act_as(cast.STORE_KEEPER), now=world.NOW)


def destroyed() -> None:
    keeper = world_stock.act_as(cast.STORE_KEEPER)
    planned = destructions.plan(command=destroying.plan(keeper), by=keeper, now=world.NOW)
    destructions.destroy(command=Destroying(planned.pk, "đã hủy", destroying.COMMITTEE), by=keeper, now=world.NOW)


def inspected() -> None:
    by = world.person(cast.SITE_HEAD)
    row = Inspection.objects.create(
        id=new_id(), facility=world.facility(cast.SITE), as_of=1, head_hash="0" * 64, inspector="Ông A", authority="Sở",
        paper_number="1/QĐ", paper_on=world.TODAY, pressed_by=by, pressed_at=world.NOW,
    )  # fmt: skip
    IdentityPaper.objects.create(
        id=new_id(), inspection=row, number="2/QĐ", issued_on=world.TODAY, authority="Sở", scope="mọi người bệnh",
        allowed_by="Trưởng trạm", recorded_by=by, recorded_at=world.NOW + timedelta(minutes=1),
        until_at=world.NOW + timedelta(hours=2),
    )  # fmt: skip
    digest = "0" * 64
    signature = signatures.record(
        person_id=by.pk, facility_id=row.facility_id, acting_as="", proof=Proof.PAPER, meaning="inspected",
        subject_kind="inspection", subject_id=row.pk, digest=digest, signed_at=world.NOW,
    )  # fmt: skip
    InspectionEnd.objects.create(
        inspection=row, inspector="Ông A", content={}, digest=digest, signature=signature, ended_by=by,
        ended_at=world.NOW + timedelta(hours=3),
    )  # fmt: skip


def answered() -> None:
    recalled()
    RecallAnswer.objects.create(
        id=new_id(), recall=Recall.objects.get(), facility=world.facility(cast.SITE),
        answered_by=world.person(cast.SITE_HEAD), answered_at=world.NOW,
    )  # fmt: skip


def _count(**changes: str) -> Break:
    return Break(copied("inventory_stockcount", **changes), counted)


def _line(where: str = "measure_id IS NULL AND bottle_id IS NOT NULL", **changes: str) -> Break:
    return Break(copied("inventory_countline", where, **changes), counted)


def _spill(**changes: str) -> Break:
    return Break(copied("inventory_spill", **changes), spilt)


def _loss(**changes: str) -> Break:
    return Break(copied("inventory_lossreport", **changes), lost)


def _destruction(**changes: str) -> Break:
    return Break(copied("inventory_destruction", **changes), destroyed)


def _destroyed_line(**changes: str) -> Break:
    return Break(copied("inventory_destructionline", **changes), destroyed)


def _inspected(table: str, **changes: str) -> Break:
    return Break(copied(f"inventory_{table}", **changes), inspected)


_EATEN: Final = (
    "INSERT INTO inventory_countline (id, count_id, position, place, outcome, number, found, book, as_of, within)"
    " VALUES (gen_random_uuid(), gen_random_uuid(), 1, 'storage', 'eaten', 5, 0, 0, 0, false)"
)
_WITNESSED: Final = "(SELECT id FROM staff_signature WHERE meaning = 'witnessed' LIMIT 1)"
_ANY_ACT: Final = "(SELECT id FROM inventory_act WHERE kind = 'receipt' LIMIT 1)"
_GONE: Final = (
    "UPDATE inventory_bottle SET gone_at = now(), gone_by_id = (SELECT min(id) FROM staff_person), gone_how = "
)
_AT_A_SITE: Final = (
    "INSERT INTO inventory_account (facility_id, item_id, kind, by_bottle, may_be_negative)"
    " SELECT f.id, i.id, 'destroyed', false, false FROM facilities_facility f, inventory_item i"
    " WHERE f.kind = 'satellite' LIMIT 1"
)

BREAKS: Final = {
    "inventory_account_destroys_at_a_clinic": Break(_AT_A_SITE),
    "inventory_bottle_gone_at_paired": Break("UPDATE inventory_bottle SET gone_at = now()"),
    "inventory_bottle_gone_how_known": Break(_GONE + "'eaten'"),
    "inventory_stockcount_why_known": _count(why="'boredom'"),
    "inventory_stockcount_surprise_by_whom": _count(why="'surprise'"),
    "inventory_stockcount_of_an_inspection": _count(why="'inspection'"),
    "inventory_stockcount_counted_at_after_started_at": _count(counted_at="started_at - interval '1 hour'"),
    "inventory_countline_position_once": _line(),
    "inventory_countline_position_check": _line(position="-1"),
    "inventory_countline_bottle_once": _line(position="999"),
    "inventory_countline_place_known": _line(place="'garage'"),
    "inventory_countline_outcome_known": Break(_EATEN, aside="inventory_countline_outcome_fits"),
    "inventory_countline_found_not_negative": _line(found="-1", book="-1", outcome="'agrees'"),
    "inventory_countline_of_something": _line(number="5"),
    "inventory_countline_outcome_fits": _line(outcome="'more'", found="book"),
    "inventory_countline_measure_id_key": _line("measure_id IS NOT NULL", position="999", bottle_id="NULL"),
    "inventory_spill_kind_known": _spill(kind="'rain'"),
    "inventory_spill_place_known": _spill(place="'garage'"),
    "inventory_spill_estimated_positive": _spill(estimated="0"),
    "inventory_spill_booked_positive": _spill(booked="0"),
    "inventory_spill_words_given": _spill(words="''"),
    "inventory_spill_other_witness_paired": _spill(other_signature_id="NULL"),
    "inventory_spill_witness_not_actor": _spill(other_witness_id="recorded_by_id"),
    "inventory_spill_recorded_at_after_happened_at": _spill(happened_at="recorded_at + interval '1 hour'"),
    "inventory_spill_measure_id_key": _spill(act_id=_ANY_ACT, other_witness_id="NULL", other_signature_id="NULL"),
    "inventory_spill_other_signature_id_key": _spill(act_id=_ANY_ACT, measure_id="NULL"),
    "inventory_lossreport_kind_known": _loss(kind="'rain'"),
    "inventory_lossreport_told": _loss(words="''"),
    "inventory_lossreport_danger_told": _loss(danger="true"),
    "inventory_lossreport_police_at_paired": _loss(police_at="now()"),
    "inventory_lossreport_sent_at_paired": _loss(sent_at="now()"),
    "inventory_lossreport_recorded_at_after_found_at": _loss(recorded_at="found_at - interval '1 hour'"),
    "inventory_lossreport_due_at_after_found_at": _loss(due_at="found_at - interval '1 hour'"),
    "inventory_lossreport_act_id_key": _loss(),
    "inventory_recall_said": Break(copied("inventory_recall", reason="''"), recalled),
    "inventory_recall_lot_id_key": Break(copied("inventory_recall"), recalled),
    "inventory_recallact_quantity_positive": Break(copied("inventory_recallact", quantity="0"), recalled),
    "inventory_recallact_bottles_check": Break(copied("inventory_recallact", bottles="-1"), recalled),
    "inventory_destruction_told": _destruction(place="''"),
    "inventory_destruction_planned_on_after_earliest_on": _destruction(planned_on="earliest_on - 1"),
    "inventory_destruction_notice_before": _destruction(notice_on="earliest_on"),
    "inventory_destruction_done_at_paired": _destruction(minutes="NULL"),
    "inventory_destruction_cancelled_at_paired": _destruction(cancelled_at="now()"),
    "inventory_destruction_one_end": _destruction(
        cancelled_at="now()", cancelled_by_id="prepared_by_id", cancelled_why="'x'"
    ),
    "inventory_destruction_act_id_key": _destruction(),
    "inventory_destructionline_position_once": _destroyed_line(lot_id="-lot_id"),
    "inventory_destructionline_position_check": _destroyed_line(position="-1"),
    "inventory_destructionline_once": _destroyed_line(position="999"),
    "inventory_destructionline_quantity_positive": _destroyed_line(quantity="0"),
    "inventory_destructionmember_once": Break(
        copied(
            "inventory_destructionmember",
            signature_id=_WITNESSED,
        ),
        destroyed,
    ),
    "inventory_destructionmember_duty_known": Break(copied("inventory_destructionmember", duty="'king'"), destroyed),
    "inventory_destructionmember_signature_id_key": Break(
        copied(
            "inventory_destructionmember",
            person_id="(SELECT max(id) FROM staff_person)",
        ),
        destroyed,
    ),
    "inventory_inspection_named": _inspected("inspection", authority="''"),
    "inventory_inspection_hash_whole": _inspected("inspection", head_hash="'abc'"),
    "inventory_identitypaper_named": _inspected("identitypaper", number="''"),
    "inventory_identitypaper_inspection_id_key": _inspected("identitypaper"),
    "inventory_identitypaper_bounded": _inspected("identitypaper", scope="''"),
    "inventory_identitypaper_until_at_after_recorded_at": _inspected(
        "identitypaper", until_at="recorded_at - interval '1 hour'"
    ),
    "inventory_inspectionend_named": _inspected("inspectionend", inspector="''"),
    "inventory_inspectionend_hash_whole": _inspected("inspectionend", digest="'abc'"),
    "inventory_inspectionend_signature_id_key": _inspected("inspectionend", inspection_id="gen_random_uuid()"),
    "inventory_recallanswer_once": Break(copied("inventory_recallanswer", id="gen_random_uuid()"), answered),
}
