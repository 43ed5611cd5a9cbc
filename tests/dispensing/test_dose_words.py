"""The words beside the figures of a dose: what changed and what did not never stand together."""

from django.template.loader import render_to_string
from django.utils.translation import override

DOSE = {"mg": "40", "per": "day", "unchanged_days": 4}


def test_dose_that_stands_says_since_when_it_has_not_changed():
    assert "không đổi 4 ngày" in render_to_string("_components/dose.html", DOSE)


def test_dose_that_changes_today_says_the_change_and_nothing_of_unchanged_days():
    words = render_to_string("_components/dose.html", {**DOSE, "change": "down", "change_mg": "5", "before_mg": "45"})

    assert "GIẢM 5 mg · lần trước 45 mg" in words
    assert "không đổi" not in words


def test_dose_in_english_is_daily_in_english():
    with override("en"):
        assert "days unchanged: 4" in render_to_string("_components/dose.html", DOSE)
