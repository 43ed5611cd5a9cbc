"""The audit trail for auditors: everything that was done, nobody whom it was done to."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import audit
from core.access import Access
from core.models import AuditEvent
from oversight.queries.audit import alias
from oversight.words import ACTION_WORDS, action_words
from patients.services import identity, persons
from tests import cast, world
from tests.entrance import access, signed_in
from tests.world_patients import LOOK_ALIKE, PHONG, patient

pytestmark = pytest.mark.django_db
NOW = world.NOW


def trail(client: Client, **asked: object) -> str:
    response = client.get("/oversight/audit/", asked)
    assert response.status_code == 200
    return response.content.decode()


def wrote(action: str, *, at: str = cast.SITE, days_ago: int = 0, by: Access | None = None, **detail: object) -> None:
    audit.record(
        action=action,
        by=by or access(cast.DISPENSER),
        now=NOW - timedelta(days=days_ago),
        subject_kind="tests",
        subject_id="1",
        facility_id=world.facility(at).pk,
        **detail,
    )


def test_trail_names_the_act_the_actor_and_the_place_but_no_patient():
    phong = patient(PHONG)
    identity.look(patient_id=phong.pk, by=access(cast.DISPENSER), now=NOW, why="dose")
    wrote("access.denied", path=f"/patients/{phong.pk}/")

    page = trail(signed_in(cast.AUDITOR))

    assert "xem họ tên người bệnh" in page
    assert "mở để cấp liều" in page
    assert "why:" not in page
    assert "L.T.H." in page
    assert "Nhân viên cấp phát thuốc" in page
    assert cast.SITE in page
    for secret in (str(phong.pk), "4116", "L.V.P.", "Lò Văn Phong"):
        assert secret not in page


def test_trail_tells_that_a_name_was_put_right_and_neither_initials():
    by = access(cast.SITE_HEAD)
    persons.correct_name(patient_id=patient(PHONG).pk, full_name="Quàng Thị Ỏ", by=by, now=NOW)
    assert AuditEvent.objects.get(action="patient.name_corrected").detail == {"before": "L.V.P.", "after": "Q.T.O."}

    page = trail(signed_in(cast.AUDITOR))

    assert alias(patient(PHONG).pk) in page
    assert not any(secret in page for secret in ("L.V.P.", "Q.T.O."))


def test_trail_gives_one_patient_the_same_letters_and_others_other_ones():
    assert alias(patient(PHONG).pk) == alias(patient(PHONG).pk) != alias(patient(LOOK_ALIKE).pk)
    assert len(alias(patient(PHONG).pk)) == 6


def test_trail_narrows_to_a_facility_and_a_day():
    wrote("tests.here_today")
    wrote("tests.here_yesterday", days_ago=1)
    wrote("tests.there_today", at=cast.OTHER_SITE)
    client = signed_in(cast.AUDITOR)

    page = trail(client, facility=world.facility(cast.SITE).pk, day=world.TODAY.isoformat())

    assert "tests.here_today" in page
    assert "tests.here_yesterday" not in page
    assert "tests.there_today" not in page


def test_trail_goes_on_to_what_is_older_without_a_gap():
    for number in range(70):
        wrote(f"tests.act{number:02d}")
    client, site = signed_in(cast.AUDITOR), world.facility(cast.SITE).pk

    first = trail(client, facility=site)
    older = AuditEvent.objects.get(action="tests.act20").pk
    second = trail(client, facility=site, before=older)

    assert f"before={older}" in first
    assert [number for number in range(70) if f"tests.act{number:02d}" in first] == list(range(20, 70))
    assert [number for number in range(70) if f"tests.act{number:02d}" in second] == list(range(20))


def test_trail_costs_the_same_for_much():
    client, site = signed_in(cast.AUDITOR), world.facility(cast.SITE).pk
    trail(client)
    with CaptureQueriesContext(connection) as few:
        trail(client, facility=site, day="2027-01-01")

    with CaptureQueriesContext(connection) as many:
        trail(client)

    assert len(many) == len(few)


@pytest.mark.parametrize("asked", [{"day": "hôm qua"}, {"facility": "x"}, {"before": "-1"}, {"facility": "999999"}])
def test_trail_asks_back_for_what_it_cannot_read(asked: dict[str, str]):
    assert signed_in(cast.AUDITOR).get("/oversight/audit/", asked).status_code == 422


@pytest.mark.parametrize(
    "member", [cast.AREA_MANAGER, cast.PROVINCE_MANAGER, cast.SITE_HEAD, cast.SYSTEM_ADMINISTRATOR]
)
def test_trail_is_for_auditors_alone(member: cast.Member):
    assert signed_in(member).get("/oversight/audit/").status_code == 403


def test_action_words_speak_for_every_act_and_show_the_code_of_one_unknown():
    assert action_words("dose.recorded") == "ghi liều"
    assert action_words("stock.receipt") == "ghi sổ kho"
    assert action_words("new.act") == "new.act"
    written = set(AuditEvent.objects.values_list("action", flat=True))
    assert {action for action in written if action not in ACTION_WORDS and not action.startswith("stock.")} == set()
