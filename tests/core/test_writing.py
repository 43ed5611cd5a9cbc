"""How amounts, days and times are written."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from core.names import initials
from core.templatetags import tram

MORNING = datetime(2026, 11, 23, 23, 10, tzinfo=UTC)  # 06:10 on the 24th in Vietnam
SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(("language", "mg", "ml"), [("vi", "4,5", "6,5"), ("en", "4.5", "6.5")], ids=["comma", "dot"])
def test_amounts_take_the_languages_decimal_sign(language: str, mg: str, ml: str):
    with translation.override(language):
        assert tram.mg(Decimal("4.50")) == mg
        assert tram.ml(6500) == ml
        assert tram.thousands(10102) == {"vi": "10.102", "en": "10,102"}[language]


def test_whole_amounts_have_no_needless_zeros_but_millilitres_keep_one():
    with translation.override("vi"):
        assert tram.mg(Decimal("65.00")) == "65"
        assert tram.ml(8000) == "8,0"


def test_an_instant_is_written_as_the_facilitys_day_and_time():
    with timezone.override("Asia/Ho_Chi_Minh"):
        assert (tram.day(MORNING), tram.time(MORNING)) == ("24/11/2026", "06:10")
        assert tram.day_time(MORNING) == "06:10 24/11/2026"
        assert tram.day_short(MORNING) == "24/11"
    with timezone.override("UTC"):
        assert (tram.day(MORNING), tram.time(MORNING)) == ("23/11/2026", "23:10")


def test_a_plain_date_is_never_moved_by_a_zone():
    with timezone.override("America/Los_Angeles"):
        assert tram.day(SUNDAY) == "22/11/2026"


def test_nothing_is_written_as_nothing():
    assert [f(None) for f in (tram.mg, tram.ml, tram.day, tram.day_short, tram.time, tram.day_time)] == [""] * 6


def test_weekdays_are_short_as_the_field_writes_them():
    with translation.override("vi"):
        week = [tram.weekday_short(date(2026, 11, day)) for day in range(22, 29)]
        assert tram.weekday(SUNDAY) == "Chủ nhật"

    assert week == ["CN", "T2", "T3", "T4", "T5", "T6", "T7"]


def test_djangos_own_time_filter_still_answers_to_a_form():
    assert tram.time(datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "H") == "03"


def test_initials_are_of_every_word_and_keep_their_letters():
    assert initials("Đèo Văn Kim") == "Đ.V.K."
    assert initials("  Ân  ") == "Â."
