"""Settings in tests, written as the plugin's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studyapp.core.settings.model import Settings
from studyapp.core.settings.values import plugin_values


def from_plugin(mapping: Mapping[str, Any]) -> Settings:
    """The valid part of the `settings` in the plugin's data.json, with defaults for the rest."""
    return Settings(**plugin_values(mapping).values)
