"""`python -m tools.docs` writes the pages; with `--check` it writes nothing and fails where a page is not what it would write."""

import sys
from pathlib import Path

from tools.docs import asyncapi_pages, commands_page, settings_page, topics_page

_DOCS = Path(__file__).parents[2] / "docs"


def pages() -> dict[Path, str]:
    """Make every page, by its place in `docs/`."""
    made = {
        Path("settings.md"): settings_page.page(),
        Path("topics.md"): topics_page.page(),
        Path("commands.md"): commands_page.page(),
    }
    return made | {Path("asyncapi") / name: text for name, text in asyncapi_pages.pages().items()}


def main(*, check: bool) -> int:
    """Write the pages, or name those that are out of date; give the exit code."""
    made = {_DOCS / place: text for place, text in pages().items()}
    stale = [place for place, text in made.items() if not place.exists() or place.read_text("utf-8") != text]
    stale += sorted({*(_DOCS / "asyncapi").glob("*.json")} - made.keys())
    for place in stale:
        sys.stdout.write(f"{'out of date' if check else 'written'}: {place.relative_to(_DOCS.parent)}\n")
        if not check:
            _write(place, made.get(place))
    return int(check and bool(stale))


def _write(place: Path, text: str | None) -> None:
    if text is None:
        place.unlink()
        return
    place.parent.mkdir(exist_ok=True)
    place.write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
