"""Records -> the events of a port, in the total order (t_us, kind, id or pool or lane class)."""

import numpy as np

from border_sim.codes import DETERRED_WAIT
from border_sim.events.keys import key_layout, sorted_keys
from border_sim.events.of_records import columns_of
from border_sim.records import Events, Records, concatenate, select
from border_sim.vocabulary import MISSING


def events_of(records: Records, *, starts: bool = False, ends: bool = False) -> Events:
    """The events of one port with instants in [from_us, until_us), in order.

    `starts`: the run starts at `from_us`, told first. `ends`: it ends at `until_us - 1`, told last. Crossings carried
    over from an earlier period tell only what is new. Instants are not negative, and every stay at a station lasts at
    least 1 us.
    """
    layout = key_layout(records)
    if layout is None:
        first, second = _halves(records)
        return concatenate([events_of(first, starts=starts), events_of(second, ends=ends)])
    records = _in_order(records)
    return columns_of(sorted_keys(records, layout, starts=starts, ends=ends), layout, records)


def _halves(records: Records) -> tuple[Records, Records]:
    """The period in two, each with the crossings that were there in it."""
    middle = (records.from_us + records.until_us) // 2
    crossings = records.crossings
    inside = (crossings.released_us == MISSING) & (crossings.outcome < DETERRED_WAIT)
    later = (crossings.arrived_us >= middle) | (crossings.released_us >= middle) | inside
    first = records._replace(until_us=middle, crossings=select(crossings, crossings.arrived_us < middle))
    return first, records._replace(from_us=middle, crossings=select(crossings, later))


def _in_order(records: Records) -> Records:
    """The records with rows of one instant in order: staffing by pool, posted waits by mode and lane class,
    disruptions by mode, those of one as they were made, since each tells the mode's gate and cap as they are then.
    """
    staffing, posted, disruptions = records.staffing, records.posted, records.disruptions
    return records._replace(
        staffing=select(staffing, np.lexsort((staffing.pool, staffing.t_us))),
        posted=select(posted, np.lexsort((posted.lane_class, posted.mode, posted.t_us))),
        disruptions=select(disruptions, np.lexsort((disruptions.mode, disruptions.t_us))),
    )
