"""The pages of what goes wrong: what is typed is kept, what to do now is on the screen, and no name is on any list."""

from datetime import timedelta

import pytest

from core import clock
from core.ids import new_id
from dispensing.models import NearMiss, Observation, VomitRecord, WrongDose
from dispensing.queries.incidents import strength_changed_at
from dispensing.rules.incident_codes import NearMissKind
from dispensing.services import incidents
from dispensing.services.incidents import NewNearMiss
from followup.models import Case
from tests import cast, world
from tests.dispensing import mishaps, morning
from tests.dispensing.test_board import signed_in, text

pytestmark = pytest.mark.django_db
LATER = world.NOW + timedelta(minutes=8)


@pytest.fixture(autouse=True)
def _at_eighteen_past_six():
    with clock.at(LATER):
        yield


@pytest.fixture
def window():
    return morning.opened_bottle()


def test_void_that_names_who_drank_it_records_their_dose_so_that_no_other_is_poured(window) -> None:
    by, owner, drinker = morning.access(cast.DISPENSER), morning.patient(mg="65"), morning.patient(mg="30")
    dose = morning.drink(owner, by).dose_id
    client, path = signed_in(cast.DISPENSER), f"/dispensing/doses/{dose}/void/"
    data = {"id": str(new_id()), "kind": "drunk_by_other", "reason": "gọi nhầm tên"}
    refused = client.post(path, data | {"drinker": "1234567"})
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"drinker"})
    for _ in range(2):  # sent twice
        answer = client.post(path, data | {"drinker": drinker.code})
        made = WrongDose.objects.get()
        assert answer.url == f"/dispensing/wrong-doses/{made.pk}/"
    assert (made.drinker, made.dose.void.reason) == (drinker, "gọi nhầm tên")
    assert made.drunk is not None
    assert (made.drunk.patient, made.drunk.mg) == (drinker, 65)
    assert morning.choose(drinker, by).authorisation is None
    assert morning.choose(owner, by, screen="s2").authorisation is not None


def test_wrong_person_is_recorded_and_says_what_to_do_now(window) -> None:
    owner, drinker = morning.patient(mg="65", name="Lò Văn Bí Mật"), morning.patient(mg="30")
    dose = morning.drink(owner, morning.access(cast.DISPENSER)).dose_id
    client, path = signed_in(cast.DISPENSER), f"/dispensing/doses/{dose}/wrong/"
    data = {"id": str(new_id()), "kind": "other_person", "drinker": "12", "found_how": "seen", "told": "BS. Hà"}
    refused = client.post(path, data)
    assert refused.status_code == 422
    assert 'value="BS. Hà"' in text(refused)
    answer = client.post(path, data | {"drinker": drinker.code}, follow=True)
    page = text(answer)
    made = WrongDose.objects.get()
    assert made.drinker == drinker
    assert "Việc cần làm bây giờ" in page
    assert "115" in page
    assert world.person(cast.PHYSICIAN).full_name in page
    assert "Lò Văn Bí Mật" not in page


def test_wrong_cup_from_the_open_card_needs_no_record_first(window) -> None:
    owner, drinker = morning.patient(mg="65"), morning.patient(mg="30")
    client = signed_in(cast.DISPENSER)
    slip = morning.slip(owner, morning.access(cast.DISPENSER), now=LATER).slip()
    path = f"/dispensing/patients/{owner.pk}/wrong/"
    asked = text(client.post(path, {"slip": slip}))
    assert "Cốc đã rót" in asked
    data = {"id": str(new_id()), "slip": slip, "kind": "other_person", "drinker": drinker.code, "found_how": "seen"}
    assert client.post(path, data).status_code == 302
    assert WrongDose.objects.get().dose is None


def test_vomit_order_and_replacement_are_offered_on_the_card(window) -> None:
    patient = morning.patient(mg="65")
    dose = morning.drink(patient, morning.access(cast.DISPENSER)).dose_id
    client = signed_in(cast.DISPENSER)
    data = {"id": str(new_id()), "at_time": "06:18", "witnessed": "1", "seen": "medicine"}
    shown = client.post(f"/dispensing/doses/{dose}/vomit/", data, follow=True)
    made = VomitRecord.objects.get()
    assert made.replace_mg == 65
    assert "Được uống bù nhiều nhất 65 mg" in text(shown)
    order = {
        "id": str(new_id()), "mg": "65", "ordered_by": str(world.person(cast.PHYSICIAN).pk), "told_at": "06:18",
        "words": "cho uống bù đủ", "read_back": "on",
    }  # fmt: skip
    unread = client.post(f"/dispensing/vomits/{made.pk}/", {k: v for k, v in order.items() if k != "read_back"})
    assert unread.status_code == 422
    assert "cho uống bù đủ" in text(unread)
    assert client.post(f"/dispensing/vomits/{made.pk}/", order).status_code == 302
    card = text(client.get(f"/dispensing/patients/{patient.pk}/"))
    assert "liều uống bù sau nôn theo y lệnh: 65 mg." in card


