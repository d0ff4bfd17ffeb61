"""The page: a template filled in, with its style, its scripts and its data inside, and nothing to fetch.

The plots are Plotly's; its JavaScript comes out of the installed `plotly` package, which is not imported (that takes
time). It and the data travel compressed, and the browser unpacks them. A content security policy names the two scripts
by their hashes: the page can reach no network, and text that a planner wrote cannot become a script.
"""

import base64
import hashlib
import zlib
from datetime import datetime
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
from jinja2 import Environment, StrictUndefined

from border_sim.errors import BorderSimError
from border_sim.report.names import LANES, MODES, STATIONS, day_name, names_script
from border_sim.spec.words import counted

SCRIPTS: Final = (
    *("words.js", "elements.js", "plots.js", "line_ends.js", "printing.js", "overview.js", "map_names.js", "map.js"),
    *("port.js", "observed.js", "start.js"),
)
"""In the order in which they become one, after `names_script`."""
_ASSETS: Final = files("border_sim.report") / "assets"
_GZIP: Final = 31
"""The window size that asks zlib for gzip's header, which browsers know."""
_LEVEL: Final = 4
"""Three times as fast as the default, and 4% longer."""


class ReportError(BorderSimError):
    """A page cannot be made, since the `plotly` package is missing or incomplete; the message says what to do."""


class Packed(NamedTuple):
    """A script as it travels: gzip in base64, and its hash as a content security policy names it."""

    text: str
    hash: str


def page(words: dict[str, Any], data: dict[str, Any], plotly: Packed) -> str:
    """The HTML of a page: `words` is what the template says, `data` what the scripts draw."""
    script = "\n".join([names_script(), *map(asset, SCRIPTS)])
    policy = (
        f"default-src 'none'; script-src {_hash(script.encode())} {plotly.hash}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    outline = msgspec.Raw(asset("outline.json").encode())
    packed = {"data": _packed(msgspec.json.encode(data | {"outline": outline})), "plotly": plotly.text}
    templates = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    templates.filters |= {"day": day_name, "moment": _moment, "counted": counted}
    templates.filters |= {"mode_name": MODES.__getitem__, "lane_name": LANES.__getitem__}
    templates.filters |= {"station_name": STATIONS.__getitem__}
    template = templates.from_string(asset("page.html"))
    return template.render(words, script=script, style=asset("page.css"), policy=policy, packed=packed)


def packed_plotly() -> Packed:
    """Plotly's JavaScript, from the installed package. Raises `ReportError`."""
    package = find_spec("plotly")
    if package is None or package.origin is None:
        raise ReportError("the report needs the package plotly, which is not installed; pip install plotly")
    path = Path(package.origin).parent / "package_data" / "plotly.min.js"
    try:
        script = path.read_bytes()
    except OSError as error:
        raise ReportError(f"{path}: cannot be read ({error.strerror}); install plotly again") from error
    return Packed(_packed(script), _hash(script))


def _moment(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b %Y, %H:%M}"


@cache
def asset(name: str) -> str:
    """The text of a file of `assets/`."""
    return (_ASSETS / name).read_text(encoding="utf-8")


def _packed(content: bytes) -> str:
    """Gzip in base64."""
    return base64.b64encode(zlib.compress(content, _LEVEL, _GZIP)).decode("ascii")


def _hash(script: bytes) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode('ascii')}'"
