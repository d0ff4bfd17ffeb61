"""A port is known by its slug, its name or a part of it, in any case; what may mean several is told."""

import pytest

from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.port_names import slugs_of
from border_sim.spec.problem import SpecError


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


@pytest.mark.parametrize("text", ["all", "TX", "nowhere", "", "phar", "Bridge"])
def test_what_means_no_port_or_several_in_its_own_way_stays(text, ports):
    assert slugs_of([text], ports) == [text]


def test_every_slug_and_every_name_finds_its_port(ports):
    assert slugs_of(list(ports), ports) == list(ports)
    assert slugs_of([port.name for port in ports.values()], ports) == list(ports)


def test_what_may_mean_several_ports_is_told_all_at_once(ports):
    with pytest.raises(SpecError) as caught:
        slugs_of(["Nogales", "pharr", "Laredo"], ports)
    first, second = map(str, caught.value.problems)
    assert (
        first == "ports[0]: 'Nogales': may mean nogales-deconcini, nogales-mariposa, nogales-morley; name one of them"
    )
    assert second.startswith("ports[2]: 'Laredo': may mean laredo-colombia, laredo-gateway, laredo-juarez-lincoln, ")
