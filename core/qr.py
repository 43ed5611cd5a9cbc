"""QR codes as one SVG path, so that a label or a card draws them at any size without a style or an image
file.
"""

from dataclasses import dataclass

import segno


@dataclass(frozen=True)
class QrPath:
    """`path` draws the dark modules, one unit each, in a square of `size` units, the quiet zone included."""

    size: int
    path: str


def qr_path(text: str, *, quiet: int = 4) -> QrPath:
    """The code of a text, with a quarter of it redundant: a card lives in a pocket."""
    code = segno.make(text, error="q", micro=False)
    rows = [list(row) for row in code.matrix]
    steps: list[str] = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            run = x
            while run < len(row) and row[run]:
                run += 1
            if run > x:
                steps.append(f"M{x + quiet} {y + quiet}h{run - x}v1h-{run - x}z")
            x = run + 1
    return QrPath(len(rows) + 2 * quiet, "".join(steps))
