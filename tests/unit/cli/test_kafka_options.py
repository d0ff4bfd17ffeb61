import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from border_sim.cli.kafka_options import kafka_options, stream_at, streaming_exits
from border_sim.streaming.broker.clients import StreamingError


@pytest.fixture(params=[True, False], ids=["required", "optional"])
def command(request):
    @click.command()
    @kafka_options(required=request.param)
    def told(kafka, topic_prefix, kafka_settings):
        if kafka is None:
            click.echo("no Kafka")
            return
        settings, topics = stream_at(kafka, topic_prefix, kafka_settings)
        click.echo(f"{topics.events} at {settings.servers}, {settings.security_protocol}")

    told.is_required = request.param
    return told


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    monkeypatch.delenv("BORDER_SIM_KAFKA", raising=False)


def test_the_options_tell_where_the_stream_is(command, tmp_path):
    file = tmp_path / "kafka.toml"
    file.write_text('security_protocol = "SSL"\n')
    arguments = ["--kafka", "a:1,b:2", "--topic-prefix", "mine", "--kafka-settings", str(file)]
    assert CliRunner().invoke(command, arguments).output == "mine.events at a:1,b:2, SSL\n"
    by_environment = {"BORDER_SIM_KAFKA_SETTINGS": str(file)}
    assert CliRunner().invoke(command, arguments[:4], env=by_environment).output == "mine.events at a:1,b:2, SSL\n"


def test_the_environment_names_a_broker_only_where_one_is_needed(command):
    result = CliRunner().invoke(command, [], env={"BORDER_SIM_KAFKA": "a:1"})
    assert result.output == ("border.events at a:1, PLAINTEXT\n" if command.is_required else "no Kafka\n")
    without = CliRunner().invoke(command, [])
    assert without.exit_code == (2 if command.is_required else 0)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--kafka", "a"], "--kafka: 'a': must be HOST:PORT, e.g. localhost:9092\n"),
        (["--kafka", "a:1", "--topic-prefix", "a b"], "'a b'; write letters, digits, dots, hyphens or underscores"),
        (["--kafka", "a:1", "--kafka-settings", "none.toml"], "none.toml: cannot be read: No such file or directory"),
    ],
)
def test_wrong_options_end_the_command_with_code_2(command, arguments, told):
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 2
    assert told in result.output


def test_what_goes_wrong_with_kafka_is_one_line_and_code_1(capsys):
    with pytest.raises(SystemExit) as caught, streaming_exits():
        raise StreamingError("a:1: the broker cannot be reached")
    assert caught.value.code == 1
    assert capsys.readouterr().err == "a:1: the broker cannot be reached\n"


def test_a_command_that_does_not_stream_does_not_import_kafkas_client():
    check = "import sys, border_sim.cli.commands.run; sys.exit('kafka' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
