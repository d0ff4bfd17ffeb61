"""What docker-compose.yml, .env.example and the Dockerfile promise, as the real Compose reads them, with no engine."""

import re
import subprocess

import pytest
import yaml

from border_sim.monitoring.history.hints import BLOCKS
from border_sim.version import __version__
from tests.programs import path_of
from tests.stack import HOST_PORTS, ROOT, compose_configuration, explained

OURS = "border-sim:local"
ONE_SHOTS = {"topics", "scenario", "planner", "history-text", "history-blocks"}
AS_OWNER_OF_RESULTS = {"planner", "history-text"}
PROFILES = {
    "planner": ["planner"],
    **{name: ["history"] for name in ("history-text", "history-blocks", "history")},
}
"""Services that `up` alone does not start."""
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def configuration():
    return compose_configuration()


@pytest.fixture(scope="module")
def services(configuration):
    return configuration["services"]


def test_has_the_services_of_a_live_border(services):
    assert {name for name, service in services.items() if not service.get("profiles")} == {
        "kafka", "topics", "scenario", "simulator", "consumer", "feed", "prometheus", "alertmanager", "grafana",
    }  # fmt: skip
    assert {name: service["profiles"] for name, service in services.items() if service.get("profiles")} == PROFILES


def test_images_are_pinned_by_tag_and_ours_is_never_asked_for_elsewhere(services):
    for name, service in services.items():
        if service["image"] == OURS:
            assert service["pull_policy"] == "never", name
        else:
            assert re.fullmatch(r"[a-z]+/[a-z]+:v?\d+\.\d+\.\d+", service["image"]), name


@pytest.mark.parametrize("profiles", [(), ("history",)])
def test_our_image_is_made_by_one_service_whatever_is_started(services, profiles):
    """Of several that make one image at once Docker refuses all but the first, where it has none of that name yet."""
    started = [service for service in services.values() if set(service.get("profiles", profiles)) <= set(profiles)]
    assert [service["image"] for service in started if "build" in service] == [OURS]
    assert "build" in services["planner"]  # which may be run alone


def test_images_of_the_dockerfile_are_pinned_by_tag():
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {"python:3.11-slim-bookworm"}


def test_only_this_machine_is_listened_on_and_a_scaled_service_has_no_fixed_port(services):
    published = [(name, port) for name, service in services.items() for port in service.get("ports", ())]
    assert published
    assert {port["host_ip"] for _, port in published} == {"127.0.0.1"}
    assert {name for name, _ in published} == {"kafka", "feed", "prometheus", "alertmanager", "grafana"}
    assert not any("container_name" in service for service in services.values())


def test_nobody_has_capabilities_or_gains_rights_but_who_writes_results_may_become_their_owner(services):
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service.get("cap_add", []) == (["SETUID", "SETGID"] if name in AS_OWNER_OF_RESULTS else []), name
        assert service.get("user") == ("root" if name in AS_OWNER_OF_RESULTS else None), name
        assert not {"privileged", "devices", "pid", "ipc"} & service.keys(), name
        assert service.get("network_mode", "none") == "none", name


def test_roots_are_read_only_but_kafkas(services):
    assert [name for name, service in services.items() if not service.get("read_only")] == ["kafka"]


def test_each_has_limits_and_a_log_that_is_rotated(services):
    for name, service in services.items():
        assert int(service["mem_limit"]) <= 4 * 2**30, name
        assert 0 < service["cpus"] <= 1, name
        assert service["logging"]["options"] == {"max-size": "10m", "max-file": "3"}, name


def test_what_goes_on_is_started_again_and_looked_at(services):
    for name, service in services.items():
        if name in ONE_SHOTS:
            assert service["restart"] == "no", name
            assert service["healthcheck"] == {"disable": True}, name
        else:
            assert service["restart"] == ("on-failure:10" if name == "simulator" else "unless-stopped"), name
            assert service.get("healthcheck", {}).get("test") or service["image"] == OURS, name
    assert "HEALTHCHECK" in DOCKERFILE


def test_topics_and_scenario_are_done_before_anybody_needs_them(services):
    once_done = {"condition": "service_completed_successfully", "required": True}
    assert services["topics"]["depends_on"] == {"kafka": {"condition": "service_healthy", "required": True}}
    assert services["simulator"]["depends_on"] == {"topics": once_done, "scenario": once_done}
    assert services["consumer"]["depends_on"] == services["feed"]["depends_on"] == {"topics": once_done}


def test_kafka_keeps_its_data_on_the_volume_and_tells_each_side_an_address(services):
    kafka = services["kafka"]
    (volume,) = kafka["volumes"]
    assert (volume["type"], volume["target"]) == ("volume", kafka["environment"]["KAFKA_LOG_DIRS"])
    assert kafka["environment"]["KAFKA_ADVERTISED_LISTENERS"] == "INSIDE://kafka:19092,HOST://127.0.0.1:9092"
    replications = [
        value for key, value in kafka["environment"].items() if re.search("REPLICATION_FACTOR|MIN_ISR", key)
    ]
    assert replications == ["1"] * 6
    advertised = compose_configuration(KAFKA_PORT="9192")["services"]["kafka"]["environment"]
    assert advertised["KAFKA_ADVERTISED_LISTENERS"].endswith("HOST://127.0.0.1:9192")


def test_links_in_alerts_lead_to_where_each_is_found():
    services = compose_configuration(PROMETHEUS_PORT="9190", ALERTMANAGER_PORT="9193")["services"]
    for name, port in (("prometheus", "9190"), ("alertmanager", "9193")):
        assert f"--web.external-url=http://localhost:{port}/" in services[name]["command"], name
        assert [each["published"] for each in services[name]["ports"]] == [port], name


