"""Sources: every one is found, what it is the source of is told, and assumptions are marked."""

from border_sim.report.sources import LONGEST_VALUE, port_sources, shared_sources

PORT = {
    "port": {
        "name": "Big Bridge",
        "location": {"latitude": 30.0, "longitude": None, "source": "a map"},
        "modes": {
            "passenger": {
                "installed": {"booths": 4, "source": "assumption: as next door"},
                "pools": [{"name": "general", "serves": [["standard"]]}],
                "inspection": {
                    "source": "timed",
                    "service": {"standard": {"mean_s": 50}},
                    "referral": {"share": {"none": 0.1}, "source": "share: assumption"},
                },
            }
        },
    }
}


def test_every_source_is_told_with_what_it_says_and_whether_it_assumes():
    assert [tuple(sourced) for sourced in port_sources(PORT)] == [
        ("location", "latitude: 30.0", "a map", False),
        ("passenger / installed", "booths: 4", "assumption: as next door", True),
        ("passenger / inspection", "service: {standard: {mean_s: 50}}", "timed", False),
        ("passenger / inspection / referral", "share: {none: 0.1}", "share: assumption", True),
    ]


def test_a_long_value_is_cut():
    (sourced,) = shared_sources({"profiles": {"day": {"weekday": [0.123456] * 100, "source": "counted"}}})
    assert sourced.where == "profiles / day"
    assert len(sourced.value) <= LONGEST_VALUE
    assert sourced.value.endswith("…")


def test_a_port_without_any_source_has_none():
    assert port_sources({"port": {"name": "Somewhere"}}) == []
