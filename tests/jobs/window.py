"""A dispenser at a real web server: signs in, chooses a patient, confirms the dose. Nothing but HTTP."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from uuid import UUID

import httpx

from tests import cast
from tests.plugins.served import PLAIN


class FormOf(HTMLParser):
    """What the form that posts to an address would send as it stands."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__()
        self.action = action
        self.inside = False
        self.values: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self.inside = told.get("action") == self.action
        elif tag == "input" and self.inside and told.get("type") == "hidden":
            self.values[told.get("name") or ""] = told.get("value") or ""


@contextmanager
def at_the_window(address: str) -> Iterator[httpx.Client]:
    """Signed in by name and password."""
    with httpx.Client(base_url=address, timeout=10, verify=PLAIN) as client:
        page = "/staff/sign-in/"
        client.get(page)
        sent = {
            "username": cast.DISPENSER.username,
            "password": cast.PASSWORD,
            "csrfmiddlewaretoken": client.cookies["csrftoken"],
        }
        assert client.post(page, data=sent).status_code == httpx.codes.FOUND
        yield client


def dose(client: httpx.Client, patient_id: UUID) -> float:
    """Choose and confirm; answers how many seconds the two requests took together."""
    began = time.perf_counter()
    card = client.get(f"/dispensing/patients/{patient_id}/")
    took = time.perf_counter() - began
    assert card.status_code == httpx.codes.OK
    confirm = f"/dispensing/patients/{patient_id}/confirm/"
    sent = FormOf(card.text, confirm).values
    assert sent["slip"], "no dose is offered"
    began = time.perf_counter()
    answer = client.post(confirm, data={**sent, "identified_by": "known"})
    took += time.perf_counter() - began
    assert answer.status_code == httpx.codes.FOUND, answer.text[:2000]
    return took
