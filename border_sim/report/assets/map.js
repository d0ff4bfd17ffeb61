// The ports on a map, for one mode: sized by its crossings and coloured by its wait.

const SHRINK = Math.cos((29.5 * Math.PI) / 180);  // of a degree of longitude at the border
const REGIONS = [
  ["California", -116.1, 33.15], ["Arizona", -111.9, 32.9], ["New Mexico", -106.6, 32.9], ["Texas", -100.4, 30.6],
  ["Baja California", -115.3, 30.6], ["Sonora", -110.6, 29.6], ["Chihuahua", -106.2, 28.4], ["Coahuila", -102.3, 27.3],
  ["Nuevo León", -100.3, 25.7], ["Tamaulipas", -98.6, 25.4],
];
const VIEW = { x: [-118.3 * SHRINK, -96.2 * SHRINK], y: [25.2, 33.4] };
const LEGEND_HEIGHT = 58;  // pixels below the map, for the colours

/** Lines of the outline as one trace, with gaps between them. */
function outlineTrace(lines, steps, colour, width) {
  const x = [];
  const y = [];
  for (const points of lines) {
    for (let place = 0; place < points.length; place += 2) {
      x.push((points[place] / steps) * SHRINK);
      y.push(points[place + 1] / steps);
    }
    x.push(null);
    y.push(null);
  }
  return { type: "scatter", mode: "lines", x, y, line: { color: colour, width }, hoverinfo: "skip", showlegend: false };
}

/** What a port shows on the map for a mode. */
function onMap(port, mode) {
  const lanes = Object.values(port.modes[mode]?.lanes ?? {});
  return { port, joined: sum(lanes.map((lane) => lane.joined)), wait: meanWait(lanes) };
}

/** The mode in which most time is spent waiting, over all ports; `null` if nobody came. */
function mostWaited(ports) {
  const waited = (mode) => sum(ports.flatMap((port) => Object.values(port.modes[mode]?.lanes ?? {}))
    .map((lane) => Math.max(0, lane.mean) * lane.started + 1e-6 * lane.joined));
  return mapModes(ports).reduce((most, mode) => (most === null || waited(mode) > waited(most) ? mode : most), null);
}

const mapModes = (ports) => MODES.filter((mode) => ports.some((port) => onMap(port, mode).joined));

/** The map's frame in pixels, and how a place on it is found there. */
function projection(width) {
  const height = Math.round((width * (VIEW.y[1] - VIEW.y[0])) / (VIEW.x[1] - VIEW.x[0]));
  const scale = width / (VIEW.x[1] - VIEW.x[0]);
  return {
    width, height,
    frame: { x0: 0, x1: width, y0: 0, y1: height },
    pixel: (longitude, latitude) => ({ x: (longitude * SHRINK - VIEW.x[0]) * scale, y: (VIEW.y[1] - latitude) * scale }),
  };
}

function portTrace(shown, chosen, sizes) {
  return {
    type: "scatter", mode: "markers", showlegend: false,
    x: shown.map(({ port }) => port.longitude * SHRINK),
    y: shown.map(({ port }) => port.latitude),
    customdata: shown.map(({ port }) => port.slug),
    text: shown.map(({ port, joined, wait }) => `<b>${plain(port.name)}</b><br>${counted(joined, "crossing")}<br>mean wait ${minutes(wait)} min`),
    hovertemplate: "%{text}<extra></extra>",
    marker: {
      size: sizes,
      color: shown.map(({ wait }) => tenth(wait) ?? 0),
      colorscale: "Cividis", reversescale: true, cmin: 0, cmax: Math.max(10, ...shown.map(({ wait }) => wait / 10)), opacity: 0.9,
      colorbar: {
        title: { text: "mean wait, minutes", side: "top", font: { size: 12 } }, orientation: "h", thickness: 10, outlinewidth: 0,
        x: 0, xanchor: "left", y: 0, yanchor: "top", len: 0.4, lenmode: "fraction", ypad: 4, xpad: 0, nticks: 5,
      },
      line: {
        color: shown.map(({ port }) => (port.slug === chosen ? "#b3261e" : "#ffffff")),
        width: shown.map(({ port }) => (port.slug === chosen ? 3 : 1)),
      },
    },
  };
}

