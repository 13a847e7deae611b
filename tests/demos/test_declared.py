from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from demos.catalog import read_card

DEMOS = Path(__file__).parent.parent / "data" / "demos"
SOURCE = (DEMOS / "count.py").read_text()


def test_a_file_is_parsed_again_when_python_lost_count_of_the_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the garbage collector lets another thread parse half-way, before Python 3.11.8."""
    lost = ["once", "twice"]
    made: Callable[..., ast.Module] = ast.parse

    def parse(*given: object, **named: object) -> ast.Module:
        if lost:
            raise SystemError(f"AST constructor recursion depth mismatch: {lost.pop()}")
        return made(*given, **named)

    monkeypatch.setattr(ast, "parse", parse)
    assert read_card(Path("x.py"), SOURCE.encode()).title == "Counting"
    assert not lost


def test_a_declaration_with_a_type_is_read_too() -> None:
    assert read_card(Path("x.py"), SOURCE.replace("TITLE =", "TITLE: str =").encode()).title == "Counting"


def test_a_text_may_hold_lines_that_look_like_code() -> None:
    source = '"""A\ndef run(\nB"""\n' + SOURCE
    assert read_card(Path("x.py"), source.encode()).title == "Counting"
