"""Web, worker and database are killed while people dose: what was acknowledged is there once, and every proof holds."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from uuid import UUID

import httpx
import pytest
from django.conf import settings

from config.backup import restoring
from core import proofs
from dispensing.models import CoveredDay, Dose
from tests import world
from tests.jobs.house import House, kill
from tests.jobs.test_jobs import regulars, send
from tests.jobs.window import FormOf, at_the_window
from tests.plugins.clones import CommittedDatabase
from tests.plugins.servers import Servers
from tests.plugins.warm import Warm
from tests.production.own_server import own_server, target

WINDOWS: Final = 2
PATIENTS: Final = 12
PATIENCE: Final = 60.0
SWEEP: Final = "dispensing.tasks.sweep_days"

pytestmark = pytest.mark.slow


class Window:
    """A dispenser who does not give up: what got no answer is sent again, the same."""

    def __init__(self, address: str, patients: list[UUID]) -> None:
        self.address, self.patients = address, patients
        self.acknowledged: list[UUID] = []
        self.sent_again = 0
        self.failure: BaseException | None = None
        self.thread = threading.Thread(target=self._work)

    def _work(self) -> None:
        try:
            with at_the_window(self.address) as client:
                for patient in self.patients:
                    self._dose(client, patient, cut=patient == self.patients[0])
        except BaseException as failure:
            self.failure = failure

    def _dose(self, client: httpx.Client, patient: UUID, *, cut: bool) -> None:
        confirm = f"/dispensing/patients/{patient}/confirm/"
        card = self._until(lambda: client.get(f"/dispensing/patients/{patient}/"), httpx.codes.OK)
        told = {**FormOf(card.text, confirm).values, "identified_by": "known"}
        assert told["slip"]
        if cut:  # the connection breaks after the question and before the answer
            with pytest.raises(httpx.TimeoutException):
                client.post(confirm, data=told, timeout=httpx.Timeout(10, read=0.001))
            self.sent_again += 1
        self._until(lambda: client.post(confirm, data=told), httpx.codes.FOUND)
        self.acknowledged.append(patient)

    def _until(self, ask: Callable[[], httpx.Response], wanted: int) -> httpx.Response:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                answer = ask()
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                assert answer.status_code == wanted, answer.text[:1000]
                return answer
            self.sent_again += 1
            time.sleep(0.1)
        raise AssertionError(f"No answer in {PATIENCE} seconds.")


def test_killed_web_worker_and_database_lose_nothing_that_was_acknowledged_and_do_nothing_twice(
    committed_db: CommittedDatabase, servers: Servers, warm: Warm, tmp_path: Path
):
    patients = [patient.pk for patient in regulars(PATIENTS)]
    with own_server(servers, tmp_path, committed_db) as own:
        house = House(committed_db, servers, tmp_path, clock=world.NOW.isoformat(), warm=warm)
        try:
            house.environment["DATABASE_URL"] = own.test_url
            address = house.serve()
            worker = house.worker()
            windows = [Window(address, patients[number::WINDOWS]) for number in range(WINDOWS)]
            done = lambda: sum(len(window.acknowledged) for window in windows)  # noqa: E731
            for window in windows:
                window.thread.start()

            for killed, enough in (("web", 2), ("database", 5), ("worker", 8)):
                wait(lambda enough=enough: done() >= enough, windows)
                if killed == "web":
                    house.web.kill()
                    house.web.start(clock=house.clock)
                elif killed == "database":
                    own.kill()
                    own.again()
                else:
                    send(house, SWEEP)
                    kill(worker)
                    house.worker()
            for window in windows:
                window.thread.join()
            assert [window.failure for window in windows] == [None] * WINDOWS
            assert sum(window.sent_again for window in windows) > WINDOWS, "nothing was killed under load"
            own.kill()  # once more, at the end: what was acknowledged last is on the disk
            own.again()
        finally:
            house.close()

        folders = {"files": settings.FILES_DIR, "heads": settings.DAY_HEADS_DIR}
        with restoring.standing_on(target(own.server), **folders):
            drank = Dose.objects.filter(covers_day=world.TODAY, patient__in=patients).values_list("patient", flat=True)
            assert sorted(drank) == sorted(patients)
            assert CoveredDay.objects.filter(day=world.TODAY, patient__in=patients).count() == PATIENTS
            assert [row for name in proofs.names() for row in proofs.run(name)] == []


def wait(happened: Callable[[], bool], windows: list[Window]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert [window.failure for window in windows] == [None] * WINDOWS
        assert time.monotonic() < deadline
        time.sleep(0.01)
