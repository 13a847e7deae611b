"""How texts look: the seed note, each kind of callout, mathematics, code; to be looked at when one changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot

from studyapp.markup.callouts import _BY_NAME
from studyapp.tui.app import themes
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.notes.notes import NotesScreen
from studyapp.tui.widgets.cards.card_view import CardView
from tests.helpers.apps import make_app, until
from tests.helpers.bare import BareApp
from tests.helpers.rendered import alone
from tests.helpers.tiers import tiered
from tests.helpers.vaults import SEED

Compare = Callable[..., bool]
SIZES = [(80, 24), (120, 40)]

MATHEMATICS = r"""
# Mathematics

Inline $P_\theta[i,:]$, $W \in \mathbb{R}^{d \times k}$ and $\nabla_\theta J(\theta)$.

$$\text{Attention}(Q,K,V)=\text{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V$$

$$f(x) = \begin{cases} x & \text{if } x > 0 \\ \alpha x & \text{otherwise} \end{cases}$$

$$\mathcal{L}(\theta) = -\frac{1}{N}\sum_{i=1}^N \log p_\theta(y_i \mid x_i)$$

$$A = \begin{pmatrix} a_{11} & \cdots & a_{1n} \\ \vdots & \ddots & \vdots \\ a_{m1} & \cdots & a_{mn} \end{pmatrix}$$

$$\unknown{x} + y$$
"""
CODE = '''
What does `forward` give, and what is trained?

```python
class LoRA(nn.Module):
    """A frozen matrix with a trained correction of low rank."""

    def forward(self, x: Tensor) -> Tensor:  # (B, T, d_in) -> (B, T, d_out)
        return self.base(x) + (self.alpha / self.rank) * (x @ self.A.T) @ self.B.T + 0 * self.a_line_that_is_too_long
```

| layer | rank | trained |
|:--|:-:|--:|
| `q_proj` | 8 | **16,384** |
| `v_proj` with a longer name | 16 | 32,768 |

- [x] frozen
- [ ] trained
    1. first A, then ~~W~~ B
        - ==deeper==
'''


def callouts() -> str:
    """One of each kind, folded, open, within another, and an unknown one."""
    names = sorted({id(kind): name for name, kind in _BY_NAME.items()}.values())
    each = "\n\n".join(f"> [!{name}]\n> A *{name}*." for name in names)
    nested = "> [!note]- Folded\n> in it\n> > [!warning]+ Within\n> > it\n\n> [!unheard-of] Of its own\n> kind"
    return f"{nested}\n\n{each}"


class _Card(BareApp):
    """One card and nothing else."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.register_theme(themes.DARK)
        self.theme = themes.DARK.name
        self._text = text

    def compose(self) -> ComposeResult:
        yield CardView()

    def on_mount(self) -> None:
        self.query_one(CardView).show_front(self._text, render=alone)


@tiered("size", [*SIZES, (80, 110)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_callouts(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(_Card(callouts()), terminal_size=size)


@pytest.mark.parametrize("size", [*SIZES, (80, 44)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_page_of_mathematics(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(_Card(MATHEMATICS), terminal_size=size)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_card_of_code(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(_Card(CODE), terminal_size=size)


@tiered("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_seed_note(
    snap_compare: Compare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setenv("TERM", "dumb")  # its figures by their names: pixels are no text
    monkeypatch.setattr(StudyApp, "_read_demos", lambda _: None)
    app = make_app(tmp_path, {}, start="decks")
    shutil.copy(SEED, tmp_path / "vault")

    async def read(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: app.vault_read and not app.reading)
        app.push_screen(NotesScreen(SEED.name))
        await until(pilot, lambda: isinstance(app.screen, NotesScreen) and app.screen._note is not None)

    assert snap_compare(app, terminal_size=size, run_before=read)
