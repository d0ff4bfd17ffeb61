"""`python -m tools.dashboards` writes the files of this clone anew."""

from pathlib import Path

from tools.dashboards.files import FILES

if __name__ == "__main__":
    for name, text in FILES.items():
        path = Path(__file__).parents[2] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text(), encoding="utf-8")
