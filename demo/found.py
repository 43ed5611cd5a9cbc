"""What the demo's sites found in their stock: a count that agrees, one that does not and its report, a spill, a lot
that was called back, what the clinic destroyed of it and what waits for its committee.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from core.quantities import format_ml
from demo import consigned, stock
from demo.clinics import Clinic, clinic_of
from demo.refusals import left_out
from demo.sites import Site
from followup.services import tasks
from inventory.models import Destruction, Inspection, Lot, Recall, RecallAct, StockCount
from inventory.queries.counted import bottles_here, loose_here
from inventory.queries.destructions import in_quarantine
from inventory.queries.window import METHADONE
from inventory.rules.bottles import BottleState
from inventory.rules.countkinds import CountWhy, Duty, LossKind, Outcome, SpillKind
from inventory.rules.deliveries import DeliveredLine
from inventory.rules.kinds import AccountKind
from inventory.services import counts, deliveries, destructions, inspections, losses, recalls, spills
from inventory.services.counts import Counting, LooseFound, OpenedFound
from inventory.services.deliveries import Delivery
from inventory.services.destructions import Destroying, Member, Plan
from inventory.services.inspections import Ending, Starting
from inventory.services.losses import Loss, Sent
from inventory.services.recalls import Recalling
from inventory.services.spills import Spilling

AGREES_SITE, AGREES_DAYS = "may", 5
INSPECTS_SITE, INSPECTS_DAYS = "may", 3
MISSES_SITE, MISSES_DAYS = "khoi", 4
SPILLS_SITE, SPILLS_DAYS = "ong", 6
RECALLS_SITE, RECALLS_DAYS = "nang", 26
WAITS_DAYS: Final = 16  # since the notice of the second destruction: its committee may sign on the running morning
LOT: Final = "0126TH"
AT_CLINIC, AT_SITE = 4, 2  # bottles of the lot that is called back
FIRST: Final = 2  # how many of the clinic's are destroyed at once
SPILT_UL: Final = 15_000
HALF_ML: Final = 500
ONE_DAY: Final = timedelta(days=1)


def happen(site: Site, day: date, *, today: date) -> None:
    """What the stories have for this evening; nothing on every other."""
    ago = (today - day).days
    if (site.spec.key, ago) == (AGREES_SITE, AGREES_DAYS):
        _count(site, day, missing=0)
    if (site.spec.key, ago) == (INSPECTS_SITE, INSPECTS_DAYS):
        _inspect(site, day)
    if (site.spec.key, ago) == (MISSES_SITE, MISSES_DAYS):
        _miss(site, day)
    if (site.spec.key, ago) == (SPILLS_SITE, SPILLS_DAYS):
        _spill(site, day)
    if site.spec.key == RECALLS_SITE:
        with left_out("the lot that is called back"):
            _recall(site, day, ago=ago, today=today)


def _inspect(site: Site, day: date) -> None:
    """The province's inspectors came: the head marks the moment, everything is counted, the head signs."""
    at, head = site.moment(day, 16, 50), site.team.head
    command = Starting(
        site.id(at, "inspection"), "Lường Thị Xuân", f"Thanh tra Sở Y tế {site.province.name}", "37/QĐ-TTr",
        day - 3 * ONE_DAY,
    )  # fmt: skip
    row = inspections.start(command=command, by=head.access, now=at)
    _count(site, day, missing=0, inspection=row)
    ended = site.moment(day, 18)
    ending = Ending(row.pk, "Lường Thị Xuân", "Thuốc khớp sổ; cần ghi sổ chìa khóa đều.", head.post.pin)
    inspections.end(command=ending, by=head.access, now=ended)


def _count(site: Site, day: date, *, missing: int, inspection: Inspection | None = None) -> StockCount:
    """Everything at the site, each opened bottle read to half a millilitre; so many closed ones are not found."""
    at = site.moment(day, 17, 30)
    here, loose = bottles_here(facility_id=site.facility_id), loose_here(facility_id=site.facility_id)

    def labels(place: AccountKind) -> tuple[int, ...]:
        return tuple(each.number for each in here if each.place is place)

    command = Counting(
        site.id(at, "count"),
        CountWhy.INSPECTION if inspection else CountWhy.MONTHLY,
        at - timedelta(minutes=40),
        site.team.witness.signs(),
        storage=labels(AccountKind.STORAGE)[missing:],
        dispensing=labels(AccountKind.DISPENSING),
        quarantine=labels(AccountKind.QUARANTINE),
        opened=tuple(_read(each) for each in here if each.place is AccountKind.OPENED),
        loose=tuple(LooseFound(each.place, each.lot_id, each.held) for each in loose),
        inspection_id=inspection.pk if inspection else None,
    )
    return counts.record(command=command, by=site.dispenser(day, 0).access, now=at).row


def _read(bottle: BottleState) -> OpenedFound:
    held = max(0, bottle.book_ul - bottle.beyond_ul) // HALF_ML * HALF_ML
    return OpenedFound(bottle.number, (format_ml(held),))


def _miss(site: Site, day: date) -> None:
    """One closed bottle is not found; the loss is reported the same evening."""
    row = _count(site, day, missing=1)
    line = row.lines.filter(outcome=Outcome.MISSING).first()
    if line is None:
        return
    at, by = site.moment(day, 18, 10), site.dispenser(day, 0)
    command = Loss(
        site.id(at, "loss"), LossKind.LOSS, row.counted_at, by.access.label,
        "Kiểm kê thiếu một chai còn nguyên; đã tìm lại cả hai tủ và đối chiếu phiếu giao.",
        site.team.witness.signs(), line_id=line.pk,
    )  # fmt: skip
    report = losses.record(command=command, by=by.access, now=at)
    sent = Sent(report.pk, "12/BC-TYT", f"Sở Y tế {site.province.name}", at + timedelta(minutes=50))
    losses.send(command=sent, by=by.access, now=at + timedelta(minutes=50))


