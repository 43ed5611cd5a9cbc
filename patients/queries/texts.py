"""In how many texts about a patient their own name or telephone stands. Facts are never edited, so it stays there; who
signs that an identity is removed is told."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Final
from uuid import UUID

from django.db import models
from django.db.models import Q

from core.tables import our_models
from patients.models import Patient

SHORTEST: Final = 12  # a column that takes fewer letters holds a code
_WORD: Final = re.compile(r"[^\W\d_]+")


def mentions(words_of: Mapping[UUID, Sequence[str]]) -> Counter[UUID]:
    """Of each patient, in how many rows one of these words of theirs stands, over all tables that lead to the patient
    within two steps. One statement a table with texts, whatever the number of patients.

    Words are found as they are written, whatever the case; a single syllable is no name.
    """
    wanted = {patient_id: [one for one in words if _tells(one)] for patient_id, words in words_of.items()}
    wanted = {patient_id: words for patient_id, words in wanted.items() if words}
    found: Counter[UUID] = Counter()
    if not wanted:
        return found
    every = sorted({word for words in wanted.values() for word in words})
    for model, paths, columns in _tables():
        rows = model._default_manager.filter(_leading_to(paths, wanted), _holding(columns, every))
        for row in rows.values_list(*paths, *columns):
            texts = [text.upper() for text in row[len(paths) :] if text]
            for patient_id in wanted.keys() & set(row[: len(paths)]):
                found[patient_id] += any(word.upper() in text for word in wanted[patient_id] for text in texts)
    return found


def _tells(word: str) -> bool:
    return len(_WORD.findall(word)) > 1 or word.isdigit()


def _leading_to(paths: Sequence[str], patient_ids: Collection[UUID]) -> Q:
    found = Q()
    for path in paths:
        found |= Q(**{f"{path}__in": patient_ids})
    return found


def _holding(columns: Sequence[str], wanted: Sequence[str]) -> Q:
    """Beforehand, of anybody's words: what a row says of whom is looked at once it is here."""
    found = Q()
    for column in columns:
        for word in wanted:
            found |= Q(**{f"{column}__icontains": word})
    return found


@cache
def _tables() -> tuple[tuple[type[models.Model], tuple[str, ...], tuple[str, ...]], ...]:
    """Each table with texts that is about a patient: the ways to the patient, and its texts."""
    found = []
    for model in our_models():
        columns = tuple(field.name for field in model._meta.concrete_fields if _is_text(field))
        paths = tuple(dict.fromkeys(_ways(model, steps=2)))
        if columns and paths and model is not Patient:
            found.append((model, paths, columns))
    return tuple(found)


def _is_text(field: models.Field) -> bool:
    return isinstance(field, models.TextField) or (
        isinstance(field, models.CharField) and not field.choices and (field.max_length or 0) > SHORTEST
    )


def _ways(model: type[models.Model], *, steps: int) -> Iterator[str]:
    for field in model._meta.concrete_fields:
        to = field.related_model
        if field.name == "patient_id" or to is Patient:
            yield field.name
        elif steps > 1 and isinstance(to, type) and issubclass(to, models.Model) and to is not model:
            yield from (f"{field.name}__{way}" for way in _ways(to, steps=steps - 1))