def test_whoever_writes_has_time_to_end(services):
    periods = {
        name: service["stop_grace_period"] for name, service in services.items() if "stop_grace_period" in service
    }
    assert periods == {"kafka": "1m0s", "simulator": "1m0s", "consumer": "30s", "feed": "30s"}


def test_what_is_mounted_from_the_repository_is_there_and_only_results_can_be_written(services):
    mounts = [each for service in services.values() for each in service.get("volumes", ()) if each["type"] == "bind"]
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert mounts
    for mount in mounts:
        source = mount["source"].removeprefix(f"{ROOT}/")
        assert any(name == source or name.startswith(f"{source}/") for name in listed), source
        assert mount.get("read_only") or source == "results", source


def test_grafana_reaches_prometheus_and_nothing_else(configuration, services):
    assert list(services["grafana"]["networks"]) == ["view"]
    beside = {name for name, service in services.items() if "view" in service.get("networks", ())}
    assert beside == {"grafana", "prometheus", "history"}
    options = configuration["networks"]["view"]["driver_opts"]
    assert options == {"com.docker.network.bridge.enable_ip_masquerade": "false"}
    provisioned = ROOT / "dashboards" / "grafana" / "provisioning" / "datasources" / "border-sim.yml"
    sources = yaml.safe_load(provisioned.read_text(encoding="utf-8"))["datasources"]
    allowed = services["grafana"]["environment"]["GF_SECURITY_DATA_SOURCE_PROXY_WHITELIST"].split()
    assert [source["url"].removeprefix("http://") for source in sources] == allowed


def test_grafana_shows_the_folder_that_it_is_provisioned_with(services):
    provisioned = ROOT / "dashboards" / "grafana" / "provisioning" / "dashboards" / "border-sim.yml"
    (provider,) = yaml.safe_load(provisioned.read_text(encoding="utf-8"))["providers"]
    grafana = services["grafana"]
    targets = {mount["target"]: mount["source"] for mount in grafana["volumes"]}
    shown = provider["options"]["path"]
    assert targets[shown] == str(ROOT / "dashboards" / "grafana")
    home = grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert home == f"{shown}/border.json"
    assert (ROOT / "dashboards" / "grafana" / "border.json").exists()


@pytest.mark.parametrize(
    ("password", "no_admin", "basic"),
    [
        pytest.param("", "true", "false", id="without a password there is none"),
        pytest.param(
            "secret", "not true", "not false", id="with one there is: what Grafana cannot read is its default"
        ),
    ],
)
def test_grafana_has_an_administrator_only_with_a_password(password, no_admin, basic):
    told = compose_configuration(GRAFANA_ADMIN_PASSWORD=password)["services"]["grafana"]["environment"]
    assert told["GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION"] == no_admin
    assert told["GF_AUTH_DISABLE_LOGIN_FORM"] == no_admin
    assert told["GF_AUTH_BASIC_ENABLED"] == basic
    assert told["GF_SECURITY_ADMIN_PASSWORD"] == password
    assert (told["GF_AUTH_ANONYMOUS_ENABLED"], told["GF_AUTH_ANONYMOUS_ORG_ROLE"]) == ("true", "Viewer")
    assert told["GF_USERS_ALLOW_SIGN_UP"] == "false"


def test_env_example_names_each_variable_with_its_default(configuration):
    assert set(re.findall(r"\$\{([A-Z_]+)", COMPOSE_TEXT)) == explained().keys()
    assert set(HOST_PORTS) <= explained().keys()
    assert compose_configuration(**explained()) == configuration


def test_scenario_ports_and_speed_reach_who_simulates():
    told = {"SCENARIO": "configs/scenarios/one-more-booth.yaml", "PORTS": "San Ysidro,TX", "SPEED": "3600"}
    services = compose_configuration(**told)["services"]
    asked = ["configs/scenarios/one-more-booth.yaml", "--ports", "San Ysidro,TX"]
    assert services["simulator"]["command"][:6] == ["live", *asked, "--speed", "3600"]
    assert services["scenario"]["command"][:4] == ["run", *asked]
    assert services["scenario"]["volumes"] == services["simulator"]["volumes"]


def test_history_is_made_of_the_run_that_is_named():
    services = compose_configuration(HISTORY_RUN="results/week", HISTORY_WINDOW="60m")["services"]
    text = services["history-text"]["command"]
    assert text[:4] == ["openmetrics", "results/week", "--out", "results/week.openmetrics"]
    assert services["history-blocks"]["command"] == ["/results/week.openmetrics"]
    assert BLOCKS in services["history-blocks"]["entrypoint"][-1]
    assert {"--storage.tsdb.retention.time=100y", "--query.lookback-delta=60m"} < set(services["history"]["command"])
    assert services["grafana"]["environment"]["HISTORY_WINDOW"] == "60m"
    blocks = [volume for name in ("history-blocks", "history") for volume in services[name]["volumes"]]
    assert [volume["target"] for volume in blocks if volume["source"] == "history-data"] == ["/prometheus"] * 2


def test_dockerfile_is_clean():
    program = path_of("hadolint")
    assert program, "hadolint is not on the PATH; install it"
    told = subprocess.run([program, str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout) == (0, "")


def test_dockerfile_tells_the_version_and_becomes_no_users_root():
    assert f'org.opencontainers.image.version="{__version__}"' in DOCKERFILE
    assert re.findall(r"^USER (.+)", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
