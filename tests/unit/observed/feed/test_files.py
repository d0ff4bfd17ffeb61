"""Files of the feed as they come: packed, several copies in one, damaged, or not the feed at all."""

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.loading.catalogue import load_catalogue
from border_sim.observed.feed import unpacking
from border_sim.observed.feed.files import file_readings
from border_sim.observed.feed.readings import Tally, numbered_ports
from tests.feed import SNAPSHOT, as_json, as_xml, cars, entry, lane

SEVEN = "At 6:00 am PDT"
FIRST = cars(lane("delay", SEVEN, 60, 5))
SECOND = entry("250501", passenger_vehicle_lanes__standard_lanes=lane("delay", SEVEN, 45, 4))
THIRD = entry("260402", passenger_vehicle_lanes__standard_lanes=lane("no delay", "At 6:00 am MST", 0, 6))
NEXT_DAY = cars(lane("delay", SEVEN, 30, 5), day="9/11/2025")


def found(read_text):
    return [(each.port, each.wait_min) for each in read_text.readings]


THREE = [("san-ysidro", 60), ("tecate", 45), ("nogales-mariposa", 0)]


@pytest.mark.parametrize("make", [as_json, as_xml])
@pytest.mark.parametrize("pack", [str.encode, lambda text: gzip.compress(text.encode())])
def test_plain_and_gzip(read, make, pack):
    whole = read(pack(make(FIRST, SECOND, THIRD)))
    assert found(whole) == THREE and whole.problems == []


@pytest.mark.parametrize("between", ["", "\n", "\n\n  "])
@pytest.mark.parametrize(
    "copies",
    [
        [as_xml(FIRST), as_xml(NEXT_DAY, day="2025-9-11")],
        [as_xml(FIRST, head=" "), as_xml(NEXT_DAY, day="2025-9-11", head=" ")],
        [as_json(FIRST), as_json(NEXT_DAY)],
        [json.dumps([FIRST], indent=2), json.dumps([NEXT_DAY], indent=2)],
    ],
)
def test_several_copies_in_a_file(read, between, copies):
    whole = read(between.join(copies))
    assert [(each.local_time.day, each.wait_min) for each in whole.readings] == [(10, 60), (11, 30)]
    assert whole.problems == [] and whole.tally.snapshots == 2


def test_several_gzip_streams_in_a_file(read):
    whole = read(gzip.compress(as_xml(FIRST).encode()) + gzip.compress(as_xml(NEXT_DAY, day="2025-9-11").encode()))
    assert [each.wait_min for each in whole.readings] == [60, 30] and whole.problems == []


def test_lists_of_copies_and_whole_copies_as_json(read):
    head = {"last_updated_date": "2025-09-10", "last_updated_time": "9:4:30", "number_of_ports": "2"}
    blank = {"operational_status": "N/A", "update_time": {}, "delay_minutes": None, "lanes_open": []}
    second = SECOND | {"crossing_name": {}, "pedestrian_lanes": {"standard_lanes": blank, "ready_lanes": blank}}
    whole = read(json.dumps(head | {"port": [FIRST, second]}))
    assert found(whole) == THREE[:2] and whole.problems == [] and whole.tally.undated == 0
    assert found(read(f"[{as_json(FIRST)}, {as_json(NEXT_DAY)}]")) == [("san-ysidro", 60), ("san-ysidro", 30)]


