"""Fitted figures into the files of a catalogue, and the left-out errors into the documentation."""

import textwrap
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from border_sim.calibration.fit import Fit
from border_sim.loading.rewrite import Blocks, with_blocks
from border_sim.loading.yaml_file import read_yaml
from border_sim.observed.compare import errors
from border_sim.observed.simulated import CELL
from border_sim.spec.demand import Annual
from border_sim.spec.port import PortMode
from border_sim.spec.staffing import Group
from border_sim.vocabulary import Mode

WIDTH: Final = 120
DEEPEST: Final = 16
"""Room for the indentation of a source, and for its key."""
BY: Final = ("mode", "lane_class")
KEYS: Final = ("source", *CELL)


def write_catalogue(fit: Fit, folder: Path, how: str) -> list[Path]:
    """Write the law, accustomed waits and factors of latent demand into the files of a catalogue; the files, sorted.

    `how`: how they were found, in a few words, for each file's `source`.
    """
    written = [_write_law(fit, folder / "demand" / "accustomed.yaml", how)]
    for slug, port in fit.catalogue.ports.items():
        path = folder / "ports" / f"{slug}.yaml"
        blocks: Blocks = {}
        for mode, part in port.modes.items():
            blocks = {**blocks, **_latent_block(mode, part, how), **_wait_block(slug, mode, part, fit, how)}
        _rewrite(path, blocks)
        written.append(path)
    return sorted(written)


def _rewrite(path: Path, blocks: Blocks) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(with_blocks(path.read_text(encoding="utf-8"), read_yaml(path), blocks), encoding="utf-8")
    fresh.replace(path)


def _write_law(fit: Fit, path: Path, how: str) -> Path:
    coefficients = fit.catalogue.accustomed.coefficients
    lines = [f"  {curve}: [{constant:g}, {slope:g}]" for curve, (constant, slope) in coefficients.items()]
    source = f"derived: {how}; least squares over configs/observed, each port of n readings weighing n / (n + 4)"
    blocks: Blocks = {
        ("coefficients",): ("source", ("coefficients:  # b0, b1", *lines)),
        ("source",): ("coefficients", _sourced(source, 0)),
    }
    _rewrite(path, blocks)
    return path


def _latent_block(mode: Mode, part: PortMode, how: str) -> Blocks:
    if not isinstance(part.demand, Annual):
        return {}
    line = f'latent: {{factor: {part.demand.latent.factor:g}, source: "derived: {how}"}}'
    return {("modes", mode.value, "demand", "latent"): ("volume_year", (line,))}


def _wait_block(slug: str, mode: Mode, part: PortMode, fit: Fit, how: str) -> Blocks:
    assert part.accustomed_wait is not None
    minutes = part.accustomed_wait.minutes
    groups = [group for group in minutes if (slug, mode, group) in fit.readings]
    figures = ", ".join(f"{group}: {minutes[group]:g}" for group in groups)
    origins: dict[str, list[str]] = {}
    for group in groups:
        origins.setdefault(_origin(fit, (slug, mode, group)), []).append(group)
    texts = (origin if len(origins) == 1 else f"{', '.join(mine)} {origin}" for origin, mine in origins.items())
    source = f"derived: {how}; {'; '.join(texts)}"
    block = ("accustomed_wait:", f"  minutes: {{{figures}}}", *_sourced(source, 2))
    return {("modes", mode.value, "accustomed_wait"): ("inspection", block)}


def _origin(fit: Fit, key: tuple[str, Mode, Group]) -> str:
    if key in fit.fitted:
        return "fitted to CBP's posted waits here"
    if fit.readings[key]:
        return f"law of volume and {fit.readings[key]} of CBP's posted waits here"
    return "law of volume"


def _sourced(source: str, indent: int) -> tuple[str, ...]:
    """`source:` and its text, in quotes, or folded to the width of the catalogue's files."""
    if len(source) < WIDTH - DEEPEST - indent:
        return (f'{" " * indent}source: "{source}"',)
    lines = textwrap.wrap(source, WIDTH - DEEPEST - indent, break_on_hyphens=False)
    return tuple(" " * indent + line for line in ("source: >-", *(f"  {line}" for line in lines)))


def markdown(left_out: pa.Table, fitted: pa.Table) -> str:
    """The errors as tables, by mode and lane class, and by port: fitted, left out, and the naive guess; minutes, over
    the cells that all three judge.
    """
    one, other = _in_both(fitted, left_out), _in_both(left_out, fitted)
    by_lane = [*_lines(one, other, BY), *_lines(one, other, ())]
    tables = [_table(("mode", "lane class"), by_lane), _table(("port",), _lines(one, other, ("port",)))]
    judged = errors(one, ())["cells"][0].as_py()
    coverage = (
        f"{judged:,} of {len(fitted):,} observed cells; in the others no simulated lane was open to post a wait for."
    )
    return "\n\n".join([*tables, coverage])


def _in_both(cells: pa.Table, others: pa.Table) -> pa.Table:
    """The cells that hold a simulated wait in both comparisons."""
    judged = others.filter(pc.is_valid(others["simulated_min"])).select(KEYS)
    return cells.join(judged, list(KEYS), join_type="left semi")


def _lines(fitted: pa.Table, left_out: pa.Table, by: tuple[str, ...]) -> list[str]:
    pairs = zip(errors(fitted, by).to_pylist(), errors(left_out, by).to_pylist(), strict=True)
    return [_line([one[name] for name in by] or ["all", ""], one, other) for one, other in pairs]


def _line(words: list[str], fitted: dict[str, float], left_out: dict[str, float]) -> str:
    figures = [
        *(fitted[name] for name in ("observed_min", "simulated_min", "error_min")),
        *(left_out[name] for name in ("simulated_min", "error_min", "naive_error_min")),
    ]
    cells = f"{fitted['cells']:,}"
    return f"| {' | '.join([*words, cells, *(f'{figure:.1f}' for figure in figures)])} |"


def _table(words: tuple[str, ...], lines: list[str]) -> str:
    heads = "cells | observed | fitted: posted | error | left out: posted | error | naive error |"
    return "\n".join([f"| {' | '.join(words)} | {heads}", f"|{'---|' * len(words)}{'---:|' * 7}", *lines])


def between(text: str, marker: str, new: str) -> str:
    """A text with what stands between `<!-- marker -->` and `<!-- /marker -->` replaced; `ValueError` without them."""
    begin, end = f"<!-- {marker} -->", f"<!-- /{marker} -->"
    head, tail = text.index(begin) + len(begin), text.index(end)
    return f"{text[:head]}\n{new}\n{text[tail:]}"
