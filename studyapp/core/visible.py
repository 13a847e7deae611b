"""Text of notes made harmless for a terminal: what would act on the screen, or hide on it, becomes a visible symbol.

A terminal obeys escape sequences, C1 controls and bidirectional overrides in whatever it prints, so a note could set
the window's title, fill the clipboard, or show an answer that is not the one in the file. Every text that comes from
outside passes through `visible` once, before it reaches a widget or standard output.

At the end: what else may be sent to a terminal, as the environment and the stream say.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from typing import Final, TextIO

# Ranges that print nothing but change how the text around them looks or reads. Categories and names are Unicode's;
# U+200C and U+200D (the joiners) and the tags U+E0020–E007F depend on their neighbours and are handled below.
_HIDDEN_RANGES: Final = (
    (0x00AD, 0x00AD),  # soft hyphen
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x061C, 0x061C),  # Arabic letter mark
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels, which are never shown
    (0x180E, 0x180E),  # Mongolian vowel separator
    (0x200B, 0x200B),  # zero width space
    (0x200E, 0x200F),  # left-to-right and right-to-left mark
    (0x2028, 0x202E),  # line and paragraph separator, bidirectional embeddings and overrides
    (0x2060, 0x206F),  # word joiner, invisible operators, bidirectional isolates, deprecated format characters
    (0x3164, 0x3164),  # Hangul filler
    (0xFDD0, 0xFDEF),  # noncharacters
    (0xFEFF, 0xFEFF),  # byte order mark in the middle of a text
    (0xFFA0, 0xFFA0),  # halfwidth Hangul filler
    (0xFFF0, 0xFFFB),  # unassigned ignorables, interlinear annotation
    (0xFFFE, 0xFFFF),  # noncharacters
    (0x1BCA0, 0x1BCA3),  # shorthand format controls
    (0x1D173, 0x1D17A),  # musical format controls
    (0xE0000, 0xE001F),  # language tag and unassigned ignorables
)


def _code_point(char: str) -> str:
    return f"‹U+{ord(char):04X}›"


def _is_plain(text: str) -> bool:
    """Whether a text in European scripts and mathematics hides nothing: it can skip the slower steps below."""
    return (text.isascii() and text.isprintable()) or _plain().fullmatch(text) is not None


@cache
def _plain() -> re.Pattern[str]:
    return re.compile(
        "[\n -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u037f\u0400-\u0481"
        "\u2010-\u2027\u2030-\u205e\u2070-\u20bf\u2190-\u22ff\u2500-\u25ff]*"
    )


@cache
def _table() -> dict[int, str]:
    table = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"}
    table[0x7F] = "\u2421"
    table |= {code: _code_point(chr(code)) for code in range(0x80, 0xA0)}
    table |= {code: _code_point(chr(code)) for first, last in _HIDDEN_RANGES for code in range(first, last + 1)}
    # `surrogateescape` decodes an invalid byte to U+DC00 + byte; any other lone surrogate carries no byte to show.
    table |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
    table |= {0xDC00 + byte: f"‹{byte:02X}›" for byte in range(0x80, 0x100)}
    return table


@cache
def _line_table() -> dict[int, str]:
    return _table() | {0x09: "\u2409", 0x0A: "\u240a"}


def _character_class(codes: dict[int, str]) -> str:
    runs: list[list[int]] = []
    for code in sorted(codes):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in runs)


@cache
def _suspect() -> re.Pattern[str]:
    return re.compile(f"[{_character_class(_table())}\u200c\u200d\U000e0020-\U000e007f]")


# Roughly Extended_Pictographic, plus what may stand between such a character and a joiner.
_EMOJI: Final = "\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff"
_EMOJI_END: Final = f"{_EMOJI}\ufe0f\U0001f3fb-\U0001f3ff"
# Scripts whose spelling needs the joiners: Arabic and its relatives, the Indic scripts to Myanmar, Khmer, Mongolian,
# the Arabic presentation forms, and the Indic scripts of the supplementary plane.
_JOINING: Final = (
    "\u0600-\u109f\u1780-\u18af\u1a20-\u1cff\ua840-\uaaff\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff"
)


@cache
def _of_context() -> re.Pattern[str]:
    return re.compile(
        f"(?P<keep>(?<=[{_EMOJI_END}])\u200d(?=[{_EMOJI}])"
        f"|(?<=[{_JOINING}])[\u200c\u200d]"
        "|(?<=\U0001f3f4)[\U000e0020-\U000e007e]{1,31}\U000e007f)"  # the flag of a region, such as Scotland's
        "|[\u200c\u200d\U000e0020-\U000e007f]"
    )


def _contextual(match: re.Match[str]) -> str:
    kept: str | None = match["keep"]
    return _code_point(match[0]) if kept is None else kept


def visible(text: str, *, newlines: bool = True) -> str:
    r"""Return `text` with every character that could act on a terminal, or deceive its reader, as a visible symbol.

    C0 controls and DEL become Unicode's control pictures; C1 controls, bidirectional controls, invisible characters
    and the separators U+2028 and U+2029 become `‹U+202E›`; an invalid byte that was decoded with `surrogateescape`
    becomes `‹FF›`, any other lone surrogate U+FFFD. The joiners stay inside emoji and in scripts that need them.

    With `newlines` (a text that will be laid out) line feeds and tabs stay and CR LF is one line feed; without (a
    text that must stay on its line, such as a title) both are shown as pictures. Idempotent, linear in the length.
    """
    if _is_plain(text) and (newlines or "\n" not in text):
        return text
    if not newlines:
        text = text.translate(_line_table())
    elif "\r\n" in text:
        text = text.replace("\r\n", "\n")
    if _suspect().search(text) is None:
        return text
    return _of_context().sub(_contextual, text.translate(_table()))


_DUMB: Final = frozenset({"dumb", "unknown"})


def over_ssh(environ: Mapping[str, str]) -> bool:
    """Whether the user is at another machine."""
    return bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))


def wants_no_colour(environ: Mapping[str, str]) -> bool:
    """Whether the user asks for no colour, by the rule of no-color.org: an empty variable does not count."""
    return bool(environ.get("NO_COLOR"))


def is_dumb(environ: Mapping[str, str]) -> bool:
    """Whether the terminal only takes lines, and cannot move its cursor."""
    return environ.get("TERM") in _DUMB


def can_rewrite(stream: TextIO) -> bool:
    """Whether a written line can be overwritten."""
    return stream.isatty() and not is_dumb(os.environ)


def takes_colour(stream: TextIO) -> bool:
    """Whether colours may be sent."""
    return can_rewrite(stream) and not wants_no_colour(os.environ)
