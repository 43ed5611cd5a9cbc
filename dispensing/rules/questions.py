"""Who may say what of a question next, and until when it is to be answered."""

from datetime import datetime, timedelta
from typing import Final

from dispensing.rules.question_codes import OF_THE_CLINIC, WAYS, Said, Turn, Urgency
from dispensing.rules.question_settings import QuestionSettings

MAIN: Final = (Said.ANSWER, Said.REPLY, Said.CLOSE)  # what is offered as the one thing to do, in this order


def next_state(state: Turn, step: Said) -> Turn | None:
    """Where a step leads from here; None where it cannot be taken."""
    return WAYS.get((state, step))


def open_steps(state: Turn, *, clinic: bool, site: bool) -> tuple[Said, ...]:
    """What the two sides may say now, in the order of the table; a person may stand on both."""
    return tuple(
        step for (before, step) in WAYS if before is state and step is not Said.ASK
        and (clinic if step in OF_THE_CLINIC else site)
    )  # fmt: skip


def due_at(urgency: Urgency, *, since: datetime, settings: QuestionSettings) -> datetime:
    """Until when the side whose turn it is has to answer."""
    if urgency is Urgency.WAITING:
        return since + timedelta(minutes=settings.question_waiting_minutes)
    if urgency is Urgency.TODAY:
        return since + timedelta(hours=settings.question_today_hours)
    return since + timedelta(hours=settings.question_days_hours)
