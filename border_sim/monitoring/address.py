"""Where a server listens, as people write it."""

import re
from typing import Final, NamedTuple

LOOPBACK: Final = "127.0.0.1"
MAX_PORT: Final = 65_535
_FORM: Final = re.compile(r"(?:(?P<host>\[[0-9A-Fa-f:.%\w]+\]|[^\s:/@\[\]]*):)?(?P<port>[0-9]{1,5})")


class Address(NamedTuple):
    """A host and a port to listen on; port 0: any that is free."""

    host: str
    """A name or a number; one of IPv6 without its brackets"""
    port: int

    @property
    def url(self) -> str:
        """How a browser is told."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def address_of(text: str) -> Address:
    """The address of `HOST:PORT`, `[IPv6]:PORT`, or `:PORT` and `PORT` on loopback. `ValueError` says what is wrong."""
    match = _FORM.fullmatch(text)
    if match is None:
        if re.fullmatch(r"[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*:[0-9]*", text):
            raise ValueError(f"{text!r}: an IPv6 address stands in brackets: [::1]:9464")
        raise ValueError(f"{text!r}: write HOST:PORT, such as 127.0.0.1:9464, or a port alone for this machine only")
    if int(match["port"]) > MAX_PORT:
        raise ValueError(f"{text!r}: a port is at most {MAX_PORT}, and 0 takes any that is free")
    return Address((match["host"] or LOOPBACK).strip("[]"), int(match["port"]))
