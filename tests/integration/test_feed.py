"""The feed of a live run as a user meets it: fetched while it goes on, imported, and compared with the run."""

import gzip
import json
import re

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from border_sim.loading.catalogue import load_catalogue
from border_sim.observed.feed.files import file_readings
from border_sim.observed.feed.readings import Tally, numbered_ports
from border_sim.observed.readings_table import read_readings
from tests.feed import SNAPSHOT
from tests.streams import record, send
from tests.web import ask, served_by

RUN = ("--ports", "otay-mesa,el-paso-pdn,naco,sasabe", "--start", "2024-03-04", "--days", 1, "--seed", 3)
SPEED = 900
"""A quarter of an hour a second."""
HOURS = 6
"""Hours, as waits are posted for them, through which the feed is fetched."""
LISTED = ("columbus", "lukeville", "naco")
"""Of the small ports those that are in the feed, on several partitions."""
LANE = ["port", "mode", "lane_class", "t_us"]


def fetched(url):
    """Copies of the feed until waits have been posted for several hours, JSON and XML in turn."""
    copies, hours = [], set()
    while len(hours) < HOURS:
        body = ask(url, "/api/bwtnew").body
        found = set(re.findall(rb'"At [^"]+ [PM][SD]T"', body))
        if found - hours:
            copies += [body, ask(url, "/api/bwt.xml").body]
            hours |= found
    return copies


def test_what_an_app_is_told_of_a_live_run_is_what_the_run_posts(tmp_path, border_sim, start_border_sim):
    live = start_border_sim("live", *RUN, "--speed", SPEED, "--serve", "127.0.0.1:0", "--quiet")
    copies = fetched(served_by(live))
    live.kill()
    (tmp_path / "feed.json").write_bytes(b"\n".join(copies[::2]))
    (tmp_path / "feed.xml.gz").write_bytes(gzip.compress(b"\n".join(copies[1::2])))
    done = border_sim("import-waits", "feed.json", "feed.xml.gz", "--out", "waits.parquet")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert f"of 3 ports in {len(copies):,} snapshots, " in done.stdout

    assert border_sim("run", *RUN, "--out", "run", "--quiet").returncode == 0
    table = read_readings(tmp_path / "waits.parquet")
    waits = table.filter(pc.invert(table["is_closed"]))
    posted = pq.read_table(tmp_path / "run" / "posted.parquet", columns=[*LANE, "posted_wait_min"])
    words = {name: posted[name].cast(pa.string()) for name in LANE[:3]}
    posted = pa.table({**words, "t_us": posted["t_us"], "posted_wait_min": posted["posted_wait_min"]})
    both = waits.join(posted, LANE, join_type="left outer")
    assert pc.all(pc.equal(both["wait_min"], both["posted_wait_min"])).as_py()
    assert len(set(waits["local_time"].to_pylist())) >= HOURS
    told = set(table["port"].to_pylist())
    assert told == {"otay-mesa", "el-paso-pdn", "naco"}  # Sasabe is not in the feed


def test_every_process_of_a_group_tells_the_feed_of_all_ports(tmp_path, start_border_sim, kafka, prefix, until):
    run = record(tmp_path / "run", "monday")
    noon_us = (json.loads(run.events[0][1])["t_us"] + json.loads(run.events[-1][1])["t_us"]) // 2
    before = [event for event in run.events if json.loads(event[1])["t_us"] <= noon_us]
    send(kafka, prefix, before)
    posted = {
        (event["port"], event["mode"], event["lane_class"]): event["posted_wait_min"]
        for event in (json.loads(line) for _, line in before)
        if event["kind"] == "posted" and event["port"] in LISTED
    }
    where = ("--kafka", kafka, "--topic-prefix", prefix, "--session-timeout", 2, "--serve", 0, "--quiet")
    urls = [served_by(start_border_sim("consume", *where)) for _ in range(2)]
    ports = numbered_ports(load_catalogue().ports)

    def told(url):
        (tmp_path / "feed").write_bytes(ask(url, "/api/bwtnew").body)
        return {each[:3]: each.wait_min for each in file_readings(tmp_path / "feed", ports, print, Tally())}

    assert any(wait_min is not None for wait_min in posted.values())
    for url in urls:
        until(lambda url=url: told(url) == posted, "it is told what was posted last")


def test_the_real_feed_is_imported_and_a_run_compared_with_it(tmp_path, border_sim):
    where = ("--ports", "san-ysidro,tecate", "--start", "2025-09-10", "--days", 1, "--out", "run", "--quiet")
    assert border_sim("run", *where).returncode == 0
    done = border_sim("import-waits", SNAPSHOT, "--out", "real.csv")
    assert done.returncode == 0 and done.stdout.startswith(
        "132 readings of 32 ports in 1 snapshot, 39 of them closed; "
    )
    done = border_sim("compare-observed", "run", "--waits", "real.csv", "--by", "source")
    assert done.returncode == 0 and done.stderr == ""
    rows = [line.split() for line in done.stdout.splitlines() if line.startswith("real.csv ")]
    assert [row[1:5] for row in rows] == [
        ["passenger", "ready", "1", "60.0"],
        ["passenger", "sentri", "1", "15.0"],
        ["passenger", "standard", "2", "60.0"],
        ["pedestrian", "ready", "1", "5.0"],
        ["pedestrian", "standard", "2", "30.0"],
    ]
    assert "real.csv: mean over the readings of CBP's feed; real.csv, made by import-waits\n" in done.stdout
