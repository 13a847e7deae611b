"""Which demo belongs to a card: a link in its text, its note's front matter, its headings, its note's names.

    studyapp://demo/lora?rank=8&seed=1                   a demo, with some of its knobs
    studyapp://demo/prefix?walk=1                        run it, then walk through one forward pass
    studyapp://demo/compare?methods=lora,adapters&job=teach    compare some methods, or all

A link names a demo and its knobs and nothing else: no path, no command, no host. What it may hold is spelled out
here, and each name and value is looked up in the catalog before anything starts, so a note from a stranger can at
most start a demo with knobs that the user could have turned themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, Protocol
from urllib.parse import quote, unquote

from msgspec import Struct, field

from studyapp.core.errors import MisuseError
from studyapp.core.text.pieces import Part, pieces
from studyapp.core.visible import visible

SCHEME: Final = "studyapp"

KEYS: Final = ("demo", "demos")
"""The front matter key that names demos."""

NamedBy = Literal["link", "front matter", "question", "heading", "title"]

COMPARE: Final = "compare"
"""The name for a comparison."""
_WALK: Final = "walk"
_MOST_ASKED: Final = 3
"""The most methods that a question may name; one with more is about all of them."""

_LONGEST: Final = 500
_LINK: Final = re.compile(
    r"studyapp:(?://)?demo/(?P<name>[^/?#]+)/?(?:\?(?P<query>[^#]*))?", re.IGNORECASE | re.DOTALL
)
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_KNOB: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_VALUE: Final = re.compile(r"(?:[\w .,+~-]|%[0-9A-Fa-f]{2}){1,400}")
"""A value as in a link: characters with a meaning elsewhere are percent-encoded."""
_LONGEST_VALUE: Final = 64
_ENDS: Final = ".,;:!?*_="
"""Characters at the end of a link that belong to the sentence around it."""
_UNREAD: Final = (Part.CODE, Part.FENCE, Part.HIDDEN, Part.MATHS)
_IN_TEXT: Final = re.compile(r"(?<![\w/])studyapp:[^\s<>()\[\]{}\"'`|\\^]{1,500}", re.IGNORECASE)


class DemoLinkError(MisuseError):
    """A link, or a name in a note, does not match a demo with such knobs."""


class DemoEntry(Protocol):
    """What a link needs to know about a demo."""

    @property
    def name(self) -> str:
        """The name that links use."""

    @property
    def title(self) -> str:
        """The name to show."""

    def settle(self, given: Mapping[str, object]) -> Mapping[str, int | float | str | bool]:
        """A value for every knob; raises ValueError for what the demo does not take."""


class DemoCatalog(Protocol):
    """What a link needs to know about all demos (`demos.catalog.Catalog` has it)."""

    def get(self, name: str) -> DemoEntry:
        """Find a demo by its name; raises ValueError."""

    def find_all(self, names: Iterable[str]) -> tuple[DemoEntry, ...]:
        """Find the demos that headings, titles or aliases mean."""


class DemoChoice(Struct, frozen=True):
    """A demo that may be run, and why it is offered."""

    name: str
    title: str
    knobs: Mapping[str, int | float | str | bool] = field(default_factory=dict)
    """The requested knobs, checked; the others keep their defaults."""
    origin: NamedBy = "link"
    said: str = ""
    """The link, heading or title that named it."""
    walk: bool = False
    """Whether to run it to walk through one forward pass."""
    methods: tuple[str, ...] = ()
    """For a comparison: the demos to compare; none means all."""


class DemoOffer(Struct, frozen=True):
    """All demos that belong to a card, best first, and names that match no demo."""

    choices: tuple[DemoChoice, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def nearest(self) -> tuple[DemoChoice, ...]:
        """The demos that the most specific place names: the links of the card, the front matter, or one heading."""
        if not self.choices:
            return ()
        first = self.choices[0]
        whole = first.origin in ("link", "front matter", "question")
        return tuple(c for c in self.choices if c.origin == first.origin and (whole or c.said == first.said))


def demos_of(
    card_text: str,
    front_matter: Mapping[str, object],
    headings: Iterable[str],
    names: Iterable[str],
    catalog: DemoCatalog,
    question: str = "",
) -> DemoOffer:
    """Find every demo that belongs to a card, the most specific first; never raises.

    Args:
        card_text: the text of the card as it stands in the note, all sides.
        front_matter: that of the note; `demo` may be `lora`, `lora?rank=8`, or a list of such.
        headings: the headings above the card, innermost first.
        names: the note's title and its aliases.
        catalog: the demos there are.
        question: the card's front; one that names two methods or three is about each of them.
    """
    choices: dict[tuple[object, ...], DemoChoice] = {}
    problems: list[str] = []
    asked: list[tuple[NamedBy, str]] = [("link", link) for link in links_in(card_text)]
    asked += [("front matter", text) for text in _named(front_matter)]
    for origin, said in asked:
        read = parse_link if origin == "link" else _parts
        try:
            choice = _choice(*read(said), catalog, origin, said)
        except DemoLinkError as error:
            problems.append(str(error))
        else:
            choices.setdefault((choice.name, tuple(sorted(choice.knobs.items())), choice.methods), choice)
    asked_about = catalog.find_all([question]) if question else ()
    for demo in asked_about if 2 <= len(asked_about) <= _MOST_ASKED else ():
        choices.setdefault((demo.name, (), ()), DemoChoice(demo.name, demo.title, {}, "question", question))
    above: list[tuple[NamedBy, str]] = [("heading", text) for text in headings]
    above += [("title", text) for text in names]
    for origin, said in above:
        for demo in catalog.find_all([said]):
            choices.setdefault((demo.name, (), ()), DemoChoice(demo.name, demo.title, {}, origin, said))
    return DemoOffer(tuple(choices.values()), tuple(problems))


def choice_of_link(link: str, catalog: DemoCatalog) -> DemoChoice:
    """Read a link and look up what it names; DemoLinkError if that does not exist, or the link is invalid."""
    name, knobs = parse_link(link)
    return _choice(name, knobs, catalog, "link", link)


def parse_link(link: str) -> tuple[str, dict[str, str]]:
    """The name and the knobs, not looked up yet, of a `studyapp://demo/NAME?knob=value&…`; else DemoLinkError."""
    if len(link) > _LONGEST:
        raise DemoLinkError(f"the link {_quoted(link)} is too long to name a demo")
    match = _LINK.fullmatch(link.strip())
    if match is None:
        raise DemoLinkError(f"{_quoted(link)} is not a demo link; one looks like studyapp://demo/lora?rank=8")
    return _parts(f"{match['name']}?{match['query'] or ''}")


def links_in(text: str) -> Iterator[str]:
    """The links of our scheme in a text, in order; code does not count."""
    if f"{SCHEME}:" not in text.lower():
        return
    shown = "".join(
        f" {one.text} " if one.part is Part.ADDRESS else one.text for one in pieces(text) if one.part not in _UNREAD
    )
    for match in _IN_TEXT.finditer(shown):
        yield match[0].rstrip(_ENDS)


def link_to(name: str, knobs: Mapping[str, object]) -> str:
    """The link, in the form that `links_in` finds and `parse_link` reads."""
    query = "&".join(f"{knob}={_as_text(value)}" for knob, value in knobs.items())
    return f"{SCHEME}://demo/{name}" + (f"?{query}" if query else "")


def _as_text(value: object) -> str:
    text = ("no", "yes")[value] if isinstance(value, bool) else f"{value}"
    written = quote(text, safe="")
    return f"{written[:-1]}%{ord(written[-1]):02X}" if written.endswith(tuple(_ENDS)) else written


def _parts(text: str) -> tuple[str, dict[str, str]]:
    """Parse `NAME?knob=value&…`; a value may be percent-encoded."""
    name, _, query = text.partition("?")
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise DemoLinkError(f"{_quoted(name)} is not the name of a demo")
    knobs: dict[str, str] = {}
    for part in query.split("&") if query else ():
        knob, equals, value = part.partition("=")
        if not equals or not _KNOB.fullmatch(knob) or (decoded := _decoded(value)) is None:
            raise DemoLinkError(f"{_quoted(part)} sets no knob; a knob is set as rank=8")
        if knob in knobs:
            raise DemoLinkError(f"the knob {_quoted(knob)} is set twice")
        knobs[knob] = decoded
    return name, knobs


def _decoded(value: str) -> str | None:
    """A decoded value; None if it is invalid, or would act on a terminal."""
    try:
        text = unquote(value.replace("+", " "), errors="strict") if _VALUE.fullmatch(value) else ""
    except UnicodeDecodeError:
        return None
    fits = 0 < len(text) <= _LONGEST_VALUE and text.isprintable() and visible(text, newlines=False) == text
    return text if fits else None


def _choice(name: str, knobs: Mapping[str, str], catalog: DemoCatalog, origin: NamedBy, said: str) -> DemoChoice:
    try:
        if name == COMPARE:
            return _comparison(knobs, catalog, origin, said)
        demo = catalog.get(name.replace("-", "_"))
        walk = _is_yes(_WALK, knobs.get(_WALK, "no"))
        knobs = {knob: value for knob, value in knobs.items() if knob != _WALK}
        settled = demo.settle(knobs)
    except ValueError as error:
        raise DemoLinkError(f"{_quoted(said)}: {visible(str(error), newlines=False)}") from None
    return DemoChoice(demo.name, demo.title, {knob: settled[knob] for knob in knobs}, origin, said, walk)


def _comparison(knobs: Mapping[str, str], catalog: DemoCatalog, origin: NamedBy, said: str) -> DemoChoice:
    """What a link to a comparison asks for; raises ValueError if it is invalid."""
    for knob in knobs:
        if knob not in ("methods", "job"):
            raise ValueError(f"a comparison takes methods and job, not {knob[:40]!r}")
    named = [part.strip().replace("-", "_") for part in knobs.get("methods", "").split(",") if part.strip()]
    demos = [catalog.get(one) for one in named]
    if "methods" in knobs and len({demo.name for demo in demos}) < 2:
        raise ValueError("a comparison takes two methods or more, such as methods=lora,adapters")
    job = {"job": knobs["job"]} if "job" in knobs else {}
    for demo in demos or catalog.find_all(["LoRA"]):
        demo.settle(job)
    methods = {demo.name: demo.title for demo in demos}
    *most, last = methods.values() or ("",)
    whole = not most or len(methods) > _MOST_ASKED
    called = "the methods" if whole else f"{', '.join(most)} and {last}"
    return DemoChoice(COMPARE, f"Compare {called}", dict(job), origin, said, methods=tuple(methods))


def _is_yes(name: str, text: str) -> bool:
    values = {"1": True, "yes": True, "true": True, "on": True, "0": False, "no": False, "false": False, "off": False}
    if text.casefold() not in values:
        raise ValueError(f"{name} takes yes or no, not {text[:40]!r}")
    return values[text.casefold()]


def _named(front_matter: Mapping[str, object]) -> Iterator[str]:
    """Give the texts under `demo` (or `demos`) in the front matter, one for each demo."""
    for key in KEYS:
        value = front_matter.get(key)
        for item in value if isinstance(value, list | tuple) else [value]:
            if item is not None and item != "":
                text = str(item).strip()
                yield re.sub(r"^studyapp:(//)?demo/", "", text, flags=re.IGNORECASE)


def _quoted(text: str) -> str:
    shown = text if len(text) <= 60 else text[:59] + "…"
    return "“" + visible(shown, newlines=False) + "”"
