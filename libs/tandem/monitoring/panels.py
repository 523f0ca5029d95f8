"""The kinds of panel that the dashboards are made of, so that all of them look and read alike.

A stat answers a question with one number and a colour; lines show how something moves. Every panel has a unit and a
sentence that says what is seen. Colours come from limits, and limits from the promise or the rules.
"""

from dataclasses import dataclass

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.models import common as kinds
from grafana_foundation_sdk.models.dashboard import DataSourceRef, Threshold, ThresholdsMode

WIDTH = 24
_SOURCE = DataSourceRef(type_val="prometheus", uid="$source")
_COLOURS = {0: ("green",), 1: ("green", "red"), 2: ("green", "orange", "red")}
"""By the number of limits: from well to bad."""

SECONDS, SHARE, COUNT, PER_SECOND, BYTES, CORES, TIMES, AGE = (
    "s",
    "percentunit",
    "short",
    "cps",
    "bytes",
    "none",
    "none",
    "dtdurations",
)


@dataclass(frozen=True, slots=True)
class Query:
    """A query, and what its lines are called: `{{label}}` stands for a label's value."""

    expression: str
    legend: str = ""


def number(
    title: str,
    meaning: str,
    expression: str,
    unit: str = COUNT,
    *,
    limits: tuple[float, ...] = (),
    worse_below: bool = False,
    decimals: int | None = None,
    unknown: str = "nothing yet",
) -> stat.Panel:
    """Show the present value, in a colour: green, orange and red between two limits, green and red where there is one.

    Limits go up, and the colours with them from green to red; with `worse_below` from red to green.
    """
    panel = (
        stat.Panel()
        .title(title)
        .description(meaning)
        .datasource(_SOURCE)
        .unit(unit)
        .height(4)
        .thresholds(_thresholds(limits, worse_below=worse_below))
        .color_mode(kinds.BigValueColorMode.BACKGROUND if limits else kinds.BigValueColorMode.VALUE)
        .graph_mode(kinds.BigValueGraphMode.AREA)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .no_value(unknown)
        .with_target(prometheus.Dataquery().expr(expression).ref_id("A"))
    )
    return panel if decimals is None else panel.decimals(decimals)


def lines(
    title: str,
    meaning: str,
    *queries: Query,
    unit: str = COUNT,
    limits: tuple[float, ...] = (),
    stacked: bool = False,
) -> timeseries.Panel:
    """Show how something moves; a limit is a dashed line."""
    panel = (
        timeseries.Panel()
        .title(title)
        .description(meaning)
        .datasource(_SOURCE)
        .unit(unit)
        .height(8)
        .min(0)
        .line_width(2)
        .fill_opacity(25 if stacked else 8)
        .show_points(kinds.VisibilityMode.NEVER)
        .thresholds(_thresholds(limits))
        .thresholds_style(
            common.GraphThresholdsStyleConfig().mode(
                kinds.GraphTresholdsStyleMode.DASHED if limits else kinds.GraphTresholdsStyleMode.OFF
            )
        )
        .tooltip(common.VizTooltipOptions().mode(kinds.TooltipDisplayMode.MULTI).sort(kinds.SortOrder.DESCENDING))
        .legend(
            common.VizLegendOptions()
            .display_mode(kinds.LegendDisplayMode.LIST)
            .placement(kinds.LegendPlacement.BOTTOM)
            .show_legend(True)
        )
    )
    if stacked:
        panel = panel.stacking(common.StackingConfig().mode(kinds.StackingMode.NORMAL))
    for letter, query in zip("ABCDEFGH", queries, strict=False):
        panel = panel.with_target(
            prometheus.Dataquery().expr(query.expression).legend_format(query.legend).ref_id(letter)
        )
    return panel


def _thresholds(limits: tuple[float, ...], *, worse_below: bool = False) -> dashboard.ThresholdsConfig:
    colours = _COLOURS[len(limits)]
    ordered = tuple(reversed(colours)) if worse_below else colours
    steps = [Threshold(value=limit, color=colour) for limit, colour in zip((None, *limits), ordered, strict=True)]
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)
