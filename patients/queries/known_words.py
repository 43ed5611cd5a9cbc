"""Looks at a patient in the words that the patient reads."""

from core.access import Role
from patients.queries.known import Look
from patients.rules.known import LOOK_WORDS, OPENED_WHY_WORDS
from patients.rules.words import WHY_WORDS
from staff.roles import names


def acting_words(look: Look) -> str:
    """The roles in which somebody looked."""
    return names(frozenset(Role(role) for role in look.acting_as.split(",") if role))


def look_words(look: Look) -> str:
    """What was looked at or done, and why where a reason was given."""
    reasons = {**WHY_WORDS, **{str(why): words for why, words in OPENED_WHY_WORDS.items()}}
    what = str(LOOK_WORDS.get(look.action, LOOK_WORDS[""]))
    why = reasons.get(look.why)
    return f"{what}: {why}" if why else what
