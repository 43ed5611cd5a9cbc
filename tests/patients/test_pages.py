"""The pages of the register: codes and initials, a name only after the tap that is written down."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import scanning
from core.ids import new_id
from core.models import AuditEvent
from patients.models import Card, Identity, Patient, Placement, Sex
from patients.rules.scancodes import CARD
from patients.services import register
from patients.services.register import NewPatient
from staff.models import Appointment
from tests import cast, world, world_patients
from tests.entrance import access, signed_in
from tests.world_patients import COMING, ELSEWHERE, PHONG, name_of

pytestmark = pytest.mark.django_db
TODAY = world.TODAY


def page_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def address_of(someone: world_patients.Someone, rest: str = "") -> str:
    return f"/patients/{world_patients.patient(someone).pk}/{rest}"


def new_form(**changes: str) -> dict[str, str]:
    return {
        "id": str(new_id()),
        "full_name": "Vàng A Chứ",
        "sex": "m",
        "birth_year": "1990",
        "language": "tiếng Mông",
        "treatment_started_on": "2024-01-05",
        "facility": str(world.facility(cast.SITE).pk),
        "starts_on": TODAY.isoformat(),
        "consent": "yes",
    } | changes


def test_register_shows_codes_and_initials_and_no_name():
    page = page_of(signed_in(cast.DISPENSER), "/patients/")

    assert "4116" in page
    assert "L.V.P." in page
    for pk in Identity.objects.values_list("pk", flat=True):
        assert name_of(pk) not in page
    assert ELSEWHERE.code not in page


def test_register_says_who_comes_and_who_leaves():
    assert "ở đây đến hết 24/11" in page_of(signed_in(cast.DISPENSER), "/patients/")
    assert "đến từ 25/11" in page_of(signed_in(cast.OTHER_DISPENSER), "/patients/")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("4116", {"4116"}),
        ("411", {"4116"}),
        ("l.v.p", {"4116", "4161"}),
        ("lvp", {"4116", "4161"}),
        ("dcn", {"4157"}),
        ("Đ", {"4157"}),
        ("zz", set()),
        ("%", None),
    ],
)
def test_register_search_finds_codes_and_initials_without_marks(query: str, found: set[str] | None):
    response = signed_in(cast.DISPENSER).get("/patients/", {"q": query})

    page = response.content.decode()
    everybody = {someone.code for someone in world_patients.PATIENTS if someone.place == cast.SITE}
    shown = {code for code in everybody if f'data-code="{code}"' in page}
    assert shown == (everybody if found is None else found)


def test_register_search_of_a_clinic_reaches_all_of_its_sites():
    client = signed_in(cast.CLINIC_PHYSICIAN)

    assert "4528" not in page_of(client, "/patients/")
    assert "4528" in page_of(client, "/patients/?q=4528")
    assert "4528" in page_of(client, f"/patients/?facility={world.facility(cast.OTHER_SITE).pk}")


def test_register_of_a_facility_out_of_reach_is_the_own_one():
    page = page_of(signed_in(cast.DISPENSER), f"/patients/?facility={world.facility(cast.OTHER_SITE).pk}")

    assert "4528" not in page
    assert "4116" in page


def test_register_turns_pages_and_costs_the_same_for_many():
    client = signed_in(cast.DISPENSER)
    client.get("/patients/")
    with CaptureQueriesContext(connection) as few:
        client.get("/patients/")
    somebody = NewPatient(
        full_name="Lò Văn Nhiều", sex=Sex.MALE, birth_year=1990, treatment_started_on=TODAY,
        facility_id=world.facility(cast.SITE).pk, starts_on=TODAY,
    )  # fmt: skip
    crowd = [NewPatient(**{**vars(somebody), "id": new_id()}) for _ in range(200)]
    register.register_many(new=crowd, by=access(cast.CLINIC_PHYSICIAN), now=world.NOW)

    with CaptureQueriesContext(connection) as many:
        page = page_of(client, "/patients/")

    assert len(many) == len(few)
    assert "Trang 1 / 5" in page
    assert "Trang 5 / 5" in page_of(client, "/patients/?page=99")


@pytest.mark.parametrize("member", [cast.AREA_MANAGER, cast.CLINIC_HEAD, cast.AUDITOR, cast.WITNESS, cast.STORE_KEEPER])
def test_pages_are_refused_to_roles_that_see_no_patient(member: cast.Member):
    client = signed_in(member)

    assert client.get("/patients/").status_code == client.get(address_of(PHONG)).status_code == 403
    assert client.post(address_of(PHONG, "identity/")).status_code == 403


def test_patient_of_another_site_is_not_found():
    client = signed_in(cast.OTHER_DISPENSER)

    for rest in ("", "card/"):
        assert client.get(address_of(PHONG, rest)).status_code == 404
    assert client.post(address_of(PHONG, "identity/")).status_code == 404
    assert not AuditEvent.objects.filter(action="patient.looked_at").exists()


def test_patient_is_closed_to_who_has_left():
    client = signed_in(cast.COUNSELLOR)
    assert client.get(address_of(PHONG)).status_code == 200

    Appointment.objects.filter(person=world.person(cast.COUNSELLOR)).update(
        ended_on=TODAY - timedelta(days=1), ended_by=world.person(cast.SITE_HEAD)
    )

    assert client.get(address_of(PHONG)).status_code == 403


def test_patient_shows_no_name_before_the_tap_and_who_has_looked_after_it():
    client = signed_in(cast.DISPENSER)
    page = page_of(client, address_of(PHONG))
    assert "Lò Văn Phong" not in page
    assert "1984" not in page
    assert "Chưa ai xem" in page

    looked = client.post(address_of(PHONG, "identity/"))

    assert "Lò Văn Phong" in looked.content.decode()
    assert AuditEvent.objects.get(action="patient.looked_at").detail == {"why": "register"}
    after = page_of(client, address_of(PHONG))
    assert "Lò Văn Phong" not in after
    assert "xem ở sổ đăng ký" in after


def test_patient_tap_answers_htmx_with_the_name_alone():
    piece = signed_in(cast.DISPENSER).post(address_of(PHONG, "identity/"), headers={"HX-Request": "true"})

    assert "Lò Văn Phong" in piece.content.decode()
    assert "<html" not in piece.content.decode()
    assert piece["Vary"].count("HX-Request") == 1


def test_patient_name_is_not_asked_for_by_get():
    assert signed_in(cast.DISPENSER).get(address_of(PHONG, "identity/")).status_code == 405


def test_patient_page_costs_the_same_with_much_history():
    client = signed_in(cast.CLINIC_PHYSICIAN)
    client.get(address_of(PHONG))
    with CaptureQueriesContext(connection) as few:
        client.get(address_of(PHONG))
    for _ in range(30):
        client.post(address_of(PHONG, "identity/"))
        client.post(address_of(PHONG, "card/replace/"))

    with CaptureQueriesContext(connection) as many:
        page = page_of(client, address_of(PHONG))

    assert len(many) == len(few)
    assert page.count("xem ở sổ đăng ký") == 20
    assert "đã thay 30 lần" in page


def test_new_patient_is_registered_and_shown_by_code():
    client, form = signed_in(cast.PHYSICIAN), new_form()

    response = client.post("/patients/new/", form)

    assert response["Location"] == f"/patients/{form['id']}/"
    page = page_of(client, response["Location"])
    assert Patient.objects.get(pk=form["id"]).code in page
    assert "Vàng A Chứ" not in page


def test_new_patient_sent_twice_is_one_patient():
    client, form = signed_in(cast.PHYSICIAN), new_form()

    answers = [client.post("/patients/new/", form)["Location"] for _ in range(2)]

    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"full_name": " "}, "Viết họ và tên"),
        ({"full_name": "12345"}, "cần có chữ cái"),
        ({"sex": ""}, "Chọn nam hoặc nữ"),
        ({"birth_year": "84"}, "bốn chữ số"),
        ({"birth_year": "2025"}, "quá gần"),
        ({"birth_year": "năm tám tư"}, "bốn chữ số"),
        ({"treatment_started_on": ""}, "Chọn ngày"),
        ({"treatment_started_on": "2027-01-01"}, "không thể sau ngày đầu tiên"),
        ({"starts_on": "2026-11-01"}, "không được ở trước hôm nay"),
        ({"consent": ""}, "Im lặng không phải là đồng ý"),
        ({"facility": "999999"}, "Chọn cơ sở"),
    ],
)
def test_new_patient_with_a_slip_is_asked_back_and_loses_nothing(change: dict[str, str], sentence: str):
    response = signed_in(cast.PHYSICIAN).post("/patients/new/", new_form() | change)

    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert "tiếng Mông" in page
    assert change.get("full_name", "Vàng A Chứ") in page


def test_place_moves_the_patient_from_tomorrow():
    client = signed_in(cast.PHYSICIAN)
    target = world.facility(cast.OTHER_SITE).pk

    too_early = client.post(address_of(PHONG, "place/"), {"facility": target, "starts_on": TODAY.isoformat()})
    moved = client.post(
        address_of(PHONG, "place/"), {"facility": target, "starts_on": (TODAY + timedelta(days=1)).isoformat()}
    )

    assert too_early.status_code == 422
    assert "từ ngày mai" in too_early.content.decode()
    assert moved.status_code == 302
    assert Placement.objects.filter(patient__code=PHONG.code, facility_id=target).exists()


def test_place_where_another_is_planned_is_told_in_words():
    response = signed_in(cast.CLINIC_PHYSICIAN).post(
        address_of(COMING, "place/"),
        {"facility": world.facility(cast.MAIN_CLINIC).pk, "starts_on": (TODAY + timedelta(days=3)).isoformat()},
    )

    assert response.status_code == 422
    assert "mỗi ngày chỉ một nơi" in response.content.decode()


def test_status_change_asks_for_a_reason():
    client = signed_in(cast.PHYSICIAN)
    change = {"status": "suspended", "from_day": TODAY.isoformat(), "reason": ""}

    assert client.post(address_of(PHONG, "status/"), change).status_code == 422
    assert client.post(address_of(PHONG, "status/"), change | {"reason": "nằm viện"}).status_code == 302
    assert "nằm viện" in page_of(client, address_of(PHONG))


def test_writes_are_neither_offered_nor_taken_without_the_permission():
    client = signed_in(cast.DISPENSER)
    page = page_of(client, address_of(PHONG))

    assert "Chuyển nơi uống" not in page
    assert "Mất thẻ" not in page
    for rest in ("place/", "status/", "consent/", "consent/withdraw/", "card/replace/"):
        assert client.post(address_of(PHONG, rest)).status_code == 403


def test_consent_can_be_withdrawn_and_given_again():
    client = signed_in(cast.PHYSICIAN)

    client.post(address_of(PHONG, "consent/withdraw/"))
    assert "Chưa có sự đồng ý" in page_of(client, address_of(PHONG))
    assert client.post(address_of(PHONG, "consent/"), {"language": ""}).status_code == 422
    client.post(address_of(PHONG, "consent/"), {"language": "tiếng Thái"})

    assert "giải thích bằng tiếng Thái" in page_of(client, address_of(PHONG))


def test_card_prints_the_code_and_the_digits_to_scan_and_no_name():
    page = page_of(signed_in(cast.DISPENSER), address_of(PHONG, "card/"))

    number = Card.objects.get(patient__code=PHONG.code, revoked_at__isnull=True).number
    assert scanning.encode(CARD, number) in page
    assert "4116" in page
    assert "Lò Văn Phong" not in page
    assert "methadone" not in page.lower()
