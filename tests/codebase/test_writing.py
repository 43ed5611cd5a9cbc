"""How the code is written: no file grows without end, nothing is left for later, no error is swallowed whole."""

import ast
import re
from pathlib import Path

from tests.codebase.house import python_files, template_files
from tests.plugins.servers import ROOT

LONGEST = 400
COMMENTS = re.compile(r"{% comment %}.*?{% endcomment %}|{#.*?#}", re.DOTALL)
LEFT_FOR_LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def own_code() -> list[Path]:
    found = [*python_files(), *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "static" / "js").glob("*.js"))]
    return [file for file in found if "migrations" not in file.parts]


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_no_module_is_too_long_to_read():
    lengths = {name(file): len(file.read_text(encoding="utf-8").splitlines()) for file in own_code()}

    assert not {file: length for file, length in lengths.items() if length > LONGEST}


def test_nothing_is_left_for_later():
    here = Path(__file__)
    texts = {name(file): file.read_text(encoding="utf-8") for file in [*own_code(), *template_files()] if file != here}

    assert not [file for file, text in texts.items() if LEFT_FOR_LATER.search(text)]


def test_no_error_is_swallowed_whole():
    broad = [
        f"{name(file)}:{node.lineno}"
        for file in python_files()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}))
    ]

    assert not broad


def test_templates_carry_no_code_or_style_of_their_own():
    """The content policy would refuse it: no inline script, style attribute or handler."""
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
    found = {}
    for file in template_files():
        text = COMMENTS.sub("", file.read_text(encoding="utf-8"))
        if inline.search(text):
            found[name(file)] = inline.search(text)

    assert not found
