"""English is complete: every sentence has it, its figures are the same, and the compiled file is not stale."""

import re

import polib

from tests.codebase import catalogue

FIGURE = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")


def figures(text: str) -> set[str]:
    return {one or other for one, other in FIGURE.findall(text)}


def test_every_sentence_has_its_english():
    held = {catalogue.key(entry) for entry in catalogue.english() if catalogue.said_in_english(entry)}

    missing = {sentence: place for sentence, place in catalogue.spoken().items() if sentence not in held}

    assert missing == {}, "run `python -m tests.codebase.catalogue` and write the English"


def test_no_english_is_left_of_what_nobody_says():
    said = catalogue.spoken()

    assert [entry.msgid for entry in catalogue.english() if catalogue.key(entry) not in said] == []


def test_english_carries_the_same_figures():
    wrong = [
        entry.msgid
        for entry in catalogue.english()
        for text in [*entry.msgstr_plural.values(), entry.msgstr]
        if text and figures(text) != figures(entry.msgid)
    ]

    assert wrong == []


def test_compiled_catalogue_says_what_the_source_says():
    compiled = polib.mofile(str(catalogue.CATALOGUE.with_suffix(".mo")))

    def said(entries):
        return {(e.msgid, e.msgctxt, e.msgstr, tuple(e.msgstr_plural.values())) for e in entries}

    assert said(compiled) == said(catalogue.english())
