"""A small made-up catalogue: two ports of invented figures, and the tables that they name."""

from pathlib import Path

import pytest

from border_sim.loading.catalogue import load_catalogue
from border_sim.spec.scenario import Catalogue

BIG_BRIDGE = """\
name: Big Bridge
state: TX
location: {latitude: 30.0, longitude: -100.0}
time_zone: America/Chicago
modes:
  commercial:
    demand:
      kind: annual
      volumes: {2019: 90000, 2024: 100000}
      profile: day
      seasonality: flat
      day_of_week: even
    hours:
      weekly: {mon-fri: "06:00-22:00", sat: "06:00-14:00"}
    installed: {booths: 8}
    pools:
      - {name: standard, serves: [[standard]], max_open: 6}
      - {name: fast, serves: [[fast], [standard]], max_open: 2}
    staffing:
      kind: planned
      booths: {commercial: 6, fast: 2}
    programmes: {share: {ctpat: 0.2, none: 0.8}}
    inspection: trucks
    bays: {secondary: {nii: 2}, state: 1}
  passenger:
    demand: {kind: annual, volumes: {2024: 876000}, profile: day, seasonality: flat, day_of_week: even}
    installed: {booths: 10}
    pools:
      - {name: general, serves: [[standard, ready]], max_open: 8}
      - {name: sentri, serves: [[sentri]], max_open: 2}
    staffing: {kind: threshold, open_above_min: 20, close_below_min: 5}
    programmes: {share: {sentri: 0.3, ready: 0.3, none: 0.4}}
    inspection: people
    accustomed_wait: {minutes: {sentri: 4}}
"""

SMALL_GATE = """\
name: Small Gate
modes:
  pedestrian:
    demand: {kind: rate, per_hour: 60}
    installed: {booths: 2}
    pools: [{name: walk, serves: [[ready, standard]], max_open: 2}]
    staffing: {kind: schedule, pools: {walk: [{booths: 1}, {days: mon-fri, hours: "08:00-18:00", booths: 2}]}}
    programmes: {share: {none: 1}}
    inspection: people
"""

FILES = {
    "ports/big-bridge.yaml": BIG_BRIDGE,
    "ports/small-gate.yaml": SMALL_GATE,
    "demand/profiles.yaml": f"day: {{weekday: {[1] * 24}, saturday: {[1] * 24}, sunday: {[0] * 24}}}\n",
    "demand/seasonality.yaml": f"flat: {{monthly: {[1] * 12}}}\nspare: {{monthly: {[1] * 12}}}\n",
    "demand/day_of_week.yaml": f"even: {{daily: {[1] * 7}}}\n",
    "demand/response.yaml": "{elasticity: 0.3, always: 0.2, day_cv: 0.05, hour_sd: 0.1, hour_rho: 0.5}\n",
    "demand/accustomed.yaml": """\
coefficients: {standard: [3, 2], ready: [4, 1], sentri: [1, 1], commercial: [4, 1], pedestrian: [2, 0.5]}
neighbour_km: 25
source: a made-up law
""",
    "inspection/people.yaml": """\
service:
  standard: {kind: exponential, mean_s: 50}
  ready: {kind: exponential, mean_s: 36}
  sentri: {kind: exponential, mean_s: 20}
""",
    "inspection/trucks.yaml": """\
service: {standard: {kind: lognormal, mean_s: 90, cv: 0.7}, fast: {kind: lognormal, mean_s: 60, cv: 0.7}}
referral: {share: {ctpat: 0.05, none: 0.2}}
secondary: {nii: {share: 1, service: {kind: gamma, mean_s: 240, cv: 0.5}}}
state: {full_share: 0.1, full: {kind: deterministic, mean_s: 1800}, passing: {kind: deterministic, mean_s: 60}}
""",
    "staffing/planning.yaml": f"""\
target_utilisation: {{general: 1, sentri: 1, commercial: 1, fast: 1, pedestrian: 1}}
share_of_booths: {{general: 1, sentri: 1, commercial: 1, fast: 1, pedestrian: 1}}
hour_shape:
  general: {[1] * 24}
  sentri: {[1] * 24}
  commercial: {[1] * 24}
  fast: {[1] * 24}
  pedestrian: {[1] * 24}
fast_over_commercial: 0.5
""",
}


@pytest.fixture
def made_up(tmp_path: Path) -> Path:
    """The folder of the made-up catalogue, free to be changed."""
    folder = tmp_path / "configs"
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def made_up_catalogue(made_up: Path) -> Catalogue:
    """The made-up catalogue, loaded."""
    return load_catalogue(made_up)
