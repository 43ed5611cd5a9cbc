"""The pages of referrals: both sides see what is theirs, one thing to do now, kept as typed when refused."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.papers import Paper
from dispensing.models import LastDoseTold, Referral, ReferralStep
from dispensing.queries import referral_papers as papers
from dispensing.queries.referrals import get_life
from dispensing.rules.referral_table import Kind, State, Step
from dispensing.services.referral_proofs import documents, steps
from patients.models import Placement
from tests import cast, world
from tests.dispensing import morning
from tests.dispensing.referring import DAY, NOW, THURSDAY, TODAY, Road, assessed
from tests.entrance import access, signed_in

pytestmark = pytest.mark.django_db
ALL = "/dispensing/referrals/"


def words(client: Client, address: str, *, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return plain(answer.content.decode())


def plain(html: str) -> str:
    body = html[html.index("<main") : html.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def form_of(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send back of a form as it is first shown."""
    form = client.get(address).context["form"]
    return {name: form[name].value() if form[name].value() is not None else "" for name in form.fields}


def page(road: Road) -> str:
    return f"{ALL}{road.id}/"


def do(road: Road, step: Step) -> str:
    return f"{ALL}{road.id}/do/{step}/"


def test_clinic_sees_the_open_ones_of_its_satellites_overdue_first():
    late, early = Road().draft(urgent=True), Road().draft()
    late.at = NOW - 2 * DAY
    late.send()
    early.send()

    shown = words(signed_in(cast.CLINIC_PHYSICIAN), ALL)

    assert shown.index(late.patient.code) < shown.index(early.patient.code)
    assert "quá hạn từ" in shown


def test_site_sees_what_became_of_its_own_and_no_others():
    gone = Road().to(State.RETURNED)

    assert "đã về trạm" in words(signed_in(cast.DISPENSER), ALL)
    other = signed_in(cast.OTHER_DISPENSER)
    assert gone.patient.code not in words(other, ALL)
    assert other.get(page(gone)).status_code == 404
    assert other.post(do(gone, Step.CLOSE), {}).status_code == 404
    assert other.get(f"{page(gone)}slip/").status_code == 404


@pytest.mark.parametrize("member", [cast.DISPENSER, cast.CLINIC_PHYSICIAN])
def test_list_takes_as_many_statements_for_many_as_for_few(member: cast.Member):
    client = signed_in(member)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(ALL).status_code == 200
        return len(seen)

    for _ in range(3):
        Road().draft()
    count()
    few = count()
    for _ in range(25):
        Road().draft()

    assert count() == few


def test_each_side_is_shown_its_one_next_step_and_the_other_that_it_waits():
    road = Road().draft().send()
    site, clinic = signed_in(cast.DISPENSER), signed_in(cast.CLINIC_PHYSICIAN)

    assert "Đang chờ Mường Ảng" in words(site, page(road))
    assert clinic.get(page(road)).context["main"] is Step.ACKNOWLEDGE
    road.appoint()
    assert site.get(page(road)).context["main"] is Step.AGREE
    assert "Đang chờ Mường Pồn" in words(clinic, page(road))


def test_step_is_taken_by_its_form_and_a_second_send_changes_nothing():
    road = Road().draft()
    client = signed_in(cast.DISPENSER)
    filled = form_of(client, do(road, Step.SEND)) | {"own_pin": cast.PIN, "day": THURSDAY.isoformat()}

    for _ in range(2):
        answer = client.post(do(road, Step.SEND), filled, follow=True)
        assert "Chưa ghi gì thêm" not in answer.content.decode()

    assert road.state is State.SENT
    assert ReferralStep.objects.filter(referral_id=road.id).count() == 2


def test_wrong_input_is_told_at_its_field_and_keeps_what_was_typed():
    road = Road().draft()
    client = signed_in(cast.DISPENSER)
    filled = form_of(client, do(road, Step.SEND))

    wrong = {"own_pin": "000001", "day": TODAY.isoformat(), "words": "đã gọi gia đình"}
    answer = client.post(do(road, Step.SEND), filled | wrong)

    assert answer.status_code == 422
    assert "đã gọi gia đình" in answer.content.decode()
    assert "Sớm nhất là ngày mai" in plain(answer.content.decode())
    assert "000001" not in answer.content.decode()
    assert road.state is State.DRAFTED


