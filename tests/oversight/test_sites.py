"""This morning at every site: the numbers, their order, what they cost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from dispensing.models import DoseVoid
from dispensing.rules.choices import OutcomeCode
from facilities.models import Area, Facility
from followup.models import CaseKind
from oversight.queries import sites
from oversight.queries.sites import TURNED_AWAY, Site, Unwitnessed
from oversight.words import age
from patients.models import Patient
from tests import cast, world
from tests.dispensing import morning
from tests.entrance import access, signed_in
from tests.followup.hands import opened
from tests.oversight.hands import alone, said
from tests.world_patients import ELSEWHERE, LOOK_ALIKE, MOVED, PATIENTS, PHONG

pytestmark = pytest.mark.django_db
NOW = world.NOW


def seen(name: str = cast.SITE) -> Site:
    """One site as the area's manager sees it."""
    shown = sites.morning(access=access(cast.AREA_MANAGER), now=NOW)
    return next(site for site in shown.sites if site.name == name)


def page_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_caseload_is_who_drinks_there_today_and_is_in_treatment():
    assert seen(cast.SITE).caseload == 19  # twenty, of whom one has dropped out
    assert seen(cast.OTHER_SITE).caseload == 5
    assert seen(cast.MAIN_CLINIC).caseload == 1


def test_taken_counts_patients_with_a_dose_that_stands():
    morning.opened_bottle()
    one, other = morning.patient(), morning.patient()
    by = access(cast.DISPENSER)
    morning.drink(one, by)
    voided = morning.recorded(morning.drink(other, by))
    before = seen()

    DoseVoid.objects.create(
        dose=voided, kind="drunk_by_other", reason="nhầm người", voided_at=NOW, voided_by=world.person(cast.DISPENSER)
    )

    assert (before.taken, seen().taken) == (2, 1)
    assert seen().to_come == seen().caseload - 1


def test_reasons_count_what_was_said_last_of_each_patient_without_a_dose():
    said(PHONG, "withheld", when=NOW - timedelta(minutes=30))
    said(PHONG, "intoxicated")
    said(LOOK_ALIKE, "absent")
    said(MOVED, "refused")
    said(ELSEWHERE, "stock_out", at=cast.OTHER_SITE)

    site = seen()

    assert [(str(reason.words), reason.count, reason.turned_away) for reason in site.reasons] == [
        ("có dấu hiệu say, phê", 1, True),
        ("không muốn uống", 1, False),
        ("vắng mặt", 1, False),
    ]
    assert (site.not_given, site.turned_away, site.to_come) == (3, 1, 16)
    assert seen(cast.OTHER_SITE).turned_away == 1


def test_reasons_leave_out_who_drank_after_all():
    morning.opened_bottle()
    somebody = morning.patient()
    said(somebody, "sent_away", when=NOW - timedelta(minutes=30))

    morning.drink(somebody, access(cast.DISPENSER))

    assert seen().reasons == ()


def test_turned_away_is_never_who_was_not_there_or_did_not_want():
    assert not TURNED_AWAY & {OutcomeCode.ABSENT, OutcomeCode.REFUSED, OutcomeCode.VOMITED, OutcomeCode.HOSPITALISED}


def test_unwitnessed_counts_what_waits_what_is_late_and_the_oldest():
    for hours in (1, 71, 73):
        alone(hours_ago=hours)

    found = seen().unwitnessed

    assert (found.waiting, found.late) == (3, 1)
    assert found.oldest_at == NOW - timedelta(hours=73)


def test_morning_adds_the_sites_up():
    opened(now=NOW - timedelta(days=9))
    opened(at=cast.OTHER_SITE, kind=CaseKind.WRONG_DOSE)
    alone()

    shown = sites.morning(access=access(cast.AREA_MANAGER), now=NOW)

    assert (shown.caseload, shown.to_come, shown.turned_away) == (25, 25, 0)
    assert (shown.cases.open, shown.cases.overdue) == (2, 1)
    assert (shown.unwitnessed.waiting, shown.oldest) == (1, "1 giờ")


