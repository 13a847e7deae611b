"""Settings as tests state them: as the plugin's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studyapp.core.settings.model import Settings
from studyapp.core.settings.values import plugin_values


def from_plugin(mapping: Mapping[str, Any]) -> Settings:
    """What can be used of the `settings` in the plugin's data.json, and the defaults for the rest."""
    return Settings(**plugin_values(mapping).values)