def test_step_that_is_no_more_leads_back_with_words():
    road = Road().draft().send()

    answer = signed_in(cast.DISPENSER).post(do(road, Step.SEND), {"own_pin": cast.PIN}, follow=True)

    assert "Phiếu đã sang bước khác" in answer.content.decode()


def test_step_of_the_other_side_is_refused():
    road = Road().draft().send()

    answer = signed_in(cast.DISPENSER).post(do(road, Step.ACKNOWLEDGE), {"id": "0190b7a4-6d2e-7c31-9b5a-5f0c2f3a7d10"})

    assert answer.status_code == 403


def test_no_step_goes_by_a_name_that_the_table_does_not_know():
    assert signed_in(cast.DISPENSER).get(f"{ALL}{Road().draft().id}/do/dance/").status_code == 404


def test_site_refers_by_hand_with_reasons_and_is_told_of_the_open_one():
    patient = morning.patient()
    client = signed_in(cast.DISPENSER)
    address = f"/dispensing/patients/{patient.pk}/refer/"
    filled = form_of(client, address)

    assert client.post(address, filled).status_code == 422
    answer = client.post(address, filled | {"reasons": ["relapse", "missed"]})

    made = Referral.objects.get(patient=patient)
    assert answer.url == f"{ALL}{made.pk}/"
    assert made.reasons == ["relapse", "missed"]
    assert client.get(address).url == f"{ALL}{made.pk}/"
    assert signed_in(cast.OTHER_DISPENSER).get(address).status_code == 404


def test_clinic_offers_a_transfer_in_to_its_satellites():
    patient = morning.patient(at=morning.site(cast.MAIN_CLINIC))
    client = signed_in(cast.CLINIC_PHYSICIAN)
    address = f"/dispensing/patients/{patient.pk}/refer/"
    filled = form_of(client, address) | {"reasons": ["stable"]}

    assert "Chọn trạm." in plain(client.post(address, filled).content.decode())
    client.post(address, filled | {"to_facility": morning.site().pk, "initiator": "patient"})

    made = Referral.objects.get(patient=patient)
    assert (made.kind, made.initiator, made.to_facility.name) == (Kind.TRANSFER_IN, "patient", cast.SITE)


@pytest.mark.parametrize(("paper", "made"), [("slip", papers.slip), ("dossier", papers.dossier)])
def test_papers_print_what_domain_3_asks_and_no_name(paper: str, made: Callable[..., Paper]):
    road = Road().to(State.MOVING)

    answer = signed_in(cast.CLINIC_PHYSICIAN).get(f"{page(road)}{paper}/")
    printed = made(get_life(road.id, access(cast.CLINIC_PHYSICIAN), now=NOW), by=access(cast.CLINIC_PHYSICIAN), now=NOW)

    assert answer.content.startswith(b"%PDF")
    assert answer["Cache-Control"] == "no-store"
    named = {str(fact.name) for fact in printed.facts}
    assert {"Mã số người bệnh", "Liều cuối", "Đơn đang dùng", "Ngày bỏ liều", "Xét nghiệm nước tiểu", "Lý do"} <= named
    assert "Lò Văn Thử" not in str(printed)
    if paper == "dossier":
        signers = [signer.name for signer in printed.signers]
        assert signers[:3] == [cast.CLINIC_PHYSICIAN.full_name, cast.CLINIC_HEAD.full_name, cast.SITE_HEAD.full_name]
        assert {row[1] for row in printed.tables[0].rows} == {"có"}


def test_head_of_the_clinic_signs_without_seeing_the_patients_page():
    road = Road().to(State.OFFERED)
    client = signed_in(cast.CLINIC_HEAD)

    assert client.get(page(road)).context["main"] is Step.COUNTERSIGN
    assert client.get(f"/dispensing/patients/{road.patient.pk}/following/").status_code == 403


