"""The rules and alerts, by the real promtool: they parse, each is tested both ways, and names what there is."""

import re

import pytest

from border_sim.monitoring.families import FAMILIES
from tests.alert_rules import (
    PROMETHEUS,
    RULE_TESTS,
    RULES,
    RUNBOOK,
    Selector,
    alerts,
    cases,
    grouped_by,
    records,
    rules,
    selectors,
)
from tests.prometheus import promtool

BY_ALERT = pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])
BY_RULE = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.get("alert") or rule["record"])
OF_A_TARGET = frozenset({"job", "instance"})
"""Labels that Prometheus itself gives each series"""
OF_OTHERS = {
    "up": frozenset(),
    "prometheus_config_last_reload_successful": frozenset(),
    "prometheus_notifications_errors_total": frozenset({"alertmanager"}),
    "prometheus_rule_evaluation_failures_total": frozenset({"rule_group"}),
    "prometheus_tsdb_compactions_failed_total": frozenset(),
    "prometheus_tsdb_storage_blocks_bytes": frozenset(),
    "prometheus_tsdb_wal_writes_failed_total": frozenset(),
    "alertmanager_config_last_reload_successful": frozenset(),
    "alertmanager_notifications_failed_total": frozenset({"integration", "reason"}),
}
"""Labels of the series that Prometheus and Alertmanager tell of themselves; test_real_rules.py asks them"""


def labels_of_level(record):
    """The labels that a recorded figure has, as its name says."""
    return frozenset(re.findall(r"lane_class|[a-z]+", record.split(":")[0]))


def labels_by_name():
    """The labels of every series that border-sim exports, a rule records, or Prometheus and Alertmanager tell."""
    known = {rule["record"]: labels_of_level(rule["record"]) for rule in records()} | OF_OTHERS
    for name, family in FAMILIES.items():
        labels = frozenset(family.labels)
        known[name] = labels
        if family.type == "histogram":
            known |= {f"{name}_bucket": labels | {"le"}, f"{name}_sum": labels, f"{name}_count": labels}
    return known


def assert_is_known(expression):
    known = labels_by_name()
    named = selectors(expression)
    assert named
    for selector in named:
        assert selector.name in known, f"{selector.name} is no metric"
        unknown = selector.labels - known[selector.name] - OF_A_TARGET
        assert not unknown, f"{selector.name} has no label {sorted(unknown)}"
    unknown = grouped_by(expression) - OF_A_TARGET - frozenset().union(*(known[each.name] for each in named))
    assert not unknown, f"no series of {expression} has a label {sorted(unknown)}"


def test_rules_are_as_promtool_wants_them():
    done = promtool("check", "rules", "--lint=all", "--lint-fatal", *RULES)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_scrape_configuration_is_as_promtool_wants_it():
    done = promtool("check", "config", "--lint=all", "--lint-fatal", PROMETHEUS / "prometheus.yml")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", RULE_TESTS, ids=lambda file: file.stem)
def test_rules_do_what_their_tests_say(file):
    done = promtool("test", "rules", file)
    assert done.returncode == 0, done.stdout + done.stderr


@BY_ALERT
def test_an_alert_is_tested_firing_and_silent(alert):
    tried = [
        each for case in cases() for each in case.get("alert_rule_test", ()) if each["alertname"] == alert["alert"]
    ]
    assert any(each.get("exp_alerts") for each in tried)
    assert any(not each.get("exp_alerts") for each in tried)


@pytest.mark.parametrize("record", [rule["record"] for rule in records()])
def test_a_recorded_figure_is_tested(record):
    tried = [each for case in cases() for each in case.get("promql_expr_test", ())]
    assert any(record in {one.name for one in selectors(each["expr"])} and each["exp_samples"] for each in tried)


@pytest.mark.parametrize("record", [rule["record"] for rule in records()])
def test_a_recorded_figure_is_used(record):
    asked = [rule["expr"] for rule in rules()] + [each for text in sections().values() for each in promql_of(text)]
    assert any(record in {one.name for one in selectors(each)} for each in asked)


