"""Every threshold is typed, bounded and sourced, and starts at the field's default."""

from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest

from dispensing.rules.settings import DosingSettings
from facilities.rules import SettingRefused, digest, parse_value

DEFAULTS: dict[str, Any] = {
    "missed_same_dose_max": 3,
    "missed_half_dose_max": 5,
    "missed_half_dose_cap_mg": 40,
    "missed_dropout_days": 30,
    "missed_notify_clinic_from": 3,
    "missed_induction_block_from": 1,
    "missed_pattern_window_days": 90,
    "missed_pattern_count": 4,
    "missed_3_needs_contact": True,
    "missed_3_contact_above_mg": 60,
    "missed_window_days": 7,
    "missed_window_block": 4,
    "missed_adjustment_block_from": 2,
    "raised_within_days": 14,
    "raised_block_from": 2,
    "bridging_max_days": 3,
    "pour_second_look_ml": 20,
    "dose_review_soft_mg": 120,
    "dose_review_hard_mg": 200,
    "dose_change_confirm_mg": 15,
    "dose_change_confirm_pct": 20,
    "prescription_days_maintenance": 30,
    "prescription_warn_days": (7, 3, 1),
    "satellite_induction_max_mg": 20,
    "exam_overdue_blocks_renewal": False,
    "elsewhere_without_proof": "missed",
    "hold_seconds": 180,
    "opened_bottle_warn_days": 30,
    "opened_bottle_stop_days": 60,
}


def test_defaults_are_those_of_the_rule_book() -> None:
    settings = DosingSettings()
    assert {name: getattr(settings, name) for name in DEFAULTS} == DEFAULTS


@pytest.mark.parametrize("field", fields(DosingSettings), ids=lambda f: f.name)
def test_every_setting_is_sourced_and_its_default_lies_within_its_bounds(field: Any) -> None:
    low, high = field.metadata["low"], field.metadata["high"]
    assert field.metadata["source"].startswith(("domain", "design"))
    assert (low is None) == (high is None)
    if low is not None:
        assert low <= field.default <= high
        assert type(low) is type(high) is type(field.default)


def test_a_milligram_setting_is_read_exactly() -> None:
    assert parse_value(DosingSettings, "missed_half_dose_cap_mg", '"32.5"') == Decimal("32.5")
    with pytest.raises(SettingRefused):
        parse_value(DosingSettings, "missed_half_dose_cap_mg", '"400"')


def test_another_threshold_is_another_digest() -> None:
    assert digest(DosingSettings()) == digest(DosingSettings())
    assert digest(DosingSettings(missed_window_block=5)) != digest(DosingSettings())
