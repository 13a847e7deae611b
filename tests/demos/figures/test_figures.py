"""The figures that the study note embeds are there, say what they show, and show what is so."""

from __future__ import annotations

import importlib
import re
import struct
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from demos import catalog
from demos.figures import block, labels, pseudocode, tradeoff
from demos.figures.__main__ import main
from demos.jobs import JOBS
from demos.shipped import Figures, Shipped, shipped
from tests.bench import demos as bench

if TYPE_CHECKING:
    from torch import Tensor

VAULT = Path(__file__).parents[3] / "vault"
FIGURES = (tradeoff, block, pseudocode)
SMALL = Shipped("here", {job: {name: Figures(0.0, 0.5, 0.4, 0.6, 0, 10, 99, 1.0, 2) for name in tradeoff.LABELS}
                         for job in tradeoff.DRAWN})  # fmt: skip


def chunks(png: bytes) -> dict[str, bytes]:
    """Cut a PNG into its chunks; of equal ones the last."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    found, at = {}, 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind = png[at + 4 : at + 8].decode()
        body = png[at + 8 : at + 8 + length]
        found[kind + (body.split(b"\0")[0].decode() if kind == "iTXt" else "")] = body
        at += 12 + length
    return found


def test_the_note_embeds_exactly_these_names_and_the_vault_holds_each_once() -> None:
    note = (VAULT / "Parameter Efficient Fine-Tuning.md").read_text(encoding="utf-8")
    assert re.findall(r"!\[\[(.+?\.png)\]\]", note) == [figure.NAME for figure in FIGURES]
    assert [len(list(VAULT.rglob(figure.NAME))) for figure in FIGURES] == [1, 1, 1]


@pytest.mark.parametrize("figure", FIGURES)
def test_the_picture_in_the_vault_is_sharp_and_described(figure: Any) -> None:
    (path,) = VAULT.rglob(figure.NAME)
    found = chunks(path.read_bytes())
    width, height = struct.unpack(">II", found["IHDR"][:8])
    assert 1200 <= width <= 2200
    assert 900 <= height <= 1700
    assert path.stat().st_size < 200_000
    assert found["iTXtTitle"].endswith(figure.TITLE.encode())
    assert found["iTXtDescription"].endswith(figure.DESCRIPTION.encode())


def test_the_vaults_picture_and_the_readmes_table_come_from_the_shipped_results() -> None:
    (path,) = VAULT.rglob(tradeoff.NAME)
    assert chunks(path.read_bytes())["iTXtSource"].endswith(shipped().digest().encode())
    table = "\n".join(bench.report(shipped().jobs))
    readme = (catalog.HERE / "README.md").read_text("utf-8")
    assert table in readme
    assert {own.seeds for job in shipped().jobs.values() for own in job.values()} == {20}
    assert "over 20 seeds" in readme


@pytest.mark.slow
def test_drawing_again_gives_the_same_bytes(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    results = tmp_path / "results.json"
    results.write_text(SMALL.text())
    assert main(["--out", str(tmp_path / "one"), "--results", str(results)]) == 0
    assert main(["--out", str(tmp_path / "two"), "--results", str(results)]) == 0
    for figure in FIGURES:
        assert (tmp_path / "one" / figure.NAME).read_bytes() == (tmp_path / "two" / figure.NAME).read_bytes()


@pytest.mark.slow
def test_the_results_are_there_for_every_method_and_their_counts_are_the_demos_own() -> None:
    families = [name for family in tradeoff.FAMILIES for name in family.methods]
    assert sorted(families) == sorted(tradeoff.LABELS)
    assert set(shipped().jobs) == {*JOBS, "pretrained"}
    for job in JOBS:
        assert set(shipped().jobs[job]) == set(tradeoff.LABELS) == set(catalog.ORDER)
        for name, own in shipped().jobs[job].items():
            assert 0 <= own.worst <= own.median <= own.best <= 1
            assert own.trained == catalog.load().get(name).trained
            assert own.failures < own.seeds


def test_without_matplotlib_it_says_what_to_install(tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['matplotlib'] = None; from demos.figures.__main__ import main; "
        f"sys.exit(main(['--out', {str(tmp_path)!r}]))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (
        1, "drawing the figures needs matplotlib: pip install 'studyapp[figures]'\n",
    )  # fmt: skip


def test_the_pseudo_code_computes_what_the_toy_model_computes() -> None:
    """The picture's code, given a block's weights, does what that block does, without and with a prefix."""
    import torch

    from demos.toy import checkpoint
    from demos.toy.model import rotary, rotate

    torch.manual_seed(0)
    model = checkpoint.load()
    shape, text, ahead, k = model.shape, 7, 3, 5
    one = next(model.blocks())
    attend = one.self_attn
    x, soft_prompt = torch.randn(text, shape.width), torch.randn(ahead, k)
    layers = torch.nn.Sequential(torch.nn.Linear(k, 9), torch.nn.Tanh(), torch.nn.Linear(9, 2 * shape.width))

    def turn(before: int) -> tuple[Tensor, Tensor]:
        return rotary(before, text, 16, shape.rotary_base, x)

    def attention(q: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        before = len(keys) - len(q)
        q, k, v = (attend.split(part) for part in (q, keys, values))  # (nh, P+T, hs) each
        q, own = (rotate(part[None], turn(before))[0] for part in (q, k[:, before:]))
        k = torch.cat((k[:, :before], own), dim=1)
        seen = torch.ones(text, before + text, dtype=torch.bool).tril(before)
        weights = (q @ k.transpose(1, 2) / 4).masked_fill(~seen, -torch.inf).softmax(-1)
        return (weights @ v).transpose(0, 1).flatten(1)

    names: dict[str, Any] = {
        "norm_1": one.input_layernorm, "norm_2": one.post_attention_layernorm, "feed_forward": one.mlp,
        "attention": attention, "concat": torch.cat, "fully_connected": layers,
        **{f"W_{name.upper()}": attend.get_submodule(f"{name}_proj").weight.T for name in "qkvo"},
    }  # fmt: skip
    exec(pseudocode.PLAIN, names)
    exec(pseudocode.PREFIXED.replace("#+", "#"), names)
    keys, values = layers(soft_prompt).chunk(2, dim=-1)
    plain = one(x[None], turn(0), None)[0]
    prefixed = one(x[None], turn(ahead), (keys, values))[0]
    assert torch.allclose(names["block"](x), plain, atol=1e-5)
    assert torch.allclose(names["block_with_prefix"](x, soft_prompt), prefixed, atol=1e-5)
    assert not torch.allclose(plain, prefixed, atol=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("drawn", [("elicit", "compose"), ("teach", "classify")])
def test_no_name_of_the_trade_off_touches_a_mark_a_bar_or_another_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drawn: tuple[str, str]
) -> None:
    pytest.importorskip("matplotlib")
    plots: list[tuple[Any, list[labels.Named]]] = []

    def place(axes: Any, marks: list[labels.Named], line: Any) -> None:
        plots.append((axes, marks))
        labels.place(axes, marks, line)

    def touches(_plot: Any, figure: Any, *_rest: Any) -> None:
        renderer = figure.canvas.get_renderer()
        for axes, marks in plots:
            named = {text.get_text(): labels.Box(*text.get_window_extent(renderer).extents) for text in axes.texts}
            boxes = [named[mark.label] for mark in marks]
            pixels = axes.transData.transform
            bars = [labels.Box(*(pixels((m.x, m.y[0])) - 2), *(pixels((m.x, m.y[2])) + 2)) for m in marks]
            spots = [labels.Box(*(pixels((m.x, m.y[1])) - 7), *(pixels((m.x, m.y[1])) + 7)) for m in marks]
            for number, box in enumerate(boxes):
                found.extend(box.overlap(other) for other in (*bars, *spots, *boxes[:number]))

    found: list[float] = []
    monkeypatch.setattr(tradeoff, "DRAWN", drawn)
    monkeypatch.setattr(tradeoff, "place", place)
    monkeypatch.setattr(tradeoff, "save", touches)
    tradeoff.draw(tmp_path / "drawn.png")
    assert len(plots) == 4
    assert found
    assert not any(found)


def test_names_keep_off_marks_and_off_each_other() -> None:
    pytest.importorskip("matplotlib")
    plot: Any = importlib.import_module("demos.figures.style").plotting()
    figure, axes = plot.subplots(figsize=(5, 4), dpi=200)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    marks = [labels.Named(f"method {i}", x, (y, y, y), "#000000") for i, (x, y) in enumerate(
        [(0.5, 0.5), (0.52, 0.5), (0.5, 0.53), (0.9, 0.97), (0.93, 0.97), (0.02, 0.02)])]  # fmt: skip
    labels.place(axes, marks)
    boxes = [labels.Box(*text.get_window_extent().extents) for text in axes.texts]
    spots = [axes.transData.transform((mark.x, mark.y[1])) for mark in marks]
    plot.close(figure)
    assert len(boxes) == len(marks)
    assert all(one.overlap(other) == 0 for i, one in enumerate(boxes) for other in boxes[:i])
    assert all(box.gap(*spot) > 5 for box in boxes for spot in spots)
