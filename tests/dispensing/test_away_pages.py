"""The pages about who stays away: the list, the one screen of an attempt, the absence, the road, the drop-out."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from core.ids import new_id
from core.models import AuditEvent
from dispensing.models import Absence, ContactAttempt, CutOff, DropOut, Flag
from dispensing.rules.flag_codes import ContactResult
from patients.models import Patient, Status
from tests import cast, world
from tests.dispensing import morning, staying_away
from tests.dispensing.staying_away import decided, ended, open_task, refresh, tried
from tests.entrance import signed_in
from tests.world_patients import name_of

pytestmark = pytest.mark.django_db
WORK, ROAD = "/dispensing/work/", "/dispensing/road/"
DAY = timedelta(days=1)


@pytest.fixture
def client(db: None) -> Client:
    return signed_in(cast.DISPENSER)


def text(answer) -> str:
    return answer.content.decode()


def id_in(page: str) -> str:
    found = re.search(r'name="id" value="([0-9a-f-]{36})"', page)
    assert found
    return found.group(1)


def of(patient: Patient, what: str) -> str:
    return f"/dispensing/patients/{patient.pk}/{what}/"


def flagged(days: str = "DDMMM") -> Patient:
    one = staying_away.patient(days)
    refresh(one)
    return one


def test_list_shows_one_item_per_patient_with_what_to_do_and_no_name(client: Client):
    one = flagged()
    name = name_of(one)

    page = text(client.get(WORK))

    assert page.count(one.code) == 1
    assert "Bỏ liều 3 ngày liên tiếp" in page
    assert "Khi đến phải đánh giá tại chỗ" in page
    assert name not in page


def test_list_of_nobody_says_what_that_means(client: Client):
    assert "Không ai đang vắng" in text(client.get(WORK))


def test_list_can_be_cut_to_what_is_mine_overdue_or_only_watched(client: Client):
    watched, called = flagged("DDM"), flagged()

    assert watched.code in text(client.get(WORK, {"show": "watch"}))
    assert called.code not in text(client.get(WORK, {"show": "watch"}))
    assert called.code not in text(client.get(WORK, {"show": "overdue"}))
    assert client.get(WORK, {"show": "nonsense", "page": "x", "site": "9"}).status_code == 200


def test_list_puts_the_overdue_first(client: Client):
    early, late = flagged("DDMM"), flagged("DDMMM")
    task = open_task(early)
    assert task is not None
    type(task).objects.filter(pk=task.pk).update(due_at=world.NOW - DAY)

    page = text(client.get(WORK))

    assert page.index(early.code) < page.index(late.code)


def test_physician_of_the_clinic_sees_its_satellites_and_a_dispenser_elsewhere_nothing():
    one = flagged()

    assert one.code in text(signed_in(cast.CLINIC_PHYSICIAN).get(WORK))
    assert one.code not in text(signed_in(cast.OTHER_DISPENSER).get(WORK))
    assert signed_in(cast.OTHER_DISPENSER).get(of(one, "contact")).status_code == 404


def test_manager_sees_figures_and_no_patient():
    one = flagged()
    manager = signed_in(cast.AREA_MANAGER)

    page = text(manager.get(WORK + "figures/"))

    assert manager.get(WORK).status_code == 403
    assert cast.SITE in page
    assert one.code not in page


def test_contact_is_one_screen_and_settles_the_task(client: Client):
    one = flagged()
    page = text(client.get(of(one, "contact")))

    answer = client.post(of(one, "contact"), {"id": id_in(page), "how": "phone", "result": "will_come"})

    assert answer.status_code == 302
    assert ended(one) == ["will_come"]
    assert "Gọi điện: Gặp được, sẽ đến uống" in text(client.get(of(one, "following")))


def test_contact_sent_twice_is_written_once_and_other_content_is_refused(client: Client):
    one = flagged()
    sent = {"id": str(new_id()), "how": "phone", "result": "not_reached"}

    client.post(of(one, "contact"), sent)
    client.post(of(one, "contact"), sent)
    other = client.post(of(one, "contact"), {**sent, "result": "died"})

    assert other.status_code == 422
    assert ContactAttempt.objects.filter(patient=one).count() == 1


def test_contact_without_a_result_keeps_what_was_typed(client: Client):
    one = flagged()
    sent = {"id": str(new_id()), "how": "visit", "words": "hàng xóm nói đi Lai Châu", "on": "31/12/2026"}

    answer = client.post(of(one, "contact"), sent)

    assert answer.status_code == 422
    assert "hàng xóm nói đi Lai Châu" in text(answer)
    assert "Chọn kết quả." in text(answer)


def test_contact_of_tomorrow_or_long_ago_is_asked_back(client: Client):
    one = flagged()
    sent = {"id": str(new_id()), "how": "phone", "result": "not_reached"}

    assert client.post(of(one, "contact"), {**sent, "on": "2026-11-25", "hour": "05:00"}).status_code == 422
    assert client.post(of(one, "contact"), {**sent, "on": "2026-10-25"}).status_code == 422
    assert client.post(of(one, "contact"), {**sent, "result": "other"}).status_code == 422
    assert client.post(of(one, "contact"), {**sent, "on": "2026-11-23"}).status_code == 302


def test_announced_absence_shows_on_board_and_card_and_warns_of_the_return(client: Client):
    morning.opened_bottle()
    one = staying_away.patient("D" * 30)
    page = text(client.get(of(one, "absence")))
    sent = {
        "id": id_in(page), "from_day": "2026-11-24", "until_day": "2026-11-27", "reason": "work", "told_by": "patient"
    }  # fmt: skip

    answer = client.post(of(one, "absence"), sent, follow=True)

    assert "Vắng 4 ngày" in text(answer)
    assert "y lệnh bác sĩ" in text(answer)
    assert "báo vắng đến 27/11" in text(client.get("/dispensing/"))
    assert "Đã báo vắng đến 27/11" in text(client.get(f"/dispensing/patients/{one.pk}/"))


@pytest.mark.parametrize(
    ("first", "last"), [("2026-11-23", "2026-11-25"), ("2026-11-25", "2026-11-24"), ("2027-06-01", "2027-06-02")]
)
def test_absence_of_the_past_backwards_or_far_ahead_is_asked_back(client: Client, first: str, last: str):
    one = staying_away.patient("DD")
    sent = {"id": str(new_id()), "from_day": first, "until_day": last, "reason": "work", "told_by": "family"}

    answer = client.post(of(one, "absence"), sent)

    assert answer.status_code == 422
    assert not Absence.objects.filter(patient=one).exists()


def test_second_absence_on_the_same_days_is_refused_and_the_first_can_be_taken_back(client: Client):
    one = staying_away.patient("DD")
    made = staying_away.announced(one)
    sent = {
        "id": str(new_id()), "from_day": "2026-11-25", "until_day": "2026-11-26", "reason": "work", "told_by": "patient"
    }  # fmt: skip

    assert client.post(of(one, "absence"), sent).status_code == 422
    assert client.post(f"/dispensing/absences/{made.pk}/cancel/").status_code == 302
    assert client.post(of(one, "absence"), {**sent, "id": str(new_id())}).status_code == 302
    assert signed_in(cast.OTHER_DISPENSER).post(f"/dispensing/absences/{made.pk}/cancel/").status_code == 404


def test_head_closes_the_road_managers_see_the_cover_and_ends_it_early():
    head = signed_in(cast.SITE_HEAD)
    stranded = staying_away.patient("DM")
    page = text(head.get(ROAD))
    sent = {
        "id": id_in(page), "kind": "road", "cause": "landslide", "from_day": "2026-11-24", "until_day": "2026-11-28"
    }  # fmt: skip

    assert head.post(ROAD, sent).status_code == 302

    shown = text(head.get(ROAD))
    assert stranded.code in shown
    assert "Sạt lở" in shown
    assert "Sạt lở" in text(signed_in(cast.AREA_MANAGER).get(WORK + "figures/"))
    made = CutOff.objects.get()
    assert head.post(f"/dispensing/road/{made.pk}/end/", {"last_day": "2026-11-24"}).status_code == 302
    made.refresh_from_db()
    assert (made.ended_on, made.ended_by) == (world.TODAY, world.person(cast.SITE_HEAD))


def test_dispenser_sees_the_road_and_may_not_close_it(client: Client):
    sent = {
        "id": str(new_id()), "kind": "road", "cause": "flood", "from_day": "2026-11-24", "until_day": "2026-11-25"
    }  # fmt: skip

    assert "Ghi đợt này" not in text(client.get(ROAD))
    assert client.post(ROAD, sent).status_code == 403


def test_road_of_long_ago_too_long_or_twice_is_asked_back():
    head = signed_in(cast.SITE_HEAD)
    sent = {"kind": "road", "cause": "flood", "from_day": "2026-11-24", "until_day": "2026-11-25"}

    assert head.post(ROAD, {**sent, "id": str(new_id()), "from_day": "2026-11-01"}).status_code == 422
    assert head.post(ROAD, {**sent, "id": str(new_id()), "until_day": "2026-12-25"}).status_code == 422
    assert head.post(ROAD, {**sent, "id": str(new_id()), "cause": "other"}).status_code == 422
    assert head.post(ROAD, {**sent, "id": str(new_id())}).status_code == 302
    assert head.post(ROAD, {**sent, "id": str(new_id())}).status_code == 422


def test_drop_out_is_confirmed_by_the_head_with_their_pin_and_by_nobody_else(client: Client):
    one = flagged("D" + 31 * "M")
    head = signed_in(cast.SITE_HEAD)
    sent = {"id": str(new_id()), "words": "đã đến nhà hai lần, gia đình không rõ", "pin": cast.OTHER_PIN}

    assert client.get(of(one, "drop-out")).status_code == 403
    assert head.post(of(one, "drop-out"), sent).status_code == 422
    assert head.post(of(one, "drop-out"), {**sent, "pin": cast.PIN, "words": ""}).status_code == 422
    assert head.post(of(one, "drop-out"), {**sent, "pin": cast.PIN}).status_code == 302

    one.refresh_from_db()
    assert one.status == Status.DROPPED_OUT
    assert DropOut.objects.get().signature.person == world.person(cast.SITE_HEAD)
    assert ended(one) == ["dropped_out"]
    assert not Flag.objects.filter(patient=one, cleared_at__isnull=True).exists()
    assert AuditEvent.objects.filter(action="drop_out.confirmed", patient_id=one.pk).exists()


def test_drop_out_of_somebody_who_is_not_at_that_level_is_refused():
    one = flagged("DDMMM")
    sent = {"id": str(new_id()), "words": "x", "pin": cast.PIN}

    answer = signed_in(cast.SITE_HEAD).post(of(one, "drop-out"), sent)

    assert answer.status_code == 422
    assert "chờ xác nhận bỏ điều trị" in text(answer)


def test_patients_page_tells_flags_attempts_and_history(client: Client):
    one = flagged()
    tried(one, ContactResult.NOT_REACHED, words="thuê bao")
    decided(one, "D", through=world.TODAY)
    refresh(one, now=world.NOW.replace(hour=10))

    page = text(client.get(of(one, "following")))

    assert "thuê bao" in page
    assert "đã quay lại uống" in page


@pytest.mark.parametrize("size", [20, 200])
def test_list_asks_the_same_number_of_questions_whatever_its_size(client, django_assert_max_num_queries, size: int):
    refresh(*[staying_away.patient("DMMM", prescribed=False) for _ in range(size)])

    with django_assert_max_num_queries(18):
        page = text(client.get(WORK))

    assert f'<b class="number">{size}</b>' in page
