"""CPU time, which other work on the same machine disturbs less than it disturbs rates."""

import psutil


class Meter:
    """The CPU time that servers and all their processes use from now on."""

    def __init__(self, **servers: int) -> None:
        """Name each server, with the process that started the others."""
        self._servers = servers
        self._before = {name: _used(pid) for name, pid in servers.items()}

    def ms_each(self, answered: int) -> dict[str, float]:
        """Milliseconds of CPU of each server for one of so many answers."""
        return {
            f"{name}_cpu_ms": round((_used(pid) - self._before[name]) * 1000 / max(answered, 1), 2)
            for name, pid in self._servers.items()
        }


def _used(pid: int) -> float:
    """Seconds of a process and its children, those that have ended included."""
    parent = psutil.Process(pid)
    ended = parent.cpu_times()
    alive = [process.cpu_times() for process in (parent, *parent.children(recursive=True))]
    return sum(one.user + one.system for one in alive) + ended.children_user + ended.children_system
