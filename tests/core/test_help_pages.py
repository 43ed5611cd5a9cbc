"""The help inside the product: every page of docs/help is listed and shown, and nothing raw gets through."""

import re

import pytest
from django.test import Client

from core import guide
from tests import cast
from tests.codebase.pages import every_page
from tests.entrance import signed_in
from tests.plugins.servers import ROOT

pytestmark = pytest.mark.django_db

SLUGS = {file.stem for file in (ROOT / "docs" / "help").glob("*.md")} - {"README"}
MARKS = re.compile(r"\*\*|^#+ |\]\(|^\|", re.MULTILINE)


@pytest.fixture
def client() -> Client:
    return signed_in(cast.DISPENSER)


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_list_leads_to_every_page_and_each_is_shown_under_its_heading(client: Client, django_assert_max_num_queries):
    index = shown(client, "/help/")
    assert set(re.findall(r'class="line" href="/help/([\w-]+)/"', index)) == SLUGS
    assert "Cấp phát" in index
    for slug in SLUGS:
        with django_assert_max_num_queries(12):
            page = shown(client, f"/help/{slug}/")
        first = (ROOT / "docs" / "help" / f"{slug}.md").read_text(encoding="utf-8").partition("\n")[0]
        assert f"<h1>{first.removeprefix('# ')}</h1>" in page
        assert f"<title>{first.removeprefix('# ')} · Trạm</title>" in page


def test_no_mark_of_the_text_is_left_and_links_lead_only_to_pages_of_help():
    index = guide.index()
    for html in (index.before, index.after, *(page.html for page in index.pages)):
        assert not MARKS.search(html)
        assert set(re.findall(r'href="([^"]*)"', html)) <= {f"/help/{slug}/" for slug in SLUGS}
        assert html.count("<a ") == html.count("</a>")
        assert not re.search(r"[\w-]+\.md</a>", html)
        assert html.count("<table>") == html.count('class="table-scroll"')
    board = next(page.html for page in index.pages if page.slug == "cap-phat")
    assert '<a href="/help/phieu-giay/">ghi bù</a>' in board


@pytest.mark.parametrize("name", ["x", "README", "cap-phat.md", "..%2Foperations", "../operations"])
def test_what_is_no_page_of_help_is_not_found(client: Client, name: str):
    assert client.get(f"/help/{name}/").status_code == 404


def test_nothing_raw_gets_through():
    text = """# <b onclick="x">1</b>

<script>alert(1)</script>

[a](javascript:alert(1)) [b](https://example.test/) [c](../ledger.md) <https://example.test> ![d](/d.png)
[e](e.md) [f.md](f.md)

| <i>f</i> |
|---|
| <script src="g"></script> |
"""

    html = guide.html(text, {"e": "E", "f": "The sixth"})

    assert set(re.findall(r"<(\w+)", html)) <= {"h1", "p", "a", "div", "table", "thead", "tbody", "tr", "th", "td"}
    assert re.findall(r"<a .*?</a>", html) == ['<a href="/help/e/">e</a>', '<a href="/help/f/">The sixth</a>']


def test_a_stranger_is_sent_to_sign_in():
    for address in ("/help/", "/help/cap-phat/"):
        assert Client().get(address)["Location"].startswith("/staff/sign-in/")


def test_menu_leads_to_the_page_that_fits_and_else_to_the_list(client: Client):
    for here, there in (
        ("/dispensing/", "/help/cap-phat/"),
        ("/dispensing/close/", "/help/mo-dong-ngay/"),
        ("/inventory/", "/help/kho-thuoc/"),
        ("/staff/me/", "/help/"),
    ):
        assert f'<a class="menu-item" href="{there}">' in shown(client, here), here


def test_every_place_that_help_is_named_for_is_there_and_so_is_its_page():
    routes = {re.sub(r"<[^>]+>", "*", page.route) for page in every_page()}

    assert not {begins for begins in guide.FITTING if not any(route.startswith(begins) for route in routes)}
    assert set(guide.FITTING.values()) <= SLUGS


def test_english_pages_say_that_the_help_is_vietnamese(client: Client):
    client.post("/i18n/setlang/", {"language": "en", "next": "/help/"})

    page = shown(client, "/help/cap-phat/")

    assert '<html lang="en">' in page
    assert '<article class="help panel panel-body" lang="vi">' in page
