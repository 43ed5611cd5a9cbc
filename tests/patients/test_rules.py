"""Codes and initials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.models import Sex, Status
from patients.rules.codes import code_of, is_code
from patients.rules.names import LONGEST, initials_of, search_key, tidy
from patients.rules.words import SEX_WORDS, STATUS_WORDS


@given(st.integers(100, 999_999_999))
def test_code_of_a_number_is_a_code_that_begins_with_it(number: int):
    code = code_of(number)

    assert is_code(code)
    assert code[:-1] == str(number)


@given(st.integers(1000, 999_999), st.data())
def test_is_code_notices_a_slip_of_one_digit(number: int, data: st.DataObject):
    code = code_of(number)
    place = data.draw(st.integers(0, len(code) - 1))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != code[place]]))

    assert not is_code(code[:place] + digit + code[place + 1 :])


@pytest.mark.parametrize("text", ["", "412", "41a6", "４１１６", "12345678901", " 4116"])
def test_is_code_refuses_what_is_none(text: str):
    assert not is_code(text)


@pytest.mark.parametrize(
    ("full_name", "initials"),
    [
        ("Lò Văn Phong", "L.V.P."),
        ("lò   văn  ấm", "L.V.Â."),
        ("Đèo Thị Ứng", "Đ.T.Ư."),
        ("Điêu Chính Ngoan", "Đ.C.N."),
        ("Ằ Ẵ Ắ Ặ", "Ă.Ă.Ă.Ă."),
        ("Lo\u0300 Va\u0306n O\u031b\u0301", "L.V.Ơ."),
        ("H'Hen Niê", "H.N."),
        ("Pờ (Sò) 2", "P.S."),
        ("A B C D E F G H", "A.D.E.F.G.H."),
        ("Giàng", "G."),
    ],
)
def test_initials_of_a_name_keep_the_letter_and_drop_the_tone(full_name: str, initials: str):
    assert initials_of(full_name) == initials


@pytest.mark.parametrize("full_name", ["", "   ", "123 !", "-"])
def test_initials_of_no_letter_are_refused(full_name: str):
    with pytest.raises(ValueError, match="letter"):
        initials_of(full_name)


@given(st.text(st.characters(categories=["L", "M", "Zs"]), min_size=1, max_size=120))
def test_initials_of_any_name_fit_their_column(full_name: str):
    try:
        initials = initials_of(full_name)
    except ValueError:
        return
    assert 2 <= len(initials) <= LONGEST
    assert tidy(tidy(full_name)) == tidy(full_name)


@pytest.mark.parametrize(("typed", "key"), [("l.v.ă", "LVA"), ("đ t ư", "DTU"), ("4116", "4116"), (" - ", "")])
def test_search_key_compares_without_marks(typed: str, key: str):
    assert search_key(typed) == key


def test_every_status_and_sex_has_words():
    assert set(STATUS_WORDS) == {str(status) for status in Status}
    assert set(SEX_WORDS) == {str(sex) for sex in Sex}
