"""One patient in a real browser, from a third missed day to the return: the site's phone, the clinic's desk."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from dispensing.rules.referral_table import State
from patients.models import Placement
from tests import cast, world
from tests.browser.test_custody import as_somebody, look
from tests.dispensing import morning
from tests.dispensing.referring import DAY, NOW, TODAY, Road, assessed
from tests.plugins.clones import CommittedDatabase

pytestmark = pytest.mark.browser
BACK = TODAY + 20 * DAY


def test_third_missed_day_leads_to_the_clinic_and_back(
    committed_db: CommittedDatabase, served: str, page: Page
) -> None:
    patient = morning.patient(known_from=TODAY - timedelta(days=3))

    # The site sees three missed days, and asks the clinic.
    as_somebody(page, served, cast.DISPENSER, 360)
    page.goto(f"{served}/dispensing/patients/{patient.pk}/")
    expect(page.locator("#card")).to_contain_text("3 ngày")
    page.goto(f"{served}/dispensing/patients/{patient.pk}/following/")
    page.get_by_role("link", name="Lập phiếu chuyển").click()
    look(page, "refer", 360)
    page.get_by_label("Bỏ liều nhiều ngày").check()
    page.get_by_label("Ghi thêm cho nơi nhận").fill("gọi điện không nghe máy hai ngày")
    page.get_by_role("button", name="Lập phiếu").click()
    look(page, "referral-draft", 360)
    page.get_by_role("link", name="Gửi cơ sở điều trị").click()
    tomorrow = (TODAY + DAY).isoformat()
    page.get_by_label("Đề nghị đến cơ sở điều trị từ ngày").fill(tomorrow)
    page.get_by_label("PIN của bạn, để ký").fill(cast.DISPENSER.pin)
    look(page, "referral-send", 360)
    page.get_by_role("button", name="Gửi cơ sở điều trị").click()
    expect(page.get_by_text("Đang chờ Mường Ảng")).to_be_visible()

    # The clinic takes it and names the same day: the place moves.
    as_somebody(page, served, cast.CLINIC_PHYSICIAN, 1280)
    page.goto(f"{served}/dispensing/referrals/")
    look(page, "referrals-clinic", 1280)
    page.get_by_role("link", name=patient.code).click()
    page.get_by_role("link", name="Nhận phiếu").click()
    page.get_by_role("button", name="Nhận phiếu").click()
    page.get_by_role("link", name="Hẹn ngày chuyển").click()
    expect(page.get_by_label("Ngày đầu tiên uống ở nơi mới")).to_have_value(tomorrow)
    page.get_by_role("button", name="Hẹn ngày chuyển").click()
    expect(page.get_by_text("đã thống nhất ngày")).to_be_visible()
    look(page, "referral-expected", 1280)
    as_somebody(page, served, cast.DISPENSER, 360)
    page.goto(f"{served}/dispensing/")
    expect(page.get_by_text("Sắp chuyển đi")).to_be_attached()

    # The days go by: arrived, examined, a reduced dose, stable again.
    road = Road(patient=patient, at=NOW + 2 * DAY)
    road.id = patient.referrals.get().pk
    road.arrive().treat("40")
    assessed(patient, "stable", at=NOW + 15 * DAY)

    # Three people sign the way back.
    as_somebody(page, served, cast.CLINIC_PHYSICIAN, 1280)
    page.goto(f"{served}/dispensing/referrals/{road.id}/")
    expect(page.get_by_text("Đánh giá đã ổn định.")).to_be_visible()
    page.get_by_role("link", name="Bác sĩ ký chuyển về trạm").click()
    for box in page.locator("input[name=checks]").all():
        box.check()
    page.get_by_label("Ngày đầu tiên uống ở nơi mới").fill(BACK.isoformat())
    page.get_by_label("PIN của bạn, để ký").fill(cast.CLINIC_PHYSICIAN.pin)
    look(page, "referral-offer", 1280)
    page.get_by_role("button", name="Bác sĩ ký chuyển về trạm").click()
    expect(page.get_by_text("bác sĩ đã ký chuyển, chờ phụ trách ký")).to_be_visible()
    road.countersign()
    as_somebody(page, served, cast.SITE_HEAD, 360)
    page.goto(f"{served}/dispensing/referrals/{road.id}/")
    page.get_by_role("link", name="Trưởng trạm ký nhận").click()
    page.get_by_label("PIN của bạn, để ký").fill(cast.SITE_HEAD.pin)
    look(page, "referral-accept", 360)
    page.get_by_role("button", name="Trưởng trạm ký nhận").click()
    page.get_by_role("link", name="Đã đến trạm").click()
    page.get_by_role("button", name="Đã đến trạm").click()
    expect(page.get_by_text("đã về trạm")).to_be_visible()
    look(page, "referral-returned", 360)
    page.goto(f"{served}/dispensing/referrals/")
    look(page, "referrals-site", 360)

    assert road.state is State.RETURNED
    last = Placement.objects.filter(patient=patient).order_by("-starts_on").first()
    assert last is not None
    assert (last.facility_id, last.starts_on) == (world.facility(cast.SITE).pk, BACK)


def test_first_dose_at_the_new_place_asks_for_the_last_at_the_old(
    committed_db: CommittedDatabase, served: str, page: Page
) -> None:
    patient, other = morning.patient(), morning.site(cast.OTHER_SITE)
    morning.opened_bottle(at=other)
    moved_by = world.person(cast.PHYSICIAN)
    Placement.objects.filter(patient=patient).update(ended_on=TODAY - DAY, ended_by=moved_by)
    Placement.objects.create(
        patient=patient, facility=other, kind="home", starts_on=TODAY, recorded_at=NOW, recorded_by=moved_by
    )

    as_somebody(page, served, cast.OTHER_DISPENSER, 360)
    page.goto(f"{served}/dispensing/patients/{patient.pk}/")
    expect(page.locator("#card")).to_contain_text("liều cuối ở đó chưa được xác nhận")
    page.locator("#card label.tap").filter(has_text="Gọi điện hỏi nơi cũ").click()
    page.get_by_label("Ai báo, hoặc số giấy chuyển").fill("Lò Thị Hoa")
    page.get_by_label("Ngày của liều cuối").fill((TODAY - DAY).isoformat())
    page.get_by_label("Số mg của liều cuối").fill("65")
    page.locator("#card label.tap").filter(has_text="thẻ điều trị").first.click()
    look(page, "card-last-dose", 360)
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.locator("#card")).not_to_contain_text("liều cuối ở đó chưa được xác nhận")

    as_somebody(page, served, cast.PHYSICIAN, 360)
    free = morning.patient()
    page.goto(f"{served}/dispensing/patients/{free.pk}/following/")
    look(page, "following-place", 360)
    page.get_by_role("link", name="Nằm viện, uống nhờ nơi khác").click()
    page.get_by_label("nằm viện").check()
    page.get_by_label("Tên bệnh viện hoặc nơi đó").fill("Bệnh viện đa khoa tỉnh")
    page.get_by_label("Từ ngày").fill(TODAY.isoformat())
    page.get_by_label("Đến hết ngày").fill((TODAY + 3 * DAY).isoformat())
    look(page, "visit", 360)
    page.get_by_role("button", name="Ghi", exact=True).click()
    look(page, "register-visit", 360)
    expect(page.get_by_text("Bệnh viện đa khoa tỉnh")).to_be_visible()
