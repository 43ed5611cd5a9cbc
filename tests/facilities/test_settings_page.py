"""The page of the dated settings: what it shows, what it takes, whom it refuses, what it costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import AuditEvent
from dispensing.rules.settings import DosingSettings
from facilities import words
from facilities.models import Area, Facility, RuleSetting
from facilities.services import settings
from tests import cast, world
from tests.entrance import access, signed_in

SAME_DOSE = "DosingSettings.missed_same_dose_max"
HALF_DOSE = "DosingSettings.missed_half_dose_cap_mg"
TOMORROW = {"from_day": "2026-11-25", "from_time": "00:00"}


@pytest.fixture(autouse=True)
def _fresh(db):
    """Rows that are rolled back must not outlive the test in the process's memory."""
    settings.forget()
    yield
    settings.forget()


@pytest.fixture
def manager() -> Client:
    return signed_in(cast.PROVINCE_MANAGER)


def address(key: str = SAME_DOSE, *, at: str = cast.SITE, change: bool = False) -> str:
    return f"/facilities/settings/{world.facility(at).pk}/{key}/{'change/' if change else ''}"


def send(client: Client, key: str = SAME_DOSE, *, at: str = cast.SITE, **typed: str) -> Any:
    said = {"value": "2", "scope": "province", "source": "QĐ 12/QĐ-SYT", **TOMORROW, **typed}
    return client.post(address(key, at=at, change=True), said)


def shown(client: Client, path: str = "/facilities/settings/", **asked: object) -> str:
    response = client.get(path, asked)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def changed(value: object, *, scope: settings.Scope, hours: int = 1, key: str = SAME_DOSE) -> RuleSetting:
    """Recorded a day ago, in force `hours` after that."""
    then = world.NOW - timedelta(days=1)
    return settings.change(
        key=key, value=value, scope=scope, by=access(cast.PROVINCE_MANAGER), now=then, source="QĐ 12/QĐ-SYT",
        effective_from=then + timedelta(hours=hours),
    )  # fmt: skip


def in_force(hours: int = 48, *, at: str = cast.SITE) -> int:
    moment = world.NOW + timedelta(hours=hours)
    found = settings.for_facility(DosingSettings, facility_id=world.facility(at).pk, at=moment)
    return found.missed_same_dose_max


def test_every_setting_has_its_words_and_unit():
    said = {key: words.words_for(key).text for key in _keys()}

    assert {key for key, text in said.items() if str(text) == key} == set()
    assert len({str(text) for text in said.values()}) == len(said)
    assert {unit for unit in _units() if unit not in words.UNITS} == set()


def _keys() -> list[str]:
    return [f"{name}.{each}" for name, group in settings.groups().items() for each in group.__dataclass_fields__]


def _units() -> set[str]:
    fields = [each for group in settings.groups().values() for each in group.__dataclass_fields__.values()]
    return {each.metadata["unit"] for each in fields}


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("domain 2.3", "quy tắc nghiệp vụ mục 2.3"),
        ("domain 12.1 and 12.2", "quy tắc nghiệp vụ mục 12.1, 12.2"),
        ("domain 2.2 (S22, draft)", "quy tắc nghiệp vụ mục 2.2; theo dự thảo"),
        ("product default", "mặc định của phần mềm"),
    ],
)
def test_source_words_name_the_section(source, said):
    assert words.source_words(source) == said


def test_page_shows_the_default_then_who_gave_another_value(manager):
    before = shown(manager, facility=world.facility(cast.SITE).pk)
    changed(2, scope=world.facility(cast.SITE))
    after = shown(manager, facility=world.facility(cast.SITE).pk)

    assert "Bỏ liều liên tiếp tối đa mà vẫn uống đủ liều cũ" in before
    assert "QĐ 12/QĐ-SYT" not in before
    assert "QĐ 12/QĐ-SYT" in after
    assert f"từ 07:10 23/11/2026, {cast.SITE}" in after
    assert "mặc định 3" in after


def test_page_announces_what_comes(manager):
    changed(2, scope=world.facility(cast.SITE), hours=48)

    assert "từ 06:10 25/11/2026: 2 ngày" in shown(manager, facility=world.facility(cast.SITE).pk)
    assert in_force(0) == 3


def test_what_awaits_the_province_is_marked_until_it_is_confirmed(manager):
    key = "DosingSettings.dose_ceiling_mg"
    assert "Chờ xác nhận" in shown(manager, address(key))

    changed("300", scope=world.facility(cast.SITE), key=key)

    assert "Chờ xác nhận" not in shown(manager, address(key))


def test_change_for_the_province_takes_effect_everywhere_at_its_moment(manager):
    response = send(manager)

    assert response.status_code == 302
    assert (in_force(17), in_force(18), in_force(at=cast.OTHER_SITE)) == (3, 2, 2)
    event = AuditEvent.objects.get(action="setting.changed")
    assert event.detail["key"] == SAME_DOSE
    assert event.detail["scope"] == "province"
    assert event.actor_label == cast.PROVINCE_MANAGER.initials
    assert "sắp áp dụng" in shown(manager, address())


def test_change_of_one_site_stands_before_the_province(manager):
    send(manager, value="2", scope="facility")
    send(manager, value="1")

    assert (in_force(), in_force(at=cast.OTHER_SITE)) == (2, 1)


def test_a_mistake_that_has_not_begun_is_corrected_for_the_same_moment(manager):
    send(manager, value="1")
    send(manager, value="2")

    assert in_force() == 2
    assert RuleSetting.objects.filter(key=SAME_DOSE).count() == 2


