"""A whole morning at Mường Pồn against the served product, in Vietnamese, at a desk and on a phone."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum
from playwright.sync_api import Page, expect

from core import proofs
from core.scanning import encode
from dispensing.models import CoveredDay, Dose, DoseVoid, Outcome
from dispensing.queries import board as board_query
from followup.models import Case
from inventory.models import AccountKind, Balance, Bottle, Movement
from inventory.rules.scancodes import BOTTLE
from patients.models import Patient
from staff.models import Attestation
from tests import cast, world, world_patients, world_prescriptions
from tests.browser import week
from tests.browser.hands import PHONE, WIDE, Hands
from tests.dispensing import morning
from tests.plugins.served import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow(30)]

AFTER_THE_RECHECK = "2026-11-24T07:25:00+07:00"
BY_HAND = ("4010", "4028")
FROM_TWO = "4044"  # the old bottle still holds 4,5 mL when they come
BY_KEYS = ("4116", "4161", "4165")
BY_CARD = ("4204", "4253")
WITHHELD = "4157"
VOIDED = "4036"
SPAT_OUT = "4077"
KILLED = "4069"


@pytest.mark.parametrize(
    "witnessed",
    [
        pytest.param(True, id="desk", marks=pytest.mark.browser_context_args(**WIDE)),
        pytest.param(False, id="phone", marks=pytest.mark.browser_context_args(**PHONE)),
    ],
)
def test_morning(at_six_ten: None, server: Server, page: Page, witnessed: bool) -> None:
    week.build(runs_out=True)
    old, new = Bottle.objects.get(lot__number="MTD-2509"), closed_bottle()
    hands = Hands(page, server.address)
    complaints = listen(page)

    sign_in(hands)
    open_a_bottle(hands, new, witnessed=witnessed)
    for code in BY_HAND:
        dose_by_hand(hands, code)
    dose_from_two_bottles(hands, old, new)
    empty_the_old(hands, old)
    for code in BY_KEYS:
        dose_by_keys(hands, code)
    for code in BY_CARD:
        dose_by_card(hands, code)
    give_a_part(hands)
    ask_before_the_dose(hands)
    refuse_and_say_who_unlocks(hands)
    withhold(hands)
    void_and_dose_again(hands)
    pour_what_is_not_swallowed(hands)
    refuse_another_sites_patient(hands)
    speak_english_and_back(hands)
    confirm_over_a_dead_server(hands, server)
    look_again(hands)
    sign_out(hands)

    assert complaints == []
    agree_with_the_database(old, new, witnessed=witnessed)


# --- the acts of the morning ---


def sign_in(hands: Hands) -> None:
    """The first password is wrong: what was typed stays, and a sentence says what to look at."""
    page = hands.page
    hands.go("/dispensing/")
    page.locator("[name=username]").fill(cast.DISPENSER.username)
    page.locator("[name=password]").fill("sương-sớm")
    hands.press("Đăng nhập")
    expect(page.get_by_role("alert").filter(has_text="mật khẩu chưa đúng")).to_be_visible()
    expect(page.locator("[name=username]")).to_have_value(cast.DISPENSER.username)

    page.locator("[name=password]").fill(cast.PASSWORD)
    hands.press("Đăng nhập")

    expect(page).to_have_url(f"{hands.address}/dispensing/")
    expect(page.get_by_text("Còn phải đến · 19")).to_be_visible()


def open_a_bottle(hands: Hands, bottle: Bottle, *, witnessed: bool) -> None:
    """Scan the label, read it, open: with a colleague's PIN, or alone and saying why."""
    hands.board()
    hands.open_page_by_scan(label_of(bottle))
    hands.press("Mở chai này")
    if witnessed:
        hands.witnessed(cast.WITNESS)
    else:
        hands.alone("trạm trưởng đi họp")
    hands.press("Đã mở chai")
    expect(hands.page.get_by_text("Đã mở chai.")).to_be_visible()
    hands.board()


def dose_by_hand(hands: Hands, code: str) -> None:
    """Two actions from the list to a recorded dose."""
    hands.open(code)
    hands.confirm()
    hands.recorded(code, ordered(code))


def dose_by_keys(hands: Hands, code: str) -> None:
    hands.open_by_keys(code)
    hands.confirm_by_enter()
    hands.recorded(code, ordered(code))


