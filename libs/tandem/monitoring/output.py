"""What `python -m tandem.monitoring` writes, file by file, and nothing but a function of the code: the same every time."""

import json

import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from tandem.monitoring.boards import Board
from tandem.monitoring.dashboards import espo, kafka, outlook, overview, postgres, reconciler, teams
from tandem.monitoring.rules import resource, rules

BOARDS: tuple[Board, ...] = tuple(
    module.BOARD for module in (overview, outlook, espo, teams, reconciler, kafka, postgres)
)
_NOTE = "# Written by `python -m tandem.monitoring`; to change a rule, change it there.\n"


def files() -> dict[str, str]:
    """Give the content of every file, by its path within the folder."""
    return {
        "rules.yaml": _NOTE + _yaml(rules()),
        "prometheusrule.yaml": _NOTE + _yaml(resource()),
        **{
            f"dashboards/{board.name}.json": json.dumps(board.build(), cls=JSONEncoder, indent=2, sort_keys=True) + "\n"
            for board in BOARDS
        },
    }


def _yaml(content: object) -> str:
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=130)