@pytest.mark.parametrize(("typed", "stored"), [("37,5", "37.5"), ("37.5", "37.5"), ("40", "40")])
def test_decimal_comma_and_dot_are_both_read(manager, typed, stored):
    assert send(manager, HALF_DOSE, value=typed).status_code == 302
    assert RuleSetting.objects.get(key=HALF_DOSE).value == stored


def test_yes_or_no_and_lists_are_read_by_their_kind(manager):
    assert send(manager, "DosingSettings.may_induct", value="true").status_code == 302
    assert send(manager, "DosingSettings.prescription_warn_days", value="10, 5, 2").status_code == 302

    stored = dict(RuleSetting.objects.values_list("key", "value"))
    assert stored["DosingSettings.may_induct"] is True
    assert stored["DosingSettings.prescription_warn_days"] == [10, 5, 2]


@pytest.mark.parametrize(
    ("key", "typed", "sentence"),
    [
        (SAME_DOSE, {"value": "9"}, "Ngoài giới hạn cho phép: từ 1 đến 5 ngày."),
        (SAME_DOSE, {"value": "hai"}, "Cần một số nguyên"),
        (HALF_DOSE, {"value": "1.234"}, "có thể hiểu hai cách"),
        (HALF_DOSE, {"value": "nhiều"}, "Cần một số, ví dụ"),
        ("DosingSettings.prescription_warn_days", {"value": "1, 3, 7"}, "lớn trước nhỏ sau"),
        (SAME_DOSE, {"source": "  "}, "Ghi số quyết định"),
        (SAME_DOSE, {"from_day": "2026-11-24", "from_time": "06:12"}, "ít nhất 5 phút nữa"),
        (SAME_DOSE, {"from_day": "mai"}, "Ngày chưa đúng"),
    ],
)
def test_wrong_input_is_said_in_words_and_kept(manager, key, typed, sentence):
    response = send(manager, key, **{"source": "QĐ số 77", **typed})

    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page
    assert typed.get("source", "QĐ số 77") in page
    assert typed.get("value", 'value="2"') in page
    assert not RuleSetting.objects.exists()


@pytest.mark.parametrize("member", [cast.AREA_MANAGER, cast.AUDITOR, cast.CLINIC_HEAD])
def test_who_oversees_may_look_but_not_change(member):
    client = signed_in(member)

    assert "Đổi giá trị" not in shown(client, address())
    assert send(client).status_code == 403
    assert not RuleSetting.objects.exists()


@pytest.mark.parametrize("member", [cast.DISPENSER, cast.PHYSICIAN, cast.SITE_HEAD, cast.SYSTEM_ADMINISTRATOR])
def test_others_see_nothing_of_it(member):
    client = signed_in(member)

    assert {client.get("/facilities/settings/").status_code, client.get(address()).status_code} == {403}
    assert send(client).status_code == 403


def test_a_facility_out_of_reach_and_an_unknown_setting_are_not_found(manager):
    assert manager.get("/facilities/settings/", {"facility": "999999"}).status_code == 404
    assert manager.get("/facilities/settings/", {"facility": "x"}).status_code == 404
    for key in ("DosingSettings.nothing", "Nothing.missed", "x"):
        assert manager.get(address(key)).status_code == 404
        assert send(manager, key).status_code == 404


def test_change_beyond_ones_own_reach_is_refused(manager):
    """A facility that came to the area since the person's reach was read."""
    by = access(cast.PROVINCE_MANAGER)
    area = world.facility(cast.SITE).area
    Facility.objects.create(area=Area.objects.get(pk=area.pk), kind="satellite", name="Bản mới")

    with pytest.raises(settings.NotReached):
        settings.change(
            key=SAME_DOSE, value=2, scope=area, by=by, effective_from=world.NOW + timedelta(hours=1), source="QĐ 1",
            now=world.NOW,
        )  # fmt: skip
    with pytest.raises(settings.NotReached):
        settings.change(
            key=SAME_DOSE, value=2, scope=world.facility(cast.SITE), by=access(cast.AREA_MANAGER), source="QĐ 1",
            effective_from=world.NOW + timedelta(hours=1), now=world.NOW,
        )  # fmt: skip


def test_a_scope_beyond_ones_reach_is_said_in_words(manager, monkeypatch):
    monkeypatch.setattr(settings, "may_set", lambda *_args, **_kwargs: False)

    response = send(manager, source="QĐ số 77")

    assert response.status_code == 422
    assert "Chọn phạm vi hẹp hơn" in response.content.decode()
    assert "QĐ số 77" in response.content.decode()


def test_navigation_leads_there_for_who_sets_rules(manager):
    assert 'href="/facilities/settings/"' in shown(manager)
    assert 'href="/facilities/settings/"' not in shown(signed_in(cast.AUDITOR))


@pytest.mark.parametrize("path", ["list", "one"])
def test_pages_cost_the_same_for_much(manager, path):
    site = world.facility(cast.SITE)
    target = f"/facilities/settings/?facility={site.pk}" if path == "list" else address()
    changed(2, scope=site)
    manager.get(target)
    with CaptureQueriesContext(connection) as few:
        manager.get(target)

    for hours in range(2, 12):
        for scope in (site, site.area, site.area.province):
            changed(1 + hours % 3, scope=scope, hours=hours)
    with CaptureQueriesContext(connection) as many:
        manager.get(target)

    assert len(many) == len(few) <= 10
