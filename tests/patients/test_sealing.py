"""Names, telephones and photos are sealed: the database alone tells nobody who is treated."""

import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from core import sealing
from core.models import AuditEvent
from core.sealing import Keyring, SealBroken, Sealed, new_key
from patients.models import Identity, Patient, Photo
from patients.rules.person import Particulars, Phone, Whose, tidy_phone
from patients.services import identity, persons
from tests import cast, world
from tests.entrance import access, signed_in
from tests.plugins.servers import ROOT
from tests.world_patients import ELSEWHERE, PHONG, name_of

NOW = world.NOW
OWN, WIFE = Phone("0912345678", Whose.OWN), Phone("02153825123", Whose.FAMILY)

pytestmark = pytest.mark.django_db


def phong() -> Patient:
    return Patient.objects.get(code=PHONG.code)


@pytest.fixture
def ring() -> tuple[str, str]:
    return new_key("first"), new_key("second")


def test_database_alone_tells_no_name_and_no_telephone():
    persons.keep_phones(patient_id=phong().pk, phones=[OWN], by=access(cast.DISPENSER), now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM patients_identity")
        kept = b"".join(bytes(row[0]) for row in cursor.fetchall())
    assert len(kept) > 1000
    for told in (PHONG.full_name.encode(), b"Phong", OWN.number.encode()):
        assert told not in kept
    assert name_of(phong()) == PHONG.full_name


def test_seal_copied_to_another_row_does_not_open_there():
    mine, other = phong(), Patient.objects.get(code=ELSEWHERE.code)
    row = Identity.objects.get(pk=mine.pk)
    Identity.objects.filter(pk=other.pk).update(key=row.key, content=row.content)

    with pytest.raises(SealBroken):
        name_of(other)
    assert [(broken.row, broken.proof) for broken in persons.prove()] == [(Identity.of(other.pk), "patients.sealed")]


@pytest.mark.parametrize("where", [0, 12, -1])
def test_seal_that_was_touched_does_not_open(where: int):
    ring = Keyring.read(new_key("one"))
    sealed = ring.seal(Particulars("Lò Văn Phong").packed(), of="row")
    content = bytearray(sealed.content)
    content[where] ^= 1

    assert Particulars.unpacked(ring.open(sealed, of="row")).full_name == "Lò Văn Phong"
    with pytest.raises(SealBroken):
        ring.open(Sealed("one", bytes(content)), of="row")


def test_key_is_changed_in_batches_and_the_old_one_taken_out(ring: tuple[str, str], capsys: pytest.CaptureFixture[str]):
    first, second = ring
    with override_settings(IDENTITY_KEYS=first):
        for row in Identity.objects.all():
            Identity.seal(row.pk, Particulars("Lò Văn Phong", (OWN,)).packed()).save()
        Photo.objects.create(
            pk=phong().pk, taken_on=world.TODAY, **vars(Keyring.read(first).seal(b"face", of=Photo.of(phong().pk)))
        )
    with override_settings(IDENTITY_KEYS=f"{second},{first}"):
        assert persons.reseal(batch=3) == 3
        assert persons.sealed_before() == Identity.objects.count() - 3 + 1
        call_command("reseal")
        assert "0 left with older keys" in capsys.readouterr().out
    with override_settings(IDENTITY_KEYS=second):
        assert list(persons.prove()) == []
        seen = identity.look(patient_id=phong().pk, by=access(cast.DISPENSER), now=NOW, why="dose")
        assert (seen.full_name, seen.phones, seen.photo) == ("Lò Văn Phong", (OWN,), b"face")
    with override_settings(IDENTITY_KEYS=first), pytest.raises(SealBroken, match="not among IDENTITY_KEYS"):
        name_of(phong())


@pytest.mark.parametrize(
    "text", ["", "no-key", "UPPER:AAAA", "short:AAAA", "one:not base64!", "a:{k},a:{k}", "seventeen-letters:{k}"]
)
def test_keys_that_are_written_wrong_stop_the_start(text: str):
    key = new_key("a").partition(":")[2]
    with pytest.raises(ValueError, match=r"key|name") as told:
        Keyring.read(text.replace("{k}", key))
    assert key not in str(told.value)
    with override_settings(IDENTITY_KEYS=text.replace("{k}", key)), pytest.raises(ImproperlyConfigured):
        sealing.check()


def test_new_key_is_printed_before_there_are_any_settings():
    told = subprocess.run(
        [sys.executable, "-m", "core.sealing", "2026-11"], env={}, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert Keyring.read(told.stdout.strip()).current == "2026-11"
    with pytest.raises(ValueError, match="name"):
        new_key("Tháng 11")


@pytest.mark.parametrize(
    ("said", "kept"),
    [("0912 345 678", "0912345678"), ("+84 912.345.678", "0912345678"), ("(0215) 3825123", "02153825123")],
)
def test_telephone_is_kept_as_national_digits(said: str, kept: str):
    assert tidy_phone(said) == kept


@pytest.mark.parametrize("said", ["", "912345678", "09123", "0912345678901", "0012345678", "chín"])
def test_what_is_no_telephone_is_refused(said: str):
    with pytest.raises(ValueError, match="telephone"):
        tidy_phone(said)


def test_telephones_are_written_corrected_and_shown_to_who_calls_each_look_written_down():
    client, patient = signed_in(cast.DISPENSER), phong()
    page, call = f"/patients/{patient.pk}/person/", f"/patients/{patient.pk}/telephones/"
    row = {"part": "phones", "phone_0": "0912 345 678", "whose_0": "own", "whose_1": "family", "whose_2": "other"}

    refused = client.post(page, row | {"phone_1": "12"})
    assert refused.status_code == 422
    assert "10 hoặc 11 chữ số" in refused.content.decode()
    assert "0912 345 678" in refused.content.decode()
    assert client.post(page, row | {"phone_1": "0215 3825 123"}).status_code == 302

    told = client.post(call)
    assert "tel:0912345678" in told.content.decode()
    assert "của người nhà" in told.content.decode()
    whys = AuditEvent.objects.filter(action="patient.looked_at").values_list("detail__why", flat=True)
    assert sorted(whys) == ["change", "change", "contact"]
    changed = AuditEvent.objects.get(action="patient.phones_changed")
    assert changed.detail == {"phones": 2}
    assert client.get(call).status_code == 405


def test_name_is_corrected_by_who_keeps_the_register_and_the_initials_follow():
    patient = phong()
    page = f"/patients/{patient.pk}/person/"
    persons.keep_phones(patient_id=patient.pk, phones=[WIFE], by=access(cast.DISPENSER), now=NOW)

    signed_in(cast.DISPENSER).post(page, {"part": "name", "full_name": "Lò Văn Bóng"})
    assert name_of(patient) == PHONG.full_name
    answer = signed_in(cast.PHYSICIAN).post(page, {"part": "name", "full_name": "Lò Văn Bóng"})

    assert answer.status_code == 302
    patient.refresh_from_db()
    assert (name_of(patient), patient.initials) == ("Lò Văn Bóng", "L.V.B.")
    seen = identity.look(patient_id=patient.pk, by=access(cast.DISPENSER), now=NOW, why="dose")
    assert seen.phones == (WIFE,)


@pytest.mark.parametrize("member", [cast.OTHER_DISPENSER, cast.AREA_MANAGER, cast.AUDITOR, cast.WITNESS])
def test_telephones_are_for_the_own_site_only(member: cast.Member):
    client, patient = signed_in(member), phong()
    assert client.post(f"/patients/{patient.pk}/telephones/").status_code in (403, 404)
    assert client.get(f"/patients/{patient.pk}/person/").status_code in (403, 404)
    assert not AuditEvent.objects.filter(action="patient.looked_at").exists()
