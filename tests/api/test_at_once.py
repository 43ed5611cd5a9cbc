"""The same id sent twice at once, as after a connection that was cut: one fact, and one receipt for both."""

import json
import socket
import threading
from datetime import timedelta
from urllib.parse import urlsplit

from django.db import connection

from core import clock
from dispensing.models import Dose
from tests import cast, world
from tests.api.hands import Caller, enrolled, on_device
from tests.api.test_dosing import authorised
from tests.dispensing import morning


def test_same_dose_sent_twice_at_once_is_one_and_both_have_its_receipt(committed_db):
    """The connection was cut behind the request, and the client sends again while the first is still at work."""
    token, patient = enrolled()[1], morning.patient()
    tablet = on_device(cast.DISPENSER, token)
    with clock.at(world.NOW):
        card = authorised(tablet, patient)
    sent = {"id": card["id"], "slip": card["slip"], "identified_by": "card"}
    answers = []

    def send() -> None:
        with clock.at(world.NOW + timedelta(seconds=5)):
            answers.append(Caller(tablet.client.__class__(), tablet.headers).post("/doses/confirm/", sent))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(each.status_code for each in answers) == [200, 201]
    first, again = (each.json() | {"status": ""} for each in answers)
    assert first == again
    assert Dose.objects.filter(patient=patient).count() == 1


def test_answer_that_was_cut_off_is_asked_for_again_and_is_the_same_receipt(committed_db, served: str):
    """Over a real connection: the request arrives, nobody waits for the answer, the client sends it again."""
    tablet, patient = on_device(cast.DISPENSER, enrolled()[1]), morning.patient()
    with clock.at(world.NOW):
        card = authorised(tablet, patient)
    body = json.dumps({"id": card["id"], "slip": card["slip"], "identified_by": "card"}).encode()
    headers = "".join(f"{name}: {value}\r\n" for name, value in tablet.headers.items())
    head = (
        f"POST /api/v1/doses/confirm/ HTTP/1.1\r\nHost: {urlsplit(served).netloc}\r\n{headers}"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )

    def send(*, wait: bool) -> bytes:
        with socket.create_connection((urlsplit(served).hostname, urlsplit(served).port)) as line:
            line.sendall(head.encode() + body)
            return b"".join(iter(lambda: line.recv(65536), b"")) if wait else b""

    send(wait=False)
    answers = [json.loads(send(wait=True).partition(b"\r\n\r\n")[2]) for _again in range(2)]

    assert [each["id"] for each in answers] == [card["id"]] * 2
    assert answers[1]["status"] == "known"
    assert answers[0] | {"status": "known"} == answers[1]
    assert Dose.objects.filter(patient=patient).count() == 1
