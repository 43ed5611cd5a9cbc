"""Passwords and PINs are hashed with the least work that Argon2 allows: a tenth of the run went into it.

What production pays stands in COST, for the test that it is enough.
"""

from typing import Final

from django.contrib.auth.hashers import Argon2PasswordHasher

from staff.services import pins

COST: Final = {
    hasher: (hasher.memory_cost, hasher.time_cost, hasher.parallelism)
    for hasher in (Argon2PasswordHasher, type(pins._hasher))
}


def lighten() -> None:
    """For this process and those forked from it."""
    for hasher in COST:
        hasher.memory_cost, hasher.time_cost, hasher.parallelism = 8, 1, 1


def pytest_configure() -> None:
    lighten()
