"""The service worker's script, with the addresses that it keeps: the overdose card, and nothing else of the product."""

import hashlib
import json
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.templatetags.static import static

CARD: Final = "/facilities/overdose/"
OFFLINE: Final = "/facilities/overdose/offline/"
# What the card's page asks for; a test reads the page and compares.
ASSETS: Final = (
    "css/tram.css", "css/frame.css", "css/parts.css", "css/overdose.css", "js/overdose_page.js",
    "js/overdose_timer.js", "icons/tram.svg", "icons/look.svg", "icons/info.svg", "icons/clock.svg",
)  # fmt: skip


@lru_cache(maxsize=1)
def script(card: str, offline: str) -> str:
    """The whole script. Its version follows its own text and every file it keeps: another version is another cache."""
    folder = settings.BASE_DIR / "static"
    text = (folder / "js" / "worker.js").read_text(encoding="utf-8")
    version = hashlib.sha256(text.encode())
    for name in ASSETS:
        version.update((folder / name).read_bytes())
    kept = {
        "version": version.hexdigest()[:16],
        "card": card,
        "offline": offline,
        "assets": [static(name) for name in ASSETS],
    }
    return f"const KEPT = {json.dumps(kept)};\n{text}"
