"""The helper that other tests stand on: what the real Prometheus answers, and what it refuses."""

import pytest

from tests.prometheus import Prometheus, PrometheusError, program, promtool, scraping


def test_scrapes_and_answers(tmp_path):
    with Prometheus(tmp_path / "scraped", scraping({})) as scraped:
        config = scraping({"itself": [scraped.address]})
        with Prometheus(tmp_path / "server", config) as server:
            assert server.await_samples('up{job="itself"} == 1')[0].labels["instance"] == scraped.address
            assert server.value("scalar(vector(2)) * 3") == 6
            assert server.query("no_such_metric") == []
            assert [each["labels"]["job"] for each in server.api("targets")["activeTargets"]] == ["itself"]


def test_refused_query_says_why(tmp_path):
    with Prometheus(tmp_path, scraping({})) as server, pytest.raises(PrometheusError, match="parse error"):
        server.query("up{")


def test_configuration_that_does_not_load_says_why(tmp_path):
    with pytest.raises(PrometheusError, match="no_such_setting"), Prometheus(tmp_path, "no_such_setting: 1"):
        pass


def test_missing_program_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("BORDER_LAB", str(tmp_path))
    with pytest.raises(PrometheusError, match=r"promtool is neither on the PATH nor in .*; install Prometheus"):
        program("promtool")


def test_promtool_checks_what_it_is_given():
    help_and_type = "# HELP a_total of a test\n# TYPE a_total counter\n"
    assert promtool("check", "metrics", text=f"{help_and_type}a_total 1\n").returncode == 0
    assert promtool("check", "metrics", text="a_total\n").returncode != 0
