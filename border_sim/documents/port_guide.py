"""What a port's figures mean: what `docs/scenarios.md` says before its tables of keys. Every block of YAML in it is a
whole scenario.
"""

from typing import Final

PORT_GUIDE: Final = """\
## Booths

A schedule opens the pools that it names; **a pool that it does not name stays closed**. Of the booths wanted, each
pool opens at most its `max_open`. What is `installed`, the `officers` on duty and a disruption's `booths_cap` are
limits on a mode as a whole: **they are cut over its pools in file order**, so that the first pool has what it wants
and the last has what is left. Put the pool first that shall be cut last. Whoever waits in a lane without an open pool
is served one at a time by the first pool that serves the lane, unless a disruption's `booths_cap` or `closing: hold`
forbids it.

A pool `serves` ranks of lane classes: `[[fast]]` serves FAST alone, `[[fast, standard]]` both in the order of
joining, `[[fast], [standard]]` standard only while nobody waits for FAST.

## Stations, bays and room

A crossing goes from station to station: export, scan, primary, secondary, state; those that a mode's `inspection` does
not have are left out. A `scan` before primary takes every crossing, or a `share`, through bays of its own. Bays are a
number that is always open, or a list of spans of the week like weekly booths; where no span reaches there are none. A
bay that shuts finishes the crossing that it has.

`room` is how many may wait before a station, those in its bays or booths not counted: at secondary of all kinds
together, at primary in all lanes together. Who finds a free bay of its kind and nobody waiting for it goes straight in.
Who finds no place **stays where it was served and blocks that booth or bay** until there is one; who has stood so
longest goes first. The passing delay of state inspection needs no place, and who comes from the export side comes from
the road: room at the first station after it has no effect. A station whose room is not given has room for as many as
come.

```yaml
name: every truck through a portal, and little room behind it
ports: [calexico-east]
changes:
  calexico-east:
    modes:
      commercial:
        inspection:
          scan: {service: {kind: lognormal, mean_s: 60, cv: 0.5}}    # of every truck; {share: 0.4, ...} of some
        bays:
          scan: [{bays: 2}, {days: sat-sun, bays: 1}]                # one portal less at the weekend
        room: {primary: 12, secondary: 4}                            # four places for all kinds of secondary together
```

## Pace

A pace is a factor on the time of each service, by the instant at which it begins: 2 takes twice as long, 0.5 half as
long. It has three decimals at most. `pace` of a mode gives it by station and hours of the week, 1 where no span
reaches; that of a disruption gives it by station, or by pool of a station, from an instant to another. Several at once
multiply, to 0.001 at least and 1000 at most. `bays` of a disruption are the most that are open, nested as in the port;
of several caps the lowest holds.

```yaml
name: slow mornings, a computer fault, and a portal out of order
ports: [laredo-wtb]
start: 2024-03-04
changes:
  laredo-wtb:
    modes:
      commercial:
        pace:
          export: [{days: mon-fri, hours: "08:00-10:00", pace: 1.25}]
disruptions:
  - {port: laredo-wtb, mode: commercial, from: 2024-03-05T09:00, until: 2024-03-05T12:00, pace: {primary: 2}}
  - {port: laredo-wtb, mode: commercial, from: 2024-03-06T09:00, until: 2024-03-06T12:00, pace: {primary: {fast: 1.5}}}
  - {port: laredo-wtb, mode: commercial, from: 2024-03-07T06:00, until: 2024-03-08T00:00, bays: {secondary: {nii: 1}}}
```

## Lanes and who uses them

`lane_choice: {leave_for_min: 15}` keeps members to their own lane, the best open one of those they may use, unless
another posts at least 15 minutes less on joining. With `shortest`, the default, all join the lane that posts least;
with `own` nobody ever leaves.

The share of a programme may be one figure, or 168: one for each hour of the week, Monday 00:00 first. In each hour the
shares sum to 1.

```yaml
name: members keep to their lane, more of them on weekday mornings
ports: [calexico-west]
changes:
  calexico-west:
    modes:
      pedestrian:
        lane_choice: {leave_for_min: 15}
        programmes:
          share:
            ready:
              [
                0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.4, 0.4, 0.4, 0.4, 0.3, 0.3,  # Monday
                0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3,
                0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.4, 0.4, 0.4, 0.4, 0.3, 0.3,  # Tuesday
                0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3,
                0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.4, 0.4, 0.4, 0.4, 0.3, 0.3,  # Wednesday
                0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3,
                0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.4, 0.4, 0.4, 0.4, 0.3, 0.3,  # Thursday
                0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3,
                0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.4, 0.4, 0.4, 0.4, 0.3, 0.3,  # Friday
                0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3,
                0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2,  # Saturday
                0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2,
                0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2,  # Sunday
                0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2]
            none:
              [
                0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.6, 0.6, 0.6, 0.6, 0.7, 0.7,  # Monday
                0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7,
                0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.6, 0.6, 0.6, 0.6, 0.7, 0.7,  # Tuesday
                0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7,
                0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.6, 0.6, 0.6, 0.6, 0.7, 0.7,  # Wednesday
                0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7,
                0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.6, 0.6, 0.6, 0.6, 0.7, 0.7,  # Thursday
                0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7,
                0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.6, 0.6, 0.6, 0.6, 0.7, 0.7,  # Friday
                0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7,
                0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8,  # Saturday
                0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8,
                0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8,  # Sunday
                0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8]
```

## Rosters

A `roster` gives the mean booths of each pool for each of the 168 hours of the week, fractions included: 2.5 is two
booths for half of the time and three for the other. The mean goes straight from the centre of an hour to that of the
next; whole booths are drawn around it and hold for some hours. A pool that the roster does not name has none, and while
the means of all pools together are below 0.5 no booth is kept open. Like a schedule it is the same whatever a scenario
changes beside it. With `answers` it also opens and closes booths by the posted wait, within what is installed and the
officers on duty.

```yaml
name: a roster that answers the queue
ports: [andrade]
changes:
  andrade:
    modes:
      passenger:
        staffing:
          kind: roster
          answers: {open_above_min: 45, close_below_min: 15}
          pools:
            standard:
              [
                0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 2, 2.5, 2.5, 2, 2,  # Monday
                2, 2, 2, 2.5, 3, 3, 2.5, 2, 1.5, 1, 1, 0.5,
                0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 2, 2.5, 2.5, 2, 2,  # Tuesday
                2, 2, 2, 2.5, 3, 3, 2.5, 2, 1.5, 1, 1, 0.5,
                0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 2, 2.5, 2.5, 2, 2,  # Wednesday
                2, 2, 2, 2.5, 3, 3, 2.5, 2, 1.5, 1, 1, 0.5,
                0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 2, 2.5, 2.5, 2, 2,  # Thursday
                2, 2, 2, 2.5, 3, 3, 2.5, 2, 1.5, 1, 1, 0.5,
                0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 2, 2.5, 2.5, 2, 2,  # Friday
                2, 2, 2, 2.5, 3, 3, 2.5, 2, 1.5, 1, 1, 0.5,
                0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 1, 1, 1,  # Saturday
                1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1, 1, 1, 1,
                0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 1, 1, 1,  # Sunday
                1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1, 1, 1, 1]
```

## Demand and waits

Demand of kind `annual` or `rate` is what is expected **at the accustomed wait**, the posted wait that the port is
known for. More come while the posted wait is shorter, fewer while it is longer, and it spreads around its expectation
from day to day and hour to hour. For rates that hold whatever the wait write

```yaml
name: rates as given
response: {elasticity: 0, day_cv: 0, hour_sd: 0}    # nobody is deterred; no spread of days and hours
own_ports:
  mine:
    name: My port
    time_zone: America/Denver
    modes:
      passenger:
        demand: {kind: rate, per_hour: 120}         # or 24 figures, midnight first
        installed: {booths: 3}
        pools: [{name: standard, serves: [[standard]], max_open: 3}]
        staffing: {kind: schedule, pools: {standard: [{booths: 3}]}}
        programmes: {share: {none: 1}}
        inspection: {service: {standard: {kind: lognormal, mean_s: 75, cv: 0.7}}}
```

Arrivals of a list come at their times; they, too, are deterred by posted waits above the accustomed one unless the
elasticity is 0.
"""
