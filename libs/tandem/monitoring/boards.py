"""Puts panels on a dashboard: rows under their question, panels sharing a row's width, and the way to every other dashboard."""

from collections.abc import Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.builders import dashboard, stat, timeseries
from grafana_foundation_sdk.models.dashboard import Dashboard, DashboardLinkType

from tandem.monitoring.panels import WIDTH

_TAG = "tandem"

Panel = stat.Panel | timeseries.Panel


@dataclass(frozen=True, slots=True)
class Row:
    """Panels under one question, side by side, `each` columns of 24 wide."""

    question: str
    each: int
    panels: Sequence[Panel]


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard: `name` is its file's and its address's."""

    name: str
    title: str
    meaning: str
    rows: Sequence[Row]

    def build(self) -> Dashboard:
        """Give the dashboard as Grafana reads it. Raises ValueError where a row's panels do not fill its lines."""
        built = (
            dashboard.Dashboard(f"Tandem: {self.title}")
            .uid(f"tandem-{self.name}")
            .description(self.meaning)
            .tags([_TAG])
            .refresh("30s")
            .time("now-3h", "now")
            .timezone("browser")
            .readonly()
            .with_variable(dashboard.DatasourceVariable("source").label("Prometheus").type("prometheus"))
            .link(
                dashboard.DashboardLink("Tandem")
                .type(DashboardLinkType.DASHBOARDS)
                .tags([_TAG])
                .as_dropdown(True)
                .keep_time(True)
            )
        )
        for row in self.rows:
            if len(row.panels) * row.each % WIDTH:
                raise ValueError(f"{self.title}, {row.question}: {len(row.panels)} panels do not fill their lines")
            built = built.with_row(dashboard.Row(row.question))
            for panel in row.panels:
                built = built.with_panel(panel.span(row.each))
        return built.build()
