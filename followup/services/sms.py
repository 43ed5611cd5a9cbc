"""Short messages to telephones: a small adapter. Files for the demo and tests, one plain HTTP request for a gateway."""

import http.client
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import quote, quote_plus, urlsplit
from uuid import UUID

TIMEOUT_SECONDS: Final = 10
ANSWER_READ: Final = 10_000


class NotSent(Exception):
    """The gateway did not take the message. The text of the error never holds a number or a secret."""


class Sms(Protocol):
    """What sends one message. It may be asked again with the same id for a message that already went."""

    def send(self, *, to: str, text: str, message_id: UUID) -> None:
        """Hand the text over for this number. Raises NotSent, OSError or http.client.HTTPException."""
        ...


@dataclass(frozen=True)
class Files:
    """Writes what would have been sent, one file for each message."""

    folder: Path

    def send(self, *, to: str, text: str, message_id: UUID) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{message_id}.txt").write_text(f"{to}\n{text}\n", encoding="utf-8")


@dataclass(frozen=True)
class Gateway:
    """One HTTP request for each message, as the gateway's paper says: `{to}`, `{text}`, `{secret}` and `{id}` are put
    in where they stand. With a body it is a POST, without one a GET. Redirects are not followed: they would take the
    secret elsewhere. `answer`: what a good answer contains, for gateways that say "200" to everything."""

    url: str
    body: str = ""
    header: str = ""
    secret: str = ""
    answer: str = ""

    def send(self, *, to: str, text: str, message_id: UUID) -> None:
        words = {"{to}": to, "{text}": text, "{secret}": self.secret, "{id}": str(message_id)}
        as_json = self.body.lstrip().startswith("{")
        address = urlsplit(_filled(self.url, words, quote))
        body = _filled(self.body, words, _in_json if as_json else quote_plus).encode() or None
        headers = {"User-Agent": "tram", "Accept": "*/*", "Idempotency-Key": str(message_id)}
        if body is not None:
            headers["Content-Type"] = "application/json" if as_json else "application/x-www-form-urlencoded"
        if self.header:
            name, _, value = self.header.partition(":")
            headers[name.strip()] = _filled(value.strip(), words, str)
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        connection = kind(address.hostname or "", address.port, timeout=TIMEOUT_SECONDS)
        try:
            target = (address.path or "/") + (f"?{address.query}" if address.query else "")
            connection.request("POST" if body is not None else "GET", target, body=body, headers=headers)
            with connection.getresponse() as answer:
                status, said = answer.status, answer.read(ANSWER_READ).decode("utf-8", "replace")
        finally:
            connection.close()
        if not 200 <= status < 300:
            raise NotSent(f"The gateway answered {status}.")
        if self.answer and self.answer not in said:
            raise NotSent("The gateway's answer is not the good one.")


def _filled(template: str, words: dict[str, str], encode: "Encode") -> str:
    """The template with every word put in once; what is put in is never read as a template again."""
    pieces: list[str] = []
    rest = template
    while rest:
        at, word = min(((rest.find(word), word) for word in words if word in rest), default=(-1, ""))
        if at < 0:
            break
        pieces += [rest[:at], encode(words[word])]
        rest = rest[at + len(word) :]
    return "".join([*pieces, rest])


class Encode(Protocol):
    def __call__(self, text: str, /) -> str: ...


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]
