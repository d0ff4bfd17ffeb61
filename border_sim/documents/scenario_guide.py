"""What `docs/scenarios.md` says before its tables of keys. Every block of YAML in it is a whole scenario."""

from typing import Final

GUIDE: Final = """\
# Scenarios

What a scenario's file may say. Written by `python -m border_sim.documents.scenario_reference`; do not edit.

A scenario says what differs from the baseline, the catalogue in `configs/`: the empty scenario is the baseline. Ports
that it does not name under `changes` stay as they are. `border-sim show PORT` prints a port's figures, `border-sim
explain FILE` every value that a scenario changes, old and new, `border-sim run FILE` runs it. `configs/scenarios` holds
examples.

`border-sim validate FILE` tells all mistakes at once, each with its line. What holds between keys is looked at where
these keys are right in themselves, whatever is wrong elsewhere; so a value that is wrong hides only what it would be
compared with, a wrong name or limit of a pool what a schedule or roster says of it, a mistake in `changes` or
`own_ports` whether a disruption's bays and pools are there, and an alias that stands for nothing all but the flaws of
the text.

What a scenario says without effect is told as a **notice**, by `validate`, `explain`, `run` and `live`, in the manifest
and on the page: a disruption or a listed arrival when the run is over, a port that is not simulated, a value that stood
so before, officers above the booths, a pool that a schedule or roster does not name, a booth that no plan opens, bays
of a station that is left out, a pace of 1, an own port without a time zone. With `--strict`, `validate` and `run`
refuse it.

## How keys nest

`changes` goes by port, then as the port's file does: `changes`, the port's slug, `modes`, the mode, the key. Instead
of a port's slug may stand `all`, a state such as `TX`, or several with commas between: see [Several
ports](#several-ports).

```yaml
name: more trucks, fewer officers on Saturdays
ports: [ysleta-zaragoza]
changes:
  ysleta-zaragoza:
    modes:
      commercial:
        demand_factor: 1.1
        officers:
          - {booths: 8}
          - {days: sat, booths: 4}
```

- Mappings are merged key by key, to any depth: what is not named stays. Lists (`officers`, a pool's schedule, spans of
  bays and pace, values by hour of the week) are replaced whole, and so are the opening hours (`hours.weekly`).
- `pools` may be written as a list, which replaces all of them, or as a mapping by name: `pools: {fast: {max_open: 1}}`.
- `inspection` may be the name of a profile of `configs/inspection`, which replaces the whole, or a mapping, which is
  laid over the port's figures, those of its profile included.
- A mapping of another `kind` (`demand`, `staffing`, a distribution) replaces the whole; of the same kind, or where no
  kind is named, it is merged.
- `null` takes a key away: `inspection: {state: null}` leaves out state inspection, `pools: {fast: null}` a pool.
- Planned staffing follows the demand and hours of the baseline, so that a what-if meets the same booths. With
  `staffing: {kind: planned}` in the change it is planned anew, for the changed demand and hours; hours that are added
  need it, since the baseline plans no booths for them.
- `own_ports` goes by a slug that the catalogue does not have, then as a port's file does. Such a port is whole: every
  key without a default is needed. If there are any, they alone are simulated, unless `ports` names others.

Anything that is not a number, a date, `true`, `false` or `null` is text. Put times and codes in quotes.

## Several ports

`ports`, the keys of `changes` and the `ports` of a disruption name ports in the same words: a port's slug, a state
(`AZ`, `CA`, `NM`, `TX`), or `all`; several as a list, or with commas between where a key is wanted.

```yaml
name: growth along the border, more of it in Texas
ports: [CA, TX]
start: 2024-03-05
changes:
  all:
    modes:
      commercial: {demand_factor: 1.1}
      passenger: {demand_factor: 1.05}
  TX:
    modes:
      commercial: {demand_factor: 1.2}
  laredo-wtb, laredo-colombia:
    modes:
      commercial: {demand_factor: 1.3}
  laredo-wtb:
    modes:
      commercial: {inspection: {service: {standard: {mean_s: 95}}}}
disruptions:
  - {ports: TX, mode: commercial, from: 2024-03-05T08:00, until: 2024-03-05T10:30, gate: shut}
```

- What names a port more closely is laid over what names it less so, wherever it stands in the file: `all`, then a
  state, then several, then the port alone. Above, trucks at the World Trade Bridge have the factor 1.3.
- Two lists that share a port may not say otherwise of it; say it of that port alone.
- A change of all, a state or several meets the modes that a port has; to give a port a mode that it lacks, name it
  alone; its `room` and `pace` meet the stations that are there. A disruption passes over ports of `all` or a state
  that lack its mode, or the station or pool that it means.
- `all` in `changes` is all of the catalogue; the figures of `own_ports` are changed where they stand.

What holds in several places is written once: an anchor (`&name`) names a value, an alias (`*name`) further down stands
for it, and a merge key (`<<: *name`, `<<: [*first, *second]`) lays the keys of other mappings under a mapping's own; of
several the first wins. A mistake in such a value is told by the line where it is written. The aliases of a file may
stand for 200,000 values.

```yaml
name: a fifth more trucks at three ports, and more officers at one of them
ports: [pharr, laredo-wtb, laredo-colombia]
changes:
  pharr: &busier
    modes:
      commercial: &trucks {demand_factor: 1.2}
  laredo-colombia: *busier
  laredo-wtb:
    modes:
      commercial:
        <<: *trucks
        officers: [{booths: 19}]
```

## Units

Shares and rates of referral are 0 to 1; factors multiply, 1 changes nothing. Keys that end in `_s` are seconds, in
`_min` minutes, and so are the `minutes` of an accustomed wait; `per_hour` is crossings per hour. Limits that the
tables give are inclusive but for *above* and *below*.

## Times

All times are on the clock of the port (its `time_zone`, UTC where an own port names none): opening hours, schedules,
rates by hour, `start`, and `from` and `until` of disruptions, which are written without a zone. Each port begins at
its own midnight. Where the clock passes `from` or `until` twice, the first is meant; where it skips it, the first
instant after the gap.

```yaml
name: a gate shut in the morning, a mode half staffed in the afternoon
ports: [laredo-wtb]
start: 2024-03-05
days: 1
disruptions:
  - {port: laredo-wtb, mode: commercial, from: 2024-03-05T08:00, until: 2024-03-05T10:30, gate: shut}
  - {port: laredo-wtb, mode: commercial, from: 2024-03-05T14:00, until: 2024-03-05T18:00, booths_cap: 8}
```

## Hours of the week

**Days** are `daily`, one of `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`, or a range in the order of the week,
such as `mon-fri`. A **time range** is `"06:00-22:00"`, in quarters of an hour; midnight is `00:00` at its beginning
and `24:00` at its end. To go past midnight write two ranges.

**Opening hours** are a mapping of days to a range, a list of ranges, or `closed`. Each day is named once; days that
are not named are closed. **Weekly booths** are a list of spans of `days`, `hours` and `booths`: a later span is laid
over those before it, and where no span reaches there are none. A pool's schedule and `officers` are written so.

```yaml
name: forms of hours
ports: [calexico-east]
changes:
  calexico-east:
    modes:
      commercial:
        hours:
          weekly:
            mon-thu: "06:00-22:00"
            fri: ["06:00-12:00", "14:00-24:00"]    # a pause at noon
            sat: closed                            # Sunday is not named: closed, too
        staffing:
          kind: schedule
          pools:
            standard:
              - {booths: 1}                                          # always
              - {days: mon-fri, hours: "08:00-18:00", booths: 2}     # but two in the day
              - {days: fri, hours: "12:00-14:00", booths: 0}         # and none in the pause
            fast: [{booths: 1}]
        officers: [{booths: 3}, {hours: "20:00-24:00", booths: 2}]
```

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
multiply. `bays` of a disruption are the most that are open, nested as in the port; of several caps the lowest holds.

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
next; whole booths are drawn around it and hold for some hours. A pool that the roster does not name stays closed. Like
a schedule it is the same whatever a scenario changes beside it. With `answers` it also opens and closes booths by the
posted wait, within what is installed and the officers on duty.

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
