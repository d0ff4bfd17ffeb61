"""A scenario whose one port fills up: trucks are scanned before primary, and find no place at any later station at
times, so that bays and booths are blocked.
"""

from typing import Final

FULL_PORT: Final = """\
name: full-port
start: 2024-03-12
days: 1
warm_up_days: 0
response: {elasticity: 0}
ports: [gate]
own_ports:
  gate:
    name: Gate
    time_zone: America/Denver
    modes:
      commercial:
        demand: {kind: rate, per_hour: 24}
        installed: {booths: 3}
        pools: [{name: standard, serves: [[standard]], max_open: 2}, {name: fast, serves: [[fast]], max_open: 1}]
        staffing:
          kind: schedule
          pools: {standard: [{booths: 2}, {hours: "12:00-14:00", booths: 1}], fast: [{booths: 1}]}
        programmes: {share: {ctpat: 0.3, none: 0.7}}
        bays: {scan: 1, secondary: {nii: 1}, state: 4}
        room: {primary: 3, secondary: 1, state: 2}
        inspection:
          scan: {service: {kind: exponential, mean_s: 100}}
          service: {standard: {kind: exponential, mean_s: 120}, fast: {kind: exponential, mean_s: 90}}
          referral: {share: {ctpat: 0.1, none: 0.3}}
          secondary: {nii: {share: 1, service: {kind: exponential, mean_s: 600}}}
          state: {full_share: 0.2, full: {kind: exponential, mean_s: 2400}, passing: {kind: deterministic, mean_s: 60}}
"""
