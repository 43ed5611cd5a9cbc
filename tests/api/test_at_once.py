"""The same id sent twice at once, as after a connection that was cut: one fact, and one receipt for both."""

import threading
from datetime import timedelta

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
