"""What the reports count: beside a slow count by hand on random registers, and in worked examples."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import AuditEvent
from dispensing.models import DayOutcome, Prescription
from dispensing.queries import due
from inventory.queries.monthly_report import monthly_report
from oversight.reports.indicators import OF, indicator
from oversight.reports.lines import lines
from oversight.rules import periods
from oversight.rules.figures import Figure, Unit
from oversight.rules.periods import Period
from oversight.rules.report_codes import ReportKind, ReportScope
from patients.models import HivStatus, Patient, Placement, StatusChange
from staff.queries.reckoning import in_month, reckoned
from staff.rules.payable import add_up
from tests import cast, world
from tests.dispensing import following, morning, taking_home
from tests.entrance import access
from tests.oversight import reports_by_hand as by_hand
from tests.oversight.hands import more_sites
from tests.oversight.reporting import LAST_QUARTER, NOVEMBER, OCTOBER, THIS_QUARTER, counted
from tests.staff.working import typed
from tests.world_patients import AT_THE_CLINIC, ELSEWHERE, MOVED, PHONG, patient

pytestmark = pytest.mark.django_db
ONE_DAY = timedelta(days=1)
STATUSES = ("in_treatment", "suspended", "dropped_out", "ended", "died")


def stands(whom: Patient, status: str, day: date, *, hours: int = 0) -> None:
    """The register says so from that day on."""
    StatusChange.objects.create(
        patient=whom, status=status, from_day=day, recorded_at=world.NOW + timedelta(hours=hours),
        recorded_by=world.person(cast.PHYSICIAN),
    )  # fmt: skip


def placed(whom: Patient, at: str, first: date, last: date | None = None, kind: str = "home") -> Placement:
    """The last place ends and this one begins; a visit has its end and home goes on after it."""
    by = world.person(cast.PHYSICIAN)
    held = whom.placements.filter(ended_on__isnull=True).first()
    if held is not None:
        whom.placements.filter(pk=held.pk).update(ended_on=first - ONE_DAY, ended_by=by)
    away = {"place": "Bệnh viện huyện"} if kind in ("hospital", "detention") else {}
    made = Placement.objects.create(
        patient=whom, facility=world.facility(at), kind=kind, starts_on=first, ended_on=last,
        ended_by=by if last else None, planned_end=last if kind != "home" else None,
        recorded_at=world.NOW, recorded_by=by, **away,
    )  # fmt: skip
    if last is not None and held is not None:
        Placement.objects.create(
            patient=whom, facility=held.facility, kind=held.kind, starts_on=last + ONE_DAY, recorded_at=world.NOW,
            recorded_by=by,
        )  # fmt: skip
    return made


def stir(dice: Random) -> None:
    """Months in which people stop, come back, move, go away for some days, and are tested."""
    sites = [cast.SITE, cast.OTHER_SITE, cast.MAIN_CLINIC]
    for whom in Patient.objects.order_by("code"):
        day = date(2026, 9, 1) + dice.randint(1, 20) * ONE_DAY
        for _again in range(dice.randint(0, 3)):
            what = dice.random()
            if what < 0.45:
                stands(whom, dice.choice(STATUSES), day, hours=dice.randint(0, 9))
            elif whom.placements.filter(ended_on__isnull=True, starts_on__lt=day).exists():
                kind = dice.choice(["home", "home", "guest", "hospital", "detention"])
                last = None if kind == "home" else day + dice.randint(0, 9) * ONE_DAY
                placed(whom, dice.choice(sites), day, last, kind)
            day += dice.randint(0, 30) * ONE_DAY
        if dice.random() < 0.4:
            HivStatus.objects.create(
                patient=whom, positive=dice.random() < 0.5, recorded_on=date(2026, 9, 1) + dice.randint(0, 90) * ONE_DAY
            )
        Patient.objects.filter(pk=whom.pk).update(
            treatment_started_on=date(2026, 11, 20) - dice.choice([3, 30, 182, 183, 184, 366, 900]) * ONE_DAY,
            sex=dice.choice("mf"),
        )


def decide(dice: Random, period: Period) -> None:
    """Days of some patients as they were decided, some of them twice."""
    rows = []
    for whom in Patient.objects.order_by("code")[:12]:
        chance = dice.choice([0.02, 0.1, 0.5])
        for offset in range(dice.randint(3, period.days)):
            for version in range(1, dice.choice([2, 2, 3])):
                how = "nothing" if dice.random() < chance else dice.choice(["dose"] * 9 + ["not_due", "unknown"])
                rows.append(
                    DayOutcome(
                        patient=whom,
                        facility=world.facility(dice.choice([cast.SITE, cast.OTHER_SITE])),
                        day=period.first + offset * ONE_DAY,
                        version=version,
                        rules_digest="0" * 16,
                        how=how,
                        covered=how == "dose",
                        swallowed_mg=0,
                        reason_known=True,
                        caused_by_patient=False,
                        tolerance_gap=how == "nothing",
                        adherence_gap=False,
                        why="close",
                        decided_at=world.NOW,
                    )
                )
    DayOutcome.objects.bulk_create(rows)


@pytest.mark.parametrize("seed", [3, 14])
def test_bang_3_of_random_registers_is_what_counting_by_hand_says(seed: int) -> None:
    stir(Random(seed))  # noqa: S311

    for period in (LAST_QUARTER, THIS_QUARTER):
        found = counted(ReportScope.CLINIC, period, cast.MAIN_CLINIC)
        told = Counter(
            {
                (pk, code, sex): part
                for pk, figures in found.sites.items()
                for code, figure in figures.items()
                for sex, part in (("m", figure.male), ("f", figure.female))
                if part
            }
        )
        assert told == by_hand.bang_3(period, found.asked.day)
        assert not [check.code for check in found.checks if check.hard and not check.ok]


@pytest.mark.parametrize("seed", [15, 92])
def test_month_of_random_registers_is_what_counting_by_hand_says(seed: int) -> None:
    dice = Random(seed)  # noqa: S311
    stir(dice)
    decide(dice, NOVEMBER)
    found = counted(ReportScope.AREA, NOVEMBER)
    people = by_hand.month(NOVEMBER, world.TODAY)
    doses = by_hand.doses(world.TODAY)

    for pk, figures in found.sites.items():
        for code in ("active", "new", "restarted", "moved_in", "moved_out", "dropped", "ended", "died", "detained"):
            assert (pk, code, figures[code].n) == (pk, code, people[pk, code])
        for (site, code), (n, of) in by_hand.days(NOVEMBER, world.TODAY).items():
            assert site != pk or figures[code] == Figure(n, of=of), code
        assert figures["dose_mean"] == Figure(sum(doses[pk]), of=len(doses[pk]))
        assert figures["dose_high"] == Figure(sum(mg > 12_000 for mg in doses[pk]), of=len(doses[pk]))
    everybody = sorted(mg for mine in doses.values() for mg in mine)
    assert found.total["dose_median"].of == len(everybody)
    assert found.total["moved_in"].n == sum(figures["moved_in"].n for figures in found.sites.values())
    for code in ("active", "moved_out", "missed_0", "dose_high"):  # what a number is made of is as much as it says
        one = indicator(ReportKind.MONTH, code)
        for pk, figures in found.sites.items():
            shown = lines(one, found.asked, facility_id=pk, by=access(cast.CLINIC_PHYSICIAN), now=world.NOW)
            assert len(shown) == figures[code].n, code


def rows_of(whom: Patient) -> dict[str, list[str]]:
    """In which rows of this quarter, and at which facilities, the patient is among those counted."""
    found = counted(ReportScope.AREA, THIS_QUARTER)
    seen: dict[str, list[str]] = {}
    for one in OF[ReportKind.QUARTER]:
        for pk, name in found.place.facilities:
            shown = lines(one, found.asked, facility_id=pk, by=access(cast.CLINIC_PHYSICIAN), now=world.NOW)
            if any(line.words.startswith(whom.code) for line in shown):
                seen.setdefault(one.code, []).append(name)
    return seen


def test_who_moved_within_the_period_is_counted_once_where_they_are_now() -> None:
    assert rows_of(patient(MOVED))["1"] == rows_of(patient(MOVED))["3"] == [cast.SITE]


def test_who_died_is_in_no_row() -> None:
    stands(patient(PHONG), "died", world.TODAY - 3 * ONE_DAY)

    assert rows_of(patient(PHONG)) == {}
    assert counted(ReportScope.FACILITY, NOVEMBER).total["died"].n == 1


def test_who_dropped_out_and_came_back_is_in_row_5_and_begins_anew() -> None:
    whom = patient(PHONG)
    stands(whom, "dropped_out", date(2026, 9, 15))
    stands(whom, "in_treatment", date(2026, 11, 2))

    assert rows_of(whom) == {"1": [cast.SITE], "3": [cast.SITE], "5": [cast.SITE]}  # no longer in 1.1 and 1.2
    assert counted(ReportScope.FACILITY, NOVEMBER).total["restarted"].n == 1


def test_a_day_before_the_quarter_is_the_quarter_befores() -> None:
    stands(patient(PHONG), "dropped_out", date(2026, 9, 14))

    assert counted(ReportScope.FACILITY, LAST_QUARTER).total["5"] == Figure(1, male=1, female=0)
    assert counted(ReportScope.FACILITY, THIS_QUARTER).total["5"].n == 1  # who dropped out in November, in the world
    year = counted(ReportScope.FACILITY, periods.year(2026)).total
    assert (year["5"].n, year["1"]) == (2, counted(ReportScope.FACILITY, THIS_QUARTER).total["1"])


def test_who_drinks_at_the_clinic_is_in_row_2_and_who_is_in_hospital_in_neither() -> None:
    whom = patient(ELSEWHERE)
    placed(whom, cast.OTHER_SITE, world.TODAY - ONE_DAY, world.TODAY + ONE_DAY, "hospital")

    found = counted(ReportScope.AREA, THIS_QUARTER)

    assert rows_of(patient(AT_THE_CLINIC))["2"] == [cast.MAIN_CLINIC]
    assert set(rows_of(whom)) == {"1", "1.1", "1.2"}
    assert [check.code for check in found.checks if not check.ok] == ["1=2+3"]


def test_row_4_counts_who_was_handed_doses_lately_until_they_are_taken_back() -> None:
    made = taking_home.handed()
    stands(made.patient, "in_treatment", cast.SINCE)

    assert counted(ReportScope.FACILITY, THIS_QUARTER).total["4"] == Figure(1, male=1, female=0)


def test_hiv_is_only_counted_and_the_counting_is_in_the_trail() -> None:
    HivStatus.objects.create(patient=patient(PHONG), positive=True, recorded_on=date(2026, 9, 20))
    HivStatus.objects.create(patient=patient(MOVED), positive=False, recorded_on=date(2026, 9, 20))

    found = counted(ReportScope.AREA, THIS_QUARTER)

    assert found.total["1.3"] == Figure(1, of=2, male=1, female=0)
    assert all("1.3" not in figures for figures in found.sites.values())  # of an area only the total is kept
    assert counted(ReportScope.AREA, LAST_QUARTER).total["1.3"].n == 0
    asked = AuditEvent.objects.filter(action="report.hiv_counted")
    assert asked.count() == 2
    assert str(patient(PHONG).pk) not in str(asked.values())
    one = indicator(ReportKind.QUARTER, "1.3")
    for member in (cast.CLINIC_PHYSICIAN, cast.AREA_MANAGER):
        shown = lines(one, found.asked, facility_id=found.place.ids[0], by=access(member), now=world.NOW)
        assert shown == ()


def test_stock_is_what_the_monthly_form_of_the_ledger_says() -> None:
    morning.opened_bottle()
    for _one in range(3):
        morning.drink(morning.patient(), access(cast.DISPENSER))

    found = counted(ReportScope.AREA, NOVEMBER)

    for pk, figures in found.sites.items():
        form = monthly_report(facility_id=pk, month=world.TODAY, zone="Asia/Ho_Chi_Minh", now=world.NOW)
        for code in ("opening", "received", "issued", "loss", "surplus", "closing"):
            assert figures[code].n == sum(getattr(line, code) for line in form.lines if line.in_bottles), code
        whole = figures["opening"].n + figures["received"].n - figures["issued"].n - figures["loss"].n
        assert whole + figures["surplus"].n == figures["closing"].n
    site = found.sites[world.facility(cast.SITE).pk]
    assert site["issued"].n == 3 * 6500
    assert site["cover"].value(Unit.DAYS) == Decimal(site["cover"].n // (3 * 6500))
    one = indicator(ReportKind.MONTH, "issued")
    by_day = lines(
        one, found.asked, facility_id=world.facility(cast.SITE).pk, by=access(cast.AREA_MANAGER), now=world.NOW
    )
    assert [(line.day, line.words) for line in by_day] == [(world.TODAY, "19,5")]


def test_tests_visits_and_hours_are_those_of_their_own_pages() -> None:
    whom = patient(PHONG)
    following.a_test(whom.pk, days_ago=3, opioids="positive")
    following.a_test(whom.pk, days_ago=10)
    following.examined(whom.pk)
    following.counselled(whom.pk)
    typed(day=world.TODAY - 2 * ONE_DAY, begins="05:00", ends="21:30")  # a Sunday

    found = counted(ReportScope.FACILITY, NOVEMBER)
    treated = [one.pk for one in Patient.objects.all() if by_hand.OnePatient(one, world.TODAY).treated]
    late = Counter(
        each.kind
        for pk, one in due.load(treated, now=world.NOW).items()
        if by_hand.OnePatient(Patient.objects.get(pk=pk), world.TODAY).base_on(world.TODAY) == found.place.id
        for each in one.dues
        if each.overdue(world.TODAY)
    )
    blocks = reckoned([world.person(cast.DISPENSER).pk], year=2026)[world.person(cast.DISPENSER).pk]
    hours = add_up(in_month(blocks, NOVEMBER.first))

    assert (found.total["urine_done"].n, found.total["urine_positive"]) == (2, Figure(1, of=2))
    assert found.total["exam_overdue"].n == late["exam"]
    assert found.total["counselling_overdue"].n == late["counselling"]
    assert found.total["overtime"].n == hours.overtime > 0
    assert found.total["payable"] == Figure(hours.payable, of=hours.overtime)
    assert counted(ReportScope.FACILITY, OCTOBER).total["overtime"].n == 0


@pytest.mark.parametrize("period", [NOVEMBER, THIS_QUARTER], ids=lambda one: one.code)
def test_as_many_statements_at_three_hundred_sites_as_at_a_few(period: Period) -> None:
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            counted(ReportScope.AREA, period)
        return len(asked)

    statements()  # what a process reads once
    few = statements()
    more_sites(297)
    statements()

    assert statements() == few <= 30


def test_managers_see_days_and_numbers_never_a_code() -> None:
    found = counted(ReportScope.AREA, NOVEMBER)
    site = world.facility(cast.SITE).pk

    for one in OF[ReportKind.MONTH]:
        for line in lines(one, found.asked, facility_id=site, by=access(cast.AREA_MANAGER), now=world.NOW):
            assert not any(code in line.words.split() for code in Patient.objects.values_list("code", flat=True))


def test_high_dose_is_above_the_setting_and_has_its_n() -> None:
    whom = morning.patient(mg="130")
    stands(whom, "in_treatment", cast.SINCE)

    high = counted(ReportScope.FACILITY, NOVEMBER).total["dose_high"]

    assert (high.n, Prescription.objects.filter(dose_mg=130).count()) == (1, 1)
    assert (high.of or 0) > 1
