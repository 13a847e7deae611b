"""Which demo belongs to a card, and what a link may hold."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from demos.catalog import Catalog, load
from studyapp.core.visible import visible
from studyapp.study.reader.demo_links import DemoLinkError, choice_of_link, demos_of, link_to, links_in, parse_link

COUNT = (Path(__file__).parents[2] / "data" / "demos" / "count.py").read_text()


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Two demos, of which `fingers` is about fingers."""
    folder = tmp_path_factory.mktemp("demos")
    (folder / "count.py").write_text(COUNT)
    (folder / "fingers.py").write_text(COUNT.replace('"Counting"', '"Fingers"').replace("Counting Fingers", "Hand"))
    return load(folder)


@pytest.mark.parametrize(
    ("link", "name", "knobs"),
    [
        ("studyapp://demo/count", "count", {}),
        ("studyapp://demo/count/", "count", {}),
        ("STUDYAPP://demo/count?", "count", {}),
        ("studyapp:demo/count?steps=3", "count", {"steps": 3}),
        ("studyapp://demo/count?steps=12&job=teach&loud=yes", "count", {"steps": 12, "job": "teach", "loud": True}),
        ("studyapp://demo/count?pause=0%2E5", "count", {"pause": 0.5}),
        ("studyapp://demo/Counting", "count", {}),
    ],
)
def test_a_link_names_a_demo_and_its_knobs(
    catalog: Catalog, link: str, name: str, knobs: Mapping[str, object]
) -> None:
    choice = choice_of_link(link, catalog)
    assert (choice.name, choice.knobs) == (name, knobs)


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("", "is not a demo link"),
        ("obsidian://open?vault=x", "is not a demo link"),
        ("studyapp://demo/", "is not a demo link"),
        ("studyapp://run/count", "is not a demo link"),
        ("studyapp://demo/../../etc/passwd", "is not a demo link"),
        ("studyapp://demo/..%2Fcount", "is not the name of a demo"),
        ("studyapp://demo//bin/sh", "is not a demo link"),
        ("studyapp://demo/count;reboot", "is not the name of a demo"),
        ("studyapp://demo/count#x", "is not a demo link"),
        ("studyapp://demo/count?steps", "sets no knob"),
        ("studyapp://demo/count?steps=", "sets no knob"),
        ("studyapp://demo/count?steps=3&steps=4", "is set twice"),
        ("studyapp://demo/count?steps=$(reboot)", "sets no knob"),
        ("studyapp://demo/count?steps=%FF", "sets no knob"),
        ("studyapp://demo/count?steps=3%0A4", "sets no knob"),
        ("studyapp://demo/count?job=a/b", "sets no knob"),
        ("studyapp://demo/count?steps=0", "steps takes a whole number"),
        ("studyapp://demo/count?speed=3", "there is no knob 'speed'"),
        ("studyapp://demo/cuont", "did you mean count"),
        ("studyapp://demo/\x1b]0;title\x07", "␛"),
        ("studyapp://demo/" + "x" * 1000, "too long"),
    ],
)
def test_any_other_link_is_refused_in_words(catalog: Catalog, link: str, says: str) -> None:
    with pytest.raises(DemoLinkError) as told:
        choice_of_link(link, catalog)
    assert says in str(told.value)
    assert "\x1b" not in str(told.value)
    assert len(str(told.value)) < 400


@given(st.text() | st.builds("studyapp://demo/{}?{}={}".format, st.text(), st.text(), st.text()))
@example("studyapp://demo/count?steps=٣")
def test_no_text_raises_anything_else_or_names_a_path_or_command(catalog: Catalog, link: str) -> None:
    try:
        name, knobs = parse_link(link)
    except DemoLinkError:
        return
    for text in (name, *knobs):
        assert not set(text) & set("/\\:;|&$`<>(){}[]*?~!'\"\n\r\t\0#%"), text
    for value in knobs.values():  # it is looked up among those of the knob
        assert value.isprintable()
        assert 0 < len(value) <= 64


