"""Whatever a run keeps of its events, the same streams come out of it."""

import json
import shutil

import pyarrow as pa
import pytest

from border_sim.events.decode import StreamKey
from border_sim.events.digest import PortDigest
from border_sim.records import RunFacts
from border_sim.run.directory import DirectoryError
from border_sim.run.run_files import EVENTS
from border_sim.streaming.playback.sources import SourceError, opened


def hashes(path):
    """The event hash of each stream, and what is told of it."""
    told = {}
    with opened(path) as source:
        for key, stream in source.streams.items():
            digest = PortDigest()
            for piece in stream.pieces:
                assert stream.begins_us <= piece.t_us[0]
                assert piece.t_us[-1] <= stream.ends_us
                digest.update(piece)
            told[key] = digest.hexdigest(), stream.start
    return told


@pytest.fixture
def manifest(run_folder):
    return json.loads((run_folder / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture
def text(run_folder):
    with pa.input_stream(str(run_folder / EVENTS), compression="zstd") as file:
        return file.read()


def copy(folder, tmp_path, change):
    """A copy of a run directory whose manifest is changed."""
    other = tmp_path / "copy"
    shutil.copytree(folder, other)
    manifest = json.loads((other / "manifest.json").read_text(encoding="utf-8"))
    change(manifest)
    (other / "manifest.json").write_text(json.dumps(manifest))
    return other


def test_a_run_directory_gives_the_events_of_the_run(run_folder, manifest):
    told = hashes(run_folder)
    expected = {StreamKey("test", 0, slug): entry["event_hash"] for slug, entry in manifest["ports"].items()}
    assert {key: event_hash for key, (event_hash, _) in told.items()} == expected
    assert {start.facts for _, start in told.values()} == {
        RunFacts("test", 0, 2, manifest["seed"], manifest["configuration_hash"])
    }


def test_a_run_directory_knows_its_event_hash_and_a_file_does_not(run_folder, manifest, text, tmp_path):
    (tmp_path / "events.ndjson").write_bytes(text)
    ndjson_alone = copy(run_folder, tmp_path, lambda manifest: manifest.update(logs=["ndjson"]))
    told = []
    for path in (run_folder, ndjson_alone, tmp_path / "events.ndjson"):
        with opened(path) as source:
            told.append(source.event_hash)
    assert told == [manifest["event_hash"], manifest["event_hash"], None]


def test_every_log_gives_the_same(run_folder, text, tmp_path):
    expected = hashes(run_folder)
    plain = tmp_path / "events.ndjson"
    plain.write_bytes(text)
    ndjson_alone = copy(run_folder, tmp_path, lambda manifest: manifest.update(logs=["ndjson"]))
    assert hashes(plain) == hashes(run_folder / EVENTS) == hashes(ndjson_alone) == expected


def test_an_interrupted_run_has_as_many_ports_as_its_stream_said(run_folder, tmp_path):
    def without_naco(manifest):
        del manifest["ports"]["naco"]
        manifest.update(status="interrupted", counts=manifest["ports"]["sasabe"]["counts"])

    folder = copy(run_folder, tmp_path, without_naco)
    told = hashes(folder)
    assert [key.port for key in told] == ["sasabe"]
    assert [start.facts.ports for _, start in told.values()] == [2]


def damage(**changes):
    return lambda manifest: manifest.update(changes)


def damage_port(**changes):
    return lambda manifest: manifest["ports"]["naco"].update(changes)


@pytest.mark.parametrize(
    "change",
    [
        damage(ports={}),
        damage(replication=2**70),
        damage(replication=-1),
        damage(seed="x"),
        damage(seed=2**32),
        damage(configuration_hash=None),
        damage(configuration={}),
        damage_port(from_us="x"),
        damage_port(from_us=-1),
        damage_port(until_us=0),
        damage_port(until_us=-(2**40)),
        damage_port(until_us=2**62),
        lambda manifest: manifest["ports"]["naco"].update(until_us=manifest["ports"]["naco"]["from_us"]),
        lambda manifest: manifest["ports"]["naco"]["info"].update(measured_from_us="x"),
        lambda manifest: manifest["ports"]["naco"].pop("from_us"),
    ],
)
def test_a_manifest_that_was_changed_by_hand_is_told_to_be_damaged(run_folder, tmp_path, change):
    folder = copy(run_folder, tmp_path, change)
    with pytest.raises(DirectoryError, match="the run was damaged"):
        hashes(folder)


def test_a_run_that_was_interrupted_before_its_first_port_had_ended_holds_no_events(run_folder, tmp_path):
    folder = copy(run_folder, tmp_path, damage(ports={}, counts={}, status="interrupted"))
    with pytest.raises(DirectoryError, match="was interrupted before any port had begun; run it again"):
        hashes(folder)


def test_a_run_without_a_log_is_refused(run_folder, tmp_path):
    folder = copy(run_folder, tmp_path, lambda manifest: manifest.update(logs=[]))
    with pytest.raises(SourceError, match="keeps no log; run with --log"), opened(folder):
        pass


def test_a_run_that_never_ended_is_refused(run_folder, tmp_path):
    folder = copy(run_folder, tmp_path, lambda manifest: manifest.update(status="running"))
    with pytest.raises(DirectoryError, match="running"), opened(folder):
        pass


def test_a_damaged_log_is_told_when_it_is_read(run_folder, tmp_path):
    folder = copy(run_folder, tmp_path, lambda _: None)
    (folder / "crossings" / "sasabe.parquet").write_bytes(b"PAR1 and nothing else")
    with pytest.raises(DirectoryError, match="sasabe"):
        hashes(folder)


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "events.ndjson", "holds no events"),
        (b'{"temperature":21}\n', "events.ndjson", "line 1: Object missing required field `kind`"),
        (b"plain text", "events.ndjson.zst", "cannot be read"),
    ],
)
def test_a_file_that_is_no_log_is_refused_with_the_reason(tmp_path, content, name, reason):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=f"{name}: .*{reason}|{name}: {reason}"), opened(path):
        pass


def test_a_line_that_is_missing_is_told(tmp_path, text):
    lines = text.splitlines(keepends=True)
    path = tmp_path / "events.ndjson"
    path.write_bytes(b"".join(lines[:3] + lines[4:]))
    with pytest.raises(SourceError, match=r"line 4: .* has seq 4; the next is 3"), opened(path):
        pass


def test_a_path_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SourceError, match="is not there; name a run directory or a file of NDJSON"):
        hashes(tmp_path / "nothing")
