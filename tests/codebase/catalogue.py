"""Finds every sentence that people see, and keeps the English catalogue whole.

`python -m tests.codebase.catalogue` adds missing sentences to locale/en/LC_MESSAGES/django.po (with an empty English),
drops those that nobody says any more, and compiles django.mo. Needs no gettext program.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
ROOMS = (
    "config",
    "core",
    "facilities",
    "staff",
    "followup",
    "patients",
    "inventory",
    "dispensing",
    "oversight",
    "demo",
)
# Function -> places of (context, singular, plural) among its arguments.
SPOKEN = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
}
_CALL = re.compile(r"\b(gettext|ngettext|pgettext|npgettext)\(")
_LITERAL = re.compile(r"""\s*,?\s*u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""", re.DOTALL)


@dataclass(frozen=True, order=True)
class Sentence:
    """What is said once, or of one and of many."""

    text: str
    context: str = ""
    plural: str = ""


@cache
def spoken() -> dict[Sentence, str]:
    """Every sentence of the product, with one place where it is said."""
    found: dict[Sentence, str] = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for sentence in _in_python(path.read_text(encoding="utf-8")):
                found.setdefault(sentence, str(path.relative_to(ROOT)))
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for sentence in _in_template(path.read_text(encoding="utf-8")):
            found.setdefault(sentence, str(path.relative_to(ROOT)))
    return found


def _in_python(source: str) -> Iterator[Sentence]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in SPOKEN:
            yield from _sentence(name, [_text(argument) for argument in node.args])


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _sentence(name: str, arguments: list[str | None]) -> Iterator[Sentence]:
    context, text, plural = SPOKEN[name]
    if len(arguments) <= text or arguments[text] is None:
        return  # a variable: its words are said where they are written

    def at(place: int | None) -> str:
        return (arguments[place] or "") if place is not None else ""

    yield Sentence(at(text), at(context), at(plural))


def _in_template(source: str) -> Iterator[Sentence]:
    # {% include … with title=_("…") %} is no construct that templatize knows.
    for words in re.findall(r"""_\(("(?:[^"\\]|\\.)*")\)""", source):
        yield Sentence(ast.literal_eval(words))
    written = templatize(source)
    for call in _CALL.finditer(written):
        arguments: list[str | None] = []
        place = call.end()
        while literal := _LITERAL.match(written, place):
            arguments.append(ast.literal_eval(literal.group(1)))
            place = literal.end()
        yield from _sentence(call.group(1), arguments)


def english() -> polib.POFile:
    return polib.pofile(str(CATALOGUE), wrapwidth=110)


def said_in_english(entry: polib.POEntry) -> bool:
    """Whether every form of the entry has its English."""
    forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    return bool(forms) and all(forms) and "fuzzy" not in entry.flags


def key(entry: polib.POEntry) -> Sentence:
    return Sentence(entry.msgid, entry.msgctxt or "", entry.msgid_plural or "")


def update() -> int:
    """Bring the catalogue up to date and compile it; answers how many sentences still lack their English."""
    if not CATALOGUE.exists():
        CATALOGUE.parent.mkdir(parents=True)
        made = polib.POFile(wrapwidth=110)
        made.metadata = {
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
            "Language": "en",
            "Plural-Forms": "nplurals=2; plural=(n != 1);",
        }
        made.save(str(CATALOGUE))
    held = {key(entry): entry for entry in english()}
    renewed = english()
    renewed.clear()
    for sentence, place in sorted(spoken().items(), key=lambda item: (item[1], item[0])):
        entry = held.get(sentence) or polib.POEntry(
            msgid=sentence.text,
            msgctxt=sentence.context or None,
            msgid_plural=sentence.plural or "",
            msgstr_plural={0: "", 1: ""} if sentence.plural else {},
        )
        entry.occurrences = [(place, "")]
        entry.flags = ["python-format"] if re.search(r"%\(\w+\)", sentence.text) else []
        renewed.append(entry)
    renewed.save(str(CATALOGUE))
    renewed.save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
    return sum(not said_in_english(entry) for entry in renewed)


if __name__ == "__main__":
    missing = update()
    print(f"{len(english())} sentences, {missing} without English")
    sys.exit(1 if missing else 0)
