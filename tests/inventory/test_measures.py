"""An opened bottle measured: beside the book of its moment, posted only outside its tolerance."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from core import proofs
from core.ids import new_id
from core.models import AuditEvent
from followup.models import Case, CaseKind
from inventory.models import AccountKind, Act, ActKind, BottleMeasure, ChainHead
from inventory.rules import measures as rules
from inventory.rules.kinds import Method, Reason, Why
from inventory.rules.measures import Past, Reading
from inventory.rules.settings import StockSettings
from inventory.rules.violations import Code
from inventory.services import measures
from inventory.services.acts import OtherContent, StockRefused
from inventory.services.measures import Measure, Measured
from inventory.services.proofs import PROOFS
from staff.models import Attestation, Mode
from tests import cast, world_stock
from tests.inventory.site import ALONE, WITNESSED, Site, codes
from tests.world import NOW

pytestmark = pytest.mark.django_db
RULES = StockSettings()


@pytest.fixture
def site() -> Site:
    return Site(world_stock.act_as(cast.DISPENSER))


def measure(site: Site, *readings: str, **more: object) -> Measured:
    usual = Measure(new_id(), site.opened, Why.WEEKLY, readings, ALONE)
    return measures.record(command=replace(usual, **more), by=site.by, now=NOW)  # type: ignore[arg-type]


def test_measure_inside_the_tolerance_is_an_observation(site: Site) -> None:
    site.dose(site.opened, 6_500)
    acts, head = Act.objects.count(), ChainHead.objects.get(pk=site.here).sequence
    done = measure(site, "250", "250", "250", "240")
    assert (done.row.measured_ul, done.row.book_ul, done.row.difference_ul) == (990_000, 993_500, -3_500)
    assert (done.row.within, done.posted, done.row.as_of) == (True, False, head)
    assert Act.objects.count() == acts
    assert site.state(site.opened).book_ul == 993_500
    assert not Case.objects.filter(kind=CaseKind.BOTTLE_MEASURE).exists()


@pytest.mark.parametrize(
    ("reading", "reason", "code"),
    [("985", Reason.MEASURED_LESS, Code.MEASURED_LESS), ("1015,5", Reason.MEASURED_MORE, Code.MEASURED_MORE)],
)
def test_measure_outside_the_tolerance_is_posted_with_a_case(
    site: Site, reading: str, reason: Reason, code: Code
) -> None:
    done = measure(site, reading, method=Method.CYLINDER)
    assert done.posted
    assert site.state(site.opened).book_ul == done.row.measured_ul
    assert site.moved(site.opened, reason) == abs(done.row.difference_ul)
    case = Case.objects.get(kind=CaseKind.BOTTLE_MEASURE, subject_id=done.row.pk)
    assert [finding["code"] for finding in case.findings] == [code]
    assert Attestation.objects.get(act_id=done.row.pk).mode == Mode.ALONE
    assert [broken for name in PROOFS for broken in proofs.run(name)] == []


def test_measure_of_a_bottle_that_gave_beyond_its_book_settles_that_first(site: Site) -> None:
    site.dose(site.opened, 1_003_000)
    done = measure(site, "12", method=Method.CYLINDER)
    assert (done.row.book_ul, done.row.difference_ul) == (-3_000, 15_000)
    state = site.state(site.opened)
    assert (state.book_ul, state.beyond_ul, state.place) == (12_000, 0, AccountKind.OPENED)
    assert [broken for name in PROOFS for broken in proofs.run(name)] == []


def test_measure_within_but_off_by_a_dose_is_a_case_without_a_posting(site: Site) -> None:
    for _ in range(3):
        site.dose(site.opened, 5_000)
    done = measure(site, "979")
    assert (done.row.difference_ul, done.posted) == (-6_000, False)
    case = Case.objects.get(subject_id=done.row.pk)
    assert [finding["code"] for finding in case.findings] == [Code.ONE_DOSE_OFF]


def test_measure_sent_twice_is_kept_once_and_other_content_is_refused(site: Site) -> None:
    command = Measure(new_id(), site.opened, Why.WEEKLY, ("980",), WITNESSED)
    first = measures.record(command=command, by=site.by, now=NOW)
    again = measures.record(command=command, by=site.by, now=NOW + timedelta(seconds=5))
    assert (first.known, again.known, again.row) == (False, True, first.row)
    with pytest.raises(OtherContent):
        measures.record(command=replace(command, readings=("990",)), by=site.by, now=NOW)
    with pytest.raises(OtherContent):
        measures.record(command=replace(command, number=site.closed()[0]), by=site.by, now=NOW)
    assert BottleMeasure.objects.count() == 1
    assert AuditEvent.objects.filter(action="stock.refused", subject_id=str(command.id)).count() == 2


def test_measure_by_scale_takes_off_the_bottle_and_divides_by_the_density(site: Site) -> None:
    done = measure(site, "1145", method=Method.WEIGH)
    assert (done.row.tare_g, done.row.density, done.row.measured_ul) == (Decimal(95), Decimal("1.05"), 1_000_000)


@pytest.mark.parametrize(
    ("readings", "more", "code"),
    [
        ((), {}, Code.READING_NEEDED),
        (("nhiều",), {}, Code.READING_NEEDED),
        (("1.234",), {}, Code.READING_NEEDED),
        (("1300",), {}, Code.MORE_THAN_BOTTLE),
        (("80",), {"method": Method.WEIGH}, Code.LESS_THAN_TARE),
    ],
)
def test_measure_that_cannot_have_been_read_is_asked_again(
    site: Site, readings: tuple[str, ...], more: dict[str, object], code: Code
) -> None:
    with pytest.raises(StockRefused) as refused:
        measure(site, *readings, **more)
    assert codes(refused) == [code]
    assert not BottleMeasure.objects.exists()


def test_measure_present_signs_what_was_measured(site: Site) -> None:
    done = measure(site, "1000", second=WITNESSED)
    assert Attestation.objects.get(act_id=done.row.pk).mode == Mode.PRESENT


def test_measure_of_an_emptied_bottle_is_refused(site: Site) -> None:
    number = site.opened
    site.empty(number, residue_ul=1_000_000)
    with pytest.raises(StockRefused) as refused:
        measures.record(command=Measure(new_id(), number, Why.WEEKLY, ("10",), ALONE), by=site.by, now=NOW)
    assert codes(refused) == [Code.EMPTIED]


def test_measure_of_a_closed_bottle_is_refused_and_keeps_nothing(site: Site) -> None:
    command = Measure(new_id(), site.closed()[0], Why.WEEKLY, ("0",), ALONE)
    with pytest.raises(StockRefused) as refused:
        measures.record(command=command, by=site.by, now=NOW)
    assert codes(refused) == [Code.NOT_OPENED]
    assert not BottleMeasure.objects.exists()


def test_act_of_a_measure_has_its_own_kind(site: Site) -> None:
    done = measure(site, "900")
    assert Act.objects.get(pk=done.row.pk).kind == ActKind.MEASURE


DAY = date(2026, 11, 1)


def _past(*differences: int, every: int = 1, book: int = 900_000) -> list[Past]:
    return [
        Past(DAY + timedelta(days=every * nth), book + difference, book, posted=False)
        for nth, difference in enumerate(differences)
    ]


def judged(past: list[Past], difference: int, **more: object) -> rules.Judged:
    usual: dict[str, object] = {
        "measured_ul": 900_000 + difference,
        "book_ul": 900_000,
        "uncertainty": 1_000,
        "size_ul": 1_000_000,
        "past": past,
        "today": (past[-1].day if past else DAY) + timedelta(days=1),
        "median_dose_ul": None,
        "bias_ppm": 0,
        "settings": RULES,
    }
    return rules.judge(**{**usual, **more})  # type: ignore[arg-type]


def _codes(found: rules.Judged) -> list[Code]:
    return [violation.code for violation in found.found]


def test_equal_to_the_book_on_five_days_running_is_said_once() -> None:
    assert _codes(judged(_past(0, 0, 0), 0)) == []
    assert _codes(judged(_past(0, 0, 0, 0), 0)) == [Code.ALWAYS_EQUAL]
    assert _codes(judged(_past(0, 0, 0, 0, 0), 0)) == []
    assert _codes(judged(_past(0, 0, 5, 0), 0)) == []


def test_three_drifts_to_one_side_are_said_once() -> None:
    assert _codes(judged(_past(-900, -1_800), -2_700)) == [Code.SAME_SIGN]
    assert _codes(judged(_past(-900, -1_800, -2_700), -3_600)) == []
    assert _codes(judged(_past(-900, 900), -900)) == []
    assert _codes(judged(_past(-100, -200), -300)) == []  # together less than one measure may be off


def test_drift_that_the_known_bias_explains_is_no_pattern() -> None:
    past = [
        Past(DAY, 899_000, 900_000, posted=False),
        Past(DAY + timedelta(days=1), 798_000, 800_000, posted=False),
    ]
    today = {"today": DAY + timedelta(days=2), "measured_ul": 697_000, "book_ul": 700_000}
    assert _codes(judged(past, 0, **today)) == [Code.SAME_SIGN]
    assert _codes(judged(past, 0, **today, bias_ppm=11_000)) == []


def test_tolerance_counts_what_was_posted_before_to_the_same_side() -> None:
    posted = [Past(DAY, 880_000, 900_000, posted=True)]
    assert judged(posted, -500).within  # nothing that the method could tell from nothing
    assert not judged(posted, -2_000).within
    assert judged(posted, 2_000).within


def test_difference_below_the_uncertainty_is_never_outside() -> None:
    assert judged([], -12_000, uncertainty=15_000).within
    assert not judged([], -12_000).within


def test_volume_of_a_weight_is_a_whole_number_of_microlitres() -> None:
    reading = Reading(Method.WEIGH, (Decimal("500"),), Decimal("95"), Decimal("1.07"))
    assert rules.volume_ul(reading) == 378_505


def test_method_that_is_none_falls_back_to_the_cylinder() -> None:
    assert rules.site_method(replace(RULES, measure_method="spoon")) is Method.CYLINDER
    assert rules.site_method(replace(RULES, measure_method="weigh")) is Method.WEIGH
