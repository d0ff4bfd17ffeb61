"""The real Prometheus for tests and benchmarks: a server with a folder and a port of its own, on loopback only, and
promtool.

A test that cannot have one of these programs fails.
"""

import json
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple, Self
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

from tests.loopback import free_ports
from tests.patience import PATIENCE_S
from tests.programs import lab, path_of

STOPS_WITHIN_S: Final = 30
"""After SIGTERM; then it is killed."""
_LOOK_EVERY_S: Final = 0.05
_direct = build_opener(ProxyHandler({})).open
"""Loopback is not asked for through anybody's proxy."""


class PrometheusError(Exception):
    """A program is missing, the server did not start, or it refused a query; says why."""


class Sample(NamedTuple):
    """A series in the answer to an instant query."""

    labels: dict[str, str]
    """Its name as `__name__` among them, if it has one"""
    value: float


def program(name: str) -> str:
    """The path of `prometheus`, `promtool`, `alertmanager` or `amtool`; `PrometheusError` if the machine has none."""
    if path := path_of(name):
        return path
    raise PrometheusError(f"{name} is neither on the PATH nor in {lab() / 'bin'}; install Prometheus 3 (with promtool)")


def promtool(*arguments: str | Path, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run `promtool ARGUMENTS` to its end, `text` on its standard input; whatever it says of it."""
    command = [program("promtool"), *map(str, arguments)]
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def scraping(targets: Mapping[str, Sequence[str]], interval: str = "1s") -> str:
    """A configuration that scrapes HOST:PORTs by job as often as that."""
    jobs = [{"job_name": job, "static_configs": [{"targets": list(addresses)}]} for job, addresses in targets.items()]
    every = {"scrape_interval": interval, "scrape_timeout": interval, "evaluation_interval": interval}
    return json.dumps({"global": every, "scrape_configs": jobs})  # JSON is YAML


class RunningPrometheus:
    """A server that somebody started, at `address` (HOST:PORT)."""

    def __init__(self, address: str) -> None:
        self.address = address

    def query(self, expression: str, at_s: float | None = None) -> list[Sample]:
        """The answer to an instant query, a scalar as one sample without labels; `at_s`: seconds since 1970 (`None`:
        now). Raises `PrometheusError` where it is refused.
        """
        data = self.api("query", query=expression, **({} if at_s is None else {"time": at_s}))
        if data["resultType"] == "scalar":
            return [Sample({}, float(data["result"][1]))]
        return [Sample(each["metric"], float(each["value"][1])) for each in data["result"]]

    def value(self, expression: str, at_s: float | None = None) -> float:
        """The answer to an instant query that has one series."""
        samples = self.query(expression, at_s)
        assert len(samples) == 1, f"{expression}: {len(samples)} series"
        return samples[0].value

    def await_samples(
        self, expression: str, holds: Callable[[list[Sample]], Any] = bool, at_s: float | None = None
    ) -> list[Sample]:
        """The answer to an instant query once there is one for which `holds`."""
        found: list[Sample] = []

        def look() -> bool:
            found[:] = self.query(expression, at_s)
            return bool(holds(found))

        self._until(look, f"{expression} is as expected")
        return found

    def api(self, path: str, **parameters: object) -> Any:
        """The `data` of `/api/v1/PATH`, such as `targets`, `rules` or `query_range`; a parameter that is a list comes
        several times. Raises `PrometheusError`.
        """
        url = f"http://{self.address}/api/v1/{path}?{urlencode(parameters, doseq=True)}"
        try:
            with _direct(url, timeout=PATIENCE_S) as answer:
                told = json.load(answer)
        except HTTPError as error:
            raise PrometheusError(f"{path} {parameters}: {error.read().decode()}") from None
        if told.get("warnings"):
            raise PrometheusError(f"{path} {parameters}: {told['warnings']}")
        return told["data"]

    def _is_ready(self) -> bool:
        with suppress(URLError, ConnectionError), _direct(f"http://{self.address}/-/ready", timeout=PATIENCE_S):
            return True
        return False

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            if time.monotonic() > deadline or self._has_ended():
                raise PrometheusError(f"Prometheus ended, or not within {PATIENCE_S} s: {what}{self._said()}")
            time.sleep(_LOOK_EVERY_S)

    def _has_ended(self) -> bool:
        return False

    def _said(self) -> str:
        return ""


class Prometheus(RunningPrometheus):
    """A server of the test's own, from `with` to its end. `config`: the text of its configuration; it stands as
    `prometheus.yml` in `folder`, beside which the rules that it names may lie. `flags`: further ones; `data`: its
    blocks (`None`: empty).

    `address` (HOST:PORT) is known before it starts.
    """

    def __init__(self, folder: Path, config: str, *, data: Path | None = None, flags: Sequence[str] = ()) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder / "prometheus.log"
        file = folder / "prometheus.yml"
        file.write_text(config, encoding="utf-8")
        super().__init__(f"127.0.0.1:{free_ports(1)[0]}")
        self._command = [
            program("prometheus"),
            f"--config.file={file}",
            f"--storage.tsdb.path={data or folder / 'data'}",
            f"--web.listen-address={self.address}",
            "--web.enable-lifecycle",
            "--log.level=warn",
            *flags,
        ]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self._log.open("wb") as out:
            # in a session of its own: a Ctrl-C of whoever tests is not the server's
            self._process = subprocess.Popen(self._command, stdout=out, stderr=out, start_new_session=True)
        try:
            self._until(self._is_ready, "it is ready")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *failure: object) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def _said(self) -> str:
        return f"; its log: {self._log.read_text(errors='replace').strip()[-2000:]}"
