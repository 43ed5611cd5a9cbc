"""The remote witness sees what was signed with their code, and may say that it is not what they were told.

The signature stands as it was given; the objection stands beside it, and the room above opens a case about it.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Access
from staff.models import Attestation, Mode, Objection

Answer = Callable[[Objection, Access, datetime], None]

_answers: list[Answer] = []


class NoWords(ValueError):
    """An objection says what was told."""

    def __init__(self) -> None:
        self.sentence = _("Ghi bạn đã được nghe nói là việc gì.")
        super().__init__(self.sentence)


def register(answer: Answer) -> None:
    """Say what follows an objection, in its transaction."""
    _answers[:] = [answer]


def raise_objection(*, attestation_id: UUID, words: str, by: Access, now: datetime) -> Objection:
    """Say that what was signed in one's own name, by code, is not what one was told. Once: again answers the first.

    Raises Attestation.DoesNotExist for what one has not signed by code, NoWords.
    """
    if not words.strip():
        raise NoWords
    signed = Attestation.objects.get(pk=attestation_id, mode=Mode.REMOTE, second_id=by.actor_id)
    with transaction.atomic():
        made, first = Objection.objects.get_or_create(
            attestation=signed, defaults={"by_id": by.actor_id, "words": words.strip(), "at": now}
        )
        if first:
            audit.record(
                action="attestation.objected",
                by=by,
                now=now,
                subject_kind=signed.act_kind,
                subject_id=signed.act_id,
                facility_id=signed.facility_id,
            )
            for answer in _answers:
                answer(made, by, now)
    return made
