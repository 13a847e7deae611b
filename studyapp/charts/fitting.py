"""The result of a fit: measures, calibration, how typical cards come back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from studyapp.charts.bars import table
from studyapp.charts.cells import Cells
from studyapp.charts.curve import Scale, Trace, draw_curves
from studyapp.core.plural import percent
from studyapp.core.schedule.fsrs import FsrsParameters
from studyapp.study.fitting.fit import Fitting, courses
from studyapp.study.fitting.measure import CalibrationBin

_LOWEST: Final = 0.5


def measures(fit: Fitting) -> list[Cells]:
    """Log loss and RMSE of default, present and new parameters."""
    rows = [("", "log loss", "RMSE (bins)")]
    for name, one in (("default", fit.default), ("present", fit.present), ("new", fit.new)):
        rows.append((name, f"{one.log_loss:.4f}", f"{one.rmse_bins:.4f}"))
    return table(rows)


def calibration(bins: Sequence[CalibrationBin], width: int, height: int) -> list[Cells]:
    """Observed against predicted recall, with the line where both are equal."""
    low = int(min([_LOWEST, *(one.predicted for one in bins), *(one.seen for one in bins)]) * 10) / 10
    scale = Scale(low, 1, percent)
    traces = [
        Trace([(low, low), (1, 1)], "·", "axis"),
        Trace([(one.predicted, one.seen) for one in bins], "●", "due", joined=False),
    ]
    return draw_curves(traces, scale, scale, width, height)


def intervals(present: FsrsParameters, fit: Fitting, most: int = 7) -> list[Cells]:
    """After how many days typical cards come back, with the current and with the new parameters; at most `most`."""
    new = replace(present, weights=fit.parameters)
    rows = [("", "", "days")]
    for one, other in zip(courses(present), courses(new), strict=True):
        rows.append((one.name, "present", "  ".join(f"{days:>4}" for days in one.days[:most])))
        rows.append(("", "new", "  ".join(f"{days:>4}" for days in other.days[:most])))
    return table(rows, left=3)
