"""Commands read the run of a version before, see `tests/unit/run/test_run_of_before.py`."""

import json
import shutil
from pathlib import Path

import pytest


@pytest.fixture
def folder(root, tmp_path):
    return Path(shutil.copytree(root / "tests" / "unit" / "run" / "run_of_schema_2", tmp_path / "run"))


def test_commands_read_it(border_sim, folder, tmp_path):
    for command in (["metrics"], ["summary"], ["report"]):
        done = border_sim(*command, folder)
        assert done.returncode == 0, done.stderr
    done = border_sim("openmetrics", folder, "--out", tmp_path / "run.om")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "run.om").read_text(encoding="utf-8").endswith("# EOF\n")


@pytest.mark.parametrize("source", ["parquet", "ndjson"])
def test_it_is_replayed_with_its_own_hash(border_sim, folder, tmp_path, source):
    event_hash = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["event_hash"]
    log = folder if source == "parquet" else folder / "events.ndjson.zst"
    done = border_sim("replay", log, "--to", tmp_path / "again.ndjson")
    assert done.returncode == 0, done.stderr
    assert event_hash in done.stdout + done.stderr
    first = json.loads((tmp_path / "again.ndjson").read_text(encoding="utf-8").splitlines()[0])
    assert first["schema"] == 3
