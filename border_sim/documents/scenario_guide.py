"""How scenarios are written: what `docs/scenarios.md` says first. Every block of YAML in it is a whole scenario."""

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
compared with, a wrong name or limit of a pool what a schedule or roster says of it, a mistake in what changes a port,
or in an own one, whether the bays and pools of a disruption are there, and an alias that stands for nothing all but the
flaws of the text.

What a scenario says without effect is told as a **notice**, by `validate`, `explain`, `run` and `live`, in the manifest
and on the page: a disruption or a listed arrival when the run is over, a port that is not simulated, a value that stood
so before, officers above the booths, a pool that a schedule or roster does not name, a booth that no plan opens, bays
of a station that is left out, a pace of 1, paces that multiply beyond what a pace may be, an own port without a time
zone. With `--strict`, `validate` and `run` refuse it.

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
"""