/** The names of ports with large markers and of the regions, as annotations. */
function nameAnnotations(shown, sizes, map) {
  const narrow = map.width < NARROW;
  const markers = shown.map(({ port }, place) => ({
    name: shortName(port.name), radius: sizes[place] / 2 + 1, ...map.pixel(port.longitude, port.latitude), port,
  }));
  const regions = REGIONS.map(([name, longitude, latitude]) => ({ name, longitude, latitude, ...map.pixel(longitude, latitude) }));
  const placed = placeNames(markers, regions, narrow ? 5 : 14, map.frame);
  const text = { borderpad: 0, captureevents: false };
  return [
    ...placed.regions.map(({ name, longitude, latitude }) => ({
      ...text, x: longitude * SHRINK, y: latitude, text: name, showarrow: false, font: { size: NAME_SIZE, color: "#66727a" }, name: "region",
    })),
    ...placed.named.map(({ name, port, dx, dy, distance, radius }) => ({
      ...text, x: port.longitude * SHRINK, y: port.latitude, text: plain(name), name: "port", font: { size: NAME_SIZE, color: "#1c2328" },
      bgcolor: "rgba(255,255,255,0.7)",
      ...(distance === DISTANCES[0]
        ? { showarrow: false, xshift: dx, yshift: -dy }
        : { showarrow: true, ax: dx, ay: dy, arrowhead: 0, arrowwidth: 0.8, arrowcolor: "#57636b", standoff: radius - 1 }),
    })),
  ];
}

function mapLayout(map, annotations) {
  const hidden = { visible: false, showgrid: false, zeroline: false, fixedrange: false, ticks: "" };
  return layoutOf(map.height + LEGEND_HEIGHT, {
    annotations,
    hovermode: "closest",
    dragmode: matchMedia("(pointer: fine)").matches ? "pan" : false,
    margin: { l: 0, r: 0, t: 0, b: LEGEND_HEIGHT },
    xaxis: { ...hidden, range: VIEW.x },
    yaxis: { ...hidden, range: VIEW.y, rangemode: "normal", scaleanchor: "x" },
  });
}

/** Draw the map `width` pixels wide (`null`: as its place); `choose` is called with the slug of a port that is clicked. */
function drawMap(data, mode, chosen, choose, width = null) {
  const parent = at("map-plots");
  clear(parent);
  const all = data.ports.map((port) => onMap(port, mode)).filter(({ joined }) => joined);
  all.sort((a, b) => b.joined - a.joined);  // small ones last, on top
  const shown = all.filter(({ port }) => port.longitude !== null && port.latitude !== null);
  const map = projection(width ?? parent.clientWidth);
  const most = Math.max(1, ...shown.map(({ joined }) => joined));
  const sizes = shown.map(({ joined }) => (7 + 37 * Math.sqrt(joined / most)) * (map.width < NARROW ? 0.6 : 1));
  const { outline } = data;
  const trace = (name, colour, thick) => outlineTrace(outline[name], outline.steps_per_degree, colour, thick);
  const worst = all[peak(all.map(({ wait }) => wait))];
  const [drawn] = plots(parent, [{
    title: `${modeName(mode)}: ${counted(all.length, "port")}, sized by crossings and coloured by mean wait`,
    words: mapWords(worst, all.length - shown.length),
    traces: [trace("states", "#d9dfe2", 1), trace("coast", "#b9c5cb", 1), trace("border", "#6b777e", 1.5), portTrace(shown, chosen, sizes)],
    layout: { ...mapLayout(map, nameAnnotations(shown, sizes, map)), ...(width && { width }) },
    legend: true,
    asTable: () => portsTable(all, mode, choose),
    config: { modeBarButtons: [["zoomIn2d", "zoomOut2d", "resetScale2d", "toImage"]] },
  }]);
  drawn.on("plotly_click", ({ points }) => points[0].customdata && choose(points[0].customdata, mode));
}

function mapWords(worst, left) {
  return (worst ? `The longest mean wait, ${minutes(worst.wait)} minutes, is at ${worst.port.name}. ` : "Nobody crossed. ")
    + "Choose a port by clicking it, below, or in the table."
    + (left ? ` ${left} without coordinates ${left === 1 ? "is" : "are"} in the table only.` : "");
}

function portsTable(all, mode, choose) {
  const link = (port) => element("button", { class: "link", type: "button", onclick: () => choose(port.slug, mode) }, port.name);
  const rows = all.map(({ port, joined, wait }) => [link(port), port.state ?? "–", count(joined), minutes(wait)]);
  return table(`Ports, ${modeName(mode)}`, ["Port", "State", "Crossings", "Mean wait, min"], rows, 2);
}
