"""HIV status: for the physicians who treat, each look written down, the result in no other place."""

import pytest

from core.models import AuditEvent
from patients.models import HivStatus, Patient
from tests import cast
from tests.entrance import signed_in
from tests.world_patients import ELSEWHERE, PHONG

pytestmark = pytest.mark.django_db


def path(code: str = PHONG.code) -> str:
    return f"/patients/{Patient.objects.get(code=code).pk}/hiv/"


def test_result_is_recorded_shown_after_a_tap_only_and_told_to_no_audit_row():
    client = signed_in(cast.PHYSICIAN)
    wrong = {"part": "record", "result": "positive", "recorded_on": "2027-01-01"}
    refused = client.post(path(), wrong)
    assert refused.status_code == 422
    assert "không thể sau hôm nay" in refused.content.decode()
    assert client.post(path(), wrong | {"recorded_on": "2026-11-02"}).status_code == 302

    opened = client.get(path()).content.decode()
    assert "02/11/2026" not in opened
    told = client.post(path(), {"part": "look"}).content.decode()
    assert "<strong>Dương tính</strong>" in told
    assert "02/11/2026" in told
    rows = AuditEvent.objects.filter(action__startswith="patient.hiv").order_by("at", "pk")
    assert [(row.action, row.detail) for row in rows] == [("patient.hiv_recorded", {}), ("patient.hiv_looked_at", {})]

    client.post(path(), {"part": "record", "result": "negative", "recorded_on": "2026-11-20"})
    assert HivStatus.objects.get().positive is False
    assert "ương tính" not in client.get(path().replace("hiv/", "")).content.decode()


@pytest.mark.parametrize(
    "member", [cast.DISPENSER, cast.SITE_HEAD, cast.CLINIC_HEAD, cast.AREA_MANAGER, cast.AUDITOR, cast.STORE_KEEPER]
)
def test_status_is_for_physicians_only(member: cast.Member):
    assert signed_in(member).post(path(), {"part": "look"}).status_code in (403, 404)
    assert not AuditEvent.objects.filter(action="patient.hiv_looked_at").exists()


def test_status_of_another_sites_patient_is_nobodys_here():
    assert signed_in(cast.PHYSICIAN).post(path(ELSEWHERE.code), {"part": "look"}).status_code == 404
