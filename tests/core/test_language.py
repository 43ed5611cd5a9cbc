"""Vietnamese first, English one click away."""

import pytest
from django import forms
from django.test import Client

pytestmark = pytest.mark.django_db
SIGN_IN = "/staff/sign-in/"


def test_page_in_a_browser_set_to_english_is_vietnamese():
    page = Client().get(SIGN_IN, headers={"Accept-Language": "en-GB,en"})

    assert page.headers["Content-Language"] == "vi"
    assert 'lang="vi"' in page.content.decode()


def test_page_after_choosing_english_stays_english():
    client = Client()
    client.post("/i18n/setlang/", {"language": "en", "next": SIGN_IN})

    page = client.get(SIGN_IN)

    assert page.headers["Content-Language"] == "en"
    assert 'lang="en"' in page.content.decode()


def test_page_with_an_unknown_language_in_the_cookie_is_vietnamese():
    client = Client()
    client.cookies["tram_language"] = "xx"

    assert client.get(SIGN_IN).headers["Content-Language"] == "vi"


class Asked(forms.Form):
    count = forms.IntegerField(max_value=5)
    name = forms.CharField(max_length=3)


def test_what_cannot_be_read_is_said_in_the_houses_words():
    assert Asked({"count": "9", "name": "abcd"}).errors == {
        "count": ["Nhiều nhất là 5."],
        "name": ["Dài quá: nhiều nhất 3 chữ, đang có 4."],
    }
    assert Asked({"count": "một"}).errors == {"count": ["Ghi bằng số nguyên, ví dụ 12."], "name": ["Điền vào ô này."]}