def dose_by_card(hands: Hands, code: str) -> None:
    hands.open_by_card(week.card_of(code), code)
    expect(hands.card).to_contain_text("nhận ra bằng thẻ")
    hands.confirm()
    hands.recorded(code, ordered(code))


def dose_from_two_bottles(hands: Hands, old: Bottle, new: Bottle) -> None:
    """Who comes when the old bottle no longer holds their dose: both are named, with what to draw from each."""
    assert held(old) == 4_500
    hands.open(FROM_TWO)
    expect(hands.card).to_contain_text(f"vạch 4,5, chai {label_of(old)}")
    expect(hands.card).to_contain_text(f"vạch 5,5, chai {label_of(new)}")
    hands.confirm()
    hands.recorded(FROM_TWO, "100")
    assert held(old) == 0


def empty_the_old(hands: Hands, old: Bottle) -> None:
    """The book says it is empty; 1,5 mL still run out of it, and that is stated."""
    hands.board()
    hands.open_page_by_scan(label_of(old))
    hands.press("Chai đã hết")
    hands.page.locator("[name=residue_ml]").fill("1,5")
    hands.witnessed(cast.WITNESS)
    hands.press("đã hết, phần còn lại đã đổ bỏ")
    expect(hands.page.get_by_text("Đã kết thúc chai.")).to_be_visible()
    hands.board()


def give_a_part(hands: Hands) -> None:
    """The first part of a divided dose: the list keeps the patient for the second."""
    code = world_prescriptions.DIVIDED
    hands.open(code)
    expect(hands.card).to_contain_text("lần 1 trong 2 lần")
    hands.confirm()
    expect(hands.page.get_by_text(re.compile(f"{code}: đã ghi 55 mg"))).to_be_visible()
    expect(hands.row(code)).to_contain_text("lần 2 / 2")


def ask_before_the_dose(hands: Hands) -> None:
    """Missed days and an unknown last dose: what must be known is asked before a millilitre is shown."""
    code = week.MISSED_TWO
    hands.open(code)
    expect(hands.confirm_button).to_have_count(0)
    expect(hands.card).not_to_contain_text("Bơm 10 mL")
    hands.press("Tiếp tục")
    expect(hands.card).to_contain_text("Chưa trả lời câu này.")
    hands.tap("đường khó đi, không có xe")
    hands.press("Tiếp tục")
    expect(hands.card).to_contain_text("Bơm 10 mL: vạch 6,0")
    hands.confirm()
    hands.recorded(code, "60")

    answer(hands, week.MISSED_THREE, "Đã xem: không say, không phê", "đi xa", told="bác sĩ Châu")
    hands.recorded(week.MISSED_THREE, "90")
    answer(hands, world_prescriptions.WITH_A_STEP, "Đã xem: không say, không phê", "ốm, mệt")
    hands.recorded(world_prescriptions.WITH_A_STEP, "40")
    answer(hands, world_prescriptions.IN_INDUCTION, "phiếu chuyển")
    hands.recorded(world_prescriptions.IN_INDUCTION, "20")


def answer(hands: Hands, code: str, *taps: str, told: str = "") -> None:
    """All questions at once, then the dose."""
    hands.open(code)
    for words in taps:
        hands.tap(words)
    if told:
        hands.page.locator("[name=clinic_told_who]").fill(told)
    hands.press("Tiếp tục")
    hands.confirm()


def refuse_and_say_who_unlocks(hands: Hands) -> None:
    """Four missed days: no confirm, the reason, what to do, who unlocks; then why there was no dose."""
    code = week.BLOCKED
    hands.open(code)
    expect(hands.card).to_contain_text("Chưa được cấp liều")
    expect(hands.card).to_contain_text("Đã bỏ 4 ngày liền. Cần y lệnh của bác sĩ trước khi cho uống.")
    expect(hands.card).to_contain_text(cast.PHYSICIAN.full_name)
    expect(hands.confirm_button).to_have_count(0)
    hands.press("Ghi vì sao không uống…")
    hands.tap("bỏ liều nhiều ngày, chờ y lệnh")
    hands.press("Ghi lại: không uống")
    expect(hands.page.get_by_text(f"{code}: đã ghi: bỏ liều nhiều ngày, chờ y lệnh.")).to_be_visible()


