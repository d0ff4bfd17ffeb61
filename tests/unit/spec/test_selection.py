"""Which ports a word means."""

import pytest

from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.selection import Rank, names_of, rank_of, selected, valid_names


def test_a_name_means_all_ports_those_of_a_state_or_one() -> None:
    ports = load_catalogue().ports
    assert selected("all", ports) == list(ports)
    assert len(selected("TX", ports)) == 29
    assert set(selected("TX", ports)) == {slug for slug, port in ports.items() if port.state == "TX"}
    assert selected("sasabe", ports) == ["sasabe"]
    assert selected("tx", ports) == selected("Sasabe", ports) == selected("NV", ports) == []


def test_a_state_that_is_not_told_is_none() -> None:
    port = load_catalogue().ports["sasabe"]
    ports = {"mine": port.model_copy(update={"state": "XX"})}
    assert selected("XX", ports) == []
    assert valid_names(ports) == {"all", "mine"}


@pytest.mark.parametrize(
    ("selection", "names", "rank"),
    [
        ("all", ("all",), Rank.ALL),
        ("TX", ("TX",), Rank.STATE),
        ("sasabe, TX", ("sasabe", "TX"), Rank.SEVERAL),
        ("sasabe,naco", ("sasabe", "naco"), Rank.SEVERAL),
        (("sasabe", "naco"), ("sasabe", "naco"), Rank.SEVERAL),
        ("sasabe", ("sasabe",), Rank.PORT),
    ],
)
def test_names_and_rank(selection: str | tuple[str, ...], names: tuple[str, ...], rank: Rank) -> None:
    assert names_of(selection) == names
    assert rank_of(selection) == rank
