"""What a case is about, in words. Upper apps register their kinds of fact when they start: followup points to
nobody above it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from core.access import Access

Renderer = Callable[[str, Mapping[str, str]], tuple[str, str]]  # code, figures -> (what is wrong, what to do)
Path = Callable[[UUID, Access], str | None]  # where the fact itself is shown to this person; None: nowhere
Labeller = Callable[[Collection[UUID], Access, date], Mapping[UUID, str]]


@dataclass(frozen=True)
class Words:
    """One finding in the language of whoever looks."""

    what: str
    to_do: str


@dataclass(frozen=True)
class _Subject:
    renderer: Renderer
    name: str | Promise
    path: Path | None


_subjects: dict[str, _Subject] = {}
_labellers: list[Labeller] = []


def register(subject_kind: str, renderer: Renderer, *, name: str | Promise = "", path: Path | None = None) -> None:
    """Say who words the findings about facts of this kind ("dose"); a longer prefix wins ("dose.void")."""
    _subjects[subject_kind] = _Subject(renderer, name, path)


def register_patients(labeller: Labeller) -> None:
    """Say who labels patients: `labeller(ids, access, day)` answers code and initials of those the person may
    see.
    """
    _labellers[:] = [labeller]


def of(subject_kind: str, finding: Mapping[str, Any]) -> Words:
    """A finding in words. One that nobody words is shown by its code: never an empty line, never an error."""
    code = str(finding.get("code", ""))
    subject = _subject(subject_kind)
    if subject is None:
        return Words(code, "")
    return Words(*subject.renderer(code, dict(finding.get("data", {}))))


def name_of(subject_kind: str) -> str:
    """What kind of fact it is."""
    subject = _subject(subject_kind)
    return str(subject.name) if subject and subject.name else subject_kind


def path_to(subject_kind: str, subject_id: UUID, access: Access) -> str | None:
    """Where the fact is shown, for a person who may see it."""
    subject = _subject(subject_kind)
    return subject.path(subject_id, access) if subject and subject.path else None


def patients(ids: Collection[UUID], access: Access, day: date) -> Mapping[UUID, str]:
    """Code and initials of the patients this person may see; the others are left out."""
    return _labellers[0](ids, access, day) if _labellers and ids else {}


def _subject(subject_kind: str) -> _Subject | None:
    fitting = [prefix for prefix in _subjects if subject_kind.startswith(prefix)]
    return _subjects[max(fitting, key=len)] if fitting else None