def withhold(hands: Hands) -> None:
    """Signs are seen: named, with the time of the next look."""
    hands.open(WITHHELD)
    hands.press("Không uống…")
    hands.tap("tạm ngừng cấp liều")
    expect(hands.page.locator("[name=recheck]")).to_have_value(re.compile(r"07:1\d"))
    hands.press("Ghi lại: không uống")
    expect(hands.card).to_contain_text("Chọn ít nhất một dấu hiệu.")
    hands.tap("đi không vững")
    hands.press("Ghi lại: không uống")
    expect(hands.row(WITHHELD)).to_contain_text("xem lại lúc 07:1")
    hands.open(WITHHELD)
    expect(hands.card).to_contain_text("Mời người bệnh ngồi chờ.")
    expect(hands.confirm_button).to_have_count(0)
    hands.leave()


def void_and_dose_again(hands: Hands) -> None:
    """Confirmed for the wrong person, never poured: voided, and the right one drinks."""
    dose_by_hand(hands, VOIDED)
    hands.press("Ghi nhầm? Hủy bản ghi…")
    hands.tap("chưa rót: thuốc vẫn trong chai")
    expect(hands.page.locator("[name=second_pin]")).to_be_hidden()
    hands.page.locator("[name=reason]").fill("bấm nhầm dòng")
    hands.press("Hủy bản ghi này")
    expect(hands.page.get_by_text(f"{VOIDED}: đã hủy bản ghi.")).to_be_visible()
    dose_by_hand(hands, VOIDED)


def pour_what_is_not_swallowed(hands: Hands) -> None:
    hands.open(SPAT_OUT)
    hands.settled()
    hands.press("Không uống…")
    expect(hands.card).to_contain_text("Đã rót 90 mg, không nuốt")
    hands.tap("nhổ thuốc")
    expect(hands.card).to_contain_text("không đổ lại vào chai")
    hands.press("Ghi lại: không uống")
    expect(hands.page.get_by_text(f"{SPAT_OUT}: đã ghi: nhổ thuốc.")).to_be_visible()
    expect(hands.row(SPAT_OUT)).to_have_class(re.compile("row-done"))


def refuse_another_sites_patient(hands: Hands) -> None:
    stranger = Patient.objects.get(code=world_patients.ELSEWHERE.code)
    answer = hands.page.goto(f"{hands.address}/dispensing/patients/{stranger.pk}/")
    assert answer is not None
    assert answer.status == 404
    expect(hands.page.locator("main")).not_to_contain_text(world_patients.ELSEWHERE.full_name)
    hands.board()
    hands.open_page_by_scan(week.card_of(stranger.code))
    expect(hands.page.get_by_text("Không có gì ở cơ sở này mang mã vừa quét.")).to_be_visible()
    hands.board()


def speak_english_and_back(hands: Hands) -> None:
    hands.menu("English")
    expect(hands.page.locator("html")).to_have_attribute("lang", "en")
    expect(hands.page.get_by_text("Còn phải đến")).to_have_count(0)
    hands.menu("Tiếng Việt")
    expect(hands.page.get_by_text("Còn phải đến")).to_be_visible()


def confirm_over_a_dead_server(hands: Hands, server: Server) -> None:
    """The web server dies between choosing and confirming, and comes back an hour later by the clock."""
    hands.open(KILLED)
    hands.settled()
    server.kill()
    hands.touch(hands.confirm_button)
    expect(hands.page.locator("[data-send-failed]")).to_be_visible()
    expect(hands.page.locator("#card [data-card-title]")).to_contain_text(KILLED)
    server.start(clock=AFTER_THE_RECHECK)
    hands.touch(hands.page.locator("[data-retry]"))
    hands.recorded(KILLED, ordered(KILLED))


def look_again(hands: Hands) -> None:
    """It is past the time: another look, said to be alert, and the dose."""
    expect(hands.row(WITHHELD)).to_contain_text("đến giờ xem lại")
    hands.open(WITHHELD)
    expect(hands.confirm_button).to_have_count(0)
    hands.tap("Đã xem lại: tỉnh táo")
    hands.press("Tiếp tục")
    hands.confirm()
    hands.recorded(WITHHELD, ordered(WITHHELD))


def sign_out(hands: Hands) -> None:
    hands.menu("Đăng xuất")
    expect(hands.page).to_have_url(re.compile("/staff/sign-in/"))
    hands.go("/dispensing/")
    expect(hands.page.locator("[name=password]")).to_be_visible()


# --- what the database says of it ---


