"""Settings of all tests of the screens."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

from demos import catalog
from tests.helpers.apps import _no_worker  # noqa: F401 - a fixture for every test here
from tests.helpers.idle import MOMENT, idle


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
    """Each vault has a catalog of its own, with the same demos."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalog, "read_card", cache(catalog.read_card))
        yield
