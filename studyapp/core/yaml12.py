"""A safe YAML loader with the scalar types of YAML 1.2's core schema, which is what Obsidian reads.

PyYAML's own loaders read YAML 1.1, where `yes` is a truth value and `2024-01-01` a date.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

_BRACKET = re.compile(r"[\[\]{}]")
_DEEPEST = 500

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Yaml12Loader(_Base):  # type: ignore[misc]  # the C loader is there or not, and has no types
    """Reads mappings, lists, texts, numbers, true, false and null."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # the library's own class attribute


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("merge", r"^(?:<<)$", "<"),
):
    Yaml12Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def _decimal(loader: Any, node: Any) -> int | str:
    text = loader.construct_scalar(node)
    return int(text, 10) if len(text) < 4000 else text


Yaml12Loader.add_constructor("tag:yaml.org,2002:int", _decimal)


def read_yaml(text: str) -> Any:
    """Read one document.

    Raises:
        ValueError: if it is not YAML; why, in a few words.
    """
    depth = 0
    for bracket in _BRACKET.findall(text):
        depth += 1 if bracket in "[{" else -1
        if depth > _DEEPEST:  # the library takes a time that grows with the square of the depth
            raise ValueError("its lists are nested too deep")
    try:
        return yaml.load(text, Loader=Yaml12Loader)  # noqa: S506  # a safe loader with fewer types
    except Exception as error:  # the library raises errors of many kinds where a tag names a type that does not fit
        words = " ".join(str(getattr(error, "problem", None) or error or type(error).__name__).split())
        raise ValueError(words[:200]) from error
