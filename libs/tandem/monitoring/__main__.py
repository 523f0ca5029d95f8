"""`python -m tandem.monitoring [FOLDER]` writes the rules and the dashboards, into `k8s/monitoring` if no folder is named."""

import sys
from pathlib import Path

from tandem.monitoring.output import files

FOLDER = Path("k8s/monitoring")


def main(folder: Path) -> None:
    """Write every file."""
    for name, content in files().items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
