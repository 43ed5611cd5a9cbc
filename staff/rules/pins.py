"""Which PINs anybody would guess first. Pure."""


def too_simple(pin: str) -> bool:
    """One digit throughout, or a run up or down: 000000, 123456, 987654."""
    steps = {(int(after) - int(before)) % 10 for before, after in zip(pin, pin[1:], strict=False)}
    return len(steps) <= 1 and steps <= {0, 1, 9}
