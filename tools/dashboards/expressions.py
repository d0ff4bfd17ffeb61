"""PromQL that several panels share.

Gauges are taken by `max by` of the labels that name them, so that neither the instance nor the job that was scraped
matters. Rates are over `$__rate_interval`. It is four of the datasource's `timeInterval` at least: 15 s live, 15 min of
finished runs. So it is a minute of the wall clock or an hour of a finished run: an hour of simulated time in both, if
the live run goes at speed 60.
"""

from typing import Final

RECENTLY: Final = "$__rate_interval"
SHOWN: Final = "$__range"
"""The whole time that the dashboard shows."""
MODE: Final = "port, mode"
LANE: Final = "port, mode, lane_class"
SPAN_IN_WORDS: Final = (
    "over the last minute of the wall clock, an hour of simulated time at speed 60, and over an hour of finished runs; "
    "over more where the dashboard shows a long time"
)


def simulated_time(selector: str = "") -> str:
    """The instant that each port has reached, by port, in seconds since 1970: that of the other figures, not one to
    which a simulator has gone ahead.
    """
    told = f"border_sim_time_seconds{selector} and on (port, instance, job) border_port_info"
    return f"max by (port) ({told})"


def posted(selector: str = "") -> str:
    """The waits posted now, by port, mode and lane class, in seconds."""
    return f"max by ({LANE}) (border_posted_wait_seconds{selector})"


def accustomed(selector: str = "") -> str:
    """What travellers are used to at this hour of the week, by port, mode and lane class, in seconds."""
    return f"max by ({LANE}) (border_accustomed_wait_seconds{selector})"


def waiting(selector: str = '{station="primary"}') -> str:
    """Who waits at stations, by port, mode, lane class and station."""
    return f"max by ({LANE}, station) (border_queue_length{selector})"


def booths(state: str, selector: str = "") -> str:
    """Primary booths that are `open`, `busy` or `blocked`, by port, mode and pool."""
    return f"max by (port, mode, pool) (border_booths_{state}{selector})"


def installed(selector: str = "") -> str:
    """Installed booths by port and mode."""
    return f"max by ({MODE}) (border_booths_installed{selector})"


def throughput(selector: str) -> str:
    """Completions per simulated hour in the last closed window, by port, mode, lane class and station."""
    return f"max by ({LANE}, station) (border_throughput_per_hour{selector})"


def increase(counter: str, labels: str, selector: str = "", window: str = RECENTLY) -> str:
    """How much a counter has grown in a window, summed by labels."""
    return f"sum by ({labels}) (increase({counter}{selector}[{window}]))"


def mean(histogram: str, labels: str, selector: str = "", window: str = RECENTLY) -> str:
    """The mean of what a histogram has counted in a window, by labels; nothing where it counted nothing."""
    total, count = (increase(f"{histogram}_{part}", labels, selector, window) for part in ("sum", "count"))
    return f"{total} / ({count} > 0)"


def quantile(share: float, histogram: str, labels: str, selector: str = "", window: str = RECENTLY) -> str:
    """A quantile of what a histogram has counted in a window, by labels, straight between its edges."""
    return f"histogram_quantile({share}, {increase(f'{histogram}_bucket', f'{labels}, le', selector, window)})"


def saved(mode: str, programme: str, selector: str, window: str, labels: str = "") -> str:
    """How much less a crossing waited in the lane of a programme than the mean of the standard lanes of its port, in
    seconds, over all crossings of the programme; by `labels` ("port"), or for all ports at once.
    """
    of_member, of_standard = (f'{{mode="{mode}", lane_class="{lane}", {selector}}}' for lane in (programme, "standard"))
    waited, members = (increase(f"border_wait_seconds_{part}", "port", of_member, window) for part in ("sum", "count"))
    standard = mean("border_wait_seconds", "port", of_standard, window)
    at_ports_with_both = f"{members} and on (port) {standard}"
    group = f"sum by ({labels})" if labels else "sum"
    return f"{group} ({members} * ({standard}) - {waited}) / ({group} ({at_ports_with_both}) > 0)"