def test_stable_again_is_said_on_the_list_and_offered():
    road = Road().to(State.TREATED)
    client = signed_in(cast.CLINIC_PHYSICIAN)
    assert client.get(page(road)).context["main"] is None

    assessed(road.patient, "stable")

    assert "đã ổn định, xét cho về trạm" in words(client, ALL)
    assert client.get(page(road)).context["main"] is Step.OFFER


def test_both_boards_show_the_move_before_it_comes():
    road = Road().draft().send(THURSDAY)
    road.appoint(THURSDAY)

    here = signed_in(cast.DISPENSER).get("/dispensing/").content.decode()
    there = signed_in(cast.CLINIC_PHYSICIAN).get("/dispensing/").content.decode()

    assert "Sắp chuyển đi: " in here
    assert f"{road.patient.code} T5 26/11 (Mường Ảng)" in here
    assert f"Sắp đến uống ở đây: {road.patient.code} T5 26/11 (Mường Pồn)" in there
    card = signed_in(cast.DISPENSER).get(f"/dispensing/patients/{road.patient.pk}/").content.decode()
    assert "Từ ngày 26/11/2026 người bệnh uống tại Mường Ảng." in card


def test_card_asks_for_the_last_dose_and_keeps_what_was_told():
    patient = morning.patient()
    by = world.person(cast.PHYSICIAN)
    Placement.objects.filter(patient=patient).update(ended_on=TODAY - DAY, ended_by=by)
    other = morning.site(cast.OTHER_SITE)
    Placement.objects.create(
        patient=patient, facility=other, kind="home", starts_on=TODAY, recorded_at=NOW, recorded_by=by
    )
    client, card = signed_in(cast.OTHER_DISPENSER), f"/dispensing/patients/{patient.pk}/"
    assert "liều cuối ở đó chưa được xác nhận" in client.get(card).content.decode()

    wrong = {"last_proof": "call", "last_told_by": "Lò Thị Hoa", "last_day": "", "last_mg": "1.234"}
    answer = client.post(f"{card}answers/", wrong | {"asked_before": "last_dose_elsewhere"})
    assert answer.status_code == 422
    assert "Lò Thị Hoa" in answer.content.decode()

    told = {"last_proof": "call", "last_told_by": "Lò Thị Hoa", "last_day": "2026-11-23", "last_mg": "65"}
    answer = client.post(f"{card}answers/", told | {"asked_before": "last_dose_elsewhere", "last_dose_proof": "card"})
    assert "liều cuối ở đó chưa được xác nhận" not in answer.content.decode()
    kept = LastDoseTold.objects.get(patient=patient)
    assert (kept.told_by, kept.proof, kept.facility_id) == ("Lò Thị Hoa", "call", other.pk)


def test_place_section_shows_the_way_to_refer_and_the_referral():
    road = Road().draft()
    free = morning.patient()
    client = signed_in(cast.PHYSICIAN)

    assert "Lập phiếu chuyển" in words(client, f"/dispensing/patients/{free.pk}/following/")
    shown = client.get(f"/dispensing/patients/{road.patient.pk}/following/").content.decode()
    assert page(road) in shown


def test_visit_is_recorded_and_ended_by_its_pages():
    patient = morning.patient()
    client = signed_in(cast.PHYSICIAN)
    address = f"/patients/{patient.pk}/visit/"
    filled = {"kind": "hospital", "place": "BVĐK tỉnh", "from_day": "2026-11-24", "until": "2026-11-30"}

    assert client.post(address, filled | {"place": ""}).status_code == 422
    client.post(address, filled)
    held = Placement.objects.get(patient=patient, kind="hospital")
    client.post(f"{address}{held.pk}/end/", {"last_day": "2026-11-23"})

    held.refresh_from_db()
    assert held.ended_on == TODAY - DAY
    assert client.get(f"/patients/{patient.pk}/").status_code == 200


def test_proofs_of_referrals_hold_after_the_whole_way():
    Road().to(State.RETURNED)

    assert list(documents()) == []
    assert list(steps()) == []
