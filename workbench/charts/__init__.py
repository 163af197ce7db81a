"""Charts for the app and for notebooks: a pandas frame in, an Altair chart out.

Every chart stands on a light or a dark page: the background is transparent, text takes the page's colours, and what a
page's theme leaves black (subtitles, labels in the plot) is a grey that can be read on both. Colours are three of
Okabe and Ito's, which colour-blind readers tell apart, and never carry meaning alone.

What is unknown (NaN or None) is not drawn and named in the subtitle, never drawn as 0. A frame with nothing to draw
gives a chart that says so, so callers need no second case. Data travels inside the chart; nothing is fetched.
"""

from __future__ import annotations

from workbench.charts.amounts import chunk_sizes, spend_by_day
from workbench.charts.arms import arm_means, latency, repeats_passed, score_changes
from workbench.charts.drawing import ACCENT, NEUTRAL, WORSE, Row
from workbench.charts.modes import mode_shares
from workbench.charts.trade_off import Across, cost_quality, frontier

__all__ = [
    "ACCENT",
    "NEUTRAL",
    "WORSE",
    "Across",
    "Row",
    "arm_means",
    "chunk_sizes",
    "cost_quality",
    "frontier",
    "latency",
    "mode_shares",
    "repeats_passed",
    "score_changes",
    "spend_by_day",
]
