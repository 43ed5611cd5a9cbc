"""Ids of facts: UUIDv7, made where the fact is made, so that a repeat of the same send is known as the same fact."""

import uuid

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """A new time-ordered id."""
    return uuid7()
