"""The whole product as its own processes, on a Valkey that a test may stop: web, worker and beat."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import redis

from config.embedded import places, processes
from config.embedded.valkey import Valkey
from tests.jobs import SECONDS
from tests.plugins.clones import CommittedDatabase
from tests.plugins.served import Server
from tests.plugins.servers import Servers
from tests.plugins.warm import Child, Warm

CELERY: Final = (sys.executable, "-m", "celery", "--app", "tests.jobs.quick:app")
PATIENCE: Final = 90.0  # no promise of the product: how long three processes may take to start on a busy machine
GLANCE: Final = 0.2


class House:
    """Processes of one product. What is started is ended with the test, whatever became of it."""

    def __init__(self, database: CommittedDatabase, servers: Servers, folder: Path, *, clock: str, warm: Warm) -> None:
        self.folder = folder
        self.clock = clock
        self.warm = warm
        self._stack = contextlib.ExitStack()
        place = places.settle(servers.folder)
        self.valkey = Valkey(place, servers.valkey.credentials, folder / "valkey.log", durable=False)
        self.valkey.start()
        addresses = {"CELERY_BROKER_URL": self.broker, "VALKEY_URL": self.valkey.url(1)}
        self.environment = {**database.environment, **addresses, "TRAM_CLOCK": clock}
        self.heads = Path(self.environment["DAY_HEADS_DIR"])
        self.web = Server(environment=self.environment, log=folder / "web.log", warm=warm)

    @property
    def broker(self) -> str:
        return self.valkey.url(0)

    def serve(self) -> str:
        """Start the web and answer its address."""
        self._stack.callback(self.web.stop)
        self.web.start(clock=self.clock)
        return self.web.address

    def worker(self) -> Child:
        return self._celery("worker", "--concurrency", "1", "--without-gossip", "--without-mingle")

    def next_worker(self) -> Child:
        """After a killed one: what that had in its hands comes to this at its start, where it is old enough by then."""
        self.until(lambda: time.time() - self._last_taken() > SECONDS, "the end of a dead worker's claim")
        return self.worker()

    def beat(self, name: str = "beat") -> Child:
        """A beat with its own memory; a second one by mistake has another name."""
        return self._celery("beat", "--schedule", str(self.folder / f"{name}-schedule"), "--pidfile=")

    def freeze_valkey(self) -> None:
        """It keeps its connections and answers nobody."""
        self._signal_valkey(signal.SIGSTOP)

    def stop_valkey(self) -> None:
        self._signal_valkey(signal.SIGCONT)  # a frozen process hears nothing, not even to stop
        self.valkey.stop()

    def start_valkey_again(self) -> None:
        """At the address that everybody knows; it has forgotten what it held."""
        self.valkey.start(preferred_port=self.valkey.port)

    def close(self) -> None:
        self.stop_valkey()
        self._stack.close()

    def until(self, happened: Callable[[], object], what: str) -> None:
        """Wait for something that a process brings about; fails with the end of its log."""
        deadline = time.monotonic() + PATIENCE
        while not happened():
            assert time.monotonic() < deadline, f"{what} did not happen in {PATIENCE} seconds.\n{self._logs()}"
            time.sleep(GLANCE)

    def _last_taken(self) -> float:
        """When a message was last taken that nobody has acknowledged, in seconds since 1970."""
        with redis.Redis.from_url(self.broker) as broker:
            taken = broker.zrange("unacked_index", -1, -1, withscores=True)
        return max((score for _, score in taken), default=0.0)

    def _logs(self) -> str:
        return "\n".join(f"{log.name}: {processes.tail(log)}" for log in sorted(self.folder.glob("*.log")))

    def _celery(self, command: str, *options: str) -> Child:
        process = self.warm.spawn(
            [*CELERY, command, "--loglevel", "INFO", *options],
            env={**os.environ, **self.environment},
            log=self.folder / f"{command}.log",
        )
        self._stack.callback(kill, process)
        return process

    def _signal_valkey(self, what: signal.Signals) -> None:
        if self.valkey.process is not None:
            self.valkey.process.send_signal(what)


def kill(process: Child) -> None:
    """End a process and its children at once, as a power cut would."""
    processes.end_group(process.pid)
    process.wait()


@contextlib.contextmanager
def house(database: CommittedDatabase, servers: Servers, folder: Path, *, clock: str, warm: Warm) -> Iterator[House]:
    it = House(database, servers, folder, clock=clock, warm=warm)
    try:
        yield it
    finally:
        it.close()
