"""What a demo's page says about the memory that training takes."""

from __future__ import annotations

from dataclasses import replace

from demos.catalog import load
from demos.frame import Memory
from studyapp.tui.widgets.demo.memory import MemoryBar, memory_bars, memory_text

LORA = load().get("lora")
UNDECLARED = replace(LORA, count=())


def test_memory_is_drawn_as_stacks_with_its_formula() -> None:
    bars = [
        MemoryBar("this toy, measured", "LoRA", Memory(700, 50, 100, 150)),
        MemoryBar("this toy, measured", "all", Memory(600, 600, 1200, 150)),
    ]
    text = memory_text(bars, (60, 12), colour=True).plain
    assert "2N + 2n + 8n + 34·T·d·L bytes" in text
    assert text.count("this toy") == 1
    first, second = (line.count("▇") for line in text.split("\n")[1:3])
    assert first < second


def test_without_colour_the_parts_of_memory_have_signs() -> None:
    text = memory_text([MemoryBar("toy", "all", Memory(600, 600, 600, 600))], (60, 12), colour=False).plain
    assert all(sign in text.split("\n")[1] for sign in "█▓▒░")


def test_the_toys_bars_are_by_formula_until_its_first_step_has_measured_them() -> None:
    measured = Memory(1, 2, 3, 4)
    before, after = (memory_bars(LORA, LORA.settle({}), came) for came in (None, measured))
    assert [bar.model for bar in before] == [*["this toy, by formula"] * 2, *["7 billion numbers, by formula"] * 2]
    assert [bar.model for bar in after] == [*["this toy, measured"] * 2, *["7 billion numbers, by formula"] * 2]
    assert [bar.name for bar in after] == ["LoRA", "all ≈", "LoRA", "all"]
    assert (after[0].memory, after[2:]) == (measured, before[2:])
    assert all(one.memory.total < every.memory.total for one, every in zip(before[::2], before[1::2], strict=True))


def test_a_demo_that_declares_no_number_is_measured_first() -> None:
    assert memory_bars(UNDECLARED, LORA.settle({}), None) == ()
    assert memory_text((), (60, 12), colour=True).plain == "measured in the first step"
    assert len(memory_bars(UNDECLARED, LORA.settle({}), Memory(1, 2, 3, 4))) == 2


def test_a_long_name_has_no_room_beside_its_bar() -> None:
    bars = memory_bars(replace(LORA, title="LLaMA-Adapter V2"), LORA.settle({}), None)
    assert [bar.name for bar in bars] == ["this", "all", "this", "all"]


def test_what_does_not_fit_of_the_memory_is_left_out_whole() -> None:
    bars = memory_bars(LORA, LORA.settle({}), None)
    assert memory_text(bars, (28, 5), colour=True).plain.count("\n") == 2
    assert memory_text(bars, (28, 6), colour=True).plain.count("\n") == 5
    heading = memory_text(bars, (28, 6), colour=True).plain.split("\n")[3]
    assert heading == "7 billion numbers"