def test_board_shows_who_is_watched_until_when(window) -> None:
    patient = morning.patient()
    mishaps.watched(patient.pk, morning.access(cast.DISPENSER))
    page = text(signed_in(cast.DISPENSER).get("/dispensing/"))
    assert f"{patient.code} · {patient.initials}: theo dõi đến 10:10" in page
    assert "data-until" in page


def test_observation_page_writes_checks_and_the_end(window) -> None:
    watched = mishaps.watched(morning.patient().pk, morning.access(cast.DISPENSER))
    client, path = signed_in(cast.DISPENSER), f"/dispensing/observations/{watched.pk}/"
    assert client.post(path, {"id": str(new_id())}).status_code == 422
    client.post(path, {"id": str(new_id()), "state": "no_response", "breaths": "6"})
    assert Case.objects.filter(subject_id=watched.pk).exists()
    assert client.post(path, {"how": "well"}).status_code == 422
    assert client.post(path, {"how": "referred"}).status_code == 302
    assert Observation.objects.get(pk=watched.pk).ended_how == "referred"


def test_near_miss_is_one_tap_and_takes_a_note_later(window) -> None:
    client, patient = signed_in(cast.DISPENSER), morning.patient()
    data = {"id": str(new_id()), "kind": "nearly_other_person", "patient": str(patient.pk)}
    answer = client.post("/dispensing/near-misses/", data, follow=True)
    made = NearMiss.objects.get()
    assert "suýt nhầm người" in text(answer)
    assert client.post(f"/dispensing/near-misses/{made.pk}/", {"note": ""}).status_code == 422
    client.post(f"/dispensing/near-misses/{made.pk}/", {"note": "hai thẻ giống nhau"})
    assert "hai thẻ giống nhau" in text(client.get("/dispensing/near-misses/"))


@pytest.mark.parametrize("many", [20, 200])
def test_near_misses_are_listed_in_a_bounded_number_of_queries(many, django_assert_max_num_queries) -> None:
    by, patient = morning.access(cast.DISPENSER), morning.patient()
    for _ in range(many):
        incidents.near_miss(command=NewNearMiss(new_id(), NearMissKind.NEARLY_TWICE, patient.pk), by=by, now=world.NOW)
    client = signed_in(cast.DISPENSER)
    client.get("/dispensing/near-misses/")
    with django_assert_max_num_queries(9):
        client.get("/dispensing/near-misses/")


def test_who_drank_from_a_bottle_is_listed_without_names(window, django_assert_max_num_queries) -> None:
    patient = morning.patient(name="Lò Văn Bí Mật")
    morning.drink(patient, morning.access(cast.DISPENSER))
    client = signed_in(cast.DISPENSER)
    client.get("/staff/me/")  # what a process keeps for a minute is asked once
    with django_assert_max_num_queries(8):
        page = text(client.get(f"/dispensing/bottles/{window.number}/patients/"))
    assert f"{patient.code} · L.V.T." in page
    assert "Bí Mật" not in page
    other = signed_in(cast.OTHER_DISPENSER)
    assert other.get(f"/dispensing/bottles/{window.number}/patients/").status_code == 404
    assert "Ai đã uống từ chai này" in text(client.get(f"/inventory/bottles/{window.number}/"))


def test_strength_changed_is_known_and_marks_the_card() -> None:
    assert strength_changed_at(morning.site().pk) is None
    morning.opened_bottle(concentration="5")
    assert strength_changed_at(morning.site().pk) == world.NOW
    patient = morning.patient()
    client = signed_in(cast.DISPENSER)
    asked = {"asked_before": "last_dose_unknown", "last_dose_proof": "card"}
    card = text(client.post(f"/dispensing/patients/{patient.pk}/answers/", asked))
    assert "Đổi nồng độ từ ngày" in card
