# /// script
# requires-python = ">=3.11"
# dependencies = ["playwright"]
# ///
"""Makes the README's picture: the first screen of a run's report, in headless Chromium without a network.

    border-sim run --out runs/first
    python tools/screenshot.py runs/first docs/report.png

It needs the dev dependencies and Debian's package `chromium`.
"""

import shutil
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

SIZE: Final = {"width": 1280, "height": 800}
LARGEST_BYTES: Final = 400_000


def main(folder: Path, picture: Path) -> None:
    """Write the picture of the report in `folder`."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("chromium is not installed; apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_context(viewport=SIZE, offline=True).new_page()
        page.goto((folder / "report.html").resolve().as_uri())
        page.wait_for_selector("body[data-drawn]")
        page.screenshot(path=picture)
        browser.close()
    if picture.stat().st_size > LARGEST_BYTES:
        raise SystemExit(f"{picture}: {picture.stat().st_size:,} bytes; it may have at most {LARGEST_BYTES:,}")


if __name__ == "__main__":
    if len(sys.argv) != 3:  # noqa: PLR2004 - the command, a folder, a picture
        raise SystemExit("usage: python tools/screenshot.py DIR PICTURE")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
