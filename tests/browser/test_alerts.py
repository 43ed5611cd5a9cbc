"""A medicine said at the window, and the card that watches it tomorrow; ten phrases in one more language."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core import clock
from patients.models import Alert, Explained, MedicinesAsked
from tests import cast, world
from tests.browser.hands import PHONE, WIDE, Hands
from tests.plugins.served import Server

pytestmark = [pytest.mark.browser]

CODE = "4116"
TOMORROW = world.NOW + timedelta(days=1)


def complaints_of(page: Page) -> list[Any]:
    found: list[Any] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    return found


@pytest.mark.parametrize(
    "_size",
    [
        pytest.param("desk", marks=pytest.mark.browser_context_args(**WIDE)),
        pytest.param("phone", marks=pytest.mark.browser_context_args(**PHONE)),
    ],
)
def test_new_medicine_said_at_the_window_is_watched_tomorrow(hands: Hands, server: Server, _size: str) -> None:
    page, complaints = hands.page, complaints_of(hands.page)
    hands.open(CODE)
    hands.touch(hands.card.get_by_role("link", name="Có, ghi lại…"))
    expect(page.get_by_label("Thuốc", exact=True)).to_be_visible()
    expect(page.get_by_label("Tên thuốc khác")).to_be_visible()
    page.get_by_label("Thuốc", exact=True).select_option("rifampicin")
    expect(page.get_by_label("Tên thuốc khác")).to_be_hidden()
    hands.tap("ngừng uống")
    hands.press("Ghi cảnh báo")

    hands.stands(CODE)
    expect(hands.card).to_contain_text("Methadone có thể tăng: thuốc làm giảm nồng độ methadone, ngừng uống")
    expect(hands.card).to_contain_text("Dễ buồn ngủ vì: thuốc mới bắt đầu hoặc mới ngừng.")
    expect(page.locator("body")).not_to_contain_text("rifampicin")
    hands.tap("Đã nhìn, đã hỏi: tỉnh táo")
    hands.press("Tiếp tục")
    hands.confirm()
    expect(page.get_by_text(f"{CODE}: đã ghi")).to_be_visible()
    assert MedicinesAsked.objects.get(patient__code=CODE).any_new
    assert complaints == []

    server.kill()
    server.start(clock=TOMORROW.isoformat())
    with clock.at(TOMORROW):
        hands.come_in(cast.DISPENSER)
    expect(hands.row(CODE)).to_contain_text("nhìn kỹ trước khi rót")
    hands.open(CODE)
    expect(hands.card).to_contain_text("Methadone có thể tăng")
    expect(hands.card).not_to_contain_text("Có thuốc mới, hay mới ngừng thuốc nào?")
    assert Alert.objects.get(patient__code=CODE).medicine.name == "rifampicin"


@pytest.mark.browser_context_args(**PHONE)
def test_one_tap_says_nothing_new_and_the_phrases_are_a_tap_away(hands: Hands) -> None:
    page, complaints = hands.page, complaints_of(hands.page)
    hands.open(CODE)
    hands.touch(hands.card.get_by_role("button", name="Không có"))
    expect(hands.card).not_to_contain_text("Có thuốc mới")
    hands.touch(hands.card.get_by_role("link", name="Mười câu tại cửa"))
    expect(page.get_by_text("tiếng Thái: chưa có bản dịch đã duyệt.")).to_be_visible()
    hands.tap("người nhà")
    hands.press("Đã hiểu")

    hands.stands(CODE)
    assert not MedicinesAsked.objects.get(patient__code=CODE).any_new
    assert Explained.objects.get(patient__code=CODE).interpreter == "relative"
    assert complaints == []
