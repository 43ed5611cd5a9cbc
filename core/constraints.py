"""Constraints that recur, named <table>_<fact>, so that a refusal by the database can be told in words."""

from enum import StrEnum

from django.db import IntegrityError
from django.db.models import CheckConstraint, F, Q


def paired(table: str, *columns: str) -> CheckConstraint:
    """Who, when and why belong together: all set, or none."""
    none = Q(**{f"{column}__isnull": True for column in columns})
    every = Q(**{f"{column}__isnull": False for column in columns})
    return CheckConstraint(condition=none | every, name=f"{table}_{columns[0]}_paired")


def one_of(table: str, column: str, choices: type[StrEnum]) -> CheckConstraint:
    """A closed list of codes."""
    return CheckConstraint(condition=Q(**{f"{column}__in": [str(c) for c in choices]}), name=f"{table}_{column}_known")


def in_order(table: str, first: str, last: str) -> CheckConstraint:
    """An end, where there is one, is not before its start."""
    return CheckConstraint(
        condition=Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": F(first)}),
        name=f"{table}_{last}_after_{first}",
    )


def positive(table: str, column: str) -> CheckConstraint:
    return CheckConstraint(condition=Q(**{f"{column}__gt": 0}), name=f"{table}_{column}_positive")


def different(table: str, one: str, other: str) -> CheckConstraint:
    """Two people, or two places, that must not be the same."""
    return CheckConstraint(condition=~Q(**{one: F(other)}), name=f"{table}_{one}_not_{other}")


def violated(error: IntegrityError) -> str:
    """The name of the constraint that refused a write, so that a service can say it in words; empty where
    none is named.
    """
    diagnosis = getattr(error.__cause__, "diag", None)
    return (diagnosis and diagnosis.constraint_name) or ""
