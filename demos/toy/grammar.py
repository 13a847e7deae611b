"""The sentences of the toy world: what can be said, in English, German and Dutch, and what an English text says.

A sentence is a subject, a verb and an object; present or past, affirmed or negated, told or asked. A noun phrase has
an article or, in the plural, perhaps none, and perhaps an adjective. Subject and object are different things. German
and Dutch keep the order of the English words, so "die Katzen sehen die Kühe" has one reading only; a Dutch clause
after "dat" has its verb at the end. A sentence has one form in each language: every answer is right or wrong.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from demos.toy.words import ADJECTIVES, ENGLISH, NOUNS, VERBS


class GrammarError(ValueError):
    """A text is not a sentence of the toy world; the message says where it goes wrong and what would be right."""


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """What does something, or to which it is done."""

    definite: bool
    adjective: str
    """Empty for none."""
    noun: str
    plural: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, in no language yet."""

    subject: NounPhrase
    verb: str
    object: NounPhrase
    past: bool = False
    negated: bool = False
    asked: bool = False


def english(s: Sentence) -> list[str]:
    """Say a sentence in English."""
    subject, obj, (base, singular, past) = _english(s.subject), _english(s.object), VERBS[s.verb].en
    helper = "did" if s.past else "do" if s.subject.plural else "does"
    if s.asked:
        return [helper, *subject, *(["not"] if s.negated else []), base, *obj, "?"]
    if s.negated:
        return [*subject, helper, "not", base, *obj]
    return [*subject, past if s.past else base if s.subject.plural else singular, *obj]


def _english(n: NounPhrase) -> list[str]:
    article = "the" if n.definite else "" if n.plural else "a"
    return _said(article, n.adjective, NOUNS[n.noun].en[n.plural])


# Articles and endings by gender, p for the plural: nominative, then accusative. They differ for masculine nouns only.
_DEFINITE = {"m": ("der e", "den en"), "f": ("die e", "die e"), "n": ("das e", "das e"), "p": ("die en", "die en")}
_INDEFINITE = {"m": ("ein er", "einen en"), "f": ("eine e", "eine e"), "n": ("ein es", "ein es"), "p": (" e", " e")}
_NO = {
    "m": ("kein er", "keinen en"),
    "f": ("keine e", "keine e"),
    "n": ("kein es", "kein es"),
    "p": ("keine en", "keine en"),
}


def german(s: Sentence) -> list[str]:
    """Say a sentence in German: "not a" is "kein", and "not the" is "nicht" at the end."""
    verb = VERBS[s.verb].de[s.subject.plural + 2 * s.past]
    subject, obj = _german(s.subject, 0), _german(s.object, 1, negated=s.negated)
    rest = [*obj, *(["nicht"] if s.negated and s.object.definite else [])]
    return [verb, *subject, *rest, "?"] if s.asked else [*subject, verb, *rest]


def _german(n: NounPhrase, case: int, *, negated: bool = False) -> list[str]:
    table = _DEFINITE if n.definite else _NO if negated else _INDEFINITE
    noun = NOUNS[n.noun]
    article, ending = table["p" if n.plural else noun.gender][case].split(" ")
    return _said(article, ADJECTIVES[n.adjective].de + ending if n.adjective else "", noun.de[n.plural])


def dutch(s: Sentence, *, clause: bool = False) -> list[str]:
    """Say a sentence in Dutch, or make it a clause after "dat", which has its verb at the end."""
    verb = VERBS[s.verb].nl[s.subject.plural + 2 * s.past]
    subject, obj = _dutch(s.subject), _dutch(s.object, negated=s.negated)
    rest = [*obj, *(["niet"] if s.negated and s.object.definite else [])]
    return ["dat", *subject, *rest, verb] if clause else [*subject, verb, *rest]


def _dutch(n: NounPhrase, *, negated: bool = False) -> list[str]:
    noun = NOUNS[n.noun]
    neuter = noun.gender == "n" and not n.plural
    indefinite = "geen" if negated else "" if n.plural else "een"
    article = ("het" if neuter else "de") if n.definite else indefinite
    return _said(
        article, ADJECTIVES[n.adjective].nl[n.definite or not neuter] if n.adjective else "", noun.nl[n.plural]
    )


def _said(*words: str) -> list[str]:
    return [word for word in words if word]


def draw(rng: random.Random, *, past: float = 0.3, negated: float = 0.2) -> Sentence:
    """Draw a sentence, in the past and negated with these probabilities."""
    subject, obj = _draw(rng), _draw(rng)
    while obj.noun == subject.noun:
        obj = _draw(rng)
    return Sentence(subject, rng.choice(list(VERBS)), obj, rng.random() < past, rng.random() < negated)


def _draw(rng: random.Random) -> NounPhrase:
    adjective = rng.choice(list(ADJECTIVES)) if rng.random() < 0.35 else ""
    return NounPhrase(rng.random() < 0.55, adjective, rng.choice(list(NOUNS)), rng.random() < 0.3)


def read(text: str) -> Sentence:
    """Find out what an English statement says.

    Raises:
        GrammarError: if it is none of the toy world.
    """
    words = text.split()
    for word in words:
        if word not in ENGLISH:
            raise GrammarError(f"there is no English word {word[:40]!r} here; {_known()}")
    subject, rest = _read(words, "it begins with")
    negated = len(rest) > 1 and rest[0] in ("do", "does", "did") and rest[1] == "not"
    helper, rest = (rest[0], rest[2:]) if negated else ("", rest)
    verb = next((name for name, verb in VERBS.items() if rest and rest[0] in verb.en), None)
    if verb is None:
        raise GrammarError(f"after its subject comes a verb, such as sees or did not see, not {_shown(rest)}")
    past = helper == "did" or (not negated and rest[0] == VERBS[verb].en[2])
    obj, rest = _read(rest[1:], "after its verb comes")
    if rest:
        raise GrammarError(f"it ends with its object; {_shown(rest)} is too much")
    if obj.noun == subject.noun:
        raise GrammarError("its subject and its object are different things")
    found = Sentence(subject, verb, obj, past, negated)
    if words != english(found):
        raise GrammarError(f"say it like this: {' '.join(english(found))}")
    return found


def _read(words: Sequence[str], where: str) -> tuple[NounPhrase, Sequence[str]]:
    """Read a noun phrase from the beginning of some words, and give what follows it; its articles may be wrong."""
    rest = list(words)
    article = rest.pop(0) if rest and rest[0] in ("the", "a") else ""
    adjective = rest.pop(0) if rest and rest[0] in ADJECTIVES else ""
    for name, noun in NOUNS.items():
        if rest and rest[0] in noun.en:
            return NounPhrase(article == "the", adjective, name, rest[0] == noun.en[1]), rest[1:]
    raise GrammarError(f"{where} someone, such as the small dog or cats, not {_shown(words)}")


def _known() -> str:
    things = (f"{', '.join(names)}" for names in (NOUNS, VERBS, ADJECTIVES))
    return "there are " + "; ".join(things)


def _shown(words: Sequence[str]) -> str:
    return repr(" ".join(words)[:40]) if words else "nothing"
