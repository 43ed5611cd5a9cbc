"""The photo of a patient: taken by who keeps the register, seen by who pours, each look written down."""

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core import clock, valkey
from core.models import AuditEvent
from patients.models import Consent, Patient, Photo
from patients.services import persons, retention
from patients.services import photos as services
from tests import cast, world
from tests.dispensing import morning
from tests.entrance import access, signed_in
from tests.patients import photos, records
from tests.world_patients import AT_THE_CLINIC, ELSEWHERE, PHONG, patient

pytestmark = pytest.mark.django_db
SHOWN = "data:image/jpeg;base64,"


@pytest.fixture(autouse=True)
def _at_six_ten():
    valkey.client().flushdb()
    with clock.at(world.NOW):
        yield


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def of(someone=PHONG, rest: str = "photo/") -> str:
    return f"/patients/{patient(someone).pk}/{rest}"


def sent(**changes: object) -> dict[str, object]:
    return {"taken": photos.file(), "agreed": "1", "language": "tiếng Thái"} | changes


def actions(of_patient: Patient) -> list[str]:
    rows = AuditEvent.objects.filter(patient_id=of_patient.pk, action__startswith="patient.").order_by("id")
    return [action for action in rows.values_list("action", flat=True) if action != "patient.registered"]


def test_photo_is_taken_on_the_page_kept_sealed_and_every_step_written_down():
    client, phong = signed_in(cast.PHYSICIAN), patient(PHONG)
    assert "Chưa có ảnh" in page(client, of())

    answer = client.post(of(), sent())

    assert answer["Location"] == of()
    row = Photo.objects.get(pk=phong.pk)
    assert row.taken_on == world.TODAY
    assert b"JFIF" not in bytes(row.content)
    picture = Photo.opened(row.pk, row.key, row.content)
    assert picture.startswith(b"\xff\xd8")
    assert base64.b64encode(picture).decode() in page(client, of())
    assert Consent.objects.get(patient=phong, purpose="photo").language == "tiếng Thái"
    told = ["patient.looked_at", "patient.consent_given", "patient.photo_kept", "patient.looked_at"]
    assert actions(phong) == told
    assert AuditEvent.objects.filter(action="patient.looked_at").first().detail == {"why": "photo"}
    assert "Có ảnh, lưu ngày 24/11/2026" in page(client, of(rest=""))
    assert list(persons.prove()) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"taken": ""}, "Chưa có ảnh. Chụp hoặc chọn"),
        ({"taken": SimpleUploadedFile("a.jpg", b"day khong phai anh")}, "Không đọc được ảnh này"),
        ({"taken": SimpleUploadedFile("a.jpg", b"")}, "Không đọc được ảnh này"),
        ({"agreed": ""}, "Hỏi người bệnh trước"),
        ({"language": ""}, "Viết tiếng đã dùng"),
    ],
)
def test_photo_that_cannot_be_kept_is_refused_in_words_and_nothing_is_kept(change: dict[str, object], says: str):
    answer = signed_in(cast.PHYSICIAN).post(of(), sent(**change))

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Photo.objects.exists()
    assert not Consent.objects.filter(purpose="photo").exists()


def test_new_photo_replaces_the_one_before_and_the_same_again_changes_nothing():
    client, phong = signed_in(cast.SITE_HEAD), patient(PHONG)
    first = photos.kept(phong.pk)
    photos.kept(phong.pk)
    assert actions(phong).count("patient.photo_kept") == 1

    answer = client.post(of(), {"chosen": photos.file("b"), "back": f"/dispensing/patients/{phong.pk}/"})

    assert answer["Location"].startswith(f"{of()}?back=")
    [row] = Photo.objects.all()
    assert Photo.opened(row.pk, row.key, row.content) != first
    assert AuditEvent.objects.filter(action="patient.photo_kept").latest("id").detail == {"replaced": True}
    assert Consent.objects.filter(purpose="photo").count() == 1


