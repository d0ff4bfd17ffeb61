import pytest

from border_sim.monitoring.known_ports import known_ports, local_hour
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Scenario
from border_sim.spec.staffing import group_of
from border_sim.vocabulary import LaneClass, Mode, lane_classes


def test_lane_classes_of_a_group_share_its_wait(made_up_catalogue):
    port = known_ports(made_up_catalogue)["big-bridge"]
    assert (port.name, port.state) == ("Big Bridge", "TX")
    assert port.accustomed_wait_s["passenger", "sentri"] == (240.0,) * 24
    assert port.accustomed_wait_s["passenger", "ready"] == port.accustomed_wait_s["passenger", "standard"]
    commercial = port.accustomed_wait_s["commercial", "standard"]
    assert port.accustomed_wait_s["commercial", "fast"] == pytest.approx([0.5 * wait_s for wait_s in commercial])


def test_mode_that_a_port_lacks_is_missing(made_up_catalogue):
    port = known_ports(made_up_catalogue)["small-gate"]
    assert {mode for mode, _ in port.accustomed_wait_s} == {"pedestrian"}


def test_every_lane_class_of_the_catalogue_has_the_wait_that_a_run_has(known):
    from border_sim.loading.catalogue import load_catalogue  # noqa: PLC0415

    frame = resolve(Scenario(), load_catalogue())
    for each in frame.ports:
        for mode, part in each.port.modes.items():
            for lane_class in part.served():
                group = group_of(mode, lane_class)
                mine = known[each.slug].accustomed_wait_s[mode.value, lane_class.value]
                minutes = [
                    part.accustomed_wait.minutes[group] * of_hour for of_hour in frame.planning.hour_shape[group]
                ]
                assert mine == pytest.approx([60 * each for each in minutes])
    assert {key for port in known.values() for key in port.accustomed_wait_s} == {
        (mode.value, lane_class.value) for mode in Mode for lane_class in lane_classes(mode)
    }
    assert LaneClass.FAST in lane_classes(Mode.COMMERCIAL)


@pytest.mark.parametrize(
    ("zone", "t_s", "hour"),
    [
        ("UTC", 0, 0),
        ("America/Chicago", 1_709_568_000, 10),
        ("America/Chicago", 1_710_054_000, 1),  # 2024-03-10: the hour from 2 to 3 is skipped
        ("America/Chicago", 1_710_057_600, 3),
        ("Nowhere/At-All", 0, None),
        ("", 0, None),
        ("../etc/passwd", 0, None),
        ("UTC", 2**60 // 1_000_000, None),
    ],
)
def test_local_hour(zone, t_s, hour):
    assert local_hour(zone, t_s * 1_000_000) == hour
