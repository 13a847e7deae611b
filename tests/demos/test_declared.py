from __future__ import annotations

import ast
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest

from demos.catalog import load, read_card

DEMOS = Path(__file__).parent.parent / "data" / "demos"
SOURCE = (DEMOS / "count.py").read_text()


def test_two_threads_never_make_syntax_trees_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a link is followed while the app reads the demos."""
    shutil.copy(DEMOS / "count.py", tmp_path)  # what tests of screens have read before is not read again
    second_parses, other = Event(), Thread(target=load, args=(tmp_path,))
    made: Callable[..., ast.Module] = ast.parse

    def parse(*given: object, **named: object) -> ast.Module:
        if not other.ident:
            other.start()
            assert not second_parses.wait(0.05)
        second_parses.set()
        return made(*given, **named)

    monkeypatch.setattr(ast, "parse", parse)
    assert load(tmp_path).demos
    other.join()
    assert second_parses.is_set()


def test_a_declaration_with_a_type_is_read_too() -> None:
    assert read_card(Path("x.py"), SOURCE.replace("TITLE =", "TITLE: str =").encode()).title == "Counting"


def test_a_text_may_hold_lines_that_look_like_code() -> None:
    source = '"""A\ndef run(\nB"""\n' + SOURCE
    assert read_card(Path("x.py"), source.encode()).title == "Counting"
