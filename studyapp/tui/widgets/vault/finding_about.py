"""The details of a finding: why it is one, what to do, and what a fix would change."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from studyapp.core.plural import count
from studyapp.core.visible import visible
from studyapp.study.doctor.findings import KINDS, Finding
from studyapp.study.doctor.groups import Group
from studyapp.tui.widgets.parts.pane import Pane
from studyapp.tui.widgets.vault.finding_list import LOOKS, SHOWN, FindingList, capitalised


class FindingAbout(Vertical):
    """Describes the finding under the cursor, under a rule with its place."""

    DEFAULT_CSS = """
    FindingAbout {
        width: 100%; height: 1fr; margin-top: 1;
        VerticalScroll { height: 1fr; }
        Static { height: auto; }
    }
    """

    def compose(self) -> ComposeResult:
        yield Pane()
        with VerticalScroll(can_focus=False):
            yield Static(markup=False)

    def show(self, found: FindingList) -> None:
        """Show the details of the list's current row."""
        group = found.group_here
        here = found.here if group is None else group.first
        self.display = here is not None
        if here is None:
            return
        name, text = found.place_of(here), _one(here)
        if group is not None:
            name, text = KINDS.get(here.code, here.code), _group(group, found)
        self.query_one(Pane).show(name=name, value=Content.styled(here.severity.noun, f"${LOOKS[here.severity]}"))
        self.query_one(Static).update(text)


def _one(one: Finding) -> Content:
    parts: list[tuple[str, str] | str] = [_sentence(one.reason), "\n", (_sentence(one.remedy), "$quiet")]
    if one.advice is not None:
        told = (visible(line, newlines=False) for line in one.advice.told)
        parts.append(("".join(f"\n  {line}" for line in told), "$quiet"))
    if one.fix is not None:
        parts.append((f"\nFixing {visible(one.fix.what, newlines=False)}.", "$good"))
    return Content.assemble(*parts)


def _group(group: Group, found: FindingList) -> Content:
    """Many equal findings as one: some examples, and the remedy."""
    parts: list[tuple[str, str] | str] = []
    for one, times in group.examples:
        again = f" ({count(times, 'time')})" if times > 1 else ""
        parts += [(f"{found.place_of(one)}  ", "$strong"), f"{_sentence(one.reason + again)}\n"]
    if len(group.findings) > SHOWN:
        parts.append((f"{SHOWN} of them are shown; `studyapp doctor --json` lists all.\n", "$quiet"))
    parts.append((_sentence(group.remedy), "$quiet"))
    return Content.assemble(*parts)


def _sentence(text: str) -> str:
    said = capitalised(visible(text, newlines=False))
    return said if said.endswith((".", "?")) else f"{said}."
