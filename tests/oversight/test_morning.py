"""The managers' pages of doses and stock: what they say, of which sites, what they cost at 20 and at 300 sites."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import audit
from core.ids import new_id
from dispensing.models import CutOff, Flag, Hold, Outcome
from facilities.models import Facility
from followup.models import CaseKind
from inventory.models import Balance, DemandFigure, Item
from oversight.filters import FilterForm
from oversight.models import ItemDay, SiteDay
from oversight.queries import sites, stock
from oversight.queries.read import Share
from oversight.queries.stock import StockSite
from oversight.queries.sums import site_days
from oversight.queries.waiting import Waiting
from oversight.queries.weekend import weekend
from oversight.services import summaries
from patients.models import Patient
from staff.models import RotaDuty
from tests import cast, world
from tests.entrance import access, signed_in
from tests.followup.hands import opened
from tests.oversight.hands import alone, more_sites, said
from tests.world_patients import LOOK_ALIKE, PATIENTS, PHONG, patient

pytestmark = pytest.mark.django_db
NOW, TODAY = world.NOW, world.TODAY
PAGES = ("/oversight/", "/oversight/doses/", "/oversight/stock/")


def chosen(**said_: str):
    return FilterForm(said_, access=access(cast.AREA_MANAGER), today=TODAY)


def held(name: str = cast.SITE, **said_: str) -> StockSite:
    page = stock.stock_page(chosen(**said_).filter, access=access(cast.AREA_MANAGER), now=NOW)
    return next(site for site in page.sites if site.name == name)


def here() -> Facility:
    return world.facility(cast.SITE)


def page(address: str, who: str = cast.AREA_MANAGER) -> str:
    response = signed_in(who).get(address)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def waiting() -> Waiting:
    return sites.site(here().pk, access=access(cast.AREA_MANAGER), now=NOW).waiting


def hold(of: Patient, unlocker: str, hours: int) -> Hold:
    return Hold.objects.create(
        patient=of, facility=here(), reason="missed", unlocker=unlocker, placed_at=NOW - timedelta(hours=hours),
        placed_by=world.person(cast.DISPENSER),
    )  # fmt: skip


def test_blocked_patients_are_counted_once_for_each_whom_they_wait_for():
    one, other = patient(PHONG), patient(LOOK_ALIKE)
    before = {
        row.who: row.patients
        for row in sites.site(here().pk, access=access(cast.AREA_MANAGER), now=NOW).waiting.by_whom
    }
    hold(one, "physician", 19)
    hold(one, "physician", 3)
    Flag.objects.create(
        patient=other,
        facility=here(),
        kind="missed",
        level="main_clinic",
        since=TODAY,
        raised_at=NOW - timedelta(days=3),
    )

    found = waiting()

    waits = {row.who: row for row in found.by_whom}
    assert waits["physician"].patients - before.get("physician", 0) in (0, 1)  # one who had no order waited before
    assert waits["main_clinic"].patients == 1
    assert waits["main_clinic"].longest(NOW) == "3 ngày"
    assert (found.missing, found.stopped) == (1, 1)
    shown = page("/oversight/doses/")
    assert 'cơ sở điều trị <b class="number">1</b>' in shown
    assert not [each for each in (one, other) if str(each.pk) in shown or f">{each.code}<" in shown]


def test_site_that_says_nothing_hours_after_it_opened_is_silent_and_no_longer_once_it_does():
    tomorrow = NOW + timedelta(days=1)  # ten past six
    noon = tomorrow + timedelta(hours=6)

    def silent(now) -> list[str]:
        return [site.name for site in sites.morning(access=access(cast.AREA_MANAGER), now=now).silent]

    assert cast.SITE in silent(noon)
    assert cast.SITE not in silent(tomorrow)  # it has only just opened
    audit.record(
        action="dose.recorded", by=access(cast.DISPENSER), now=noon - timedelta(hours=5), subject_kind="dose",
        subject_id=new_id(), facility_id=here().pk,
    )  # fmt: skip
    assert cast.SITE not in silent(noon)


def test_days_of_the_line_are_the_kept_ones_and_today_as_it_stands():
    said(PHONG, "stock_out")
    SiteDay.objects.bulk_create(
        site_days([here().pk], first=TODAY - timedelta(days=20), last=TODAY - timedelta(days=1), now=NOW)
    )

    found = sites.site(here().pk, access=access(cast.AREA_MANAGER), now=NOW)

    assert [point.day for point in found.span.points][-1] == TODAY
    assert len(found.span.points) == 21
    assert found.span.total("turned_away") == found.turned_away == 1
    assert sum(row.turned_away for row in site_days([here().pk], first=TODAY, last=TODAY, now=NOW)) == 1


def test_share_of_a_few_is_counted_and_never_a_per_cent():
    assert Share(1, 4).percent is None
    assert Share(1, 5).percent == 20


def on_the_shelf(name: str, *kinds: str) -> int:
    """What the book has there of methadone, in those places."""
    rows = Balance.objects.filter(
        account__facility=world.facility(name), account__kind__in=kinds, account__item__in_bottles=True
    )
    return sum(rows.values_list("quantity", flat=True))


def orders(name: str, days: int) -> None:
    """Its orders come to so much a day that the shelf lasts so many days."""
    usable = on_the_shelf(name, "storage", "dispensing") + on_the_shelf(name, "opened") // 100_000 * 100_000
    DemandFigure.objects.create(
        facility=world.facility(name), item=Item.objects.get(in_bottles=True), as_of=NOW, patients=9,
        daily_mg=usable / 1000 * 10 / days, used_daily=1,
    )  # fmt: skip


def test_stock_of_a_site_is_its_book_and_lasts_by_the_orders():
    orders(cast.SITE, 10)

    found = held()

    [item] = [one for one in found.items if one.in_bottles]
    assert item.closed == on_the_shelf(cast.SITE, "storage", "dispensing") > 0
    assert item.opened == on_the_shelf(cast.SITE, "opened") // 100_000 * 100_000
    assert found.cover_days == 10
    assert (found.runs_out, found.runs_low) == (False, True)
    assert "10 ngày" in page("/oversight/stock/")
    assert held(item=str(item.id)).items == (item,)
    assert all(one.in_bottles is False for one in held(item=str(Item.objects.get(in_bottles=False).pk)).items)


def test_sites_are_sorted_by_who_runs_out_and_a_cut_off_one_says_for_how_long():
    orders(cast.SITE, 20)
    orders(cast.OTHER_SITE, 10)
    CutOff.objects.create(
        id=new_id(), facility=world.facility(cast.OTHER_SITE), kind="road", cause="storm", from_day=TODAY,
        until_day=TODAY + timedelta(days=12), recorded_at=NOW, recorded_by=world.person(cast.DISPENSER),
    )  # fmt: skip
    opened(kind=CaseKind.STOCK_COUNT)

    names = [site.name for site in stock.stock_page(chosen().filter, access=access(cast.AREA_MANAGER), now=NOW).sites]

    assert names.index(cast.OTHER_SITE) < names.index(cast.SITE)
    assert held(cast.OTHER_SITE).cover_days == 10
    assert held(cast.OTHER_SITE).cut_off_too_long
    assert held().cases == 1
    assert "Đang bị cắt đường" in page("/oversight/")


def test_weekend_names_the_sites_where_nobody_knows_a_physician():
    saturday = TODAY + timedelta(days=(6 - TODAY.isoweekday()) % 7)
    for day in (saturday, saturday + timedelta(days=1)):
        RotaDuty.objects.create(
            facility=here(), day=day, role="physician", person=world.person(cast.PHYSICIAN), how="tapped",
            planned_at=NOW, planned_by=world.person(cast.PHYSICIAN),
        )  # fmt: skip

    found = weekend([here().pk, world.facility(cast.OTHER_SITE).pk], today=TODAY)

    assert (found.first, found.planned) == (saturday, 1)
    assert cast.OTHER_SITE in found.by_phone + found.nobody


def test_filter_narrows_to_an_area_and_a_wrong_one_is_said_with_what_was_typed():
    client = signed_in(cast.AREA_MANAGER)
    clinic = world.facility(cast.MAIN_CLINIC)

    narrowed = client.get(f"/oversight/doses/?clinic={clinic.pk}&from=2026-11-01&to=2026-11-20")
    wrong = client.get("/oversight/stock/?from=2026-11-20&to=2026-11-01")

    assert cast.SITE in narrowed.content.decode()
    assert "01/11/2026 đến 20/11/2026" in narrowed.content.decode()
    assert wrong.status_code == 422
    assert "Ngày cuối đứng trước ngày đầu" in wrong.content.decode()
    assert 'value="2026-11-20"' in wrong.content.decode()
    assert client.get("/oversight/doses/?area=999999").status_code == 422
    stock_of_all = chosen(clinic=str(clinic.pk)).filter
    assert stock_of_all.query == f"clinic={clinic.pk}"
    assert {place.name for place in stock_of_all.facilities(access(cast.AREA_MANAGER))} >= {cast.SITE, cast.MAIN_CLINIC}


@pytest.mark.parametrize("who", [cast.AREA_MANAGER, cast.AUDITOR])
def test_pages_show_no_patient_to_anybody(who):
    said(PHONG, "sent_away")
    opened()
    alone()
    shown = [page(address, who) for address in PAGES]
    for text in shown:
        assert not [one for one in PATIENTS if one.full_name in text]
        for someone in Patient.objects.all():
            assert f">{someone.code}<" not in text
            assert str(someone.pk) not in text
    assert not Outcome.objects.exclude(code="sent_away").exists()


def test_pages_cost_the_same_at_twenty_and_at_three_hundred_sites():
    costs = []
    client = signed_in(cast.AREA_MANAGER)
    for more in (17, 280):
        more_sites(more)
        summaries.rebuild(now=NOW)
        for address in PAGES:
            client.get(address)  # the settings of new facilities are read once
        cost = []
        for address in PAGES:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            cost.append(len(queries))
        costs.append(cost)
    assert Facility.objects.count() >= 300
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 75
    assert ItemDay.objects.count() >= 0
