"""Regular expressions that are compiled when they are first used."""

from __future__ import annotations

import re
import sys

import pytest

from studyapp.core.text.regex import regex
from studyapp.tui.app.preload import import_the_rest


def test_it_is_compiled_once_when_it_is_first_used(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[tuple[str, int]] = []
    compile_ = re.compile

    def noted(expression: str, flags: int) -> re.Pattern[str]:
        compiled.append((expression, flags))
        return compile_(expression, flags)

    monkeypatch.setattr(re, "compile", noted)
    word = regex(r"(?P<first>[a-z])[a-z]+", re.IGNORECASE)
    assert not compiled
    assert [found["first"] for found in word.finditer("One two")] == ["O", "t"]
    assert [found["first"] for found in word.finditer("three")] == ["t"]
    assert compiled == [(r"(?P<first>[a-z])[a-z]+", re.IGNORECASE)]


def test_what_it_offers_is_what_the_compiled_expression_offers() -> None:
    word, compiled = regex(r"a(b)?", re.ASCII), re.compile(r"a(b)?", re.ASCII)
    assert (word.pattern, word.flags, word.groups) == (compiled.pattern, compiled.flags, compiled.groups)
    assert word.sub("x", "ab a") == compiled.sub("x", "ab a")
    assert regex(rb"\d").findall(b"1a2") == [b"1", b"2"]
    assert not hasattr(word, "matches")


def test_every_one_of_the_app_compiles() -> None:
    import_the_rest()
    modules = [module for name, module in sys.modules.items() if name.startswith("studyapp.")]
    found = [value for module in modules for value in vars(module).values() if type(value) is regex]
    assert len(found) > 40
    for expression in found:
        assert re.compile(expression.pattern, expression.flags)