def test_a_gzip_file_that_ends_early_is_told_and_read_so_far(read):
    packed = SNAPSHOT.read_bytes()
    whole = read(packed[: len(packed) * 9 // 10])
    first, second = whole.problems
    assert first.startswith(": is damaged gzip (Compressed file ended before") and first.endswith("damage is read")
    assert second.startswith(":") and "is not well-formed XML (" in second
    assert 100 < len(whole.readings) < 132


def test_gzip_that_is_damaged_inside_is_told(read):
    packed = bytearray(gzip.compress(as_xml(*[FIRST, SECOND, THIRD] * 50).encode()))
    packed[len(packed) // 2] ^= 0xFF
    whole = read(bytes(packed))
    assert "is damaged gzip (" in whole.problems[0]


@pytest.mark.parametrize("cut", [r"</port></border_wait_time>", "250501", "<delay_minutes>45"])
def test_half_a_copy_in_xml_gives_the_entries_before_the_cut(read, cut):
    text = as_xml(FIRST, SECOND).replace("<port>", "\n<port>")
    whole = read(text[: text.rindex(cut)])
    (problem,) = whole.problems
    assert problem.startswith(":3: ") and "is not well-formed XML (no element found" in problem
    assert found(whole) == THREE[:1]


def test_an_entry_that_is_not_well_formed_costs_only_itself(read):
    text = as_xml(FIRST, SECOND, THIRD).replace("<port>", "\n<port>")
    broken = text.replace("<delay_minutes>45</delay_minutes>", "<delay_minutes>45 & more</delay_minutes>")
    whole = read(broken)
    assert whole.problems == [
        ":3: port 250501: is not well-formed XML (not well-formed (invalid token)); the entries around it are read"
    ]
    assert found(whole) == [THREE[0], THREE[2]]


def test_a_copy_that_breaks_off_costs_nothing_of_the_next(read):
    text = as_xml(FIRST, SECOND)
    whole = read(text[: text.rindex("45")] + "\n" + as_xml(NEXT_DAY, day="2025-9-11"))
    assert [each.wait_min for each in whole.readings] == [60, 30] and len(whole.problems) == 1


@pytest.mark.parametrize("cut", ['"250501"', "45", "}}]"])
def test_half_a_copy_in_json_gives_the_entries_before_the_cut(read, cut):
    text = as_json(FIRST, SECOND).replace('{"port_number"', '\n{"port_number"')
    whole = read(text[: text.rindex(cut)])
    (problem,) = whole.problems
    assert problem.startswith(":3: is no JSON (")
    assert found(whole) == THREE[:1]


def test_an_entry_that_is_no_json_costs_only_itself(read):
    text = as_json(FIRST, SECOND, THIRD).replace('{"port_number"', '\n{"port_number"')
    whole = read(text.replace(": 45,", ": four,"))
    (problem,) = whole.problems
    assert problem.startswith(":3: is no JSON (Expecting value)")
    assert found(whole) == [THREE[0], THREE[2]]


def test_a_broken_entry_within_a_whole_copy_in_json_costs_only_itself(read):
    head = {"last_updated_date": "2025-9-10", "last_updated_time": "9:4:30"}
    text = json.dumps(head | {"port": [FIRST, SECOND, THIRD]}).replace(": 45,", ": four,")
    whole = read(text)
    assert len(whole.problems) == 1 and found(whole) == [THREE[0], THREE[2]]
    assert whole.tally.undated == 0


def test_bytes_that_are_not_the_encoding_that_is_named_are_told_and_the_text_is_read(read):
    text = as_xml(FIRST | {"port_name": "Peña"}, SECOND, head="<?xml version='1.0' encoding='UTF-8'?>")
    whole = read(text.encode("iso-8859-1"))
    assert whole.problems == [":1: b'\\xf1': is no UTF-8, as which it is written; read as ISO-8859-1"]
    assert found(whole) == THREE[:2]


@pytest.mark.parametrize("name", ["latin-99", "hex", "zlib", "rot13"])
def test_names_that_are_no_encoding_of_text_are_told_and_the_text_is_read(read, name):
    named = read(as_xml(FIRST, SECOND, head=f"<?xml version='1.0' encoding='{name}'?>"))
    assert named.problems == [f":1: encoding: {name!r}: no such encoding; read as ISO-8859-1, which the feed has"]
    assert found(named) == THREE[:2]


def test_gzip_that_unpacks_to_too_much_is_read_so_far(read, monkeypatch):
    monkeypatch.setattr(unpacking, "MOST_UNPACKED", 1 << 20)
    later = as_xml(NEXT_DAY, day="2025-9-11")
    whole = read(gzip.compress((as_xml(FIRST) + "\n" * (1 << 20) + later).encode()))
    assert whole.problems == [": unpacks to more than 1 MiB; what comes before is read: split it"]
    assert found(whole) == THREE[:1]
    assert read(gzip.compress(as_xml(FIRST).encode().ljust(1 << 20))).problems == []  # just as much as is taken


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "utf-16"])
def test_encodings_that_are_named_are_read(read, encoding):
    name = encoding.removesuffix("-sig")
    text = as_xml(FIRST | {"port_name": "Peña"}, SECOND, head=f"<?xml version='1.0' encoding='{name}'?>")
    whole = read(text.encode(encoding))
    assert found(whole) == (THREE[:2] if encoding != "utf-16" else [])
    assert (whole.problems == []) == (encoding != "utf-16")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", ": is empty; it must hold the feed as CBP gives it, /api/bwtnew or bwt.xml"),
        (" \n ", ": is empty; it must hold the feed as CBP gives it, /api/bwtnew or bwt.xml"),
        (gzip.compress(b""), ": is empty; it must hold the feed as CBP gives it, /api/bwtnew or bwt.xml"),
        (
            "\n<!DOCTYPE html><html><body>503 Service Unavailable</body></html>",
            ":2: '<!DOCTYPE html><html><body>503 Service U': is no border_wait_time, as CBP's bwt.xml is",
        ),
        ("port,wait\n1,2\n", r":1: 'port,wait\n1,2\n': is neither the feed's JSON"),
        ("[1, null]", ":1: 1: is no entry of a port, which is an object with port_number"),
        ('{"error": "down"}', ":1: port_number: is missing; an entry is known by it"),
    ],
)
def test_what_is_not_the_feed_is_told(read, content, told):
    whole = read(content)
    assert whole.problems[0].startswith(told)
    assert whole.readings == []


