"""Bays of each station, and room before them."""

from border_sim.spec.bays import Bays, Room
from border_sim.vocabulary import Station

BAYS = Bays(scan=2, secondary={"nii": [{"bays": 3}, {"days": "sat-sun", "bays": 1}], "document": 4})


def test_the_most_bays_of_each_kind() -> None:
    assert BAYS.most(Station.SCAN) == 2
    assert BAYS.most(Station.SECONDARY, "nii") == 3
    assert BAYS.most(Station.SECONDARY, "document") == 4
    assert BAYS.most(Station.SECONDARY, "intensive") == BAYS.most(Station.STATE) == BAYS.most(Station.PRIMARY) == 0


def test_bays_by_the_quarter_where_they_change() -> None:
    assert BAYS.by_quarter(Station.SECONDARY, "nii") == [[3] * 96] * 5 + [[1] * 96] * 2
    assert BAYS.by_quarter(Station.SECONDARY, "document") is None
    assert BAYS.change()
    assert not Bays(scan=2, state=1).change()


def test_room_of_no_places_is_not_room_for_all() -> None:
    room = Room(state=0, secondary=4)
    assert room.by_station() == {Station.SECONDARY: 4, Station.STATE: 0}
    assert (room.places(Station.STATE), room.places(Station.PRIMARY), room.places(Station.EXPORT)) == (0, None, None)
