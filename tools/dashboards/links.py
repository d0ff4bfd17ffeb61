"""Links from what a panel shows to other pages."""

from typing import Final

from grafana_foundation_sdk.builders import dashboard as builders

PORT: Final = "/d/border-sim-port?${datasource:queryparam}&${__url_time_range}&var-port="


def to_port(slug: str) -> builders.DashboardLink:
    """To the page of a port, with the times and the datasource of this one; `slug`: Grafana's expression for it."""
    return builders.DashboardLink("The port's page").url(PORT + slug)
