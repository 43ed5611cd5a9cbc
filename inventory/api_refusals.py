"""What the services of stock and custody refuse, as problems."""

from collections.abc import Callable
from typing import TypeVar

from core.api.problems import REFUSED, Problem, code_of, other_content
from inventory.services.acts import OtherContent, StockRefused
from inventory.services.bottles import OwnPinRefused
from staff.services.attestations import AttestationRefused
from staff.services.pins import PinRefused

Done = TypeVar("Done")


def taken(work: Callable[[], Done]) -> Done:
    """Do it; raises the problem for a refusal that is expected."""
    try:
        return work()
    except OtherContent as error:
        raise other_content() from error
    except StockRefused as error:
        raise _problem(error) from error
    except OwnPinRefused as error:
        raise Problem(code="own_pin", words=error.sentence, status_code=REFUSED, field="own_pin") from error
    except PinRefused as error:
        raise Problem(code=code_of(error), words=error.sentence, status_code=REFUSED, field="pin") from error
    except AttestationRefused as error:
        raise Problem(code=code_of(error), words=error.sentence, status_code=REFUSED, field="second") from error


def _problem(refused: StockRefused) -> Problem:
    worst = refused.violations[0]
    return Problem(
        code=str(worst.code),
        words=f"{worst.words} {worst.todo}".strip(),
        status_code=REFUSED,
        violations=[
            {
                "code": str(each.code),
                "level": str(each.level),
                "words": each.words,
                "what_to_do": each.todo,
                "field": each.field,
            }
            for each in refused.violations
        ],
    )
