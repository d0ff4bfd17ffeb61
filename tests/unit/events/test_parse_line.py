"""A line is what it says or is refused with the reason; logs of before are read for good."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from border_sim.events.decode import line_columns, started
from border_sim.events.digest import PortDigest, combine
from border_sim.events.encode import encode_events
from border_sim.events.lines import kind_of
from border_sim.events.order import events_of
from border_sim.events.parse_line import CodecError, VersionError, parse, require_readable
from border_sim.metrics.fold import fold
from border_sim.metrics.state import new_state
from border_sim.metrics.window_tables import METRICS_SCHEMA, differences, to_table, with_pool_keys
from border_sim.records import RunFacts
from border_sim.run.directory import read_table
from border_sim.vocabulary import EventKind
from tests.whole_log import decode_events

OLD_LOGS = {number: Path(__file__).parent / f"schema_{number}" for number in (1, 2)}
"""1: a run of two small ports with every kind of event at every station, as the last release of schema 1 wrote it; 2: a
run of Sasabe with a gate that shuts and a cap on booths, as the first logs of schema 2 said it (`open_booths`).
"""


@pytest.fixture
def start(made_records, tiny_port):
    """A line of `run_started`."""
    (line, *_) = encode_events(events_of(made_records(0, 1), starts=True), tiny_port, RunFacts("a", 0, 2), 0)
    return line


def lines_of(version):
    """The lines of an old log."""
    with pa.input_stream(OLD_LOGS[version] / "events.ndjson.zst") as log:
        return log.read().splitlines()


def test_the_event_comes_with_its_fields_by_name(start):
    line = parse(start + b"\n")
    assert (line.run, line.replication, line.port, line.seq, line.ports) == ("a", 0, "tiny-port", 0, 2)
    assert kind_of(line) is EventKind.RUN_STARTED


@pytest.mark.parametrize(
    ("version", "of_run"),
    [
        (1, (None, None, None)),
        (2, (1, 7, "f32e02cb22806bd4c6ca83a6674ee7be06da287be3711052f618e802678ccdb6")),
    ],
)
def test_an_old_log_reads_to_the_events_and_metrics_of_its_run(version, of_run):
    folder = OLD_LOGS[version]
    manifest, hashes, tables = json.loads((folder / "manifest.json").read_text(encoding="utf-8")), {}, []
    for key, (start, events) in decode_events(lines_of(version)).items():
        assert start.facts == RunFacts(manifest["run"], manifest["replication"], *of_run)
        digest = PortDigest()
        digest.update(events)
        hashes[key.port] = digest.hexdigest()
        windows = fold(new_state(start.info, manifest["window_us"]), events)
        tables.append(to_table(windows, start.info, manifest["replication"]))
    assert combine(hashes) == manifest["event_hash"]
    written = with_pool_keys(read_table(folder / "metrics.parquet", METRICS_SCHEMA))
    assert differences(pa.concat_tables(tables), written) == (0, "")


def test_the_log_of_schema_1_holds_every_kind_at_every_station():
    lines = [json.loads(line) for line in lines_of(1)]
    assert {line["kind"] for line in lines} == set(EventKind)
    stops = {(line["kind"], line["station"]) for line in lines if "station" in line}
    assert len(stops) == 3 * 4
    assert {line["schema"] for line in lines if "schema" in line} == {1}


def test_the_log_of_schema_2_holds_a_cap_by_its_old_name():
    lines = [json.loads(line) for line in lines_of(2)]
    assert [line["open_booths"] for line in lines if line["kind"] == "disruption"] == [1, None, None, None]
    assert {line["schema"] for line in lines if "schema" in line} == {2}


@pytest.mark.parametrize("version", OLD_LOGS)
def test_but_for_its_start_and_the_name_of_a_cap_an_old_log_is_to_the_byte_one_of_today(version):
    log = lines_of(version)
    for key, (start, events) in decode_events(log).items():
        mine = [line for line in log if json.loads(line)["port"] == key.port]
        renamed = [
            line.replace(b"open_booths", b"booths_cap") if b'"kind":"disruption"' in line else line for line in mine
        ]
        assert encode_events(events, start.info, start.facts._replace(ports=2), 0)[1:] == renamed[1:]


@pytest.mark.parametrize(
    ("written", "instead", "reason"),
    [
        (b',"ports":2', b"", "missing required field `ports`"),
        (b'"schema":3', b'"schema":1', "unknown field `ports`"),
        (b'"schema":3', b'"schema":3.0', r"Expected `int`, got `float` - at `\$.schema`"),
        (b'"schema":3,', b"", "missing required field `schema`"),
        (b'"ports":2', b'"ports":0', r"Expected `int` >= 1 - at `\$.ports`"),
        (b'"name":"fast"', b'"name":"fast","colour":"red"', "unknown field `colour`"),
    ],
)
def test_each_version_has_the_fields_of_its_own(start, written, instead, reason):
    with pytest.raises(CodecError, match=reason):
        parse(start.replace(written, instead))


@pytest.mark.parametrize("version", [0, 4, 99])
def test_another_version_is_told_apart_from_what_is_malformed(start, version):
    says = f"the event is of schema {version}; this version of border-sim reads 1, 2 and 3"
    with pytest.raises(VersionError, match=says):
        parse(start.replace(b'"schema":3', b'"schema":%d' % version))
    with pytest.raises(VersionError, match=says):
        require_readable(version)


def test_a_later_version_may_have_fields_that_nobody_knows_yet(start):
    with pytest.raises(VersionError):
        parse(start.replace(b'"schema":3', b'"schema":4,"weather":{"rain_mm":4}'))


def test_versions_that_are_read_pass():
    for version in (1, 2, 3):
        require_readable(version)


def test_json_that_is_nested_without_end_is_refused(start):
    deep = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b',"kind":"heartbeat"}'
    for line in (deep, b"[" * 100_000, start[:-1] + b',"a":' + b"[" * 100_000):
        with pytest.raises(CodecError):
            parse(line)


def test_an_error_shows_no_more_than_the_beginning_of_a_long_line():
    with pytest.raises(CodecError) as error:
        parse(b"x" * 1_000_000)
    assert len(str(error.value)) < 400


def test_what_is_left_out_is_never_null(made_records, tiny_port):
    truck = {"crossing": 0, "lane_class": 0, "arrived_us": 5, "joined_us": 5}
    lines = encode_events(events_of(made_records(1, 9, [truck])), tiny_port, RunFacts("a", 0, 1), 0)
    joined = next(line for line in lines if b'"joined"' in line)
    parse(joined)
    for field in ("pool", "lane_class"):
        line = joined.replace(b',"lane_class":"standard"', b"")[:-1] + b',"%b":null}' % field.encode()
        with pytest.raises(CodecError, match=rf"got `null` - at `\$.{field}`"):
            parse(line)


DISRUPTED = b'{"run":"a","replication":0,"port":"p","seq":1,"t_us":5,"kind":"disruption","mode":"commercial",%b}'


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (b'"pool":"commercial/nii","bays_cap":null,"pace_permille":1', r"got `null` - at `\$.bays_cap`"),
        (b'"pool":"commercial/nii","bays_cap":-1', r"Expected `int` >= 0 - at `\$.bays_cap`"),
        (b'"pool":"commercial/nii","pace_permille":0', r"Expected `int` >= 1 - at `\$.pace_permille`"),
        (b'"pool":"commercial/nii","pace_permille":1.5', r"got `float` - at `\$.pace_permille`"),
    ],
)
def test_bays_and_pace_that_cannot_be_are_refused(fields, reason):
    with pytest.raises(CodecError, match=reason):
        parse(DISRUPTED % (b'"gate_shut":false,"booths_cap":null,' + fields))


def test_a_stream_begins_with_its_start(made_records, tiny_port):
    (line,) = encode_events(events_of(made_records(0, 1)), tiny_port, RunFacts("a", 0, 1), 7)
    with pytest.raises(CodecError, match="begins with seq 7, heartbeat; a stream begins with seq 0, run_started"):
        started(parse(line))


def test_a_cap_by_its_old_name_is_read_as_the_same_cap():
    """Old logs call it `open_booths`; lines do not tell their version."""
    old, new = (
        DISRUPTED % fields for fields in (b'"gate_shut":false,"open_booths":3', b'"gate_shut":false,"booths_cap":3')
    )
    columns = [line_columns([parse(each)]).events.open_booths.tolist() for each in (old, new)]
    assert columns == [[3], [3]]
    assert kind_of(parse(old)) is kind_of(parse(new)) is EventKind.DISRUPTION
    with pytest.raises(CodecError, match="booths_cap"):
        parse(DISRUPTED % b'"gate_shut":false')