@given(st.integers(1, 1_000_000), st.floats(0, 1), st.booleans(), st.sampled_from(["elicit", "teach"]))
def test_a_link_that_was_written_is_read_again(
    catalog: Catalog, steps: int, pause: float, loud: bool, job: str
) -> None:
    knobs = {"steps": steps, "pause": pause, "loud": loud, "job": job}
    assert choice_of_link(link_to("count", knobs), catalog).knobs == knobs


@given(st.text(st.characters(blacklist_categories=["C", "Z"]) | st.just(" "), min_size=1, max_size=20))
@example("after <b>")
@example("a/b?c=d&e#f")
@example("ends.")
@example("100 %")
@example("a+b")
def test_any_value_that_is_written_is_found_in_a_text_and_read_again(value: str) -> None:
    if visible(value, newlines=False) != value:
        return
    link = link_to("count", {"job": value, "place": value})
    assert list(links_in(f"See [it]({link}), <{link}> or {link}.")) == [link] * 3
    assert parse_link(link) == ("count", {"job": value, "place": value})


def test_links_in_code_are_none() -> None:
    text = "`studyapp://demo/a` and %%studyapp://demo/b%%\n```\nstudyapp://demo/c\n```\nstudyapp://demo/d"
    assert list(links_in(text)) == ["studyapp://demo/d"]


def test_links_are_found_in_markdown_without_what_surrounds_them() -> None:
    text = "[run](studyapp://demo/a?x=1), <studyapp://demo/b> and studyapp://demo/c. No: xstudyapp://demo/d"
    assert list(links_in(text)) == ["studyapp://demo/a?x=1", "studyapp://demo/b", "studyapp://demo/c"]


LINK = "Q::A [run](studyapp://demo/count?steps=3)"


@pytest.mark.parametrize(
    ("text", "front_matter", "headings", "names", "expected"),
    [
        (LINK, {"demo": "fingers"}, ["Hand"], ["Hand"], ("count", "link")),
        ("Q::A", {"demo": "fingers?steps=3"}, ["Counting"], ["Counting"], ("fingers", "front matter")),
        ("Q::A", {"demo": ["count", "fingers"]}, ["Hand"], [], ("count", "front matter")),
        ("Q::A", {"demo": "studyapp://demo/fingers"}, [], [], ("fingers", "front matter")),
        ("Q::A", {}, ["Details", "Hand", "Counting"], ["Counting"], ("fingers", "heading")),
        ("Q::A", {"demo": None}, ["Details"], ["Notes", "counting"], ("count", "title")),
        ("Q::A", {}, ["Details"], ["Notes"], None),
        ("Q::A [x](studyapp://demo/nothing)", {}, ["Hand"], [], ("fingers", "heading")),
    ],
)
def test_the_most_specific_mention_counts(
    catalog: Catalog,
    text: str,
    front_matter: Mapping[str, object],
    headings: list[str],
    names: list[str],
    expected: tuple[str, str] | None,
) -> None:
    choice = next(iter(demos_of(text, front_matter, headings, names, catalog).choices), None)
    assert (choice and (choice.name, choice.origin)) == expected


@pytest.mark.parametrize(
    ("text", "front_matter", "headings", "nearest"),
    [
        (
            f"{LINK} [y](studyapp://demo/fingers)",
            {"demo": "fingers"},
            ["Hand"],
            [("count", {"steps": 3}), ("fingers", {})],
        ),
        (LINK, {"demo": "fingers"}, ["Hand"], [("count", {"steps": 3})]),
        ("Q::A", {"demo": ["count", "fingers"]}, ["Hand"], [("count", {}), ("fingers", {})]),
        ("Q::A", {}, ["Hand", "Counting"], [("fingers", {})]),
        ("Q::A", {}, [], []),
    ],
)
def test_the_nearest_are_those_of_one_place(
    catalog: Catalog,
    text: str,
    front_matter: Mapping[str, object],
    headings: list[str],
    nearest: list[tuple[str, dict[str, object]]],
) -> None:
    offer = demos_of(text, front_matter, headings, [], catalog)
    assert [(choice.name, dict(choice.knobs)) for choice in offer.nearest] == nearest


