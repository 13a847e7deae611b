"""The words of the toy world, in three languages, and the number of each symbol.

Every noun, verb and adjective has its forms in all three, so that a sentence can be said in any of them. Left out are
words that would need a rule of their own, "old" (an, not a), weak German nouns, plurals like "sheep", and words that
two of the languages share.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple


class Noun(NamedTuple):
    """A noun, in each language its singular and its plural."""

    gender: Literal["m", "f", "n"]
    """In German; what is neuter there takes "het" in Dutch, too."""
    en: tuple[str, str]
    de: tuple[str, str]
    nl: tuple[str, str]


class Verb(NamedTuple):
    """A verb, with the forms that the third person needs."""

    feeling: Literal["positive", "neutral", "negative"]
    """What the job `classify` calls it."""
    en: tuple[str, str, str]
    """Plural, singular, past."""
    de: tuple[str, str, str, str]
    """Singular, plural, past singular, past plural."""
    nl: tuple[str, str, str, str]


class Adjective(NamedTuple):
    """An adjective."""

    de: str
    """The stem: an ending follows always."""
    nl: tuple[str, str]
    """After "een" before what takes "het", and everywhere else."""


NOUNS = {
    "dog": Noun("m", ("dog", "dogs"), ("Hund", "Hunde"), ("hond", "honden")),
    "bird": Noun("m", ("bird", "birds"), ("Vogel", "Vögel"), ("vogel", "vogels")),
    "king": Noun("m", ("king", "kings"), ("König", "Könige"), ("koning", "koningen")),
    "cat": Noun("f", ("cat", "cats"), ("Katze", "Katzen"), ("kat", "katten")),
    "woman": Noun("f", ("woman", "women"), ("Frau", "Frauen"), ("vrouw", "vrouwen")),
    "cow": Noun("f", ("cow", "cows"), ("Kuh", "Kühe"), ("koe", "koeien")),
    "child": Noun("n", ("child", "children"), ("Kind", "Kinder"), ("kind", "kinderen")),
    "horse": Noun("n", ("horse", "horses"), ("Pferd", "Pferde"), ("paard", "paarden")),
}
VERBS = {
    "see": Verb(
        "neutral", ("see", "sees", "saw"), ("sieht", "sehen", "sah", "sahen"), ("ziet", "zien", "zag", "zagen")
    ),
    "hear": Verb(
        "neutral",
        ("hear", "hears", "heard"),
        ("hört", "hören", "hörte", "hörten"),
        ("hoort", "horen", "hoorde", "hoorden"),
    ),
    "kiss": Verb(
        "positive",
        ("kiss", "kisses", "kissed"),
        ("küsst", "küssen", "küsste", "küssten"),
        ("kust", "kussen", "kuste", "kusten"),
    ),
    "feed": Verb(
        "positive",
        ("feed", "feeds", "fed"),
        ("füttert", "füttern", "fütterte", "fütterten"),
        ("voert", "voeren", "voerde", "voerden"),
    ),
    "hate": Verb(
        "negative",
        ("hate", "hates", "hated"),
        ("hasst", "hassen", "hasste", "hassten"),
        ("haat", "haten", "haatte", "haatten"),
    ),
    "bite": Verb(
        "negative",
        ("bite", "bites", "bit"),
        ("beißt", "beißen", "biss", "bissen"),
        ("bijt", "bijten", "beet", "beten"),
    ),
}
ADJECTIVES = {
    "small": Adjective("klein", ("klein", "kleine")),
    "big": Adjective("groß", ("groot", "grote")),
    "young": Adjective("jung", ("jong", "jonge")),
}

CHANGE_WORDS = {
    "same": ("translate", "say"),
    "past": ("past", "yesterday"),
    "plural": ("plural", "many"),
    "negate": ("negate", "deny"),
    "question": ("question", "ask"),
}
"""Two words for each change of a sentence that a document may ask for."""
LANGUAGE_WORDS = {"en": ("english", "englisch"), "de": ("german", "deutsch")}
FILLERS = ("please", "now", "the", "sentence", "in", "to")
WORDS = tuple(word for pair in (*CHANGE_WORDS.values(), *LANGUAGE_WORDS.values()) for word in pair) + FILLERS
"""The twenty words that an instruction may hold."""

LABELS = ("positive", "neutral", "negative")
SIGNS = ("<b>", ">", ";", ":")

ENGLISH = (
    *("the", "a", "do", "does", "did", "not", "?"),
    *(form for noun in NOUNS.values() for form in noun.en),
    *(form for verb in VERBS.values() for form in verb.en),
    *ADJECTIVES,
)
_GERMAN_ADJECTIVES = [one.de + ending for one in ADJECTIVES.values() for ending in ("e", "en", "er", "es")]
_DUTCH_ADJECTIVES = [form for one in ADJECTIVES.values() for form in one.nl]
GERMAN = (
    *("der", "die", "das", "den", "ein", "eine", "einen", "kein", "keine", "keinen", "nicht"),
    *(form for noun in NOUNS.values() for form in noun.de),
    *(form for verb in VERBS.values() for form in verb.de),
    *_GERMAN_ADJECTIVES,
)
DUTCH = (
    *("de", "het", "een", "geen", "niet", "dat"),
    *(form for noun in NOUNS.values() for form in noun.nl),
    *(form for verb in VERBS.values() for form in verb.nl),
    *_DUTCH_ADJECTIVES,
)
SYMBOLS = tuple(dict.fromkeys((*SIGNS, *ENGLISH, *GERMAN, *DUTCH, *WORDS, *LABELS)))
"""All 184 symbols; a symbol's number is its place here."""
NUMBER = {symbol: number for number, symbol in enumerate(SYMBOLS)}
KINDS = {
    **dict.fromkeys(SYMBOLS, "small words"),
    **{form: "nouns" for noun in NOUNS.values() for form in (*noun.en, *noun.de, *noun.nl)},
    **{form: "verbs" for verb in VERBS.values() for form in (*verb.en, *verb.de, *verb.nl)},
    **dict.fromkeys((*ADJECTIVES, *_GERMAN_ADJECTIVES, *_DUTCH_ADJECTIVES), "adjectives"),
    ";": "the end",
}
"""What kind of word each symbol is."""
BEGIN, ARROW, END, COLON = (NUMBER[sign] for sign in SIGNS)


def encode(words: Sequence[str]) -> list[int]:
    """Number words.

    Raises:
        ValueError: for a word that is not a symbol.
    """
    for word in words:
        if word not in NUMBER:
            raise ValueError(f"{word!r} is not a word of the toy world")
    return [NUMBER[word] for word in words]


def decode(numbers: Sequence[int]) -> str:
    """Write symbols as a text."""
    return " ".join(SYMBOLS[number] for number in numbers)
