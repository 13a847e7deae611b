"""What is due, in one line of the person's own making, for a prompt or a status bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from studyapp.core.errors import StudyError

PLACEHOLDERS: Final[Mapping[str, str]] = {
    "due": "cards that are due, as far as the daily limits leave them",
    "new": "new cards, likewise",
    "total": "all cards, also those that are put away",
    "today": "both, due and new",
    "minutes": "how long today's cards take, rounded up",
    "deck": "the deck that was asked for",
    "vault": "the name of the vault",
    "waiting": "grades that wait to be written",
}
"""What may stand between braces, and what it becomes."""

_ESCAPES: Final = {r"\n": "\n", r"\t": "\t"}


class TemplateError(StudyError):
    """The line cannot be made."""

    title = "Format"


def due_line(template: str, values: Mapping[str, int | str]) -> str:
    r"""Fill a template in: `{due} due` becomes `3 due`.

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
        raise TemplateError(
            f"the format {template!r} cannot be read ({error}); write a brace that is meant as such twice"
        ) from error
    return "".join(pieces)


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, PLACEHOLDERS, n=1)
    meant = f" (perhaps {{{near[0]}}})" if near else ""
    known = " ".join(f"{{{known}}}" for known in PLACEHOLDERS)
    return f"{{{name}}} is nothing that a format can hold{meant}; there are {known}"
