"""Faces for the demo: a few shapes and a word across that says so; the same for the same key, and nobody's."""

from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from demo import dice

SIDE: Final = 480
WORD: Final = "DEMO"
_SKIN: Final = ("#f0c9a0", "#dca878", "#c08a5a", "#a87148")
_HAIR: Final = ("#1b1b1b", "#2e2620", "#4b4b4b", "#8a8a8a")
_SHIRT: Final = ("#075f50", "#14508f", "#945300", "#6a3d78", "#7a1210", "#40505c")
_WALL: Final = ("#dfe9ec", "#efe7d8", "#e3ecd9", "#e6e1ee")


def drawn(*key: object, woman: bool) -> bytes:
    """A PNG of one drawn face: the same for the same key."""
    picture = Image.new("RGB", (SIDE, SIDE), dice.pick(_WALL, *key, "wall"))
    pen = ImageDraw.Draw(picture)
    skin, hair = dice.pick(_SKIN, *key, "skin"), dice.pick(_HAIR, *key, "hair")
    wide, high = 84 + dice.below(24, *key, "wide"), 112 + dice.below(24, *key, "high")
    middle, top = SIDE // 2, 70
    chin = top + 2 * high
    _body(pen, middle, chin, skin, dice.pick(_SHIRT, *key, "shirt"))
    if woman:
        pen.rounded_rectangle((middle - wide - 24, top + 30, middle + wide + 24, chin + 34), 60, fill=hair)
    pen.ellipse((middle - wide, top, middle + wide, chin), fill=skin)
    pen.chord((middle - wide - 6, top - 18, middle + wide + 6, top + high + 20), 180, 360, fill=hair)
    pen.rectangle((middle - wide + 10, top + high - 8 - dice.below(30, *key, "fringe"), middle + wide - 10, top + high),
                  fill=skin)  # fmt: skip
    _features(pen, middle, top + high, key)
    pen.rectangle((0, SIDE - 56, SIDE, SIDE), fill="#14212b")
    pen.text((middle, SIDE - 28), WORD, fill="#ffffff", anchor="mm", font=ImageFont.load_default(size=36))
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _body(pen: ImageDraw.ImageDraw, middle: int, chin: int, skin: str, shirt: str) -> None:
    pen.rounded_rectangle((middle - 40, chin - 40, middle + 40, chin + 50), 20, fill=skin)
    pen.ellipse((middle - 190, chin + 20, middle + 190, chin + 420), fill=shirt)


def _features(pen: ImageDraw.ImageDraw, middle: int, eyes: int, key: tuple[object, ...]) -> None:
    apart, ink = 34 + dice.below(14, *key, "apart"), "#14212b"
    for side in (-1, 1):
        x = middle + side * apart
        pen.ellipse((x - 11, eyes + 4, x + 11, eyes + 22), fill="#ffffff")
        pen.ellipse((x - 6, eyes + 7, x + 6, eyes + 19), fill=ink)
        pen.line((x - 18, eyes - 10, x + 18, eyes - 10 - dice.below(7, *key, "brow")), fill=ink, width=6)
    if dice.share(*key, "glasses") < 0.25:
        for side in (-1, 1):
            x = middle + side * apart
            pen.ellipse((x - 25, eyes - 12, x + 25, eyes + 38), outline=ink, width=4)
        pen.line((middle - apart + 25, eyes + 12, middle + apart - 25, eyes + 12), fill=ink, width=4)
    pen.line((middle, eyes + 26, middle - 7, eyes + 58), fill="#8a5a35", width=5)
    mouth = eyes + 74 + dice.below(10, *key, "mouth")
    pen.arc((middle - 30, mouth - 22, middle + 30, mouth + 10), 20, 160, fill="#7a1210", width=6)
