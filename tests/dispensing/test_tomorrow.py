"""Nobody's patient tomorrow: who is found the afternoon before, who is asked, and how the question ends."""

from datetime import date, timedelta

import pytest

from core.access import SYSTEM
from dispensing.models import CutOff
from dispensing.queries.tomorrow import Lack, nobodys
from dispensing.rules.flag_codes import CutOffKind
from dispensing.services import tomorrow
from facilities.models import DayKind, Holiday
from followup.models import Task
from patients.models import Patient, Placement, Status
from tests import cast, world
from tests.dispensing import morning, staying_away
from tests.entrance import signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AFTERNOON = world.NOW.replace(hour=15, minute=30)
TOMORROW = world.TODAY + DAY
SATURDAY = date(2026, 11, 28)  # no physician, by the default setting


def lacks(day: date = TOMORROW) -> dict[str, Lack]:
    return {one.code: one.lack for one in nobodys(day=day, now=AFTERNOON)}


def unplaced() -> Patient:
    one = morning.patient()
    Placement.objects.filter(patient=one).update(ended_on=world.TODAY, ended_by=world.person(cast.PHARMACIST))
    return one


def asked(kind: str) -> Task | None:
    return Task.objects.filter(kind=kind, done_at__isnull=True).first()


def test_who_has_a_place_and_an_order_is_not_found():
    assert morning.patient().code not in lacks()


def test_who_is_placed_nowhere_is_found():
    one = unplaced()

    assert lacks()[one.code] is Lack.PLACE


def test_missing_order_counts_on_a_day_without_a_physician_only():
    one = morning.patient(prescribed=False)

    assert one.code not in lacks()
    assert lacks(SATURDAY)[one.code] is Lack.ORDER


def test_missing_order_counts_on_a_rest_day_that_was_swapped():
    one = morning.patient(prescribed=False)
    Holiday.objects.create(day=TOMORROW, kind=DayKind.REST_DAY, name="Nghỉ, đã làm bù thứ bảy")

    assert lacks()[one.code] is Lack.ORDER


def test_site_that_will_not_open_leaves_everybody_to_somebody():
    one = morning.patient()
    staying_away.cut_off(1, 2, kind=CutOffKind.CLOSED)

    assert lacks()[one.code] is Lack.CLOSED


def test_closed_road_alone_does_not_close_the_site():
    one = morning.patient()
    staying_away.cut_off(0, 2, kind=CutOffKind.ROAD)

    assert one.code not in lacks()


def test_who_announced_an_absence_or_left_treatment_is_left_out():
    away, gone = unplaced(), unplaced()
    staying_away.announced(away, 1, 1)
    Patient.objects.filter(pk=gone.pk).update(status=Status.ENDED)

    assert {away.code, gone.code}.isdisjoint(lacks())


def test_warn_asks_the_site_and_its_clinic_once_and_says_how_many():
    unplaced(), unplaced()

    tomorrow.warn(by=SYSTEM, now=AFTERNOON)
    tomorrow.warn(by=SYSTEM, now=AFTERNOON + timedelta(hours=1))

    site, clinic = asked(tomorrow.SITE), asked(tomorrow.CLINIC)
    assert site is not None
    assert clinic is not None
    assert (site.owner, clinic.owner) == (world.person(cast.SITE_HEAD), world.person(cast.CLINIC_HEAD))
    assert (site.data["count"], clinic.data["count"]) == (2, 2)
    assert Task.objects.filter(kind=tomorrow.SITE).count() == 1


def test_warn_again_when_everybody_has_a_place_closes_the_task():
    one = unplaced()
    tomorrow.warn(by=SYSTEM, now=AFTERNOON)
    Placement.objects.create(
        patient=one, facility=morning.site(), kind="home", starts_on=TOMORROW, recorded_at=world.NOW,
        recorded_by=world.person(cast.PHARMACIST),
    )  # fmt: skip

    tomorrow.warn(by=SYSTEM, now=AFTERNOON + timedelta(hours=1))

    assert asked(tomorrow.SITE) is None
    assert Task.objects.get(kind=tomorrow.SITE).outcome == "settled"


def test_warn_of_the_next_day_ends_yesterdays_question():
    unplaced()
    tomorrow.warn(by=SYSTEM, now=AFTERNOON)

    tomorrow.warn(by=SYSTEM, now=AFTERNOON + DAY)

    assert Task.objects.filter(kind=tomorrow.SITE, outcome="day_over").count() == 1
    assert Task.objects.filter(kind=tomorrow.SITE, done_at__isnull=True).count() == 1


def test_page_lists_them_with_what_to_do_today():
    one = unplaced()

    page = signed_in(cast.SITE_HEAD).get("/dispensing/tomorrow/").content.decode()

    assert one.code in page
    assert "Xếp nơi uống" in page


def test_cut_off_made_twice_for_the_same_days_stays_one():
    staying_away.cut_off()

    assert CutOff.objects.count() == 1
