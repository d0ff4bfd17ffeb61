"""A day of the whole border through a real broker: the windows on the topic are those of the run, number for number."""

import re


def test_a_day_of_all_ports_is_counted_as_the_run_counts_it(kafka, prefix, border_sim, tmp_path):
    (tmp_path / "day.yaml").write_text("{days: 1, warm_up_days: 0}\n")
    where = ("--kafka", kafka, "--topic-prefix", prefix)
    ran = border_sim("run", "day.yaml", "--out", "run", "--log", "none", *where)
    assert ran.returncode == 0, ran.stderr
    consumed = border_sim("consume", *where, "--until-ended")
    assert consumed.returncode == 0, consumed.stderr
    sent = re.search(r"([\d,]+) events sent to", ran.stdout)[1]
    assert int(sent.replace(",", "")) > 1_500_000
    assert f"{sent} events counted" in consumed.stdout
    compared = border_sim("metrics", "--from-kafka", kafka, "--topic-prefix", prefix, "--compare", "run")
    assert compared.returncode == 0, compared.stdout + compared.stderr
    assert re.search(r"[\d,]{6,} rows of metrics compared .*: 0 differ", compared.stdout)
