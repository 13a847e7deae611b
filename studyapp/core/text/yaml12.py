"""A safe YAML loader with the scalar types of YAML 1.2's core schema, which is what Obsidian reads.

PyYAML's own loaders read YAML 1.1, where `yes` is a truth value and `2024-01-01` a date.

A few lines of YAML can stand for more than any memory holds, because an alias (`*a`) repeats what its anchor (`&a`)
names, which may hold aliases itself. So a text is measured, event by event, before anything is made of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import yaml

MOST_WRITTEN_OUT = 500_000
"""The most characters a text may have with its aliases expanded; each value counts one more than it has."""
DEEPEST = 100
"""How deep lists and mappings may be nested."""


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Yaml12Loader(_Base):  # type: ignore[misc]  # the C loader is there or not, and has no types
    """Reads mappings, lists, texts, numbers, true, false and null."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


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
        ValueError: if it is not YAML, or too much of it; says why in a few words.
    """
    try:
        _check_size(text)
        return yaml.load(text, Loader=Yaml12Loader)  # noqa: S506  # a safe loader with fewer types
    except Exception as error:  # the library raises errors of many kinds where a tag names a type that does not fit
        words = " ".join(str(getattr(error, "problem", None) or error or type(error).__name__).split())
        raise ValueError(words[:200]) from error


def _check_size(text: str) -> None:
    """Refuse with a ValueError a text that is too deep, or too large with its aliases expanded."""
    for size in _sizes(text):
        if size > MOST_WRITTEN_OUT:
            raise ValueError(f"with its aliases expanded it has more than {MOST_WRITTEN_OUT:,} characters")


def _sizes(text: str) -> Iterator[int]:
    """The size of each list, mapping and value so far, as it would be without aliases."""
    named: dict[str, int] = {}
    sizes, names = [0], [""]
    for event in yaml.parse(text, Loader=Yaml12Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            sizes.append(1)
            names.append(event.anchor or "")
            if len(sizes) > DEEPEST + 1:
                raise ValueError(f"its lists are nested more than {DEEPEST} deep")
            continue
        if isinstance(event, yaml.ScalarEvent):
            size, name = 1 + len(event.value), event.anchor or ""
        elif isinstance(event, yaml.CollectionEndEvent):
            size, name = sizes.pop(), names.pop()
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor in names:
                raise ValueError(f"its alias *{event.anchor} is used inside its own value")
            size, name = 1 + named.get(event.anchor or "", 0), ""
        else:
            continue
        named[name] = size
        sizes[-1] += size
        yield sizes[-1]
