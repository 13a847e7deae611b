"""The catalog reads what demos declare, without running them."""

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.catalog import ORDER, Catalog, CatalogError, load
from demos.frame import KnobError
from demos.headings import plain_name

DEMOS = Path(__file__).parent.parent / "data" / "demos"
SOURCE = (DEMOS / "count.py").read_text()


@pytest.fixture
def counting() -> Catalog:
    return load(DEMOS)


def test_a_card_holds_what_the_file_declares(counting: Catalog) -> None:
    (card,) = counting.demos
    assert (card.name, card.title, card.path.name) == ("count", "Counting", "count.py")
    assert card.method == ("Counting", "Counting Fingers")
    assert card.block.startswith("  x ──▶")
    assert [knob.name for knob in card.knobs][:3] == ["job", "steps", "seed"]
    assert card.knobs[0].choices == ("elicit", "teach")
    assert card.settle({"steps": "12"})["steps"] == 12


def test_every_shipped_demo_can_be_read() -> None:
    catalog = load()
    assert catalog.broken == ()
    assert {demo.name for demo in catalog.demos} <= set(ORDER)


def test_the_order_is_the_notes(tmp_path: Path) -> None:
    for name in ("aaa", "lora", "in_context"):
        (tmp_path / f"{name}.py").write_text(SOURCE)
    assert [demo.name for demo in load(tmp_path).demos] == ["in_context", "lora", "aaa"]


def test_reading_runs_nothing_and_imports_no_torch() -> None:
    script = (
        "import sys; from pathlib import Path; from demos.catalog import load; load(); "
        f"load(Path({str(DEMOS)!r})); assert not {{'torch', 'count'}} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("TITLE = ", "TITLE = = "), "line"),
        (("def run(", "def walk("), "no function `run`"),
        (("IDEA =", "IDEAS ="), "does not declare IDEA"),
        (('"Nothing is trained; a number rises."', "open('x').read()"), r"IDEA is not a literal \(line \d+\)"),
        (('TITLE = "Counting"', "TITLE = 3"), "TITLE is not a str"),
        (
            ('("Counting", "Counting Fingers")', '("Counting", 3)'),
            r"METHOD has something other than str \(line \d+\)",
        ),
        (('Knob("seed"', 'print("seed"'), r"something other than Knob\(…\)"),
        (('Knob("seed", 0,', 'Knob("seed", zero,'), "without literal arguments"),
        (('Knob("seed", 0,', 'Knob("seed", [],'), "of the wrong type"),
        (('Knob("seed", 0,', 'Knob("seed", 99,'), "takes a whole number from 0 to 9"),
        (('Knob("seed"', 'Knob("steps"'), "twice"),
        (("KNOBS = (", 'COUNT = (("all", "wings·d"),)\nKNOBS = ('), r"COUNT: 'wings' is neither"),
        (("KNOBS = (", 'COUNT = (("all", "d", "form=direct"),)\nKNOBS = ('), r"COUNT: 'form' is not a knob"),
        (("KNOBS = (", 'COUNT = (("all",),)\nKNOBS = ('), "COUNT holds"),
        (("KNOBS = (", 'NEXT = (("steps", "many", "?"),)\nKNOBS = ('), "steps takes a whole number"),
        (("KNOBS = (", 'NEXT = (("wings", 2, "?"),)\nKNOBS = ('), "NEXT holds"),
        (("KNOBS = (", "ANSWERS = (1, 2)\nKNOBS = ("), "ANSWERS has"),
    ],
)
def test_a_file_that_cannot_be_read_is_broken_alone(tmp_path: Path, change: tuple[str, str], why: str) -> None:
    assert change[0] in SOURCE
    (tmp_path / "broken.py").write_text(SOURCE.replace(*change))
    (tmp_path / "count.py").write_text(SOURCE)
    catalog = load(tmp_path)
    assert [demo.name for demo in catalog.demos] == ["count"]
    assert [broken.name for broken in catalog.broken] == ["broken"]
    with pytest.raises(CatalogError, match=why):
        catalog.get("broken")


def test_a_module_that_declares_nothing_is_not_a_demo(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("x = 1\n")
    assert load(tmp_path) == Catalog((), ())


@pytest.mark.parametrize(
    "heading",
    [
        "Counting",
        "counting **",
        "### Counting Fingers ###"[4:],
        "**Counting** Fingers",
        "`count`",
        "==Counting==",
        "3.1 Counting",
        "Counting (with fingers)",
        "On numbers (Counting)",
        "Counting: one, two, three",
        "[[Some Note|Counting]]",
        "[[Counting]]",
        "[counting](https://example.org)",
        "Counting ^block-1",
        "Counting <!--SR:!2024-01-01,1,250-->",
        "counting-fingers",
    ],
)
def test_a_heading_finds_its_demo_whatever_its_markup(counting: Catalog, heading: str) -> None:
    found = counting.find([heading])
    assert found is not None
    assert found.name == "count"


@pytest.mark.parametrize("heading", ["", "Recounting", "Counting Stars", "*", "Accounting"])
def test_another_heading_finds_none(counting: Catalog, heading: str) -> None:
    assert counting.find([heading]) is None


def test_the_first_name_that_means_a_demo_counts(counting: Catalog) -> None:
    assert [demo.name for demo in counting.find_all(["Nothing", "Counting", "count"])] == ["count"]


@given(st.text())
def test_any_text_can_be_asked_for(counting: Catalog, text: str) -> None:
    assert plain_name(plain_name(text)) == plain_name(plain_name(plain_name(text)))
    known = counting.find([text]) is not None
    with contextlib.nullcontext() if known else pytest.raises(CatalogError, match="count"):
        assert counting.get(text).name == "count"


def test_a_knob_out_of_range_is_reported(counting: Catalog) -> None:
    with pytest.raises(KnobError, match="from 0 to 9"):
        counting.demos[0].settle({"seed": 10})