@BY_RULE
def test_a_rule_names_what_there_is(rule):
    assert_is_known(rule["expr"])


@BY_ALERT
def test_an_alert_has_all_its_parts(alert):
    assert re.fullmatch(r"BorderSim([A-Z][a-z]+)+", alert["alert"])
    assert alert["labels"].keys() == {"severity", "component"}
    severity, component = alert["labels"]["severity"], alert["labels"]["component"]
    assert severity in {"critical", "warning", "info"}
    assert component in {"border", "pipeline", "monitoring"}
    assert severity != "critical" or component == "pipeline", "critical is the platform only"
    annotations = alert["annotations"]
    assert annotations.keys() == {"summary", "description", "runbook_url"}
    assert "{{" not in annotations["summary"]
    assert "{{" in annotations["description"]
    assert annotations["runbook_url"] == f"docs/runbook.md#{alert['alert'].lower()}"


@BY_ALERT
def test_a_duration_that_is_told_says_which_clock_it_counts(alert):
    told = re.sub(r"\s+", " ", alert["annotations"]["description"])
    durations = re.findall(r"(?:at least|the last) (?:an?|[\d.]+)? ?(?:minute|hour)s?(.{20})?", told)
    assert (
        durations or "for" not in alert or alert["alert"] == "BorderSimRunEnded"
    )  # whose end is told, not how long ago
    assert all(after == " of the wall's clock" for after in durations), told


@pytest.mark.parametrize("rule", records(), ids=lambda rule: rule["record"])
def test_a_recorded_figure_is_named_by_level_metric_and_operation(rule):
    level, metric, operation = rule["record"].split(":")
    assert all(name in FAMILIES for name in re.split(r"_per_(?=border_)", metric))
    assert re.fullmatch(r"sum|min|ratio|p\d\d_increase1m", operation)
    assert labels_of_level(level) <= grouped_by(rule["expr"]) or operation == "ratio"


def sections():
    """The text of each alert's section of the runbook, by its heading."""
    text = RUNBOOK.read_text(encoding="utf-8")
    return dict(re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", text, re.DOTALL | re.MULTILINE))


def promql_of(section):
    """The expressions of a section."""
    return [line for block in re.findall(r"```promql\n(.*?)```", section, re.DOTALL) for line in block.splitlines()]


def test_the_runbook_has_a_section_for_each_alert_and_for_nothing_else():
    assert sorted(sections()) == sorted(alert["alert"] for alert in alerts())


@BY_ALERT
def test_a_section_says_what_it_means_what_to_look_at_and_what_to_do(alert):
    section = sections()[alert["alert"]]
    assert re.findall(r"^\*\*(.+?)\.\*\*", section, re.MULTILINE) == [
        "What it means",
        "What to look at",
        "What to do",
    ]
    first = section.strip().splitlines()[0]
    assert re.fullmatch(rf"\*{alert['labels']['severity']}; .*\*", first)
    lasts = alert.get("for")
    if lasts is None:
        assert "at once" in first
    else:
        assert "of the wall's clock" in first
        minutes = {"1m": "1 minute", "2m": "2 minutes", "2m30s": "2.5 minutes", "5m": "5 minutes"}[lasts]
        assert minutes in first
    assert promql_of(section)


@BY_ALERT
def test_the_runbook_asks_for_what_there_is(alert):
    for expression in promql_of(sections()[alert["alert"]]):
        assert_is_known(expression)


def test_what_an_expression_names_is_read_out_of_it():
    expression = """
        sum by (port, le) (rate(border_wait_seconds_bucket{port!="naco",mode=~"a|{b"}[5m]))  # not_this
        and on (job) port:border_queue_length:sum > 2 * up
    """
    assert selectors(expression) == {
        Selector("border_wait_seconds_bucket", frozenset({"port", "mode"})),
        Selector("port:border_queue_length:sum", frozenset()),
        Selector("up", frozenset()),
    }
    assert grouped_by(expression) == {"port", "le", "job"}
