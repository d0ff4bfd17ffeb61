"""The page: whole, safe from what a planner writes, and small whatever the length of the run."""

import base64
import gzip
import re
from html.parser import HTMLParser
from importlib.machinery import ModuleSpec

import msgspec
import numpy as np
import pytest

from border_sim.report import page as page_module
from border_sim.report.page import ReportError, packed_plotly
from border_sim.report.write import SHOWN_CHANGES, write_report
from border_sim.run.directory import DirectoryError
from border_sim.vocabulary import HOUR_US, Station, code

NASTY = """</script><script>alert("1")</script><img src=x onerror='alert(2)'>&amp;"""
LONGEST_BYTES = 6_000_000


def data_of(path):
    packed = re.search(r'id="packed-data">([^<]+)<', path.read_text(encoding="utf-8"))[1]
    return msgspec.json.decode(gzip.decompress(base64.b64decode(packed)))


def page_of(path):
    parsed = Tags()
    parsed.feed(path.read_text(encoding="utf-8"))
    return parsed


class Tags(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self):
        super().__init__()
        self.tags, self.text = [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture
def car_rows(car):
    return [car | {"at": 8, "arrivals": 2, "completions": 2, "waits": [10, 30], "largest_queue": 1}]


def test_first_screen_and_data_hold_the_totals_of_the_windows(made_run, port, car_rows):
    path = write_report(made_run([(port("a"), {}, car_rows), (port("b"), {"name": "Bee"}, car_rows * 2)]))
    text = " ".join(" ".join(page_of(path).text).split())
    assert "Crossings 6" in text
    assert "Passenger (cars) standard 20.0" in text
    data = data_of(path)
    assert [(each["name"], each["arrivals"]) for each in data["ports"]] == [("Bee", 4), ("A", 2)]
    assert sum(data["all_ports"]["queue"]["passenger"]) == 0


def test_a_change_of_the_clock_within_the_run_is_told_with_the_zones_it_leaves_alone(made_run, port, car_rows):
    ports = [(port("denver"), {}, car_rows), (port("phoenix", time_zone="America/Phoenix"), {}, car_rows)]
    path = write_report(made_run(ports, days=7))
    text = " ".join(" ".join(page_of(path).text).split())
    told = "The clock goes forward by 60 minutes at 02:00 on Sunday 10 March 2024, but not in America/Phoenix."
    assert text.count(told) == 1
    axes = data_of(path)["axes"]
    assert axes["America/Denver"]["clock_changes"] == [{"at": "2024-03-10 02:00", "minutes": 60}]
    assert axes["America/Phoenix"]["clock_changes"] == []


def test_a_run_without_a_change_of_the_clock_says_nothing_of_clocks(made_run, port, car_rows):
    assert "The clock goes" not in " ".join(page_of(write_report(made_run([(port(), {}, car_rows)]))).text)


def test_notices_and_changes_of_the_manifest_stand_on_the_page(made_run, port, car_rows):
    notice = {"place": "disruptions.1", "value": "2025-01-01", "message": "lies after the run's last day"}
    change = {"place": "tiny.modes.passenger.demand_factor", "old": "1", "new": "1.2"}
    added = {"place": "tiny.modes.passenger.officers", "old": "", "new": "3"}
    path = write_report(made_run([(port(), {}, car_rows)], notices=[notice], changes=[change, added]))
    text = " ".join(" ".join(page_of(path).text).split())
    assert "1 thing written in the scenario has no effect in this run, or less than written." in text
    assert "disruptions.1 , 2025-01-01 : lies after the run's last day" in text
    assert "2 values of the baseline are changed." in text
    assert "tiny.modes.passenger.demand_factor 1 1.2 tiny.modes.passenger.officers none 3" in text


def test_the_description_of_the_scenario_stands_below_its_name(made_run, port, car_rows):
    parsed = page_of(write_report(made_run([(port(), {}, car_rows)], description=NASTY)))
    assert ("p", {"class": "lead", "id": "description"}) in parsed.tags
    assert NASTY in parsed.text
    plain = page_of(write_report(made_run([(port(), {}, car_rows)])))
    assert "description" not in [attributes.get("id") for _, attributes in plain.tags]


def test_a_run_of_the_baseline_has_neither_notices_nor_changes(made_run, port, car_rows):
    ids = [attributes.get("id") for _, attributes in page_of(write_report(made_run([(port(), {}, car_rows)]))).tags]
    assert "overview" in ids
    assert not {"notices", "changes"} & {*ids}


def test_a_station_after_primary_that_is_overloaded_is_named(made_run, port, car):
    secondary = car | {"station": code(Station.SECONDARY)}
    rows = [
        car | {"at": 1, "arrivals": 3, "completions": 3, "waits": [1, 1, 1]},
        secondary | {"at": 2, "arrivals": 3, "completions": 1, "waits": [150]},
        secondary | {"at": 23, "queue_us": 2 * HOUR_US},
    ]
    text = " ".join(" ".join(page_of(write_report(made_run([(port(), {}, rows)]))).text).split())
    assert "1 station is overloaded: the mean wait there is above 120 minutes" in text
    row = "Tiny, Passenger (cars), secondary inspection: mean wait 2.5 h , 2 waiting at the end , 0.0 served per hour"
    assert row.replace(" ,", ",") in text.replace(" ,", ",")


def test_a_queue_at_the_end_is_overload_though_waits_that_ended_were_short(made_run, port, car):
    rows = [
        car | {"at": 1, "arrivals": 9, "completions": 1, "waits": [1]},
        car | {"at": 23, "queue_us": 8 * HOUR_US},
    ]
    assert "8 waiting at the end" in " ".join(page_of(write_report(made_run([(port(), {}, rows)]))).text)


def test_a_run_without_overload_says_nothing_of_it(made_run, port, car_rows):
    tags = page_of(write_report(made_run([(port(), {}, car_rows)]))).tags
    assert "overloaded" not in [attributes.get("id") for _, attributes in tags]


def test_a_station_that_was_blocked_is_named(made_run, port, car_rows):
    rows = [*car_rows, {"pool": 0, "at": 2, "open_us": 4 * HOUR_US, "busy_us": HOUR_US, "blocked_us": HOUR_US}]
    said = {"modes": {"passenger": {"room": {"secondary": 3, "state": None}}}}
    text = " ".join(" ".join(page_of(write_report(made_run([(port(), said, rows)]))).text).split())
    assert "1 station was blocked at times: crossings that had been served stayed in their booth or bay" in text
    assert (
        "Tiny, Passenger (cars), primary inspection: 25% of the time of open booths, for want of room at secondary"
        in text
    )


def test_a_run_in_which_nothing_was_blocked_says_nothing_of_it(made_run, port, car_rows):
    tags = page_of(write_report(made_run([(port(), {}, [*car_rows, {"pool": 0, "open_us": HOUR_US}])]))).tags
    assert "blocked" not in [attributes.get("id") for _, attributes in tags]


def test_many_changes_are_folded_and_counted(made_run, port, car_rows):
    changes = [{"place": f"tiny.{number}", "old": "1", "new": "2"} for number in range(SHOWN_CHANGES + 3)]
    text = " ".join(page_of(write_report(made_run([(port(), {}, car_rows)], changes=changes))).text)
    assert text.count("3 more changes") == 2, "behind the fold, and on paper"
    assert f"tiny.{SHOWN_CHANGES + 2}" in text


def test_the_page_fetches_nothing_and_runs_only_its_own_scripts(made_run, port, car_rows):
    path = write_report(made_run([(port(), {}, car_rows)]))
    policy = next(tag[1]["content"] for tag in page_of(path).tags if tag[1].get("http-equiv"))
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-inline" not in policy.split(";")[1]
    for tag, attributes in page_of(path).tags:
        assert "src" not in attributes
        assert tag != "link"
        assert not attributes.get("href", "#").startswith("http")


def test_what_a_planner_writes_stays_text(made_run, port, car_rows):
    plain = page_of(write_report(made_run([(port(), {}, car_rows)])))
    folder = made_run([(port(), {"name": NASTY, "note": NASTY}, car_rows)])
    manifest = msgspec.json.decode((folder / "manifest.json").read_bytes())
    manifest["configuration"]["name"] = manifest["run_info"]["command"] = NASTY
    (folder / "manifest.json").write_bytes(msgspec.json.encode(manifest))
    nasty = page_of(write_report(folder))
    assert [tag for tag, _ in nasty.tags] == [tag for tag, _ in plain.tags]
    assert sum(text.count(NASTY) for text in nasty.text) >= 3


def test_an_interrupted_run_says_so(made_run, port, car_rows):
    path = write_report(made_run([(port(), {}, car_rows)], status="interrupted"))
    assert "This run was interrupted" in " ".join(page_of(path).text)


def test_an_interrupted_run_says_where_each_port_ends_and_draws_no_sum_beyond_the_first(
    made_run, port, car_rows, midnight_us
):
    ports = [(port("a"), {}, car_rows), (port("b"), {"name": "Bee"}, car_rows * 2), (port("c"), {}, [])]
    folder = made_run(ports, status="interrupted", days=3)
    manifest = msgspec.json.decode((folder / "manifest.json").read_bytes())
    for slug, hours in (("a", 48), ("b", 24), ("c", -1)):
        entry = manifest["ports"][slug]
        entry |= {"complete": False, "from_us": midnight_us - 24 * HOUR_US, "until_us": midnight_us + hours * HOUR_US}
    (folder / "manifest.json").write_bytes(msgspec.json.encode(manifest))
    path = write_report(folder)
    text = " ".join(" ".join(page_of(path).text).split())
    assert "3 days from Monday 4 March 2024, of which not all were run, 2 of 3 ports of entry" in text
    assert "Local time at which figures end: Bee 2024-03-05 00:00; A 2024-03-06 00:00." in text
    data = data_of(path)
    assert data["all_ports_until"] == "2024-03-05 00:00"
    assert (len(data["all_ports"]["labels"]), data["all_ports"]["labels"][-1]) == (24, "2024-03-04 23:00")
    assert [len(series) for series in data["all_ports"]["queue"].values()] == [24]
    assert [each["until"] for each in data["ports"]] == ["2024-03-05 00:00", "2024-03-06 00:00"]


def test_a_complete_run_is_not_said_to_be_cut(made_run, port, car_rows):
    path = write_report(made_run([(port(), {}, car_rows)], days=3))
    text = " ".join(" ".join(page_of(path).text).split())
    assert "3 days from Monday 4 March 2024, 1 port of entry" in text
    assert data_of(path)["all_ports_until"] is None


def test_a_run_of_nobody_has_a_page(made_run, port):
    path = write_report(made_run([(port(latitude=None, longitude=None), {}, [])], status="interrupted"))
    assert "Nobody joined a queue" in " ".join(page_of(path).text)
    assert len(data_of(path)["ports"]) == 1


@pytest.mark.parametrize("status", ["running", "failed"])
def test_a_run_that_has_not_ended_has_no_page_and_says_why(made_run, port, status):
    with pytest.raises(DirectoryError, match=f"status is {status}; only a run that has ended can be read"):
        write_report(made_run([(port(), {}, [])], status=status))


def test_metrics_that_are_damaged_are_named(made_run, port):
    folder = made_run([(port(), {}, [])])
    (folder / "metrics.parquet").write_bytes(b"PAR1")
    with pytest.raises(DirectoryError, match=r"metrics\.parquet: cannot be read"):
        write_report(folder)


def test_a_page_that_cannot_be_written_is_told_and_leaves_nothing(made_run, port, car_rows):
    folder = made_run([(port(), {}, car_rows)])
    (folder / "report.html").mkdir()
    with pytest.raises(DirectoryError, match=r"report\.html: cannot be written"):
        write_report(folder)
    assert not list(folder.glob("*.part"))


def test_a_page_made_again_is_the_same(made_run, port, car_rows):
    folder = made_run([(port(), {}, car_rows)])
    assert write_report(folder).read_bytes() == write_report(folder).read_bytes()


def test_without_plotly_the_message_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(page_module, "find_spec", lambda _: None)
    with pytest.raises(ReportError, match="pip install plotly"):
        packed_plotly()
    monkeypatch.setattr(page_module, "find_spec", lambda _: ModuleSpec("plotly", None, origin=str(tmp_path / "x.py")))
    with pytest.raises(ReportError, match=r"plotly\.min\.js: cannot be read"):
        packed_plotly()


def test_47_ports_with_every_lane_and_a_year_or_more_fit_into_six_megabytes(made_run, port, car_rows):
    folder = made_run([(port(), {}, car_rows)])
    (mode,) = (each["modes"]["passenger"] for each in data_of(write_report(folder))["ports"])
    draw = np.random.default_rng(1)

    def long(values):
        return draw.integers(0, 1000, 168 if len(values) == 168 else 390).tolist()

    lane = mode["lanes"]["standard"]
    lane = lane | {"series": {name: long(values) for name, values in lane["series"].items()}, "week": long([0] * 168)}
    station = {name: long([]) for name in ("joined", "mean", "p90")}
    pool = {"open": long([]), "busy": long([])}
    full = {
        **mode,
        "pools": dict.fromkeys("abc", pool),
        "later": dict.fromkeys(("secondary", "door_to_door"), station),
    }
    ports = [port_entry(full, lane, draw) for _ in range(47)]
    data = msgspec.json.encode(ports)
    assert len(page_module._packed(data)) + folder.joinpath("report.html").stat().st_size < LONGEST_BYTES


def port_entry(mode, lane, draw):
    """A port of three modes and seven lane classes, each with figures of its own."""

    def own(figures):
        if isinstance(figures, dict):
            return {name: own(value) for name, value in figures.items()}
        return draw.permutation(figures).tolist() if isinstance(figures, list) else figures

    lanes = {"commercial": 2, "passenger": 3, "pedestrian": 2}
    figures = {name: own(mode | {"lanes": {str(n): lane for n in range(count)}}) for name, count in lanes.items()}
    figures["commercial"]["later"] |= own(dict.fromkeys(("export", "state"), mode["later"]["secondary"]))
    return figures


def test_windows_of_an_hour_that_began_before_the_first_bin_belong_to_it(made_run, port, car):
    rows = [car | {"at": -0.5, "arrivals": 1, "waits": [6]}]
    folder = made_run([(port(), {}, rows)], window_us=2 * HOUR_US)
    lane = data_of(write_report(folder))["ports"][0]["modes"]["passenger"]["lanes"]["standard"]
    assert lane["series"]["joined"][0] == lane["joined"] == 1
