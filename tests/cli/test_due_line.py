from __future__ import annotations

import pytest

from studyapp.cli.due_line import PLACEHOLDERS, TemplateError, due_line

VALUES: dict[str, int | str] = {name: name.upper() for name in PLACEHOLDERS} | {"due": 3, "new": 12}


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("{due} due, {new} new", "3 due, 12 new"),
        ("{deck} {vault} {total} {today} {minutes} {waiting}", "DECK VAULT TOTAL TODAY MINUTES WAITING"),
        ("[{due:>3}]", "[  3]"),
        ("{{{due}}}", "{3}"),
        ("#[fg=green]{due}#[default]", "#[fg=green]3#[default]"),
        (r"{due}\n\t{new}", "3\n\t12"),
        ("no placeholder", "no placeholder"),
        ("", ""),
    ],
)
def test_placeholders_become_what_they_name(template: str, line: str) -> None:
    assert due_line(template, VALUES) == line


@pytest.mark.parametrize("template", ["{dues}", "{}", "{0}", "{due.real}", "{due[0]}", "{due!r}"])
def test_anything_else_in_braces_is_an_error_that_lists_what_there_is(template: str) -> None:
    with pytest.raises(TemplateError, match=r"there are \{due\} \{new\} \{total\}"):
        due_line(template, VALUES)


def test_a_slip_is_told_what_was_probably_meant() -> None:
    with pytest.raises(TemplateError, match=r"unknown placeholder \{dues\} \(perhaps \{due\}\)"):
        due_line("{dues}", VALUES)


@pytest.mark.parametrize("template", ["{due", "due}", "{due:z}", "{due:{new}}"])
def test_braces_and_widths_that_cannot_be_read_are_an_error(template: str) -> None:
    with pytest.raises(TemplateError, match="bad format"):
        due_line(template, VALUES)
