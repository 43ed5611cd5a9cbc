"""What rooms above tell /metrics: counts and ages by code, of nobody. The operations page says the same to people."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Gauge:
    """One figure. `name` without "tram_", its unit at the end; `words` for who reads the page of Prometheus, English;
    labels hold codes (a job, a channel), never a person or a patient."""

    name: str
    words: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


Ask = Callable[[datetime], Iterable[Gauge]]
_asked: list[Ask] = []


def register(ask: Ask) -> None:
    """Add figures; a bounded number of statements, whatever the amount of data."""
    if ask not in _asked:
        _asked.append(ask)


def gauges(*, now: datetime) -> list[Gauge]:
    """Everything that the rooms have to tell at this moment."""
    return [gauge for ask in _asked for gauge in ask(now)]
