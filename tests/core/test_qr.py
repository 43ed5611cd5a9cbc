"""The QR code that cards and labels draw."""

import re

import segno

from core import scanning
from core.qr import qr_path


def drawn(path: str) -> set[tuple[int, int]]:
    """The modules that an SVG path of horizontal runs fills."""
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path)
    assert "".join(f"M{x} {y}h{n}v1h-{back}z" for x, y, n, back in runs) == path
    return {(int(x) + step, int(y)) for x, y, n, _ in runs for step in range(int(n))}


def test_qr_path_draws_exactly_the_dark_modules_inside_a_quiet_zone():
    digits = scanning.encode(1, 10_000_002)

    code = qr_path(digits)

    matrix = [list(row) for row in segno.make(digits, error="q", micro=False).matrix]
    dark = {(x + 4, y + 4) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}
    assert drawn(code.path) == dark
    assert code.size == len(matrix) + 8
