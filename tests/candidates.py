"""Streams of candidates of a tiny port, and what is drawn for them."""

import numpy as np

from border_sim.inputs import candidate_streams, random_marks
from border_sim.inputs.candidate_streams import CandidateStream
from border_sim.inputs.candidates import Candidates
from border_sim.vocabulary import Mode

NAME = random_marks.port_mode_word("tiny", Mode.PASSENGER)
DAY = 738_000


def all_candidates(plan) -> Candidates:
    """All the candidates of a plan, with their days one after the other."""
    days = [day.candidates for day in plan.days()]
    return Candidates._make(np.concatenate(columns) for columns in zip(*days, strict=True))


def candidate_stream(times, mode=0, stream=random_marks.BASE_STREAM, index=None, service=None) -> CandidateStream:
    """One stream on `DAY`; `index`: the place of each in it, if some are left out."""
    times = np.array(times, np.int64)
    places = np.arange(times.size) if index is None else np.array(index, np.int64)
    return CandidateStream(mode, NAME + mode, stream, DAY, times, places, service)


def drawn(plan, streams) -> Candidates:
    """The candidates of streams, each with what it draws on a Monday."""
    hours = np.arange(96) // 4
    return candidate_streams.candidates_of(plan.parameters, streams, plan.layout.mode_code, hours, (0, 1, 0))
