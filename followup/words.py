"""What a case is about, in words. Upper apps register their kinds of fact when they start: followup points to
nobody above it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
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


Sentence = Callable[[Mapping[str, Any]], str]  # figures -> what is to be done, or what is told


@dataclass(frozen=True)
class _TaskWords:
    name: str | Promise
    sentence: Sentence
    outcomes: Mapping[str, str | Promise]
    path: Path | None
    by_itself: Mapping[str, str | Promise]


@dataclass(frozen=True)
class _NoticeWords:
    sentence: Sentence
    path: Path | None


_tasks: dict[str, _TaskWords] = {}
_notices: dict[str, _NoticeWords] = {}
_urgent: set[str] = set()


@dataclass(frozen=True)
class Way:
    """One more place to look at for a case, beside the fact itself."""

    label: str
    path: str


Ways = Callable[[str, UUID, Access], Sequence[Way]]  # kind of fact, which one, who asks
_ways: dict[str, list[Ways]] = {}
_subjects: dict[str, _Subject] = {}
_labellers: list[Labeller] = []


def register(subject_kind: str, renderer: Renderer, *, name: str | Promise = "", path: Path | None = None) -> None:
    """Say who words the findings about facts of this kind ("dose"); a longer prefix wins ("dose.void")."""
    _subjects[subject_kind] = _Subject(renderer, name, path)


def register_task(
    kind: str,
    name: str | Promise,
    sentence: Sentence,
    *,
    outcomes: Mapping[str, str | Promise],
    path: Path | None = None,
    by_itself: Mapping[str, str | Promise] | None = None,
) -> None:
    """Name a kind of task: what is to be done (from its figures), what may be said to have been done, and where.

    `by_itself`: outcomes that only the thing itself brings about, never somebody's word. Its notices say the same
    sentence. No name of a patient or a drug in any of them.
    """
    _tasks[kind] = _TaskWords(name, sentence, outcomes, path, by_itself or {})


def register_notice(kind: str, sentence: Sentence, *, path: Path | None = None) -> None:
    """Word a kind of notice that is no task's."""
    _notices[kind] = _NoticeWords(sentence, path)


def register_urgent(*kinds: str) -> None:
    """Name kinds of case, task or notice that go to a telephone at once, at night too: somebody may be in danger."""
    _urgent.update(str(kind) for kind in kinds)


def is_urgent(kind: str, data: Mapping[str, Any]) -> bool:
    """Whether a notice is urgent: its kind is, or the kind of the case or task that it tells of, or its own figures say
    so ("urgent": true)."""
    return kind in _urgent or str(data.get("kind", "")) in _urgent or data.get("urgent") is True


def task_name(kind: str) -> str:
    return str(_tasks[kind].name) if kind in _tasks else kind


def task_sentence(kind: str, data: Mapping[str, Any]) -> str:
    """What is to be done; a kind that nobody words is shown by its code."""
    return _tasks[kind].sentence(data) if kind in _tasks else kind


def outcomes_of(kind: str) -> Mapping[str, str | Promise]:
    """What may be said to have been done about tasks of this kind."""
    return _tasks[kind].outcomes if kind in _tasks else {}


def outcome_words(kind: str, outcome: str) -> str:
    """What was done about a task; its code where nobody words it."""
    known = _tasks.get(kind)
    return str({**known.by_itself, **known.outcomes}.get(outcome, outcome)) if known else outcome


def task_path(kind: str, subject_id: UUID, access: Access) -> str | None:
    """Where the thing itself is done or seen, for a person who may."""
    known = _tasks.get(kind)
    return known.path(subject_id, access) if known and known.path else None


def notice_sentence(kind: str, data: Mapping[str, Any]) -> str:
    """What is told. A task's notice says the task's sentence."""
    if kind in _notices:
        return _notices[kind].sentence(data)
    return task_sentence(kind, data)


def notice_path(kind: str, subject_id: UUID, access: Access) -> str | None:
    """Where to look further, for a person who may."""
    known = _notices.get(kind)
    return known.path(subject_id, access) if known and known.path else None


def register_ways(case_kind: str, ways: Ways) -> None:
    """Offer further places to look at on cases of this kind."""
    _ways.setdefault(case_kind, []).append(ways)


def ways_from(case_kind: str, subject_kind: str, subject_id: UUID, access: Access) -> list[Way]:
    """The further places for a case, for a person who may see them."""
    return [way for ways in _ways.get(case_kind, ()) for way in ways(subject_kind, subject_id, access)]


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
