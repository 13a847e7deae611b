"""What holds for all tests of the screens."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

from demos import catalog
from tests.helpers.apps import _no_worker  # noqa: F401 - a fixture for every test here

_MOMENT = 0.005
"""Seconds for which an app that has nothing to do is watched before a test goes on."""


@pytest.fixture(autouse=True, scope="session")
def _short_waits() -> Iterator[None]:
    """Textual watches an app for four times as long; what it paints by a clock comes sooner as well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textual._wait.SLEEP_GRANULARITY", _MOMENT)
        patch.setattr("textual._wait.SLEEP_IDLE", _MOMENT / 20)
        patch.setattr("textual.screen.UPDATE_PERIOD", _MOMENT * 0.8)
        yield


@pytest.fixture(autouse=True, scope="session")
def _styles_parsed_once() -> Iterator[None]:
    """Styles that many apps have in common are parsed once a theme: nothing changes a rule that has been parsed."""
    parse = Stylesheet._parse_rules
    kept: dict[object, list[RuleSet]] = {}

    def parse_once(sheet: Stylesheet, *given: Any, **named: Any) -> list[RuleSet]:
        key = (given, *named.items(), frozenset(sheet._variables.items()))
        if key not in kept:
            kept[key] = parse(sheet, *given, **named)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        yield


@pytest.fixture(autouse=True, scope="session")
def _demos_read_once() -> Iterator[None]:
    """Each vault has a catalog of its own, with the same demos in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalog, "read_card", cache(catalog.read_card))
        yield
