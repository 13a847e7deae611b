"""YAML from strangers: its expanded size is measured before anything is built from it."""

from __future__ import annotations

from typing import Any

import pytest

from studyapp.core.text.yaml12 import DEEPEST, MOST_WRITTEN_OUT, read_yaml


def grown(first: str, each: str, levels: int = 12) -> str:
    """Lines that each expand to ten times the one before."""
    lines = [f"a0: &a0 {first}"]
    lines += [f"a{n}: &a{n} {each.replace('?', f'*a{n - 1}')}" for n in range(1, levels)]
    return "\n".join([*lines, f"tags: *a{levels - 1}"])


BOMBS = {
    "lists": grown("[x, x]", f"[{', '.join('?' * 10)}]"),
    "mappings": grown("{x: y}", f"{{{', '.join(f'k{n}: ?' for n in range(10))}}}"),
    "merged mappings": grown("{x: y}", f"{{<<: [{', '.join('?' * 10)}]}}"),
    "pairs": grown("!!pairs [x: y]", f"!!pairs [{', '.join(['x: ?'] * 10)}]"),
    "names": grown("[x, x]", f"[{', '.join('?' * 10)}]") + "\n? *a11\n: x",
    "a long word": f"a: &a {'x' * 1000}\ntags: [{', '.join(['*a'] * 1000)}]",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_what_aliases_stand_for_is_bounded(text: str) -> None:
    with pytest.raises(ValueError, match=f"aliases expanded it has more than {MOST_WRITTEN_OUT:,} characters"):
        read_yaml(text)


@pytest.mark.parametrize("text", ["&a [*a]", "&a {k: *a}", "&a {k: [b, *a]}", "&a {<<: *a}"])
def test_an_alias_within_what_it_stands_for_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"alias \*a is used inside"):
        read_yaml(f"x: {text}\ntags: *a")


@pytest.mark.parametrize("text", ["[", "{a: ", "- ", "? ", "- ? "])
def test_lists_within_lists_are_bounded(text: str) -> None:
    with pytest.raises(ValueError, match=f"nested more than {DEEPEST} deep|maximum nesting depth"):
        read_yaml("x:\n  " + text * 90_000)


@pytest.mark.parametrize("opened", ["", "a: ", "[b], "])
def test_lists_may_be_as_deep_as_the_bound(opened: str) -> None:
    value = read_yaml(f"[{opened}{'[' * (DEEPEST - 2)}{']' * (DEEPEST - 2)}]")
    assert isinstance(value, list)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: &a [x, y]\ntags: *a", {"a": ["x", "y"], "tags": ["x", "y"]}),
        ("a: &a {x: y}\nb: {<<: *a, z: w}", {"a": {"x": "y"}, "b": {"x": "y", "z": "w"}}),
        (f"a: &a x\ntags: [{', '.join(['*a'] * 10_000)}]", {"a": "x", "tags": ["x"] * 10_000}),
    ],
)
def test_aliases_within_the_bound_are_read(text: str, value: Any) -> None:
    assert read_yaml(text) == value


@pytest.mark.parametrize("text", [f"[{'9' * 5000}]", f"[{'9' * 3000}]", "[1e999]", f"[.{'1' * 50_000}]"])
def test_numbers_of_any_length_are_read(text: str) -> None:
    assert isinstance(read_yaml(text)[0], int | float | str)


@pytest.mark.parametrize(
    "text",
    [
        f"!!float {'9:' * 50_000}1",
        "!!int 1:2",
        "!!timestamp 9999-99-99",
        "!!binary ä",
        "!!set [a]",
        "!!python/name:os.system x",
    ],
)
def test_what_a_tag_asks_for_and_cannot_be_made_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_yaml(f"a: {text}")
