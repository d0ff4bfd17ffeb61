"""`border-sim show`: one port."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from border_sim.cli.commands.show import command
from border_sim.loading import catalogue


def shown(slug: str) -> str:
    result = CliRunner().invoke(command, [slug])
    assert result.exit_code == 0
    return " ".join(result.output.split())


def test_a_port_of_border_sim() -> None:
    text = shown("ysleta-zaragoza")
    for part in (
        "Ciudad Juárez",
        "31.670966, -106.337869",
        "CBP port 2401",
        "8 installed",
        "2 fast",
        "sat 06:00-15:00",
    ):
        assert part in text


@pytest.fixture
def _made_up(made_up: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "catalogue_folder", lambda: made_up)


@pytest.mark.usefixtures("_made_up")
def test_a_days_demand_goes_to_open_days() -> None:
    text = shown("big-bridge")
    # 100,000 / 365 = 274; six of seven days are open, alike
    assert "expected a day 274 (weekday 320, Saturday 320, Sunday none)" in text
    assert "expected a day 2,400 (weekday 2,400, Saturday 2,400, Sunday 2,400)" in text


@pytest.mark.usefixtures("_made_up")
def test_pools_shares_waits_and_sources() -> None:
    text = shown("big-bridge")
    assert "fast (up to 2) serves fast, then standard" in text
    assert "general (up to 8) serves standard and ready" in text
    assert "programmes ctpat 20.0%, none 80.0%" in text
    assert "sentri 4 min" in text
    assert "modes.commercial.installed: scenario" in text


@pytest.mark.usefixtures("_made_up")
def test_a_rate_is_counted_over_the_day() -> None:
    assert "expected a day 1,440" in shown("small-gate")


@pytest.mark.usefixtures("_made_up")
def test_listed_arrivals_are_counted(made_up: Path) -> None:
    gate = made_up / "ports" / "small-gate.yaml"
    gate.write_text(
        gate.read_text(encoding="utf-8").replace("rate, per_hour: 60", "list, arrivals: [{at_s: 1}, {at_s: 2}]")
    )
    assert "expected a day 2 listed arrivals in all" in shown("small-gate")


@pytest.mark.parametrize(
    ("slug", "message"),
    [
        ("ysleta", "'ysleta': unknown port; did you mean 'ysleta-zaragoza'?\n"),
        ("san-isidro", "'san-isidro': unknown port; did you mean 'san-ysidro'"),
        ("../../etc/passwd", "'../../etc/passwd': unknown port; valid are amistad-dam"),
        ("", "'': unknown port; valid are amistad-dam"),
    ],
)
def test_an_unknown_port_is_told_with_the_nearest(slug: str, message: str) -> None:
    result = CliRunner().invoke(command, [slug])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(message)


def test_service_times_referral_and_bays() -> None:
    text = shown("nogales-mariposa")
    for part in (
        "export side 300 s (lognormal, cv 0.5); 10% a red light, 1800 s (lognormal, cv 0.7)",
        "primary standard 108 s (lognormal, cv 0.7); fast 72 s (lognormal, cv 0.7)",
        "referral ctpat 5.0%, none 20.0%, empty 10.0%",
        "secondary nii 70% of them, 240 s (lognormal, cv 0.5), 2 bays; document 20% of them",
        "state inspection 5% in full, 1800 s (lognormal, cv 0.5), 5 bays; others 120 s",
        "secondary secondary 100% of them, 600 s (lognormal, cv 0.7), 1 bay accustomed",
    ):
        assert part in text


@pytest.mark.usefixtures("_made_up")
def test_stations_that_a_port_lacks_are_left_out() -> None:
    text = shown("small-gate")
    assert "primary standard 50 s (exponential); ready 36 s (exponential)" in text
    for absent in ("export side", "referral", "secondary", "state inspection"):
        assert absent not in text
