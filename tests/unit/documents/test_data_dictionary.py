"""The data dictionary leaves nothing out and makes nothing up."""

from dataclasses import replace

import pytest

from border_sim.documents.data_dictionary import SCHEMAS, event_fields, text
from border_sim.events.models import MODELS
from border_sim.loading.catalogue import load_catalogue
from border_sim.observed import readings_table
from border_sim.run.meanings import MANIFEST, TABLES
from border_sim.run.port_run import RunSettings
from border_sim.run.simulate import simulate_in_memory
from border_sim.spec.resolve import resolve
from border_sim.spec.scenario import Scenario
from border_sim.vocabulary import HOUR_US

NOT_ENTERED = ("configuration", "versions", "counts", "ports.*.info.installed", "ports.*.info.pools")


def keys_of(data, path=""):
    """The key paths of a manifest, `*` for a port's slug."""
    for key, value in data.items():
        here = f"{path}.{'*' if path == 'ports' else key}".removeprefix(".")
        if path != "ports":
            yield here
        if isinstance(value, dict) and here not in NOT_ENTERED:
            yield from keys_of(value, here)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_column_of_a_table_has_a_meaning_in_the_order_of_the_file(name):
    assert list(TABLES[name]) == SCHEMAS[name].names
    assert all(meaning.text for meaning in TABLES[name].values())


def test_every_column_of_a_table_of_readings_has_a_meaning():
    assert list(readings_table.MEANINGS) == readings_table.SCHEMA.names
    part = text().partition("\n## readings\n")[2]
    assert all(f"| `{name}` | " in part for name in readings_table.SCHEMA.names)


def test_every_table_is_there():
    assert set(TABLES) == set(SCHEMAS)


def test_every_field_of_every_event_has_a_meaning():
    fields = [field for fields in event_fields().values() for field in fields.values()]
    assert fields
    assert all(field.meaning and field.type for field in fields)


def test_every_key_of_a_manifest_has_a_meaning():
    frame = resolve(Scenario(), load_catalogue(), ports=["sasabe"], days=1)
    settings = RunSettings("test", 1, 0, HOUR_US)
    for kept in (settings, replace(settings, logs=frozenset({"parquet"}))):
        manifest, _ = simulate_in_memory(frame, kept)
        assert set(keys_of(manifest.model_dump(mode="json"))) == set(MANIFEST)


def test_a_column_that_may_be_null_says_what_that_means():
    for name, schema in SCHEMAS.items():
        for field in schema:
            assert field.nullable or not TABLES[name][field.name].null


def test_the_text_names_every_column_field_and_key():
    told, fields = text(), [name for fields in event_fields().values() for name in fields]
    for name in (*fields, *MANIFEST, *(column for table in TABLES.values() for column in table), *MODELS):
        assert f"`{name}`" in told
    assert told.endswith("|\n")
