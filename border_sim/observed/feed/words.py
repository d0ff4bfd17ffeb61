"""The words of CBP's border wait time feed, as `bwt.xml` and `/api/bwtnew` spell them; reader and writer share them."""

from typing import Final

from border_sim.vocabulary import LaneClass, Mode

GROUPS: Final = {
    Mode.COMMERCIAL: "commercial_vehicle_lanes",
    Mode.PASSENGER: "passenger_vehicle_lanes",
    Mode.PEDESTRIAN: "pedestrian_lanes",
}
"""The group of lanes of each mode."""
LANES: Final = {
    Mode.COMMERCIAL: {LaneClass.STANDARD: "standard_lanes", LaneClass.FAST: "FAST_lanes"},
    Mode.PASSENGER: {
        LaneClass.STANDARD: "standard_lanes",
        LaneClass.SENTRI: "NEXUS_SENTRI_lanes",
        LaneClass.READY: "ready_lanes",
    },
    Mode.PEDESTRIAN: {LaneClass.STANDARD: "standard_lanes", LaneClass.READY: "ready_lanes"},
}
"""The lane classes of each group, in its order."""
PORTS: Final = "port"
"""The tag of an entry, and the key of the list of entries where `bwt.xml` was made JSON."""
NOT_THERE: Final = "N/A"
CLOSED: Final = "Lanes Closed"
PENDING: Final = "Update Pending"
DELAY: Final = "delay"
NO_DELAY: Final = "no delay"
PORT_OPEN: Final = "Open"
PORT_CLOSED: Final = "Closed"
NOON: Final = "Noon"
MIDNIGHT: Final = "Midnight"
FEED_ZONE: Final = "America/New_York"
"""The clock of `last_updated_time`. In three copies of the feed it is up to five minutes after the latest postings of
ports that measure by Bluetooth, which are in Eastern time.
"""
