"""The two Anki note types of our packages: their fields, templates and styles.

Under a number that Anki knows, fields and templates must keep their names for ever: a type that differs would be
imported as another one, and no note of an earlier package would be recognised.
"""

from __future__ import annotations

from typing import Any, Final

PLAIN: Final = 1_732_000_000_001
"""Front and back, asked both ways if the switch is set."""
CLOZE: Final = 1_732_000_000_002
ABOUT: Final = ("Context", "Source")
"""The fields about a question's place: the headings above it, and its note."""
_CHANGED: Final = 1_795_800_000
"""When templates or styles last changed; Anki takes those of the later package."""

_CSS: Final = """\
.card { font-family: sans-serif; font-size: 20px; line-height: 1.5; text-align: left; max-width: 40em; margin: 0 auto;
  padding: 1em; }
img { max-width: 100%; }
blockquote { border-left: 3px solid #8884; margin: 0.5em 0; padding: 0.1em 0 0.1em 0.8em; }
pre { background: #8881; padding: 0.6em; overflow-x: auto; }
table { border-collapse: collapse; } th, td { border: 1px solid #8886; padding: 0.2em 0.6em; }
.footnotes { font-size: 14px; } .asked .given { display: none; } .answered .given { display: list-item; }
mark { background: #f2c46366; color: inherit; }
.context { color: #888; font-size: 14px; }
.cloze { font-weight: bold; color: #1c57ad; } .nightMode .cloze { color: #86b3f8; }
"""
_CONTEXT: Final = '{{#Context}}<div class="context">{{Context}}</div>{{/Context}}\n'


def _asked(field: str) -> str:
    """A field in a question, where the footnotes that are elsewhere in the note wait for the answer."""
    return f'<div class="asked">{field}</div>'


_ANSWER: Final = '<div class="answered">{{FrontSide}}</div>\n<hr id=answer>\n'


def _model(number: int, name: str, kind: int, fields: tuple[str, ...], templates: tuple[dict[str, Any], ...]) -> Any:
    return {
        "id": number,
        "name": name,
        "type": kind,
        "mod": _CHANGED,
        "usn": -1,
        "sortf": 0,
        "did": None,
        "css": _CSS,
        "flds": [
            {"name": field, "ord": place, "sticky": False, "rtl": False, "font": "Arial", "size": 20}
            for place, field in enumerate(fields)
        ],
        "tmpls": [{"ord": place, "did": None, **template} for place, template in enumerate(templates)],
        "latexPre": "",
        "latexPost": "",
        "tags": [],
        "vers": [],
    }


MODELS: Final = {
    PLAIN: _model(
        PLAIN,
        "studyapp",
        0,
        ("Front", "Back", "Both ways", *ABOUT),
        (
            {"name": "Front to back", "qfmt": _CONTEXT + _asked("{{Front}}"), "afmt": _ANSWER + "{{Back}}"},
            {
                "name": "Back to front",
                "qfmt": "{{#Both ways}}" + _CONTEXT + _asked("{{Back}}") + "{{/Both ways}}",
                "afmt": _ANSWER + "{{Front}}",
            },
        ),
    ),
    CLOZE: _model(
        CLOZE,
        "studyapp cloze",
        1,
        ("Text", *ABOUT),
        ({"name": "Cloze", "qfmt": _CONTEXT + _asked("{{cloze:Text}}"), "afmt": _CONTEXT + "{{cloze:Text}}"},),
    ),
}
"""By number, as `col.models` has them."""
