"""The curves of a demo's run, among those that it is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from textual.content import Content

from studyapp.core.plural import fraction
from studyapp.runs.drawn.plots import EARLIER, Curve, line_plot
from studyapp.runs.progress.band import Band
from studyapp.runs.progress.beside import Rival
from studyapp.runs.progress.run import DemoRun
from studyapp.tui.widgets.drawings.plot import Draw


class DemoCurves(Struct):
    """A run, and what is drawn with its curves; it grows while the run goes on."""

    run: DemoRun
    earlier: Sequence[Curve] = ()
    """Those of runs before it."""
    rival: Rival | None = None
    """The run beside it."""
    band: Band | None = None
    """Those of several seeds; the last of them is the run."""

    @property
    def span(self) -> int:
        """Steps of the run."""
        return max(self.run.last.total if self.run.last else 1, 1)

    def accuracy(self, *, live: bool) -> tuple[Draw | None, Content]:
        """The plot of the accuracy, with the last value; no plot where there is no curve and none will come."""
        newest = self._newest
        curves = [*self._compared, newest]
        ends = [curve.points[-1][0] for curve in curves if curve.points]
        span = max([self.span, *ends])
        value = Content.styled(fraction(newest.points[-1][1]), "bold $learn") if newest.points else Content("")
        return (lambda size: line_plot(curves, size, (0, span), (0, 1))) if ends or live else None, value

    def loss(self, *, live: bool) -> tuple[Draw | None, Content]:
        """The plot of the loss, if the run is `live`, with the last value."""
        losses, span = self.run.curves.get("loss", []), self.span
        top = max((value for _, value in losses if value - value == 0), default=1.0) or 1.0
        value = Content.styled(f"{losses[-1][1]:.3f}" if losses else "", "$quiet")
        return (lambda size: line_plot([Curve(losses)], size, (0, span), (0, top))) if live else None, value

    @property
    def _newest(self) -> Curve:
        if self.band is not None:
            return Curve([*self.band.middle], "median")
        return Curve(self.run.curves.get("accuracy", []), "")

    @property
    def _compared(self) -> Iterator[Curve]:
        yield from self.earlier
        if self.rival is not None:
            yield Curve(self.rival.run.curves.get("accuracy", []), self.rival.name, EARLIER)
        if self.band is not None:
            yield Curve(self.band.worst, "worst", EARLIER)
            yield Curve(self.band.best, "best", EARLIER)
