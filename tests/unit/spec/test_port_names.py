"""A port is known by its slug, its name or a part of it, in any case; what may mean several is told."""

import pytest

from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.port_names import slugs_of
from border_sim.spec.problem import SpecError, path_text
from border_sim.spec.scenario_check import check_scenario


@pytest.fixture(scope="module")
def ports():
    return load_catalogue().ports


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("pharr", "pharr"),
        ("Pharr", "pharr"),
        ("Pharr-Reynosa", "pharr"),
        ("PHARR", "pharr"),
        ("san ysidro", "san-ysidro"),
        ("Laredo WTB", "laredo-wtb"),
        ("world trade bridge", "laredo-wtb"),
        ("Laredo - World Trade Bridge", "laredo-wtb"),
        ("Bridge I", "laredo-gateway"),
        ("Mariposa", "nogales-mariposa"),
        ("McAllen-Hidalgo-Reynosa", "hidalgo"),
    ],
)
def test_what_a_port_is_called(text, slug, ports):
    assert slugs_of([text], ports) == [slug]


@pytest.mark.parametrize("text", ["all", "TX"])
def test_what_means_several_ports_in_a_way_of_its_own_stays(text, ports):
    assert slugs_of([text], ports) == [text]


def test_every_slug_and_every_name_finds_its_port(ports):
    assert slugs_of(list(ports), ports) == list(ports)
    assert slugs_of([port.name for port in ports.values()], ports) == list(ports)


def test_what_may_mean_several_ports_is_told_all_at_once(ports):
    with pytest.raises(SpecError) as caught:
        slugs_of(["Nogales", "pharr", "Laredo"], ports)
    first, second = map(str, caught.value.problems)
    assert first == "'Nogales': may mean nogales-deconcini, nogales-mariposa, nogales-morley; name one of them"
    assert second.startswith("'Laredo': may mean laredo-colombia, laredo-gateway, laredo-juarez-lincoln, ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("phar", "unknown port; did you mean 'pharr'?"),
        ("Texas", "unknown port; did you mean 'TX'?"),
        ("new mexico", "unknown port; did you mean 'NM'?"),
        ("tx", "unknown port; did you mean 'TX'?"),
        ("Bridge", "unknown port; valid are AZ, CA, NM, TX, all, amistad-dam, "),
        ("", "unknown port; valid are AZ, CA, NM, TX, all, amistad-dam, "),
    ],
)
def test_what_means_no_port_is_told_with_what_may_be_meant(text, message, ports):
    with pytest.raises(SpecError) as caught:
        slugs_of([text], ports)
    assert str(caught.value).startswith(f"{text!r}: {message}")


LAREDO = "laredo-colombia, laredo-gateway, laredo-juarez-lincoln, laredo-wtb"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Calexico-East", "unknown port; did you mean 'calexico-east'?"),
        ("Calexico East", "unknown port; did you mean 'calexico-east'?"),
        ("World Trade Bridge", "unknown port; did you mean 'laredo-wtb'?"),
        ("laredo_wtb", "unknown port; did you mean 'laredo-wtb'?"),
        ("Texas", "unknown port; did you mean 'TX'?"),
        ("laredo", f"may mean {LAREDO}; name one of them"),
    ],
)
def test_a_port_by_name_in_a_file_is_told_with_its_slug(text, message):
    with pytest.raises(SpecError) as caught:
        check_scenario({"ports": [text, "pharr"], "changes": {text: {}}}, load_catalogue())
    path = path_text(("changes", text))
    assert set(map(str, caught.value.problems)) == {f"ports[0]: {text!r}: {message}", f"{path}: {text!r}: {message}"}


@pytest.mark.parametrize(
    ("port", "message"),
    [
        ("TX", "means several ports; write ports: TX"),
        ("all", "means several ports; write ports: all"),
        ("pharr, roma", "means several ports; write ports: pharr, roma"),
        ("Pharr", "unknown port; did you mean 'pharr'?"),
        ("nowhere", "unknown port; valid are amistad-dam, "),
    ],
)
def test_what_is_not_one_port_in_a_disruption(port, message):
    shut = {"mode": "commercial", "from": "2024-04-09T10:00", "until": "2024-04-09T16:00", "gate": "shut"}
    with pytest.raises(SpecError) as caught:
        check_scenario({"disruptions": [{"port": port, **shut}]}, load_catalogue())
    assert str(caught.value).startswith(f"disruptions[0].port: {port!r}: {message}")