def _spill(site: Site, day: date) -> None:
    """A little of the fullest opened bottle, while it was put away; two saw it where two were there."""
    at, by = site.moment(day, 17, 10), site.dispenser(day, 0)
    opened = [each for each in bottles_here(facility_id=site.facility_id) if each.place is AccountKind.OPENED]
    held = max(opened, key=lambda each: each.book_ul, default=None)
    if held is None or held.book_ul <= SPILT_UL:
        return
    team = site.team
    other = team.head if team.head.person_id not in {team.witness.person_id, by.person_id} else None
    command = Spilling(
        site.id(at, "spill"), SpillKind.SPILL, SPILT_UL, "Trượt tay khi cất chai vào tủ, thuốc đổ ra khay.", at,
        team.witness.signs(), number=held.number, other=other.signs() if other else None,
    )  # fmt: skip
    spills.record(command=command, by=by.access, now=at)


def _recall(site: Site, day: date, *, ago: int, today: date) -> None:
    """A small lot comes to the clinic and the site and is called back the same day; part of it is destroyed."""
    if ago == RECALLS_DAYS:
        _call_back(site, day)
    lot = Lot.objects.filter(number=LOT, recall__isnull=False).first()
    clinic = clinic_of(site)
    if lot is None or clinic.head is None:
        return
    at = site.moment(day, 17, 40)
    if ago == RECALLS_DAYS - 1:
        _plan(site, clinic, at, notice_on=day)
    if ago == WAITS_DAYS:
        _plan(site, clinic, at, notice_on=day, not_before=today)
    ready = Destruction.objects.filter(
        facility_id=clinic.keeper.access.facility_id or 0, planned_on__lte=day, done_at=None, cancelled_at=None
    )
    for row in ready.order_by("prepared_at", "pk"):
        _destroy(clinic, row, at + timedelta(minutes=10))


def _call_back(site: Site, day: date) -> None:
    clinic = clinic_of(site)
    by = clinic.keeper
    came = Delivery(
        site.id(site.moment(day, 10), "called back", "clinic"), site.province.store, f"PX {day:%d%m%y}-TH",
        (_line(site, day, AT_CLINIC),), clinic.beside.signs(),
    )  # fmt: skip
    deliveries.receive(delivery=came, by=by.access, now=site.moment(day, 10))
    number = f"GN {day:%d%m%y}-TH"
    consigned.deliver(site, (_line(site, day, AT_SITE),), document_number=number, at=site.moment(day, 16, 40))
    at = site.moment(day, 17)
    command = Recalling(
        site.id(at, "recall"), Lot.objects.get(number=LOT).pk, "Cục Quản lý Dược", "128/QLD-CL",
        "Dung dịch có cặn ở một số chai", by.post.pin,
    )  # fmt: skip
    recall = recalls.declare(command=command, by=by.access, now=at)
    _set_apart(site, clinic, recall, at + timedelta(minutes=30))


def _line(site: Site, day: date, bottles: int) -> DeliveredLine:
    made = (day.replace(day=1) - timedelta(days=150)).replace(day=1)
    return DeliveredLine(
        item_id=site.items[METHADONE].pk, lot_number=LOT, manufacturer=stock.DANAPHA[0],
        registration=stock.DANAPHA[1], expires_on=made + stock.SHELF_LIFE, concentration=Decimal(10),
        size_ul=site.spec.bottle_ml * stock.UL_PER_ML, bottles=bottles,
    )  # fmt: skip


def _set_apart(site: Site, clinic: Clinic, recall: Recall, at: datetime) -> None:
    """Both places say that their bottles are sealed and stand apart."""
    hands = {site.facility_id: site.team.head, clinic.keeper.access.facility_id: clinic.keeper}
    for act in RecallAct.objects.filter(recall=recall).order_by("facility_id"):
        tasks.close(
            kind=recalls.TASK, subject_kind="recall_act", subject_ids=[act.pk], outcome="sealed",
            by=hands[act.facility_id].access, now=at,
        )  # fmt: skip


def _plan(site: Site, clinic: Clinic, at: datetime, *, notice_on: date, not_before: date | None = None) -> None:
    """A list of what the clinic has left of the lot, and its notice."""
    by = clinic.keeper.access
    here = by.facility_id or 0
    apart = in_quarantine(facility_id=here, today=notice_on)
    numbers = [each.bottle.number for each in apart if each.bottle and each.lot.number == LOT]
    earliest = destructions.earliest_on(notice_on=notice_on, facility_id=here, now=at)
    command = Plan(
        site.id(at, "destruction"), tuple(numbers[:FIRST]), (), max(earliest, not_before or earliest),
        "Sân sau cơ sở điều trị", "Trộn vôi và mùn cưa, chôn hai mét", f"{notice_on:%d%m}/TB-CSĐT",
        f"Sở Y tế {site.province.name}", notice_on,
    )  # fmt: skip
    destructions.plan(command=command, by=by, now=at)


def _destroy(clinic: Clinic, row: Destruction, at: datetime) -> None:
    if clinic.head is None:
        return
    hands = ((clinic.head, Duty.CHAIR), (clinic.keeper, Duty.SECRETARY), (clinic.beside, Duty.MEMBER))
    members = tuple(Member(hand.post.username, duty, hand.post.pin) for hand, duty in hands)
    minutes = "Đối chiếu nhãn từng chai với danh mục, đổ vào hố vôi trộn mùn cưa, đập vỡ vỏ chai, lấp đất. Đủ danh mục."
    command = Destroying(row.pk, minutes, members)
    destructions.destroy(command=command, by=clinic.keeper.access, now=at)
