"""What happens to a crossing at each station: service times, referral, secondary, export side and state inspection."""

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from border_sim.spec.base import Share, Sourced, require_sum_to_one
from border_sim.spec.distribution import Distribution
from border_sim.vocabulary import LaneClass, Programme


class ExportSide(Sourced):
    """Mexican customs: a delay for all, and a red-light inspection for some; no queue is modelled there."""

    delay: Distribution
    red_share: Share = 0.0
    red_delay: Distribution | None = None

    @model_validator(mode="after")
    def _red(self) -> "ExportSide":
        if self.red_share > 0 and self.red_delay is None:
            raise ValueError(f"red_share is {self.red_share:g} but there is no red_delay")
        return self


class Referral(Sourced):
    """The share sent to secondary, by programme; `empty` for trucks without load, whatever their programme
    (`None`: as loaded).
    """

    share: dict[Programme, Share]
    empty: Share | None = None


class SecondaryKind(Sourced):
    """One kind of secondary inspection (NII scan, document, intensive): its share of referrals and its time in the
    bay.
    """

    share: Share
    service: Distribution


class StateInspection(Sourced):
    """State safety inspection after release by CBP: full inspection in a bay for some, a short delay for the rest."""

    full_share: Share
    full: Distribution
    passing: Distribution


class Inspection(Sourced):
    """Service and referral figures of a mode. Stations that are `None` are left out of the route."""

    service: Annotated[dict[LaneClass, Distribution], Field(min_length=1)]
    export: ExportSide | None = None
    referral: Referral | None = None
    secondary: Annotated[dict[str, SecondaryKind], Field(max_length=6)] = {}
    """Kinds of secondary inspection by name; each is a pool of bays."""
    state: StateInspection | None = None

    @field_validator("secondary")
    @classmethod
    def _shares(cls, secondary: dict[str, SecondaryKind]) -> dict[str, SecondaryKind]:
        if secondary:
            require_sum_to_one({name: kind.share for name, kind in secondary.items()}, "the shares of secondary")
        return secondary

    @model_validator(mode="after")
    def _secondary(self) -> "Inspection":
        if (self.referral is None) != (not self.secondary):
            raise ValueError("referral and secondary go together; give both or neither")
        return self
