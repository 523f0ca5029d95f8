"""One module a dashboard. Each is data: rows of panels, in the order of the questions that somebody has who looks."""
