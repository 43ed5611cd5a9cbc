"""Which PINs anybody would guess first. Pure."""

from itertools import pairwise


def too_simple(pin: str) -> bool:
    """One digit throughout, or a run up or down: 000000, 123456, 987654."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return len(steps) <= 1 and steps <= {0, 1, 9}
