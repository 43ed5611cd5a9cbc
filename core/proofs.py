"""Proofs that the books are true. Upper apps register theirs; `manage.py verify_ledger` and a nightly job run them all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Broken:
    """One row that breaks a proof: which proof, which row, and what is wrong with it, in words."""

    proof: str
    row: str
    what: str


Proof = Callable[[], Iterable[Broken]]
_proofs: dict[str, Proof] = {}


def register(name: str, proof: Proof) -> None:
    _proofs[name] = proof


def names() -> list[str]:
    return sorted(_proofs)


def run(name: str) -> list[Broken]:
    """Everything that one proof finds broken, first row first; empty when it holds."""
    return list(_proofs[name]())
