"""What is due, in one line from the user's template, for a prompt or a status bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from studyapp.core.errors import MisuseError

PLACEHOLDERS: Final[Mapping[str, str]] = {
    "due": "due cards, within the daily limits",
    "new": "new cards, within the daily limits",
    "total": "all cards, even suspended and buried ones",
    "today": "due and new together",
    "minutes": "minutes for today's cards, rounded up",
    "deck": "the requested deck",
    "vault": "the name of the vault",
    "waiting": "grades waiting to be written",
}
"""The placeholders, and what each becomes."""

_ESCAPES: Final = {r"\n": "\n", r"\t": "\t"}


class TemplateError(MisuseError):
    """The template is invalid."""


def due_line(template: str, values: Mapping[str, int | str]) -> str:
    r"""Fill in a template: `{due} due` becomes `3 due`.

    A width or an alignment may follow a name, as in `{due:>3}`; `{{` and `}}` are braces, `\n` and `\t` a line feed
    and a tab.

    Args:
        template: the line with its placeholders.
        values: one for each name in `PLACEHOLDERS`.

    Raises:
        TemplateError: if the template has another name in braces, or braces that do not fit.
    """
    from string import Formatter

    for written, meant in _ESCAPES.items():
        template = template.replace(written, meant)
    pieces: list[str] = []
    try:
        for text, name, spec, conversion in Formatter().parse(template):
            pieces.append(text)
            if name is not None:
                if name not in PLACEHOLDERS or conversion:
                    raise TemplateError(_unknown(f"{name}!{conversion}" if conversion else name))
                pieces.append(format(values[name], spec or ""))
    except ValueError as error:
        raise TemplateError(f"bad format {template!r} ({error}); double a literal brace") from error
    return "".join(pieces)


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, PLACEHOLDERS, n=1)
    meant = f" (perhaps {{{near[0]}}})" if near else ""
    known = " ".join(f"{{{known}}}" for known in PLACEHOLDERS)
    return f"unknown placeholder {{{name}}}{meant}; there are {known}"
