"""The map of the ports: markers coloured by posted wait on a base layer of ours, without a tile server."""

from typing import Final

from grafana_foundation_sdk.builders import common as option_builders
from grafana_foundation_sdk.builders import geomap
from grafana_foundation_sdk.models import common as options
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.geomap import MapCenterID, TooltipMode
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from tools.dashboards import expressions as of
from tools.dashboards.links import to_port
from tools.dashboards.panels import WAITS, Query, Words, by_threshold, finished, steps, targets

BASE_LAYER: Final = "public/maps/border-sim.geojson"
"""Where Grafana serves the file `dashboards/grafana/maps/border-sim.geojson`: it is mounted among its own maps."""
CLOSED: Final = -1
"""The wait of a port of which every lane is closed."""


def port_map() -> geomap.Panel:
    """The panel."""
    words = Words(
        "Longest posted wait by port",
        "The longest wait that any lane of a port posts now; grey: all are closed. A click leads to the port's page.",
        "no port is known",
    )
    wait = f"max by (port) ({of.posted()}) or max by (port) (border_port_info) * {CLOSED}"
    place = "max by (port, name, state, latitude, longitude) (border_port_info)"
    query = Query(f"({wait}) * on (port) group_left (name, state, latitude, longitude) {place}")
    panel = (
        geomap.Panel()
        .basemap(_outline())
        .layers([_ports()])
        .view(_around_the_ports())
        .controls(geomap.ControlsOptions().show_zoom(show_zoom=True).mouse_wheel_zoom(mouse_wheel_zoom=False))
        .tooltip(geomap.TooltipOptions().mode(TooltipMode.DETAILS))
        .thresholds(steps({None: "gray", 0: "green"} | {key: value for key, value in WAITS.items() if key}))
        .color_scheme(by_threshold())
        .mappings([models.ValueMap(options={str(CLOSED): models.ValueMappingResult(text="closed")})])
        .data_links([to_port("${__data.fields.port}")])
        .override_by_name("Value", [models.DynamicConfigValue(id_val="displayName", value="Longest posted")])
        .with_transformation(_numbers("latitude", "longitude"))
        .with_transformation(models.DataTransformerConfig("organize", options={"excludeByName": {"Time": True}}))
    )
    for target in targets([query]):
        panel = panel.with_target(target.instant().format(PromQueryFormat.TABLE))
    return finished(panel, words, "s", 13, 9)


def _layer(kind: str, name: str, config: dict[str, object]) -> option_builders.MapLayerOptions:
    return option_builders.MapLayerOptions().type(kind).name(name).config(config).tooltip(kind == "markers")


def _outline() -> option_builders.MapLayerOptions:
    """Ours in place of a tile server's: any layer may be the lowest. The file says how each line is drawn."""
    line = {"color": {"fixed": "#7a8799"}, "opacity": 1, "lineWidth": 1, "size": {"fixed": 1, "min": 1, "max": 1}}
    return _layer("geojson", "outline", {"src": BASE_LAYER, "rules": [], "style": line})


def _ports() -> option_builders.MapLayerOptions:
    place = option_builders.FrameGeometrySource().mode(options.FrameGeometrySourceMode.COORDS)
    marker = {
        "color": {"field": "Value", "fixed": "gray"},
        "opacity": 0.8,
        "size": {"field": "Value", "fixed": 5, "min": 4, "max": 14},
        "symbol": {"mode": "fixed", "fixed": "img/icons/marker/circle.svg"},
    }
    layer = _layer("markers", "ports", {"showLegend": False, "style": marker})
    return layer.location(place.latitude("latitude").longitude("longitude"))


def _around_the_ports() -> geomap.MapViewConfig:
    """As near as all ports are seen, but not nearer than a county: of a fitted view `zoom` is the nearest."""
    return geomap.MapViewConfig().id(MapCenterID.FIT).all_layers(all_layers=False).layer("ports").padding(5).zoom(9)


def _numbers(*fields: str) -> models.DataTransformerConfig:
    """Labels are text; the map wants numbers."""
    each = [{"targetField": field, "destinationType": "number"} for field in fields]
    return models.DataTransformerConfig("convertFieldType", options={"fields": {}, "conversions": each})
