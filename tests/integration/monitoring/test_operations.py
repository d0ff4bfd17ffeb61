"""What docs/operations.md says of the compose file, by Compose itself; its examples are taken as they stand."""

import re
import shutil
from textwrap import dedent

import pytest

from tests.stack import ROOT, compose_configuration

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
OVERRIDE = "docker-compose.override.yml"
MIB = 2**20


@pytest.fixture(scope="module")
def services():
    return compose_configuration()["services"]


def rows():
    """The rows of the table of services: service, port, volume, memory."""
    found = re.findall(r"^\| `([a-z]+)` \|[^|]*\| ([\d ]*)\| (?:`([a-z-]+)` )?\| (\w+) \|$", PAGE, re.MULTILINE)
    return {name: (port.strip(), volume, memory) for name, port, volume, memory in found}


def test_the_table_has_every_service_that_is_started(services):
    assert rows().keys() == {name for name, service in services.items() if not service.get("profiles")}


@pytest.mark.parametrize("name", rows())
def test_a_service_has_the_port_volume_and_memory_that_the_table_says(services, name):
    port, volume, memory = rows()[name]
    service = services[name]
    assert [each["published"] for each in service.get("ports", ())] == ([port] if port else [])
    assert [each["source"] for each in service.get("volumes", ()) if each["type"] == "volume"] == (
        [volume] if volume else []
    )
    number, unit = re.fullmatch(r"(\d+)([mg])", memory).groups()
    assert int(service["mem_limit"]) == int(number) * (MIB if unit == "m" else 1024 * MIB)


def examples():
    """The texts that the page gives for Compose's override file."""
    found = re.findall(rf"^ *```yaml\n( *# {re.escape(OVERRIDE)}\n.*?)```", PAGE, re.DOTALL | re.MULTILINE)
    return [dedent(text) for text in found]


def overridden(folder, example):
    """The services as Compose makes them of the stack's file and an example."""
    shutil.copy2(ROOT / "docker-compose.yml", folder)
    (folder / OVERRIDE).write_text(example, encoding="utf-8")
    return compose_configuration(folder)["services"]


def test_another_group_is_all_that_changes_of_the_consumers(tmp_path, services):
    changed = overridden(tmp_path, examples()[0])
    for name in ("consumer", "feed"):
        told = {key for key in services[name] if changed[name][key] != services[name][key]}
        assert told == {"command"}
        assert changed[name]["command"] == [*services[name]["command"], "--group", "second"]


def test_behind_a_proxy_nothing_else_changes_of_the_command_of_prometheus(tmp_path, services):
    proxied = overridden(tmp_path, examples()[1])
    assert proxied["grafana"]["environment"].items() >= services["grafana"]["environment"].items()
    assert proxied["grafana"]["environment"]["GF_SERVER_ROOT_URL"].endswith("/grafana/")
    asked, own = (each["grafana"]["healthcheck"] for each in (proxied, services))
    assert asked == {**own, "test": [*own["test"][:-1], "http://127.0.0.1:3000/grafana/api/health"]}
    told, own = (each["prometheus"]["command"] for each in (proxied, services))
    assert [flag for flag in own if flag not in told] == ["--web.external-url=http://localhost:9090/"]
    assert [flag.split("=")[0] for flag in told] == [*(flag.split("=")[0] for flag in own), "--web.route-prefix"]


def test_the_secrets_of_alertmanager_are_where_its_configuration_looks_for_them(tmp_path):
    secrets = overridden(tmp_path, examples()[2])["alertmanager"]["secrets"]
    named = re.findall(r"_file: /run/secrets/(\w+)", PAGE)
    assert sorted(each["source"] for each in secrets) == sorted(set(named))


def test_every_example_of_the_override_file_is_tried_here():
    assert len(examples()) == 3


def test_the_retention_is_that_of_the_compose_file(services):
    told = int(re.search(r"a partition keeps (\d+) GB \(`KAFKA_LOG_RETENTION_BYTES`\)", PAGE)[1])
    environment = services["kafka"]["environment"]
    partition = int(environment["KAFKA_LOG_RETENTION_BYTES"])
    assert partition == told * 1024 * MIB
    at_most = 6 * (partition + int(environment["KAFKA_LOG_SEGMENT_BYTES"])) / 2**30
    assert f"the six of them at most {at_most:g} GB" in PAGE
