"""In how many texts about a patient their own name or telephone stands. Facts are never edited, so it stays there; who
signs that an identity is removed is told."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final
from uuid import UUID

from django.db import models
from django.db.models import Q

from core.tables import our_models
from patients.models import Patient

SHORTEST: Final = 12  # a column that takes fewer letters holds a code
_WORD: Final = re.compile(r"[^\W\d_]+")


def mentions(patient_id: UUID, *, full_name: str, phones: Sequence[str]) -> int:
    """The number of rows, over all tables that lead to the patient within two steps. One statement a table with texts.

    The name is found as it is written, whatever the case; a single syllable is no name.
    """
    wanted = [word for word in (full_name.strip(), *phones) if len(_WORD.findall(word)) > 1 or word.isdigit()]
    if not wanted:
        return 0
    return sum(
        model._default_manager.filter(_any_of(paths, patient_id), _holding(columns, wanted)).distinct().count()
        for model, paths, columns in _tables()
    )


def _any_of(paths: Sequence[str], patient_id: UUID) -> Q:
    found = Q()
    for path in paths:
        found |= Q(**{path: patient_id})
    return found


def _holding(columns: Sequence[str], wanted: Sequence[str]) -> Q:
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
