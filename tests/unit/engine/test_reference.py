"""The reference engine's pools look for work when an instant has seen all that comes before starts."""

import pytest

from border_sim.engine.reference import Reference


@pytest.fixture
def started(plan, scripted, part, monkeypatch):
    """A day's engine, with the instants at which its pools looked for work."""
    looks = []
    monkeypatch.setattr(Reference, "start_all", lambda engine: looks.append(int(engine.env.now)))
    planned = scripted(plan(part()), [{"at": 5}, {"at": 5}, {"at": 7}])
    engine = Reference(planned)
    engine.feed(next(planned.days()))
    engine.advance(planned.begins_us + 14 * 60_000_000)
    return planned.begins_us, looks


def test_pools_look_for_work_once_an_instant_after_all_its_arrivals(started):
    begins_us, looks = started

    assert [(at - begins_us) // 60_000_000 for at in looks] == [0, 5, 7]
