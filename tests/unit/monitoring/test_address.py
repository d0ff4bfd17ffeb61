import pytest

from border_sim.monitoring.address import Address, address_of


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("9464", "127.0.0.1", 9464),
        (":9464", "127.0.0.1", 9464),
        ("0.0.0.0:80", "0.0.0.0", 80),
        ("localhost:0", "localhost", 0),
        ("consumer.example:65535", "consumer.example", 65535),
        ("[::1]:9464", "::1", 9464),
        ("[fe80::1%eth0]:1", "fe80::1%eth0", 1),
    ],
)
def test_address_as_people_write_it(text, host, port):
    assert address_of(text) == Address(host, port)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "'': write HOST:PORT, such as 127.0.0.1:9464, or a port alone for this machine only"),
        ("localhost", "'localhost': write HOST:PORT"),
        ("localhost:", "'localhost:': write HOST:PORT"),
        ("localhost:http", "write HOST:PORT"),
        ("localhost:-1", "write HOST:PORT"),
        ("http://localhost:9464", "write HOST:PORT"),
        ("me@localhost:9464", "write HOST:PORT"),
        ("a b:9464", "write HOST:PORT"),
        ("::1:9464", r"an IPv6 address stands in brackets: \[::1\]:9464"),
        ("[]:9464", "write HOST:PORT"),
        ("localhost:65536", "a port is at most 65535, and 0 takes any that is free"),
        ("٩٤٦٤", "write HOST:PORT"),
    ],
)
def test_what_is_no_address_is_told_in_words(text, why):
    with pytest.raises(ValueError, match=why):
        address_of(text)


@pytest.mark.parametrize(("host", "url"), [("127.0.0.1", "http://127.0.0.1:9464"), ("::1", "http://[::1]:9464")])
def test_url(host, url):
    assert Address(host, 9464).url == url
