"""What the rules of dosing say, as problems: the worst one's code and words, and every one that spoke beside it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.api.problems import REFUSED, Problem, code_of
from dispensing.rules.codes import Code
from dispensing.rules.violations import Level, Violation, words_for
from staff.services.pins import PinRefused


def refused(violations: Sequence[Violation], *, status_code: int = REFUSED, **more: Any) -> Problem:
    """A refusal by rules, worst first; at least one speaks."""
    speaking = [found for found in violations if found.level is not Level.NOTE] or list(violations)
    worst = speaking[0] if speaking else None
    return Problem(
        code=str(worst.code) if worst else "refused",
        words=f"{worst.words} {worst.what_to_do}".strip() if worst else "",
        status_code=status_code,
        violations=figures(violations),
        **more,
    )


def figures(violations: Iterable[Violation]) -> list[dict[str, Any]]:
    """Every rule that spoke, with its words in the language asked for."""
    return [
        {
            "code": str(found.code),
            "level": str(found.level),
            "words": found.words,
            "what_to_do": found.what_to_do,
            "data": dict(found.data),
        }
        for found in violations
    ]


def findings(stored: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What is stored beside a fact, in words."""
    told = []
    for each in stored:
        data = {key: str(value) for key, value in each.get("data", {}).items()}
        words, what_to_do = words_for(Code(each["code"]), tuple(data.items()))
        told.append({"code": each["code"], "words": words, "what_to_do": what_to_do, "data": data})
    return told


def pin_refused(error: PinRefused) -> Problem:
    """A PIN that did not prove who somebody is."""
    return Problem(code=code_of(error), words=error.sentence, status_code=REFUSED, field="pin")
