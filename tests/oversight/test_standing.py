"""What managers see beside the doses: unsigned orders, days, late entries, mishaps, keys, devices; each with its n."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.ids import new_id
from dispensing.queries.mishap_figures import MishapFigures
from dispensing.rules.incident_codes import NearMissKind
from dispensing.services import incidents, past
from dispensing.services.incidents import NewNearMiss
from inventory.rules.kinds import Key
from inventory.services import keys
from oversight.queries import site, sites
from oversight.queries.standing import Standing
from tests import cast, world
from tests.dispensing import mishaps, morning, paper, phoned
from tests.entrance import access, signed_in
from tests.oversight.test_sites import site_of

pytestmark = pytest.mark.django_db
NOW = world.NOW


def here() -> int:
    return world.facility(cast.SITE).pk


def seen(now=NOW) -> Standing:
    return sites.morning_of([world.facility(cast.SITE)], now=now).sites[0].standing


def page(address: str = "") -> str:
    return signed_in(cast.AREA_MANAGER).get(address or f"/oversight/sites/{here()}/").content.decode()


def test_unsigned_orders_are_counted_with_the_oldest_ones_age():
    phoned.phone_order()
    phoned.take(phoned.bridging(phoned.ended()), now=NOW + timedelta(minutes=1))

    found = seen(NOW + timedelta(days=3))

    assert (found.unsigned, found.unsigned_days) == (2, 3)


def test_unsigned_orders_stand_on_the_sites_page_with_no_patient():
    order = phoned.phone_order()

    shown = page()

    assert "Cho uống tiếp 65 mg" in shown
    assert "chưa ký, từ hôm nay" in shown
    assert order.patient.code not in shown
    assert f"/oversight/sites/{here()}/#unsigned" in page("/oversight/doses/")


def test_late_entries_are_a_share_only_where_enough_was_recorded():
    morning.opened_bottle()
    by = morning.access(cast.DISPENSER)
    late = [paper.drank(morning.patient(), by), paper.stated(morning.patient(), "refused")]
    past.record_many_past(commands=late, by=by, now=NOW + timedelta(hours=2))
    few = seen()
    for _ in range(3):
        morning.drink(morning.patient(), by)

    assert (few.late, few.recorded, few.late_percent) == (2, 2, None)
    assert (seen().late, seen().recorded, seen().late_percent) == (2, 5, 40)
    assert "Mất điện" in page()


def test_mishaps_are_counted_beside_the_doses_and_never_move_a_site_up():
    morning.opened_bottle()
    by = morning.access(cast.DISPENSER)
    drunk = morning.drink(morning.patient(), by)
    mishaps.drunk_by(morning.patient().code, drunk.dose_id, by)
    incidents.near_miss(command=NewNearMiss(new_id(), NearMissKind.NEARLY_TWICE), by=by, now=NOW)
    calm = site_of("Ẳng Cang")
    honest = replace(site_of("Búng Lao"), standing=Standing(mishaps=MishapFigures(wrong=3, near=20, doses=200)))

    found = seen().mishaps

    assert (found.wrong, found.near, found.doses) == (1, 1, 1)
    assert sorted([honest, calm], key=lambda one: one.worst_first) == [calm, honest]
    assert "1 lần uống nhầm và 1 lần suýt nhầm được ghi lại, trong 1 liều" in page()


def test_who_is_watched_now_stands_on_top_with_the_way_there():
    morning.opened_bottle()
    mishaps.watched(morning.patient().pk, morning.access(cast.DISPENSER))

    assert seen().mishaps.watched == 1
    assert seen(NOW + timedelta(days=1)).mishaps.watched_over == 1
    assert f'href="/oversight/sites/{here()}/#watched"' in page("/oversight/doses/")


def test_whose_watch_is_over_puts_a_site_before_late_papers():
    forgotten = replace(site_of("Búng Lao"), standing=Standing(mishaps=MishapFigures(watched=1, watched_over=1)))
    papers = replace(site_of("Ẳng Cang"), cases=sites.Counts(3, 3))

    assert sorted([papers, forgotten], key=lambda one: one.worst_first) == [forgotten, papers]


def test_days_without_opening_or_close_are_listed_and_today_once_it_is_time():
    found = seen()

    assert found.today is not None
    assert found.not_opened  # it is 06:10, the site opens at 05:30
    assert not seen(NOW - timedelta(hours=2)).not_opened
    assert all(one.day < world.TODAY for one in found.days_lacking)
    assert "Hôm nay: chưa mở" in page()


def test_keys_name_their_holder_and_a_lost_one_is_a_stop():
    by = morning.access(cast.DISPENSER)
    keys.take(command=keys.Take(new_id(), (Key.STORAGE, Key.DISPENSING)), by=by, now=NOW)
    keys.report_lost(command=keys.Lost(new_id(), Key.DISPENSING, "rơi trên đường"), by=by, now=NOW)

    assert seen().keys_lost == 1
    assert world.person(cast.DISPENSER).full_name in page()
    assert "mất chìa khóa" in page("/oversight/doses/")


def test_device_never_checked_is_due():
    assert seen().devices_due == 1
    assert "chưa kiểm tra lần nào" in page()


def test_page_of_one_site_asks_a_bounded_number_of_questions(django_assert_max_num_queries):
    by = access(cast.AREA_MANAGER)
    site.site_page(here(), access=by, now=NOW)

    with django_assert_max_num_queries(48):
        site.site_page(here(), access=by, now=NOW)
