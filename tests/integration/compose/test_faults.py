"""What the stack goes through: killed processes, more consumers, planners beside it, down and up, mistakes, its end."""

import json
import os
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.stack import Stack, docker

PORTS = "calexico-east,columbus,sasabe"
COMPARE = ("run", "--rm", "--no-TTY", "planner", "metrics", "--from-kafka", "kafka:19092", "--compare")
RUN = ("run", "--rm", "--no-TTY", "planner", "run", "--ports", PORTS, "--start", "2024-03-04", "--seed", "7", "--quiet")


@pytest.fixture(scope="module")
def stack(clone, image):
    with Stack(clone, PORTS=PORTS, SPEED="600") as stack:
        stack.up("--scale", "consumer=1")
        yield stack


@pytest.fixture
def kill(image):
    """Kills the first process of a container as the kernel would, so that its restart policy has its say."""

    def send(container):
        script = f"import os; os.kill({container['State']['Pid']}, 9)"
        host = ("--pid", "host", "--user", "root", "--cap-drop", "ALL", "--cap-add", "KILL", "--network", "none")
        done = docker("run", "--rm", *host, "--no-healthcheck", "--entrypoint", "python", image, "-c", script)
        assert done.returncode == 0, done.stderr

    return send


@pytest.fixture
def back(stack, until):
    """Waits until a container that was killed runs again and is healthy."""

    def wait(container):
        def is_back():
            (now,) = json.loads(docker("inspect", container["Id"]).stdout)
            return now["RestartCount"] > container["RestartCount"] and now["State"]["Health"]["Status"] == "healthy"

        until(is_back, f"{container['Name']} is back")

    return wait


def test_a_planner_beside_it_writes_as_who_cloned_the_repository(stack, clone):
    stack.done(*RUN, "--days", "1", "--out", "results/alone")
    owner = clone.stat()
    written = list((clone / "results" / "alone").rglob("*"))
    assert "manifest.json" in {path.name for path in written}
    assert {(path.stat().st_uid, path.stat().st_gid) for path in written} == {(owner.st_uid, owner.st_gid)}
    assert os.access(clone / "results" / "alone" / "report.html", os.R_OK)


@pytest.mark.parametrize("service", ["kafka", "simulator", "prometheus"])
def test_what_is_killed_comes_back_and_events_go_on(stack, kill, back, until, service):
    container = stack.container(service)
    kill(container)
    back(container)

    def counted():
        return stack.prometheus.value("sum(border_pipeline_events_total)")

    until(lambda: stack.prometheus.query("sum(border_pipeline_events_total)"), "Prometheus answers")
    before = counted()
    until(lambda: counted() > before, "events are counted")


def test_more_consumers_one_of_them_killed_count_each_event_once(stack, clone, kill, back, until):
    stack.done("stop", "simulator")  # what is shown from here on is the planner's run
    with ThreadPoolExecutor() as side_by_side:
        run = side_by_side.submit(
            stack.done, *RUN, "--days", "3", "--kafka", "kafka:19092", "--run-id", "exact", "--out", "results/exact"
        )
        stack.done("up", "--detach", "--no-recreate", "--pull", "never", "--scale", "consumer=3", "consumer")
        one = stack.containers("consumer")[0]
        kill(one)
        run.result()
    back(one)
    compare = (*COMPARE, "results/exact")
    until(lambda: stack.compose(*compare).returncode == 0, "the stream's metrics are those of the run")
    assert "compared with those of the run: 0 differ\n" in stack.done(*compare)
    expected = starts(clone / "results" / "exact" / "metrics.parquet")
    stack.prometheus.await_samples("sum(up{job='border-consumer'})", lambda found: found and found[0].value == 4)
    shown = stack.prometheus.await_samples(
        "sum by (port, mode, lane_class) (border_wait_seconds_count)",
        lambda found: sum(each.value for each in found) == sum(expected.values()),
    )
    counted = {tuple(each.labels[key] for key in ("port", "mode", "lane_class")): each.value for each in shown}
    assert {key: value for key, value in counted.items() if value} == expected
    assert stack.prometheus.value("sum(border_pipeline_dead_letters_total)") == 0


def starts(metrics):
    """By port, mode and lane class, how many began at primary, as a run wrote it."""
    table = pq.read_table(metrics)
    words = ("port", "mode", "lane_class", "station")
    plain = pa.table({**{name: table[name].cast(pa.string()) for name in words}, "starts": table["starts"]})
    primary = plain.filter(pc.field("station") == "primary").group_by(list(words[:3])).aggregate([("starts", "sum")])
    return {
        tuple(row[name] for name in words[:3]): row["starts_sum"] for row in primary.to_pylist() if row["starts_sum"]
    }


def test_down_and_up_keep_events_metrics_and_the_past(stack, clone, until):
    stack.done(*RUN, "--days", "1", "--kafka", "kafka:19092", "--run-id", "kept", "--out", "results/kept")
    compare = (*COMPARE, "results/kept")
    until(lambda: stack.compose(*compare).returncode == 0, "the stream's metrics are those of the run")
    before_s = stack.prometheus.value("time()")
    stack.done("down")
    assert stack.done("ps", "--all", "--quiet") == ""
    stack.up()
    assert "compared with those of the run: 0 differ\n" in stack.done(*compare)
    assert stack.prometheus.value("count(up)", before_s - 30) >= 4


def test_stopped_the_simulator_ends_its_run(stack, until):
    stack.up()
    since = stack.container("simulator")["State"]["StartedAt"]
    until(lambda: "events" in stack.done("logs", "--since", since, "simulator"), "the run goes on")
    stack.done("stop", "simulator")
    state = stack.container("simulator")["State"]
    assert (state["Status"], state["ExitCode"]) == ("exited", 0)
    assert " events sent to border.events at kafka:19092, until " in stack.done("logs", "--since", since, "simulator")


def test_a_scenario_with_a_mistake_is_told_and_nothing_is_simulated(clone, image):
    wrong = clone / "configs" / "scenarios" / "wrong.yaml"
    wrong.write_text("name: wrong\nchanges:\n  sasabe:\n    modes:\n      passenger: {demand_faktor: 2}\n")
    try:
        with Stack(clone, SCENARIO="configs/scenarios/wrong.yaml") as stack:
            refused = stack.compose("up", "--detach", "--wait", "--pull", "never", "simulator")
            assert refused.returncode != 0
            assert 'service "scenario" didn\'t complete successfully: exit 2' in refused.stderr
            assert "configs/scenarios/wrong.yaml:5: " in stack.done("logs", "--no-log-prefix", "scenario")
            assert stack.container("scenario")["RestartCount"] == 0
            assert stack.container("simulator")["State"]["Status"] == "created"
    finally:
        wrong.unlink()


def test_a_finished_run_is_shown_on_its_simulated_dates(clone, image):
    with Stack(clone, HISTORY_RUN="results/finished") as stack:
        stack.done(*RUN, "--days", "1", "--out", "results/finished")
        stack.up("history")
        ever = "sum(last_over_time(border_wait_seconds_count[3d]))&time=2024-03-06T12:00:00Z"
        asked = f"http://localhost:9090/api/v1/query?query={ever}"
        told = stack.done("exec", "--no-TTY", "history", "wget", "-q", "-O", "-", asked)
        expected = sum(starts(clone / "results" / "finished" / "metrics.parquet").values())
        assert float(json.loads(told)["data"]["result"][0]["value"][1]) == expected
