from __future__ import annotations

import contextlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.toy.grammar import GrammarError, Sentence, draw, dutch, english, german, read
from demos.toy.words import ADJECTIVES, DUTCH, ENGLISH, GERMAN, NOUNS
from tests.helpers.rows import each_row

SENTENCES = st.integers(0, 10_000).map(lambda seed: draw(random.Random(seed), past=0.5, negated=0.5))


@pytest.mark.parametrize(
    ("given", "in_german", "in_dutch", "after_dat"),
    [
        ("the small dog sees a cat", "der kleine Hund sieht eine Katze",
         "de kleine hond ziet een kat", "dat de kleine hond een kat ziet"),
        ("a small dog sees the big king", "ein kleiner Hund sieht den großen König",
         "een kleine hond ziet de grote koning", "dat een kleine hond de grote koning ziet"),
        ("young cats did not bite a child", "junge Katzen bissen kein Kind",
         "jonge katten beten geen kind", "dat jonge katten geen kind beten"),
        ("the cow does not hate young kings", "die Kuh hasst keine jungen Könige",
         "de koe haat geen jonge koningen", "dat de koe geen jonge koningen haat"),
        ("the children did not feed the horse", "die Kinder fütterten das Pferd nicht",
         "de kinderen voerden het paard niet", "dat de kinderen het paard niet voerden"),
        ("a big child heard a young horse", "ein großes Kind hörte ein junges Pferd",
         "een groot kind hoorde een jong paard", "dat een groot kind een jong paard hoorde"),
        ("the young women kiss small birds", "die jungen Frauen küssen kleine Vögel",
         "de jonge vrouwen kussen kleine vogels", "dat de jonge vrouwen kleine vogels kussen"),
        ("a king does not see a small dog", "ein König sieht keinen kleinen Hund",
         "een koning ziet geen kleine hond", "dat een koning geen kleine hond ziet"),
    ],
)  # fmt: skip
def test_a_sentence_is_said_correctly_in_each_language(
    given: str, in_german: str, in_dutch: str, after_dat: str
) -> None:
    sentence = read(given)
    assert " ".join(english(sentence)) == given
    assert " ".join(german(sentence)) == in_german
    assert " ".join(dutch(sentence)) == in_dutch
    assert " ".join(dutch(sentence, clause=True)) == after_dat


@given(SENTENCES)
def test_english_sentences_are_read_back(sentence: Sentence) -> None:
    assert read(" ".join(english(sentence))) == sentence


@given(SENTENCES)
def test_each_language_keeps_to_its_own_words_and_is_three_to_nine_of_them_long(sentence: Sentence) -> None:
    for said, words in ((english(sentence), ENGLISH), (german(sentence), GERMAN), (dutch(sentence), DUTCH)):
        assert set(said) <= set(words)
        assert 3 <= len(said) <= 9


@given(SENTENCES, SENTENCES)
def test_only_equal_sentences_sound_the_same_in_english(one: Sentence, other: Sentence) -> None:
    assert (english(one) == english(other)) == (one == other)


@given(SENTENCES)
def test_nothing_does_something_to_itself(sentence: Sentence) -> None:
    assert sentence.subject.noun != sentence.object.noun
    assert {sentence.subject.noun, sentence.object.noun} <= set(NOUNS)
    assert {sentence.subject.adjective, sentence.object.adjective} <= {"", *ADJECTIVES}


@each_row(
    "text, why",
    [
        ("", "it begins with someone, such as the small dog or cats, not nothing"),
        ("the tree sees a cat", "there is no English word 'tree' here; there are dog, bird"),
        ("der Hund sieht eine Katze", "there is no English word 'der' here"),
        ("sees a cat", "it begins with someone"),
        ("the dog", "after its subject comes a verb, such as sees or did not see, not nothing"),
        ("the dog did see a cat", "after its subject comes a verb"),
        ("the dog sees", "after its verb comes someone"),
        ("the dog sees a cat the", "it ends with its object; 'the' is too much"),
        ("the dog sees a dog", "different things"),
        ("the dog see a cat", "say it like this: the dog sees a cat"),
        ("dogs sees a cat", "say it like this: dogs see a cat"),
        ("dog sees a cat", "say it like this: a dog sees a cat"),
        ("a dogs see a cat", "say it like this: dogs see a cat"),
        ("the dogs does not see a cat", "say it like this: the dogs do not see a cat"),
        ("the dog did not sees a cat", "say it like this: the dog did not see a cat"),
        ("does the dog see a cat ?", "it begins with someone"),
    ],
)
def test_a_text_that_is_not_a_sentence_is_refused_with_what_would_be_right(text: str, why: str) -> None:
    with pytest.raises(GrammarError) as caught:
        read(text)
    assert why in str(caught.value)


@given(st.lists(st.sampled_from(ENGLISH), max_size=10))
def test_whatever_is_typed_is_read_or_refused(words: list[str]) -> None:
    with contextlib.suppress(GrammarError):
        assert english(read(" ".join(words))) == words
