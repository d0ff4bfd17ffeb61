"""What happens to a crossing at each station: service times, referral, secondary, export side and state inspection."""

from typing import Annotated, Final

from pydantic import Field, ValidationInfo, field_validator

from border_sim.spec.base import Share, Sourced, refuse, require_sum_to_one
from border_sim.spec.distribution import Distribution
from border_sim.vocabulary import ROUTE, LaneClass, Programme, Station

OTHER_POOLS: Final = ("export", "scan", "passing", "full")
"""Pools beside those of primary and secondary."""


class ExportSide(Sourced):
    """Mexican customs: a delay for all, and a red-light inspection for some; no queue is modelled there."""

    delay: Distribution
    """From the gate to the queue before primary."""
    red_share: Share = 0.0
    """The share of red lights."""
    red_delay: Annotated[Distribution | None, Field(validate_default=True)] = None
    """What a red light adds. `None`: only where `red_share` is 0."""

    @field_validator("red_delay")
    @classmethod
    def _red(cls, red_delay: Distribution | None, info: ValidationInfo) -> Distribution | None:
        red_share = info.data.get("red_share", 0)
        if red_share > 0 and red_delay is None:
            raise ValueError(f"is missing; red_share is {red_share:g}, so say what a red light adds")
        return red_delay


class Scan(Sourced):
    """A scan before primary: a portal through which every crossing goes, or a share of them."""

    share: Share = 1.0
    """Of the mode's crossings."""
    service: Distribution
    """Time in the portal, from one crossing to the next."""


class Referral(Sourced):
    """The share sent from primary to secondary."""

    share: dict[Programme, Share]
    """By programme; a programme that is left out is never sent."""
    empty: Share | None = None
    """Of trucks without load, whatever their programme; `None`: as those with load."""


class SecondaryKind(Sourced):
    """One kind of secondary inspection, such as NII scan, document or intensive."""

    share: Share
    """Of those referred; the kinds' shares sum to 1."""
    service: Distribution
    """Time in the bay."""


class StateInspection(Sourced):
    """State safety inspection after release by CBP: full inspection in a bay for some, a short delay for the rest."""

    full_share: Share
    """The share inspected in full."""
    full: Distribution
    """Their time in the bay."""
    passing: Distribution
    """The delay of the rest, without a queue."""


class Inspection(Sourced):
    """Service and referral figures of a mode. Stations that are left out are not on the route. A file of
    `configs/inspection` holds one.
    """

    service: Annotated[dict[LaneClass, Distribution], Field(min_length=1)]
    """Time at primary by lane class, from one crossing to the next, moving up included; each lane class that a pool
    serves needs one.
    """
    export: ExportSide | None = None
    """Before all else."""
    scan: Scan | None = None
    """After the export side, before primary."""
    referral: Referral | None = None
    """Who is sent to secondary; given if `secondary` is."""
    secondary: Annotated[dict[str, SecondaryKind], Field(validate_default=True)] = {}
    """Kinds of secondary inspection by name; each is a pool of bays."""
    state: StateInspection | None = None
    """After secondary."""

    def route(self) -> tuple[Station, ...]:
        """The stations that it has, in their order."""
        return tuple(station for station in ROUTE if station is Station.PRIMARY or self.pools_at(station))

    def pools(self) -> tuple[str, ...]:
        """The names of the pools that it has beside primary."""
        return tuple(pool for station in ROUTE for pool in self.pools_at(station))

    def pools_at(self, station: Station) -> tuple[str, ...]:
        """The names of its pools at a station; none at primary, whose booths the port has, and where it is left out."""
        match station:
            case Station.EXPORT if self.export:
                return ("export",)
            case Station.SCAN if self.scan:
                return ("scan",)
            case Station.SECONDARY:
                return tuple(self.secondary)
            case Station.STATE if self.state:
                return ("passing", "full")
        return ()

    @field_validator("secondary")
    @classmethod
    def _shares(cls, secondary: dict[str, SecondaryKind], info: ValidationInfo) -> dict[str, SecondaryKind]:
        referral = info.data.get("referral", ...)  # ... where it is wrong in itself
        if secondary and referral is None:
            raise ValueError("nobody is sent there without referral; write referral: {share: ...} too, or neither")
        if referral is not None and referral is not ... and not secondary:
            raise ValueError(
                "has no kind, but referral sends there; write the kinds, or referral: null for no secondary"
            )
        refuse(
            ((kind,), kind, "is the name of another pool; choose another") for kind in secondary if kind in OTHER_POOLS
        )
        if secondary:
            require_sum_to_one({name: kind.share for name, kind in secondary.items()}, "the shares of secondary")
        return secondary
