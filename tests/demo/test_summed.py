"""What managers read of the lived province is what its facts add up to, counted here one by one; and what is late."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

import pytest

from core.clock import local_day
from core.proofs import Broken
from dispensing.models import DayOutcome, Dose, DoseVoid, LateEntry, Outcome
from dispensing.rules.choices import OutcomeCode
from facilities.models import Facility
from inventory.models import Account, Balance, Document, Movement
from inventory.queries.monthly_report import monthly_report
from inventory.rules.kinds import AccountKind
from oversight.models import ItemDay, PersonMonth, SiteDay, Summarised
from oversight.models.summaries import MISSED, TAKEN, TURNED_AWAY
from oversight.queries.yields import LEAST_BOTTLES, whole, yields
from oversight.services import summaries
from oversight.services.summary_proofs import SUMMARY_PROOFS
from staff.models import Attestation, DutyInterval, Mode, PayLine
from tests.demo.tiny import LARGE, SMALL, TODAY, ZONE, at, facility

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.slow(9)]
NOW = at(6, 10)
DAY = timedelta(days=1)
CAME = {"refused", "vomited", "spat_out", "held_in_mouth", "left_with_cup"}


@pytest.fixture(scope="module")
def template(lived: str) -> str:
    """Each test looks at its own clone of the province that has lived for eight days."""
    return lived


def broken() -> list[Broken]:
    return [one for proof in SUMMARY_PROOFS.values() for one in proof()]


def days_of(place: Facility) -> Iterable[SiteDay]:
    return SiteDay.objects.filter(facility=place).order_by("day")


def counted(place: Facility, day: date) -> dict[str, int]:
    """The day by walking over its facts, without a statement of the product's."""
    voided = set(DoseVoid.objects.values_list("dose_id", flat=True))
    every = list(Dose.objects.filter(covers_day=day))
    here = [dose for dose in every if dose.facility_id == place.pk]
    standing = [dose for dose in here if dose.pk not in voided]
    drank = {dose.patient_id for dose in every if dose.pk not in voided}
    stated = list(Outcome.objects.filter(facility=place, day=day).order_by("at", "pk"))
    last = {one.patient_id: one.code for one in stated if one.patient_id not in drank}
    said = Counter(last.values())
    newest: dict[object, DayOutcome] = {}
    for one in DayOutcome.objects.filter(day=day).order_by("version"):
        newest[one.patient_id] = one
    decided = [one for one in newest.values() if one.facility_id == place.pk and one.how != "not_due"]
    how = Counter(one.how for one in decided)
    signed = [one for one in Attestation.objects.filter(facility=place).exclude(mode=Mode.REVIEW)
              if local_day(one.at, place.zone) == day]  # fmt: skip
    late = list(LateEntry.objects.filter(facility=place, day=day))
    return {
        "due": len(decided), "by_dose": how["dose"], "elsewhere": how["elsewhere"], "take_home": how["take_home"],
        "vomited": how["vomited"], "nothing": how["nothing"], "unknown": how["unknown"],
        "doses": len(standing), "dosed": len({dose.patient_id for dose in standing}),
        "turned_away": sum(said[code] for code in TURNED_AWAY), **{code: said[code] for code in TURNED_AWAY},
        "not_swallowed": sum(said[code] for code in CAME), "missed": sum(one.tolerance_gap for one in decided),
        "missed_by_choice": sum(one.adherence_gap for one in decided), "recorded": len(here) + len(stated),
        "findings": sum(bool(dose.findings) for dose in here), "late": len(late),
        "paper": sum(one.sheet_id is not None for one in late), "seconds": len(signed),
        "alone": sum(one.mode == Mode.ALONE for one in signed),
    }  # fmt: skip


def runs_of_missed(place: Facility, day: date) -> Counter[str]:
    """For how many days in a row, up to that day, nothing had stayed in each patient who missed it."""
    newest: dict[tuple[object, date], DayOutcome] = {}
    for one in DayOutcome.objects.filter(day__lte=day).order_by("version"):
        newest[one.patient_id, one.day] = one
    found: Counter[str] = Counter()
    for (patient_id, on), one in newest.items():
        if on == day and one.facility_id == place.pk and one.tolerance_gap:
            run = 1
            while (before := newest.get((patient_id, day - run * DAY))) and before.tolerance_gap:
                run += 1
            band = next(name for name, most in zip(MISSED, (2, 3, 5, 29, 999), strict=True) if run <= most)
            found[band] += 1
    return found


def test_rows_of_the_days_are_what_the_facts_add_up_to_one_by_one():
    assert SiteDay.objects.exists()
    for place in (facility(LARGE), facility(SMALL)):
        for row in days_of(place):
            expected = counted(place, row.day)
            assert {name: getattr(row, name) for name in expected} == expected, (place.name, row.day)
            assert {name: getattr(row, name) for name in MISSED} == {
                name: runs_of_missed(place, row.day)[name] for name in MISSED
            }
        assert sum(row.turned_away for row in days_of(place)) or place.name == SMALL.name
        assert days_of(place).last().day == TODAY - DAY
    assert set(CAME) < {str(code) for code in OutcomeCode}


