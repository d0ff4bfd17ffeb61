"""The fitted law: it finds the one that made the levels, and gives way to a port's own level as readings grow."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from border_sim.calibration.figures import with_law
from border_sim.calibration.law import FEW_READINGS, blended_wait, fitted_law
from border_sim.calibration.levels import Level
from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.accustomed import MODES, entries, root_of, wait_of
from border_sim.spec.staffing import AccustomedLaw

TRUE = {
    "standard": (3.25, 1.5),
    "ready": (2.75, 1.125),
    "sentri": (0.5, 0.75),
    "commercial": (4, 0.875),
    "pedestrian": (2.5, 0.625),
}


@pytest.fixture(scope="module")
def catalogue():
    """The whole catalogue, with a law made up."""
    whole = load_catalogue()
    return with_law(whole, AccustomedLaw(coefficients=TRUE, neighbour_km=whole.accustomed.neighbour_km))


@pytest.fixture(scope="module")
def by_law(catalogue):
    """Levels as the made-up law has them, of all ports that have the mode; one reading, two, three ..."""
    return {
        (slug, curve): Level(root_of(catalogue.accustomed, curve, entries(slug, curve, port, catalogue)), 1 + count)
        for count, (slug, port) in enumerate(catalogue.ports.items())
        for curve, mode in MODES.items()
        if mode in port.modes
    }


def test_levels_made_by_a_law_give_it_back(catalogue, by_law):
    law = fitted_law(by_law, catalogue, "made up")

    assert law.coefficients == TRUE
    assert law.neighbour_km == catalogue.accustomed.neighbour_km
    assert law.source == "made up"


def test_the_order_of_levels_changes_nothing(catalogue, by_law):
    backwards = dict(reversed(by_law.items()))

    assert fitted_law(backwards, catalogue, "x") == fitted_law(by_law, catalogue, "x")


def test_a_port_of_many_readings_weighs_more(catalogue, by_law):
    def constant(readings):
        odd = by_law | {("san-ysidro", "sentri"): Level(99, readings)}
        return sum(fitted_law(odd, catalogue, "x").coefficients["sentri"])

    # n / (n + 4): no reading weighs nothing, and a thousand little more than a hundred.
    found = [constant(readings) for readings in (0, 1, 4, 100, 1000)]
    assert found == sorted(set(found))
    assert found[0] == pytest.approx(sum(TRUE["sentri"]))
    assert found[4] - found[3] < 0.1 * (found[3] - found[2])


def test_a_level_of_a_mode_that_the_port_does_not_have_is_passed_over(catalogue, by_law):
    assert "pedestrian" not in catalogue.ports["laredo-wtb"].modes
    odd = by_law | {("laredo-wtb", "pedestrian"): Level(99, 1000)}

    assert fitted_law(odd, catalogue, "x").coefficients == TRUE


# A port's wait: between the law and its own level.


def _law_root(catalogue, slug, curve):
    return root_of(catalogue.accustomed, curve, entries(slug, curve, catalogue.ports[slug], catalogue))


def test_without_readings_a_wait_is_the_laws(catalogue):
    for group, curve in (("sentri", "sentri"), ("commercial", "commercial"), ("pedestrian", "pedestrian")):
        expected = max(0, _law_root(catalogue, "ysleta-zaragoza", curve)) ** 2
        assert blended_wait("ysleta-zaragoza", group, {}, catalogue) == (pytest.approx(expected), 0)


def test_general_is_the_mean_of_standard_and_ready_each_blended(catalogue):
    levels = {("ysleta-zaragoza", "standard"): Level(9.0, FEW_READINGS), ("ysleta-zaragoza", "sentri"): Level(50, 5)}
    standard, ready = (_law_root(catalogue, "ysleta-zaragoza", curve) for curve in ("standard", "ready"))

    wait, readings = blended_wait("ysleta-zaragoza", "general", levels, catalogue)
    assert wait == pytest.approx((((standard + 9) / 2 + ready) / 2) ** 2)
    assert readings == FEW_READINGS


@settings(derandomize=True, deadline=None, max_examples=50)
@given(
    root=st.floats(0, 12), readings=st.integers(1, 1000), slug=st.sampled_from(["ysleta-zaragoza", "sasabe", "donna"])
)
def test_a_wait_lies_between_the_laws_and_the_ports_own_and_nears_its_own_as_readings_grow(
    catalogue, root, readings, slug
):
    law = max(0.0, _law_root(catalogue, slug, "sentri"))
    few, more = (
        blended_wait(slug, "sentri", {(slug, "sentri"): Level(root, n)}, catalogue)[0] for n in (readings, readings + 1)
    )
    lowest, highest = sorted([wait_of([law]), wait_of([root])])

    assert lowest - 1e-9 <= few <= highest + 1e-9
    assert abs(more - root**2) <= abs(few - root**2) + 1e-9
