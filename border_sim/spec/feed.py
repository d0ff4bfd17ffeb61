"""How CBP's border wait time feed lists ports."""

from border_sim.spec.base import Sourced
from border_sim.vocabulary import Mode


class FeedEntry(Sourced):
    """An entry of CBP's border wait time feed as it spells it, of `configs/feed/entries.yaml`; its key is CBP's number
    of a port, or of a part of one.
    """

    port_name: str
    """The place, which several ports may share."""
    crossing_name: str = ""
    """Which port of the place; empty where it has one."""
    hours: str
    """Opening hours in words."""
    automation: dict[Mode, str]
    """By mode, how the waits are measured: `Manual`, `RFID` or `Bluetooth`."""
    modes: tuple[Mode, ...] | None = None
    """Those that the entry lists, where a port has several entries. `None`: all of the port's."""
    has_notice: bool = False
    """Whether it has a `construction_notice`, empty or not."""