def test_stock_of_the_days_ends_at_the_balances_and_adds_up_to_the_monthly_report():
    for place in (facility(LARGE), facility(SMALL)):
        month = TODAY.replace(day=1)
        summaries.rebuild(now=NOW + DAY)  # so that today, of which something has passed, is over too
        rows = list(ItemDay.objects.filter(facility=place).order_by("item_id", "day"))
        for row, following in pairwise(rows):
            if row.item_id == following.item_id:
                assert row.closing == following.opening
        report = monthly_report(facility_id=place.pk, month=month, zone=place.zone, now=NOW)
        for item_id in {row.item_id for row in rows}:
            mine = [row for row in rows if row.item_id == item_id and row.day >= month]
            lines = [line for line in report.lines if line.item_id == item_id]
            for ours, theirs in (
                (sum(row.received for row in mine), sum(line.received for line in lines)),
                (sum(row.used + row.sent + row.disposed for row in mine), sum(line.issued for line in lines)),
                (sum(row.loss for row in mine), sum(line.loss for line in lines)),
                (sum(row.surplus for row in mine), sum(line.surplus for line in lines)),
                (mine[-1].closing, sum(line.closing for line in lines)),
            ):
                assert ours == theirs
            held = Balance.objects.filter(account__facility=place, account__item_id=item_id, account__consignment=None)
            opened = held.filter(account__kind=AccountKind.OPENED).values_list("quantity", flat=True)
            assert mine[-1].opened == sum(opened)
        on_the_road = Balance.objects.filter(
            account__consignment__to_facility=place, account__consignment__ended_at=None,
            account__kind=AccountKind.TRANSIT,
        )  # fmt: skip
        last = [row for row in rows if row.day == rows[-1].day]
        assert sum(row.transit for row in last) == sum(on_the_road.values_list("quantity", flat=True))
    drunk = Account.objects.filter(facility=facility(LARGE), kind=AccountKind.PATIENTS)
    came = sum(Movement.objects.filter(target__in=drunk).values_list("quantity", flat=True))
    back = sum(Movement.objects.filter(source__in=drunk).values_list("quantity", flat=True))
    used = ItemDay.objects.filter(facility=facility(LARGE)).values_list("used", flat=True)
    assert sum(used) == came - back > 0


def test_yield_of_the_bottles_is_what_their_settlements_found_and_names_who_poured_most():
    place = facility(LARGE)
    emptied = Document.objects.filter(act__facility=place, act__kind="emptying").values_list("content", flat=True)

    found = yields(place.pk, now=NOW)

    site = whole(found)
    assert site is not None
    assert site.bottles == len(emptied) > 0
    assert site.less_ul == sum(one["found"]["underfill_ul"] for one in emptied)
    assert site.more_ul == sum(one["found"]["overfill_ul"] for one in emptied)
    assert any(one.pourer for one in found)
    assert all(one.percent is None for one in found if one.bottles < LEAST_BOTTLES)
    assert whole(yields(place.pk, now=NOW + 400 * DAY)) is None


def test_hours_of_the_months_are_the_entries_each_person_confirmed():
    minutes: dict[tuple[int, int], int] = defaultdict(int)
    for one in DutyInterval.objects.filter(ended_at=None, confirmed_at__isnull=False):
        minutes[one.person_id, one.facility_id] += (one.ends_at - one.starts_at) // timedelta(minutes=1)
    kept: dict[tuple[int, int], int] = defaultdict(int)
    for row in PersonMonth.objects.all():
        kept[row.person_id, row.facility_id] += row.duty
        assert row.unpaid == sum(getattr(row, name) for name in TAKEN)
        assert row.roles
    assert minutes
    assert dict(kept) == dict(minutes)
    assert sum(row.paid for row in PersonMonth.objects.all()) == sum(PayLine.objects.values_list("minutes", flat=True))


def test_fact_that_comes_late_is_in_the_row_after_the_next_run_and_nothing_else_moves():
    place = facility(LARGE)
    day = TODAY - 3 * DAY
    before = {row.pk: row.computed_at for row in SiteDay.objects.all()}
    row = SiteDay.objects.get(facility=place, day=day)
    somebody = Outcome.objects.filter(facility=place, day=day).exclude(code="stock_out").first()
    assert somebody is not None
    dose = Dose.objects.filter(facility=place, covers_day=day, void=None).first()
    later = NOW + timedelta(hours=1)

    DoseVoid.objects.create(
        dose=dose, kind="drunk_by_other", reason="nhầm người", voided_at=later, voided_by=dose.recorded_by
    )
    waiting = broken()
    done = summaries.refresh(now=later + timedelta(minutes=1))

    assert waiting == []  # the proof leaves out what the next run will see
    assert done["again"] >= 1
    assert SiteDay.objects.get(pk=row.pk).doses == row.doses - 1
    old = {pk for pk, at_ in SiteDay.objects.values_list("pk", "computed_at") if at_ == before[pk]}
    assert set(SiteDay.objects.filter(day__lt=day).values_list("pk", flat=True)) <= old
    assert broken() == []
    assert summaries.refresh(now=later + timedelta(hours=2))["days"] == 0


def test_tampered_and_missing_rows_are_found_and_made_again():
    assert broken() == []
    rows = SiteDay.objects.filter(facility=facility(LARGE)).order_by("day")
    first, second = rows[1], rows[2]
    SiteDay.objects.filter(pk=first.pk).update(doses=first.doses + 1)
    second.delete()
    stock = ItemDay.objects.filter(facility=facility(LARGE)).order_by("day").first()
    ItemDay.objects.filter(pk=stock.pk).update(opening=stock.opening + 5, closing=stock.closing + 5,
                                               unsettled=stock.unsettled + 5)  # fmt: skip
    worked = PersonMonth.objects.order_by("month").first()

    found = {(one.proof, one.row.split(" at ")[0]) for one in broken()}

    assert {("summaries.days", str(first.day)), ("summaries.days", str(second.day))} <= found
    assert ("summaries.stock", str(stock.day)) in found
    assert worked is not None
    summaries.rebuild(now=NOW + timedelta(minutes=1))
    assert broken() == []
    assert {row.last_day for row in Summarised.objects.all()} == {TODAY - DAY}
    assert NOW.tzinfo is ZONE
