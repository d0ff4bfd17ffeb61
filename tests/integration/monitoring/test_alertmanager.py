"""Alertmanager's configuration, by the real amtool: it is sound, and nobody is told of anything unless asked."""

import re
import subprocess

import pytest

from tests.alert_rules import ROOT
from tests.patience import PATIENCE_S
from tests.prometheus import program

CONFIG = ROOT / "dashboards" / "alertmanager" / "alertmanager.yml"


def amtool(*arguments):
    command = [program("amtool"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def yaml_blocks(page, file):
    """The texts that a page of docs gives for a file."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(rf"```yaml\n(# {re.escape(file)}\n.*?)```", text, re.DOTALL)


def test_the_stacks_configuration_is_as_amtool_wants_it():
    done = amtool("check-config", CONFIG)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("severity", ["critical", "warning", "info"])
def test_nobody_is_told_of_anything_unless_asked(severity):
    done = amtool("config", "routes", "test", f"--config.file={CONFIG}", f"severity={severity}")
    assert done.stdout.strip() == "quiet", done.stderr
    assert re.search(r"receivers:\n  - name: quiet\n\n", CONFIG.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("severity", "receiver"), [("critical", "operators"), ("warning", "webhook"), ("info", "quiet")]
)
def test_the_example_of_the_docs_tells_who_it_says(tmp_path, severity, receiver):
    [example] = yaml_blocks("operations.md", "dashboards/alertmanager/alertmanager.yml")
    file = tmp_path / "alertmanager.yml"
    file.write_text(example, encoding="utf-8")
    done = amtool("check-config", file)
    assert done.returncode == 0, done.stdout + done.stderr
    done = amtool("config", "routes", "test", f"--config.file={file}", f"severity={severity}")
    assert done.stdout.strip() == receiver, done.stderr
    assert example.endswith(inhibit_rules())


def inhibit_rules():
    """Those of the stack's configuration, as the example repeats them: without the comments."""
    text = CONFIG.read_text(encoding="utf-8")
    rules = text[text.index("  - source_matchers") :]
    return "".join(f"{line}\n" for line in rules.splitlines() if not line.lstrip().startswith("#"))
