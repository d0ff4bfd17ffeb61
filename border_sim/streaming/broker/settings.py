"""How to reach and to trust a Kafka cluster: its address, and TLS and SASL from the environment or a file."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr, TypeAdapter, model_validator

from border_sim.loading.file_problem import FileProblem, LoadError
from border_sim.spec.base import Mistake, refuse
from border_sim.spec.checking import check
from border_sim.spec.problem import Problem, SpecError, shown

ENVIRONMENT_PREFIX: Final = "BORDER_SIM_KAFKA_"
"""A variable of the environment with this before a key's name in capitals sets the key."""
FILE: Final = f"{ENVIRONMENT_PREFIX}SETTINGS"
"""The variable that names a file of settings."""
_USERS: Final = {"ssl": ("SSL", "SASL_SSL"), "sasl": ("SASL_PLAINTEXT", "SASL_SSL")}
"""By how a key begins, the protocols that use it."""
_NAME: Final = r"(?=[^:]{1,253}:)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?"
_SERVER: Final = re.compile(rf"(\[[0-9A-Fa-f:]+\]|{_NAME}):(?P<port>[0-9]{{1,5}})")
_HIGHEST_PORT: Final = 65_535
_LONGEST_PASSWORD: Final = 1_024
"""Bytes that OpenSSL takes."""


def _require_file(path: Path) -> Path:
    """The path; raises `ValueError` if no file can be found there."""
    try:
        is_there = path.is_file()
    except OSError:  # a folder is closed to us, or what should be a path is none
        is_there = False
    if not is_there:
        raise ValueError("is no file that can be read; name a PEM file")
    return path


PemFile = Annotated[Path, AfterValidator(_require_file)]


class Security(BaseModel):
    """How client and brokers trust each other; the names are those of Kafka's own clients."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """`SSL`: encrypted; `SASL`: with a user's name and password."""
    ssl_cafile: PemFile | None = None
    """PEM file of the authorities that may sign a broker's certificate; `None`: the system's."""
    ssl_certfile: PemFile | None = None
    """PEM file of the client's own certificate; `None`: it shows none."""
    ssl_keyfile: PemFile | None = None
    """PEM file of its private key; `None`: the key is in `ssl_certfile`."""
    ssl_password: SecretStr | None = None
    """Opens the private key; `None`: it is not locked."""
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = None
    sasl_username: str | None = None
    sasl_password: SecretStr | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        refuse(self._missing_and_idle())
        return self

    def _missing_and_idle(self) -> Iterator[Mistake]:
        """What the protocol needs and is not there, and what is there and would not be used."""
        protocol = self.security_protocol
        for name in ("sasl_mechanism", "sasl_username", "sasl_password"):
            if protocol.startswith("SASL") and getattr(self, name) is None:
                yield (), None, f"{name} is missing; security_protocol {protocol} needs it"
        for name in type(self).model_fields:
            uses = _USERS.get(name.partition("_")[0], (protocol,))
            if protocol not in uses and getattr(self, name) is not None:
                yield (name,), None, f"would not be used; set security_protocol to {' or '.join(uses)}, not {protocol}"
        if self.ssl_password and len(self.ssl_password.get_secret_value().encode()) > _LONGEST_PASSWORD:
            yield ("ssl_password",), None, f"must have at most {_LONGEST_PASSWORD:,} bytes"
        if self.ssl_certfile is None and (self.ssl_keyfile or self.ssl_password):
            yield (), None, "ssl_certfile is missing; ssl_keyfile and ssl_password belong to it"


class KafkaSettings(Security):
    """All that a client needs to reach a cluster. Secrets show in no `repr` and no error."""

    servers: str
    """`HOST:PORT`, more of them with commas between"""


def kafka_settings(
    servers: str, file: Path | None = None, environment: Mapping[str, str] | None = None
) -> KafkaSettings:
    """The settings to reach `servers`: the environment's first, then those of a TOML file, then none.

    `file`: `None` for the one that the environment names, if any; `environment`: `None` for the process's own. Raises
    `LoadError` with every mistake of all of them; no value is shown, which may be a secret in the wrong place.
    """
    variables = {name: value for name, value in (os.environ if environment is None else environment).items() if value}
    if file is None and FILE in variables:
        file = Path(variables[FILE])
    given = _read(file) if file else {}
    where = dict.fromkeys(given, str(file))
    for name in sorted(variables):
        if name.startswith(ENVIRONMENT_PREFIX) and name != FILE:
            key = name.removeprefix(ENVIRONMENT_PREFIX).lower()
            given[key], where[key] = variables[name], f"environment variable {name}"
    mistakes = [] if _are_servers(servers) else [_wrong_servers(servers)]
    try:
        security = check(TypeAdapter(Security), given)
    except SpecError as error:
        raise LoadError([*mistakes, *(_mistake(problem, where) for problem in error.problems)]) from None
    if mistakes:
        raise LoadError(mistakes)
    return KafkaSettings(servers=servers, **dict(security))


def _are_servers(text: str) -> bool:
    matches = [_SERVER.fullmatch(each) for each in text.split(",")]
    return all(server and 0 < int(server["port"]) <= _HIGHEST_PORT for server in matches)


def _wrong_servers(text: str) -> FileProblem:
    """A mistake that does not show the password of a `user:password@host`."""
    why = "must be HOST:PORT, e.g. localhost:9092"
    if "@" in text:
        return FileProblem("--kafka", 0, "", "", f"{why}, without user or password: they belong to the settings")
    return FileProblem("--kafka", 0, "", shown(text), why)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        why = f"cannot be read: {error.strerror or error}; name a TOML file"
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        why = f"is not TOML: {error.reason if isinstance(error, UnicodeDecodeError) else error}"
    raise LoadError([FileProblem(str(file), 0, "", "", why)])


def _mistake(problem: Problem, where: Mapping[str, str]) -> FileProblem:
    """A mistake with where the key was set. No value is shown: it may be a secret in the wrong place."""
    key = str(problem.path[0]) if problem.path else ""
    return FileProblem(where.get(key, "Kafka settings"), 0, key, "", problem.message)
