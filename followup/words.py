"""The words of a case's findings. Upper apps register theirs at start: followup points to nobody above it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Renderer = Callable[[str, Mapping[str, str]], tuple[str, str]]  # code, figures -> (what is wrong, what to do)
_renderers: dict[str, Renderer] = {}


@dataclass(frozen=True)
class Words:
    """One finding in the language of whoever looks."""

    what: str
    to_do: str


def register(subject_kind: str, renderer: Renderer) -> None:
    """Say who words the findings about facts of this kind ("dose"); a longer prefix wins ("dose.void")."""
    _renderers[subject_kind] = renderer


def of(subject_kind: str, finding: Mapping[str, Any]) -> Words:
    """A finding in words. One that nobody words is shown by its code: never an empty line, never an error."""
    code = str(finding.get("code", ""))
    fitting = [prefix for prefix in _renderers if subject_kind.startswith(prefix)]
    if not fitting:
        return Words(code, "")
    return Words(*_renderers[max(fitting, key=len)](code, dict(finding.get("data", {}))))