def test_photo_goes_when_the_patient_wishes_and_with_every_agreement():
    client, phong = signed_in(cast.PHYSICIAN), patient(PHONG)
    photos.kept(phong.pk)

    client.post(of(), {"part": "remove"})

    assert not Photo.objects.exists()
    assert actions(phong)[-2:] == ["patient.consent_withdrawn", "patient.photo_removed"]
    kinds = Consent.objects.filter(patient=phong, withdrawn_at__isnull=True).values_list("purpose", flat=True)
    assert list(kinds) == ["record_keeping"]
    with pytest.raises(services.NotAgreed):
        services.keep(patient_id=phong.pk, picture=b"x", language="", by=access(cast.PHYSICIAN), now=world.NOW)
    photos.kept(phong.pk)
    assert "Ảnh cũng được xóa" in page(client, of(rest=""))
    client.post(of(rest="consent/withdraw/"))
    assert not Photo.objects.exists()


def test_photo_page_is_for_who_keeps_the_register_of_that_patient():
    photos.kept(patient(PHONG).pk)
    closed = (
        cast.DISPENSER, cast.PHARMACIST, cast.COUNSELLOR, cast.WITNESS, cast.STORE_KEEPER, cast.CLINIC_HEAD,
        cast.AREA_MANAGER, cast.PROVINCE_MANAGER, cast.AUDITOR, cast.SYSTEM_ADMINISTRATOR,
    )  # fmt: skip
    for member in closed:
        client = signed_in(member)
        assert (client.get(of()).status_code, client.post(of(), sent()).status_code) == (403, 403), member.username
    for someone in (ELSEWHERE, AT_THE_CLINIC):
        client = signed_in(cast.PHYSICIAN)
        assert client.get(of(someone)).status_code == 404
        assert client.post(of(someone), sent()).status_code == 404
    assert Photo.objects.count() == 1
    assert not AuditEvent.objects.filter(detail__why="photo").exists()


def test_who_pours_sees_the_photo_on_the_open_card_and_nowhere_else():
    somebody = morning.patient()
    picture = base64.b64encode(photos.kept(somebody.pk)).decode()
    client = signed_in(cast.DISPENSER)

    answer = client.get(f"/dispensing/patients/{somebody.pk}/")

    assert f'src="{SHOWN}{picture}"' in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert "img-src 'self' data:" in answer["Content-Security-Policy"]
    assert AuditEvent.objects.get(action="patient.looked_at", patient_id=somebody.pk).detail == {"why": "dose"}
    register = client.post(f"/patients/{somebody.pk}/identity/")
    elsewhere = [
        client.get(path)
        for path in ("/dispensing/", "/patients/", f"/patients/{somebody.pk}/",
                     f"/dispensing/patients/{somebody.pk}/following/", "/api/v1/roster/",
                     f"/api/v1/fhir/Patient/{somebody.pk}")
    ]  # fmt: skip
    for each in (register, *elsewhere):
        assert each.status_code == 200, each.request["PATH_INFO"]
        assert picture not in each.content.decode(), each.request["PATH_INFO"]
        assert "image/jpeg" not in each.content.decode(), each.request["PATH_INFO"]
    assert signed_in(cast.OTHER_DISPENSER).get(f"/dispensing/patients/{somebody.pk}/").status_code == 404


def test_card_without_a_photo_shows_initials_and_offers_it_to_who_may_and_stops_nothing():
    morning.opened_bottle()
    somebody = morning.patient()
    card = f"/dispensing/patients/{somebody.pk}/"

    dispenser = signed_in(cast.DISPENSER)
    window, head = page(dispenser, card), page(signed_in(cast.SITE_HEAD), card)

    assert 'aria-label="Chưa có ảnh">L.V.T.</span>' in window
    assert "<span>L.V.T.</span>" in head
    assert SHOWN not in window + head
    assert "Chụp ảnh" not in window
    assert f"{of().replace(str(patient(PHONG).pk), str(somebody.pk))}?back={card}" in head
    answered = dispenser.post(f"{card}answers/", {"last_dose_proof": "card"})
    assert "data-confirm-form" in answered.content.decode()


def test_photo_of_somebody_whose_identity_was_removed_is_gone_and_no_other_is_taken():
    gone = records.long_gone()
    records.signed()
    retention.carry_out(now=world.NOW)

    assert not Photo.objects.exists()
    with pytest.raises(Patient.DoesNotExist):
        photos.kept(gone.pk)