def test_a_file_that_is_not_there_is_told(read, tmp_path):
    whole = read(tmp_path / "none.xml")
    assert whole.problems == [": cannot be read (No such file or directory)"]


def test_entities_of_ones_own_are_refused_before_they_grow_and_entries_are_read(read):
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE b [<!ENTITY a0 "{"ha" * 50}">{lines}]>'
    text = as_xml(FIRST | {"port_name": "BOMB"}, SECOND, head=f"<?xml version='1.0'?>\n{bomb}").replace("BOMB", "&a9;")
    whole = read(text)
    assert whole.problems[0] == ":2: has a document type, which the feed has not; only its entries are read"
    assert whole.problems[1].startswith(":2: port 250401: is not well-formed XML (undefined entity)")
    assert found(whole) == [THREE[1]]


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, "<port>" * 100_000, "<border_wait_time>" + "<a>" * 100_000]
)
def test_what_nests_without_end_is_told(read, text):
    whole = read(text)
    assert whole.readings == []
    assert whole.problems or text.startswith("[")


TIMED = [port | {"time": "06:04:30"} for port in (FIRST, SECOND, THIRD)]
WHOLE = {"xml": as_xml(*TIMED).encode(), "json": as_json(*TIMED).encode()}
WHOLE["gzip"] = gzip.compress(WHOLE["xml"])
PORTS = numbered_ports(load_catalogue().ports)


@settings(derandomize=True, deadline=None)
@given(st.sampled_from(sorted(WHOLE)), st.integers(0, 10_000))
def test_a_file_that_is_cut_anywhere_gives_what_stands_whole_before_the_cut(tmp_path_factory, kind, at):
    content, path = WHOLE[kind], tmp_path_factory.getbasetemp() / "cut"
    cut = at % len(content)
    path.write_bytes(content[:cut])
    problems = []
    found = [(each.port, each.wait_min) for each in file_readings(path, PORTS, problems.append, Tally())]
    assert found == THREE[: len(found)]
    before = content[:cut].count(b"</port>" if kind == "xml" else b'"06:04:30"}') if kind != "gzip" else 0
    assert len(found) >= before
    assert problems or len(found) == 3


@settings(derandomize=True, deadline=None)
@given(st.sampled_from(sorted(WHOLE)), st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=3)), max_size=4))
def test_whatever_is_in_a_file_is_read_or_told(tmp_path_factory, kind, changes):
    content, path = bytearray(WHOLE[kind]), tmp_path_factory.getbasetemp() / "changed"
    for at, part in changes:
        content[at % len(content) : at % len(content) + len(part)] = part
    path.write_bytes(content)
    for each in file_readings(path, PORTS, str, Tally()):
        assert each.port in {"san-ysidro", "tecate", "nogales-mariposa"}
        assert each.is_closed == (each.wait_min is None)


@pytest.mark.parametrize("year", ["0001", "1969", "9999"])
def test_years_that_cannot_be_are_told_of_the_copy_and_of_each_entry(read, year):
    whole = read(as_xml(FIRST | {"date": f"9/10/{year}"}, day=f"{year}-9-10"))
    years = "is of no year from 1970 to 2299"
    assert [problem.partition(": '")[2] for problem in whole.problems] == [
        f"{year}-9-10 9:4:30': {years}",
        f"9/10/{year}': {years}",
    ]
    assert whole.readings == []
    assert read(as_json(FIRST | {"date": f"12/31/{year}"})).readings == []
