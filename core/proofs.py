"""Proofs that the books are true. Upper apps register theirs; `verify_ledger` and a nightly job run them all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Broken:
    """One row that breaks a proof: which proof, which row, and what is wrong with it, in words."""

    proof: str
    row: str
    what: str


Proof = Callable[[], Iterable[Broken]]
ProofAgainst = Callable[[Path], Iterable[Broken]]
_proofs: dict[str, Proof] = {}
_against: dict[str, ProofAgainst] = {}


def register(name: str, proof: Proof) -> None:
    _proofs[name] = proof


def names() -> list[str]:
    return sorted(_proofs)


def run(name: str) -> list[Broken]:
    """Everything that one proof finds broken, first row first; empty when it holds."""
    return list(_proofs[name]())


def register_against(name: str, proof: ProofAgainst) -> None:
    """A proof that compares the database with what is kept outside it, in a file or folder."""
    _against[name] = proof


def names_against() -> list[str]:
    return sorted(_against)


def run_against(name: str, path: Path) -> list[Broken]:
    """Everything in which the database differs from what the files say."""
    return list(_against[name](path))