def test_all_choices_come_in_order_once_each_and_an_unknown_mention_is_reported(catalog: Catalog) -> None:
    offer = demos_of(LINK, {"demo": ["fingers", "toes", 3]}, ["Hand", "Counting"], ["Counting"], catalog)
    assert [(choice.name, dict(choice.knobs)) for choice in offer.choices] == [
        ("count", {"steps": 3}),
        ("fingers", {}),
        ("count", {}),
    ]
    assert len(offer.problems) == 2
    assert "“toes”" in offer.problems[0]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.text(), st.dictionaries(st.sampled_from(["demo", "demos", "tags"]), values), st.lists(st.text()))
def test_no_note_makes_the_search_fail(
    catalog: Catalog, text: str, front_matter: dict[str, object], names: list[str]
) -> None:
    demos_of(text, front_matter, names, names, catalog)


REAL = load()


def test_a_link_can_ask_for_a_walk() -> None:
    choice = choice_of_link("studyapp://demo/prefix?walk=1&prefix_length=4", REAL)
    assert choice.walk
    assert choice.knobs == {"prefix_length": 4}
    assert not choice_of_link("studyapp://demo/prefix?walk=no", REAL).walk


def test_a_link_can_ask_for_a_comparison_of_some_methods_or_of_all() -> None:
    choice = choice_of_link("studyapp://demo/compare?methods=lora,adapters,llama-adapter&job=teach", REAL)
    assert choice.methods == ("lora", "adapters", "llama_adapter")
    assert choice.knobs == {"job": "teach"}
    assert choice_of_link("studyapp://demo/compare", REAL).methods == ()


@pytest.mark.parametrize(
    ("methods", "said"),
    [
        ("?methods=lora,adapters", "Compare LoRA and Adapters"),
        ("?methods=lora,adapters,prefix", "Compare LoRA, Adapters and Prefix Tuning"),
        ("?methods=lora,adapters,prefix,soft-prompt", "Compare the methods"),
        ("", "Compare the methods"),
    ],
)
def test_a_comparison_is_called_after_its_methods(methods: str, said: str) -> None:
    assert choice_of_link(f"studyapp://demo/compare{methods}", REAL).title == said


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("prefix?walk=maybe", "walk takes yes or no"),
        ("compare?methods=lora", "two methods or more"),
        ("compare?methods=lora,lora", "two methods or more"),
        ("compare?methods=lora,adaptors", "did you mean adapters"),
        ("compare?methods=lora,adapters&job=juggle", "job takes one of elicit"),
        ("compare?job=juggle", "job takes one of elicit"),
        ("compare?rank=4", "takes methods and job, not 'rank'"),
    ],
)
def test_a_walk_or_a_comparison_that_there_is_not_is_refused_in_words(link: str, says: str) -> None:
    with pytest.raises(DemoLinkError, match=says):
        choice_of_link(f"studyapp://demo/{link}", REAL)


def offered(question: str, *headings: str) -> list[str]:
    return [choice.name for choice in demos_of("", {}, headings, (), REAL, question).nearest]


def test_a_card_about_two_methods_offers_both() -> None:
    assert offered("", "LoRA vs. full finetuning") == ["lora", "finetuning_2"]
    assert offered("What do LoRA and prefix tuning share?", "PEFT") == ["lora", "prefix"]
    assert offered("What do LoRA and prefix tuning share?", "LoRA") == ["lora", "prefix"]


def test_a_question_that_names_one_method_or_many_leaves_the_choice_to_the_heading() -> None:
    assert offered("Why is only B zero in LoRA?", "LLaMA-Adapter") == ["llama_adapter"]
    many = "LoRA, prefix tuning, soft prompts, hard prompts: which train the least?"
    assert offered(many, "LoRA") == ["lora"]