def site_of(name: str, **figures: object) -> Site:
    return replace(Site(1, name, 10, 5, (), sites.Counts(), Unwitnessed()), **figures)


def test_worst_first_puts_people_before_papers():
    calm, two = site_of("Ẳng Cang"), site_of("Búng Lao")
    turned = site_of("Nà Tấu", reasons=(sites.Reason("hết thuốc", 1, True),))
    late_case = site_of("Mường Pồn", cases=sites.Counts(1, 1))
    late_act = site_of("Hua Thanh", unwitnessed=Unwitnessed(1, 1, NOW))
    open_case = site_of("Thanh Nưa", cases=sites.Counts(4, 0))

    ordered = sorted([two, calm, open_case, late_act, late_case, turned], key=lambda site: site.worst_first)

    assert ordered == [turned, late_case, late_act, open_case, calm, two]


@pytest.mark.parametrize(("hours", "words"), [(0, "0 giờ"), (47, "47 giờ"), (48, "2 ngày"), (95, "3 ngày")])
def test_age_is_in_hours_then_days(hours: int, words: str):
    assert age(NOW - timedelta(hours=hours), NOW) == words


def test_page_shows_the_first_figure_and_no_patient():
    said(PHONG, "sent_away")
    opened(patient_id=Patient.objects.get(code=PHONG.code).pk)
    client = signed_in(cast.AREA_MANAGER)

    for address in ("/oversight/", f"/oversight/sites/{world.facility(cast.SITE).pk}/"):
        page = page_of(client, address)
        assert "đã đến, chưa được cấp thuốc" in page
        assert not [one for one in PATIENTS if one.full_name in page]
        for patient in Patient.objects.all():
            assert f">{patient.code}<" not in page
            assert str(patient.pk) not in page


def test_page_links_its_numbers_for_who_may_follow_them():
    opened()
    alone()
    site = world.facility(cast.SITE).pk

    manager = page_of(signed_in(cast.AREA_MANAGER), "/oversight/doses/")
    auditor = page_of(signed_in(cast.AUDITOR), "/oversight/doses/")

    assert f'href="/cases/?whose=sites&amp;facility={site}"' in manager
    assert 'href="/staff/unwitnessed/"' in manager
    assert 'href="/cases/?' not in auditor
    assert 'href="/staff/unwitnessed/"' not in auditor


def test_page_of_a_clinic_head_shows_the_clinic_and_its_satellites():
    page = page_of(signed_in(cast.CLINIC_HEAD), "/oversight/")

    assert all(name in page for name in (cast.MAIN_CLINIC, cast.SITE, cast.OTHER_SITE))


@pytest.mark.parametrize("member", [cast.DISPENSER, cast.PHYSICIAN, cast.SITE_HEAD, cast.SYSTEM_ADMINISTRATOR])
def test_page_is_refused_to_who_oversees_nothing(member: cast.Member):
    client = signed_in(member)

    assert client.get("/oversight/").status_code == 403
    assert client.get(f"/oversight/sites/{world.facility(cast.SITE).pk}/").status_code == 403


def test_site_of_another_area_is_not_found():
    province = world.facility(cast.SITE).area.province
    other = Facility.objects.create(
        area=Area.objects.create(province=province, name="Mường Nhé", label="huyện"), kind="satellite", name="Sín Thầu"
    )

    assert signed_in(cast.AREA_MANAGER).get(f"/oversight/sites/{other.pk}/").status_code == 404
    assert signed_in(cast.PROVINCE_MANAGER).get(f"/oversight/sites/{other.pk}/").status_code == 200
    assert "Sín Thầu" not in page_of(signed_in(cast.AREA_MANAGER), "/oversight/")


def test_page_of_an_empty_reach_says_what_it_means():
    Facility.objects.filter(area__name=cast.AREA).update(kind="store")

    assert "Chưa có cơ sở nào" in page_of(signed_in(cast.AREA_MANAGER), "/oversight/")
