"""Behind a number: a stated reason opens the single incidents for a short time, without identity, and is written."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from core import clock
from core.access import Role
from core.ids import new_id
from core.models import AuditEvent
from oversight.models import IncidentLook
from oversight.rules.looks import What
from staff.models import Appointment
from tests import cast, world, world_patients
from tests.codebase.pages import OF_THE_SITE
from tests.entrance import signed_in
from tests.oversight.hands import said

pytestmark = pytest.mark.django_db
MANAGERS = {Role.CLINIC_HEAD, Role.AREA_MANAGER, Role.PROVINCE_MANAGER, Role.AUDITOR}


def page(what: str = "turned_away", at: str = cast.SITE) -> str:
    return f"/oversight/sites/{world.facility(at).pk}/incidents/?what={what}"


def opened(client: Client, what: str = "turned_away", **more: str) -> Any:
    """The reason, sent; the answer leads to the incidents."""
    data = {"id": str(new_id()), "why": "support", "words": "trạm báo thiếu người sáng nay", **more}
    return client.post(page(what), data)


def test_reason_opens_the_incidents_without_identity_and_stands_in_the_audit_trail():
    said(world_patients.PHONG, "withheld")
    client = signed_in(cast.AREA_MANAGER)
    asked = client.get(page())
    assert "Vì sao bạn xem" in asked.content.decode()
    assert "tạm ngừng cấp liều" not in asked.content.decode()

    answer = opened(client)
    shown = client.get(answer["Location"]).content.decode()

    assert "tạm ngừng cấp liều" in shown
    assert "hôm đó không uống" in shown
    for hidden in (world_patients.PHONG.code, world_patients.PHONG.full_name, "L.V.P."):
        assert hidden not in shown
    event = AuditEvent.objects.filter(action="incidents.looked_at").get()
    assert event.actor_id == world.person(cast.AREA_MANAGER).pk
    assert (event.facility_id, event.patient_id) == (world.facility(cast.SITE).pk, None)
    assert {key: event.detail[key] for key in ("what", "why", "last")} == {
        "what": "turned_away", "why": "support", "last": "2026-11-24",
    }  # fmt: skip
    assert "thiếu người" not in str(event.detail)
    assert IncidentLook.objects.get().words == "trạm báo thiếu người sáng nay"


def test_reason_opens_its_own_number_days_site_and_person_only_and_ends():
    client = signed_in(cast.AREA_MANAGER)
    here = opened(client)["Location"]
    for other in (page("near_miss"), page(at=cast.OTHER_SITE), f"{page()}&from=2026-10-01&to=2026-11-24"):
        assert "Vì sao bạn xem" in client.get(other).content.decode()
    assert "Vì sao bạn xem" in signed_in(cast.PROVINCE_MANAGER).get(here).content.decode()
    assert "Vì sao bạn xem" not in client.get(here).content.decode()
    with clock.at(world.NOW + timedelta(minutes=62)):
        assert "Vì sao bạn xem" in client.get(here).content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_door_is_shut_for_every_role_but_managers_and_out_of_reach(role: Role):
    client = signed_in(cast.ONE_OF_EACH_ROLE[role])
    expected = (200, 302) if role in MANAGERS else (403, 403)
    assert (client.get(page()).status_code, opened(client).status_code) == expected
    assert IncidentLook.objects.exists() is (role in MANAGERS)


def test_site_out_of_reach_and_number_that_is_none_are_not_found():
    client = signed_in(cast.AREA_MANAGER)
    assert client.get(page("names")).status_code == 404
    assert client.get("/oversight/sites/999999/incidents/").status_code == 404


@pytest.mark.parametrize(("wrong", "words"), [({"words": "ờ"}, "Viết rõ hơn"), ({"words": ""}, "Chưa có lý do")])
def test_without_a_reason_nothing_opens_and_what_was_typed_stays(wrong, words):
    client = signed_in(cast.AREA_MANAGER)
    answer = opened(client, **wrong)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert 'value="support"' in answer.content.decode()
    assert not IncidentLook.objects.exists()
    assert not AuditEvent.objects.filter(action="incidents.looked_at").exists()


def test_same_form_sent_twice_is_one_look_and_somebody_elses_id_is_refused():
    sent = str(new_id())
    client = signed_in(cast.AREA_MANAGER)
    assert [opened(client, id=sent).status_code for _ in range(2)] == [302, 302]
    assert AuditEvent.objects.filter(action="incidents.looked_at").count() == 1
    assert opened(signed_in(cast.PROVINCE_MANAGER), id=sent).status_code == 403


def test_code_is_shown_to_who_may_open_patients_there_and_to_nobody_else():
    said(world_patients.PHONG, "intoxicated")
    Appointment.objects.create(
        person=world.person(cast.AREA_MANAGER), role=Role.DISPENSER, facility=world.facility(cast.SITE),
        starts_on=cast.SINCE,
    )  # fmt: skip
    client = signed_in(cast.AREA_MANAGER)
    shown = client.get(opened(client)["Location"]).content.decode()
    assert world_patients.PHONG.code in shown
    assert "L.V.P." not in shown


@pytest.mark.parametrize(
    ("what", "made", "words"),
    [
        (What.NEAR_MISS, "near_miss_id", "suýt nhầm người"),
        (What.WRONG_DOSE, "wrong_dose_id", "người khác uống liều này"),
        (What.OVERDOSE, "incident_id", "chưa có báo cáo"),
        (What.DISCREPANCY, "loss_id", "chưa gửi báo cáo"),
    ],
)
def test_each_number_leads_to_its_incidents(what, made, words):
    OF_THE_SITE[made]()
    client = signed_in(cast.AREA_MANAGER)
    assert page(what) in client.get(f"/oversight/sites/{world.facility(cast.SITE).pk}/").content.decode()
    assert words in client.get(opened(client, what)["Location"]).content.decode()