def agree_with_the_database(old: Bottle, new: Bottle, *, witnessed: bool) -> None:
    asked = {week.MISSED_TWO, week.MISSED_THREE, world_prescriptions.WITH_A_STEP, world_prescriptions.IN_INDUCTION}
    part = world_prescriptions.DIVIDED
    drank = {*BY_HAND, *BY_KEYS, *BY_CARD, FROM_TWO, part, *asked, WITHHELD, VOIDED, KILLED}
    today = Dose.objects.filter(covers_day=world.TODAY)
    standing = today.filter(void__isnull=True)
    assert set(standing.values_list("patient__code", flat=True)) == drank
    assert standing.count() == len(drank)
    assert CoveredDay.objects.filter(day=world.TODAY).count() == len(drank)
    assert [dose.patient.code for dose in today.filter(void__isnull=False)] == [VOIDED]
    assert all(dose.findings == [] for dose in standing)
    assert {dose.identified_by for dose in standing.filter(patient__code__in=BY_CARD)} == {"card"}
    outcomes = dict(Outcome.objects.values_list("patient__code", "code"))
    assert outcomes == {week.BLOCKED: "missed_rule_block", WITHHELD: "withheld", SPAT_OUT: "spat_out"}
    spat = Outcome.objects.get(code="spat_out")
    assert Case.objects.filter(subject_id=spat.pk).count() == 1

    # To the microlitre: what left the two bottles is what was drunk, spat out, and run out of the old one.
    drunk_ul = int((standing.aggregate(mg=Sum("mg"))["mg"] or Decimal(0)) * week.UL_PER_MG)
    taken = {dose.pk for dose in standing}
    assert moved_ul(act_id__in=taken, target__kind=AccountKind.PATIENTS) == drunk_ul
    spat = Outcome.objects.get(code="spat_out")
    assert moved_ul(act_id=spat.pk, target__kind=AccountKind.POURED_OUT) == 9_000
    void = DoseVoid.objects.get()
    assert moved_ul(act_id=void.id, target__kind=AccountKind.OPENED) == 5_500
    old.refresh_from_db()
    assert old.emptied_at is not None
    assert not Balance.objects.filter(bottle=old, may_be_negative=False).exists()
    assert moved_ul(bottle=old, target__kind=AccountKind.POURED_OUT) == 1_500
    assert held(new) == new.size_ul - (drunk_ul + 9_000 - left_in_the_morning(old))

    opening = Attestation.objects.get(act_kind="opening", act_id=opening_of(new))
    assert (opening.mode == "present") is witnessed
    board = board_query.morning(by=morning.access(cast.DISPENSER), now=world.NOW)
    assert board.taken == len(drank - {part})
    assert {row.code for row in board.to_come} == {part, world_prescriptions.WITHOUT_ANY}
    assert [name for name in proofs.names() if list(proofs.run(name))] == []


def listen(page: Page) -> list[str]:
    """Errors of scripts and of the content policy; a refused or unanswered request is not one."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda said: heard.append(said.text) if "Content Security Policy" in said.text else None)
    return heard


def closed_bottle() -> Bottle:
    """The next bottle of the dispensing cabinet."""
    rows = Balance.objects.filter(
        account__kind=AccountKind.DISPENSING, account__facility__name=cast.SITE, quantity__gt=0
    )
    return Bottle.objects.get(pk=min(rows.values_list("bottle_id", flat=True)))


def label_of(bottle: Bottle) -> str:
    return encode(BOTTLE, bottle.number)


def ordered(code: str) -> str:
    """What the order of today gives, as people write it."""
    order = Patient.objects.get(code=code).prescriptions.get(
        starts_on__lte=world.TODAY, ends_on__gte=world.TODAY, ended_on__isnull=True
    )
    return f"{order.slot_mg[0].normalize():f}"


def held(bottle: Bottle) -> int:
    row = Balance.objects.filter(bottle=bottle, account__kind=AccountKind.OPENED).first()
    return row.quantity if row else 0


def moved_ul(**where: Any) -> int:
    return Movement.objects.filter(**where).aggregate(ul=Sum("quantity"))["ul"] or 0


def left_in_the_morning(old: Bottle) -> int:
    """What the old bottle held when the day began."""
    before = Dose.objects.filter(covers_day__lt=world.TODAY).values("pk")
    return int(old.size_ul) - moved_ul(bottle=old, act_id__in=before)


def opening_of(bottle: Bottle) -> Any:
    return Movement.objects.get(bottle=bottle, act__kind="opening").act_id
