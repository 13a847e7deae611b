"""Settings of all tests of the screens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from inspect import ismethod
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from textual import _callback
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

from demos import catalog
from demos.frame import Frame
from studyapp.runs.process.frames import DemoFailedError
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.process.walk import DemoWalk
from studyapp.tui.services.programs import Programs
from tests.helpers.idle import MOMENT, idle


@pytest.fixture(autouse=True)
def _without_a_worker(no_worker: None) -> None:
    """For every test here."""


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Calls to other programs and to demos, which do not run here; a picture is saved in a folder of its own."""
    asked: list[str] = []

    async def frames(*_: object) -> AsyncIterator[Frame]:
        asked.append("run")
        for frame in list[Frame]():
            yield frame

    async def walked(*_: object) -> DemoWalk:
        raise DemoFailedError("no demo runs here")

    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(DemoRunner, "run", frames)
    monkeypatch.setattr(DemoRunner, "walk", walked)
    for name in ("edit", "obsidian", "address", "file"):
        monkeypatch.setattr(Programs, name, lambda *_, name=name: asked.append(name))
    return asked


@pytest.fixture(autouse=True, scope="session")
def _work_until_idle() -> Iterator[None]:
    """Timed painting happens within the moment that a test waits for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textual.pilot.wait_for_idle", idle)
        patch.setattr("textual.app.wait_for_idle", idle)
        patch.setattr("textual.screen.UPDATE_PERIOD", MOMENT / 2)
        yield


@pytest.fixture(autouse=True, scope="session")
def _styles_parsed_once() -> Iterator[None]:
    """Styles shared by many apps are parsed once per theme: nothing changes a parsed rule."""
    parse_rules, parse = Stylesheet._parse_rules, Stylesheet.parse
    rules: dict[object, list[RuleSet]] = {}
    sheets: dict[object, list[RuleSet]] = {}

    def parse_rules_once(sheet: Stylesheet, *given: Any, **named: Any) -> list[RuleSet]:
        key = (given, *named.items(), frozenset(sheet._variables.items()))
        if key not in rules:
            rules[key] = parse_rules(sheet, *given, **named)
        return rules[key]

    def parse_once(sheet: Stylesheet) -> None:
        key = (*sheet.source.items(), frozenset(sheet._variables.items()))
        if key not in sheets:
            parse(sheet)
            sheets[key] = sheet._rules
        sheet._rules, sheet._require_parse, sheet._rules_map = sheets[key], False, None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_rules_once)
        patch.setattr(Stylesheet, "parse", parse_once)
        patch.setattr(RuleSet, "__hash__", object.__hash__)  # the same as its own, but quick
        yield


@pytest.fixture(autouse=True, scope="session")
def _parameters_counted_once() -> Iterator[None]:
    """Textual asks about each callback how many parameters it takes; code that was asked about does not change."""
    count = _callback._count_parameters
    kept: dict[tuple[CodeType, bool], int] = {}

    def count_once(callback: Callable[..., Any]) -> int:
        if (code := getattr(callback, "__code__", None)) is None:
            return count(callback)
        key = (code, ismethod(callback))
        if key not in kept:
            kept[key] = count(callback)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_callback, "_count_parameters", count_once)
        yield


@pytest.fixture(autouse=True, scope="session")
def _demos_read_once() -> Iterator[None]:
    """Each vault has a catalog of its own, with the same demos."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalog, "read_card", cache(catalog.read_card))
        yield
