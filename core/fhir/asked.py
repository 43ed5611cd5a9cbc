"""What a FHIR search asks, read against what its resource can be asked. Pure.

A filter that is not understood is refused, not passed over: who believes to have asked for one patient must not get
all of them. `Prefer: handling=lenient` asks for the other behaviour.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from core.fhir import dates
from core.fhir.dates import DateAsked, Unreadable

_T = TypeVar("_T")
COUNT: Final = 50
MOST: Final = 200
_PLAIN: Final = frozenset({"_format", "_pretty"})
_ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}")


class NotUnderstood(Exception):
    """A parameter that is not known or cannot be read. `code`: an issue type of FHIR."""

    def __init__(self, name: str, code: str = "invalid") -> None:
        super().__init__(name)
        self.name = name
        self.code = code


@dataclass(frozen=True)
class Resource:
    """A kind of resource and what it can be asked by. `status`: its parameter and the codes that it can have."""

    type: str
    words: str
    statuses: tuple[str, ...]
    status: str = "status"
    date: str = ""
    of_patient: bool = False
    identifier: str = ""

    def parameters(self) -> Iterator[tuple[str, str]]:
        """Each parameter with its type."""
        yield "_id", "token"
        yield "_lastUpdated", "date"
        yield self.status, "token"
        if self.date:
            yield self.date, "date"
        if self.of_patient:
            yield from (("patient", "reference"), ("subject", "reference"))
        if self.identifier:
            yield "identifier", "token"


@dataclass(frozen=True)
class Asked:
    """A search. None: not asked for. `after`: the last of the page before. `kept`: what was understood."""

    ids: frozenset[str] | None = None
    patients: frozenset[UUID] | None = None
    statuses: frozenset[str] | None = None
    identifiers: frozenset[str] | None = None
    dates: tuple[DateAsked, ...] = ()
    updated: tuple[DateAsked, ...] = ()
    count: int = COUNT
    after: tuple[datetime, str] | None = None
    kept: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    ignored: tuple[str, ...] = ()

    def query(self, after: tuple[datetime, str] | None) -> str:
        """The parameters of the same search, from behind that one."""
        said = [(name, value) for name, value in self.kept if name not in ("_count", "_after")]
        said.append(("_count", str(self.count)))
        if after:
            said.append(("_after", f"{after[0].isoformat()}~{after[1]}"))
        return urlencode(said)


def one(id_: str) -> Asked:
    """Asked for that one alone."""
    return Asked(ids=frozenset({id_}), count=1)


def read(given: Mapping[str, Sequence[str]], *, of: Resource, zone: str, lenient: bool = False) -> Asked:
    """The search as it is understood; raises NotUnderstood."""
    kinds = dict(of.parameters())
    known = {name: values for name, values in given.items() if name in kinds}
    left = sorted(set(given) - set(known) - _PLAIN - {"_count", "_after"})
    modified = [name for name in left if name.partition(":")[0] in kinds]
    if modified or (left and not lenient):
        raise NotUnderstood((modified or left)[0], "not-supported")
    everyone = [*known.get("patient", ()), *known.get("subject", ())]
    return Asked(
        ids=_all_of([_ids(value) for value in known.get("_id", ())]),
        patients=_all_of([_patients(value) for value in everyone]),
        statuses=_all_of([_statuses(value, of) for value in known.get(of.status, ())]),
        identifiers=_all_of([_identifiers(value, of) for value in known.get("identifier", ())]),
        dates=tuple(_date(of.date, value, zone) for value in known.get(of.date, ())),
        updated=tuple(_date("_lastUpdated", value, zone) for value in known.get("_lastUpdated", ())),
        count=_count(given),
        after=_after(given),
        kept=tuple((name, value) for name, values in sorted(known.items()) for value in values),
        ignored=tuple(left),
    )


def _all_of(alternatives: Sequence[frozenset[_T]]) -> frozenset[_T] | None:
    """A repeated parameter means both; a comma means either."""
    return frozenset.intersection(*alternatives) if alternatives else None


def _ids(value: str) -> frozenset[str]:
    found = frozenset(value.split(","))
    if not all(_ID.fullmatch(each) for each in found):
        raise NotUnderstood("_id")
    return found


def _patients(value: str) -> frozenset[UUID]:
    """Patient/<id>, the id alone, or an address that ends like that."""
    try:
        return frozenset(UUID(each.rpartition("Patient/")[2]) for each in value.split(","))
    except ValueError as error:
        raise NotUnderstood("patient") from error


def _statuses(value: str, of: Resource) -> frozenset[str]:
    found = frozenset(each.rpartition("|")[2] for each in value.split(","))
    if not found <= set(of.statuses):
        raise NotUnderstood(of.status, "code-invalid")
    return found


def _identifiers(value: str, of: Resource) -> frozenset[str]:
    """`system|value` or the value alone; another system finds nothing."""
    if "\0" in value:  # no text of the database can be asked for it
        raise NotUnderstood("identifier")
    found = (each.rpartition("|") for each in value.split(","))
    return frozenset(code for where, _bar, code in found if where in ("", of.identifier))


def _date(name: str, value: str, zone: str) -> DateAsked:
    try:
        return dates.read(value, zone=zone)
    except Unreadable as error:
        raise NotUnderstood(name) from error


def _count(given: Mapping[str, Sequence[str]]) -> int:
    said = given.get("_count", ())
    if not said:
        return COUNT
    if not said[-1].isascii() or not said[-1].isdigit() or not int(said[-1][:9]) > 0:
        raise NotUnderstood("_count")
    return min(int(said[-1][:9]), MOST)


def _after(given: Mapping[str, Sequence[str]]) -> tuple[datetime, str] | None:
    said = given.get("_after", ())
    if not said:
        return None
    at, _bar, id_ = said[-1].partition("~")
    try:
        moment = datetime.fromisoformat(at.replace(" ", "+"))
    except ValueError as error:
        raise NotUnderstood("_after") from error
    if moment.tzinfo is None or not _ID.fullmatch(id_):
        raise NotUnderstood("_after")
    return moment, id_
