"""A test, an examination and counselling written down on the phone, and the level that follows with its reasons."""

import pytest
from playwright.sync_api import expect

from dispensing.models import UrineTest
from tests import cast, world
from tests.browser.hands import PHONE, Hands
from tests.dispensing import following

pytestmark = [pytest.mark.browser]
CODE = "4116"


@pytest.mark.browser_context_args(**PHONE)
def test_a_positive_strip_is_written_down_put_right_and_explained(hands: Hands) -> None:
    page, patient = hands.page, following.phong()
    hands.open(CODE)
    hands.touch(hands.card.get_by_role("link", name="Theo dõi", exact=True))
    expect(page.get_by_text("Chưa đánh giá")).to_be_visible()

    hands.touch(page.get_by_role("link", name="Ghi xét nghiệm").last)
    hands.press("Ghi xét nghiệm")
    expect(page.get_by_text("Chọn kết quả của ít nhất một chất.")).to_be_visible()
    strip = page.get_by_role("group", name="chất dạng thuốc phiện")
    hands.touch(strip.get_by_text("dương tính"))
    hands.press("Ghi xét nghiệm")
    expect(page.get_by_text("dương tính: chất dạng thuốc phiện")).to_be_visible()

    following.examined(patient.pk)
    following.counselled(patient.pk)
    following.assessed(patient.pk)
    page.reload()
    expect(page.locator("#stability")).to_contain_text("cần theo dõi")
    expect(page.locator("#stability")).to_contain_text("Xét nghiệm có chất dạng thuốc phiện")

    hands.touch(page.get_by_role("link", name="Sửa…").first)
    hands.touch(page.get_by_role("group", name="chất dạng thuốc phiện").get_by_text("âm tính"))
    hands.press("Ghi xét nghiệm")
    expect(page.get_by_text("âm tính: chất dạng thuốc phiện")).to_be_visible()
    assert UrineTest.objects.filter(patient=patient).count() == 2


def test_the_list_of_who_is_due_leads_to_the_patient(hands: Hands) -> None:
    page, patient = hands.page, following.phong()
    following.counselled(patient.pk, on=world.TODAY - 80 * following.ONE_DAY)
    hands.come_in(cast.CLINIC_PHYSICIAN, "/dispensing/due/")
    hands.touch(page.locator("nav.choices").get_by_role("link", name=cast.SITE))
    hands.touch(page.get_by_role("link", name=patient.code).first)
    expect(page.get_by_role("heading", name=patient.code)).to_be_visible()
