"""Dated settings: the nearest scope, then the newest value that has begun; never one that is stale."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from dispensing.rules.settings import DosingSettings
from facilities.models import RuleSetting
from facilities.rules import SettingRefused, SettingRow, digest, parse_value, resolve, setting, value_in_force
from facilities.services import settings
from tests import cast, world
from tests.dispensing import morning

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Sample:
    days: int = setting(3, source="domain 2.3", low=1, high=5, unit="days")
    told: bool = setting(True, source="domain 12.2")
    above_mg: Decimal = setting(Decimal("60"), source="domain 12.2", low=Decimal(0), high=Decimal(120), unit="mg")
    warn: tuple[int, ...] = setting((7, 3, 1), source="domain 12.2", unit="days")


def row(value: str, *, rank: int = 1, hours: int = 0, key: str = "Sample.days") -> SettingRow:
    return SettingRow(key, value, world.NOW + hours * HOUR, rank)


def test_resolve_without_rows_gives_the_sourced_defaults():
    assert resolve(Sample, [], world.NOW) == Sample(3, True, Decimal("60"), (7, 3, 1))


def test_resolve_takes_the_nearest_scope_before_the_newest_value():
    rows = [row("2", rank=3, hours=-9), row("4", rank=1, hours=-1)]

    assert resolve(Sample, rows, world.NOW).days == 2


def test_resolve_takes_the_newest_value_that_has_begun():
    rows = [row("1", hours=-9), row("2", hours=-1), row("5", hours=1)]

    assert resolve(Sample, rows, world.NOW).days == 2


@pytest.mark.parametrize(("text", "value"), [("9", 5), ("0", 1), ('"3"', 3), ("x", 3), ("4", 4)])
def test_resolve_of_a_value_that_another_release_took_gives_the_nearest_or_the_default(text, value):
    assert resolve(Sample, [row(text)], world.NOW).days == value
    assert value_in_force(Sample, "days", text) == value


def test_resolve_passes_over_a_setting_that_only_another_release_knows():
    assert resolve(Sample, [row("true", key="Sample.of_the_next_release")], world.NOW) == Sample()


@pytest.mark.parametrize(
    ("name", "text"),
    [("days", "0"), ("days", "6"), ("days", "true"), ("days", '"3"'), ("told", "1"), ("days", "x"), ("no", "1")],
)
def test_parse_value_of_another_type_or_outside_its_bounds_is_refused(name, text):
    with pytest.raises(SettingRefused):
        parse_value(Sample, name, text)


@pytest.mark.parametrize(
    ("name", "text", "value"), [("days", "5", 5), ("above_mg", '"40.5"', Decimal("40.5")), ("warn", "[5, 2]", (5, 2))]
)
def test_parse_value_reads_the_type_of_the_default(name, text, value):
    assert parse_value(Sample, name, text) == value


def test_digest_changes_with_any_value():
    assert digest(Sample()) == digest(Sample())
    assert digest(Sample(days=2)) != digest(Sample())


def test_digest_of_equal_settings_is_equal_however_they_are_written():
    assert digest(Sample(above_mg=Decimal("40"))) == digest(Sample(above_mg=Decimal("40.0")))


@pytest.fixture
def _fresh(db):
    settings.forget()
    yield
    settings.forget()


@pytest.fixture
def manager(db):
    return morning.access(cast.PROVINCE_MANAGER)


@pytest.mark.usefixtures("_fresh")
def test_change_takes_effect_at_its_moment_and_not_before(manager):
    site = morning.site()
    begins = world.NOW + HOUR
    settings.change(
        key="DosingSettings.missed_same_dose_max", value=2, scope=site, by=manager, effective_from=begins,
        source="Quyết định 12", now=world.NOW,
    )  # fmt: skip

    def in_force(at):
        return settings.for_facility(DosingSettings, facility_id=site.pk, at=at).missed_same_dose_max

    assert in_force(begins - timedelta(seconds=1)) == 3
    assert in_force(begins) == 2


@pytest.mark.usefixtures("_fresh")
def test_change_of_one_facility_leaves_the_others_alone(manager):
    settings.change(
        key="DosingSettings.missed_same_dose_max", value=2, scope=morning.site(), by=manager,
        effective_from=world.NOW + HOUR, source="Quyết định 12", now=world.NOW,
    )  # fmt: skip

    other = morning.site(cast.OTHER_SITE)
    assert (
        settings.for_facility(DosingSettings, facility_id=other.pk, at=world.NOW + 2 * HOUR).missed_same_dose_max == 3
    )


@pytest.mark.usefixtures("_fresh")
@pytest.mark.parametrize(
    ("key", "value", "ahead"),
    [
        ("DosingSettings.missed_same_dose_max", 99, HOUR),
        ("DosingSettings.nothing", 1, HOUR),
        ("Nothing.missed_same_dose_max", 1, HOUR),
        ("DosingSettings.missed_same_dose_max", 2, timedelta(minutes=4)),
    ],
)
def test_change_out_of_bounds_unknown_or_too_soon_is_refused(manager, key, value, ahead):
    with pytest.raises(SettingRefused):
        settings.change(
            key=key,
            value=value,
            scope=morning.site(),
            by=manager,
            effective_from=world.NOW + ahead,
            source="x",
            now=world.NOW,
        )


def test_a_setting_that_begins_at_once_is_refused_by_the_database(db):
    with pytest.raises(IntegrityError, match="facilities_rulesetting_from_the_future"), transaction.atomic():
        RuleSetting.objects.create(
            key="DosingSettings.missed_same_dose_max", value=2, facility=morning.site(), effective_from=world.NOW,
            recorded_at=world.NOW, source="x", set_by_id=1, set_by_label="x",
        )  # fmt: skip
