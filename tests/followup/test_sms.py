"""The SMS adapter: files, and a gateway spoken to over HTTP as its paper says, tried on a gateway of our own."""

import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.test import override_settings

from followup.rules.channels import Channel
from followup.services import outlets
from followup.services.sms import Files, Gateway, NotSent
from staff.rules.reach import dialled

ID = UUID("01890000-0000-7000-8000-000000000001")
TEXT = 'Trạm: có việc & "cần xem". {to} {secret}'
TO = "+84912345678"


@dataclass
class Stub:
    """What a gateway was asked, and what it answers."""

    status: int = 200
    body: bytes = b'{"CodeResult":"100"}'
    location: str = ""
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def stub() -> Iterator[Stub]:
    told = Stub()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            told.asked.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
            self.send_response(told.status)
            if told.location:
                self.send_header("Location", told.location)
            self.end_headers()
            self.wfile.write(told.body)

        do_POST = do_GET

        def log_message(self, *_args: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield told
        server.shutdown()
        thread.join()


def test_a_gateway_with_a_json_body_gets_every_word_where_its_paper_says(stub: Stub):
    body = '{"Phone": "{to}", "Content": "{text}", "ApiKey": "{secret}", "RequestId": "{id}"}'

    Gateway(f"{stub.url}/send", body=body, secret='k"ey').send(to=TO, text=TEXT, message_id=ID)

    [(method, path, headers, sent)] = stub.asked
    assert (method, path, headers["Content-Type"]) == ("POST", "/send", "application/json")
    assert headers["Idempotency-Key"] == str(ID)
    assert json.loads(sent) == {"Phone": TO, "Content": TEXT, "ApiKey": 'k"ey', "RequestId": str(ID)}


def test_a_gateway_with_a_form_body_and_a_header_gets_them_encoded(stub: Stub):
    gateway = Gateway(f"{stub.url}/", body="to={to}&text={text}", header="Authorization: Bearer {secret}", secret="s3")

    gateway.send(to=TO, text=TEXT, message_id=ID)

    [(_method, _path, headers, sent)] = stub.asked
    assert headers["Authorization"] == "Bearer s3"
    assert parse_qs(sent.decode()) == {"to": [TO], "text": [TEXT]}


def test_a_gateway_with_everything_in_its_address_is_asked_by_get(stub: Stub):
    Gateway(f"{stub.url}/api?p={{to}}&m={{text}}&k={{secret}}", secret="a&b").send(to=TO, text=TEXT, message_id=ID)

    [(method, path, _headers, sent)] = stub.asked
    assert (method, sent) == ("GET", b"")
    assert parse_qs(urlsplit(path).query) == {"p": [TO], "m": [TEXT], "k": ["a&b"]}


@pytest.mark.parametrize("status", [301, 302, 400, 401, 404, 429, 500, 503])
def test_anything_but_a_good_answer_is_a_failure_and_no_redirect_is_followed(stub: Stub, status: int):
    stub.status, stub.location = status, f"{stub.url}/elsewhere"

    with pytest.raises(NotSent) as refused:
        Gateway(f"{stub.url}/?t={{to}}&m={{text}}&k={{secret}}", secret="geheim").send(to=TO, text=TEXT, message_id=ID)

    assert len(stub.asked) == 1
    assert TO not in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_a_gateway_that_says_200_to_everything_is_read(stub: Stub):
    gateway = Gateway(f"{stub.url}/?t={{to}}&m={{text}}", answer='"CodeResult":"100"')
    gateway.send(to=TO, text=TEXT, message_id=ID)
    stub.body = b'{"CodeResult":"99","ErrorMessage":"balance"}'

    with pytest.raises(NotSent):
        gateway.send(to=TO, text=TEXT, message_id=ID)


def test_a_gateway_that_is_away_is_a_failure_that_the_queue_knows():
    with pytest.raises(outlets.FAILURES):
        Gateway("http://127.0.0.1:1/?t={to}&m={text}").send(to=TO, text=TEXT, message_id=ID)


def test_files_keep_one_file_for_a_message_however_often_it_is_sent(tmp_path: Path):
    for _again in range(2):
        Files(tmp_path / "sms").send(to=TO, text="một", message_id=ID)

    assert [file.name for file in (tmp_path / "sms").iterdir()] == [f"{ID}.txt"]


def test_what_is_no_number_is_not_sent(tmp_path: Path):
    with override_settings(CHANNELS=("sms",), SMS={"folder": str(tmp_path)}), pytest.raises(NotSent):
        outlets.configured()[Channel.SMS](to="hỏi chị Yến", message_id=ID)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("0912 345 678", "0912345678"), ("+84 (912) 345-678", "+84912345678"), ("12", None), ("0912x", None), ("", None)],
)
def test_a_number_is_dialled_without_what_people_put_between(typed: str, number: str | None):
    assert dialled(typed) == number
