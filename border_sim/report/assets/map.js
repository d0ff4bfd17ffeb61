// The ports on a map, sized by volume and coloured by wait.

const SHRINK = Math.cos((29.5 * Math.PI) / 180);  // of a degree of longitude at the border
const PLACES = [
  ["California", -116.1, 33.15], ["Arizona", -111.9, 32.9], ["New Mexico", -106.6, 32.9], ["Texas", -100.4, 30.6],
  ["Baja California", -115.3, 30.6], ["Sonora", -110.6, 29.6], ["Chihuahua", -106.2, 28.4], ["Coahuila", -102.3, 27.3],
  ["Nuevo León", -100.3, 25.7], ["Tamaulipas", -98.6, 25.4],
];
const VIEW = { x: [-118 * SHRINK, -96.2 * SHRINK], y: [25.2, 33.4] };

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

/** What a port shows on the map for a mode, or for all of them. */
function onMap(port, mode) {
  const lanes = Object.entries(port.modes)
    .filter(([name]) => mode === "all" || name === mode)
    .flatMap(([, figures]) => Object.values(figures.lanes));
  return { port, joined: sum(lanes.map((lane) => lane.joined)), wait: meanWait(lanes) };
}

const isNarrow = () => at("map-plots").clientWidth < 640;

function portTrace(shown, chosen) {
  const most = Math.max(1, ...shown.map((each) => each.joined));
  const scale = isNarrow() ? 0.6 : 1;
  return {
    type: "scatter", mode: "markers", showlegend: false,
    x: shown.map(({ port }) => port.longitude * SHRINK),
    y: shown.map(({ port }) => port.latitude),
    customdata: shown.map(({ port }) => port.slug),
    text: shown.map(({ port, joined, wait }) => `<b>${plain(port.name)}</b><br>${count(joined)} crossings<br>mean wait ${minutes(wait)} min`),
    hovertemplate: "%{text}<extra></extra>",
    marker: {
      size: shown.map(({ joined }) => (7 + 37 * Math.sqrt(joined / most)) * scale),
      color: shown.map(({ wait }) => tenth(wait) ?? 0),
      colorscale: "Cividis", reversescale: true, cmin: 0, opacity: 0.9,
      colorbar: {
        title: { text: "mean wait, min", side: "top" }, orientation: "h", thickness: 10, outlinewidth: 0,
        x: 1, xanchor: "right", y: 1, yanchor: "top", len: isNarrow() ? 0.5 : 0.28,
      },
      line: {
        color: shown.map(({ port }) => (port.slug === chosen ? "#b3261e" : "#ffffff")),
        width: shown.map(({ port }) => (port.slug === chosen ? 3 : 1)),
      },
    },
  };
}

function mapLayout() {
  const hidden = { visible: false, showgrid: false, zeroline: false, fixedrange: false };
  return layoutOf(isNarrow() ? 210 : 500, {
    hovermode: "closest",
    dragmode: matchMedia("(pointer: fine)").matches ? "pan" : false,
    margin: { l: 0, r: 0, t: 0, b: 0 },
    xaxis: { ...hidden, range: VIEW.x, ticks: "" },
    yaxis: { ...hidden, range: VIEW.y, ticks: "", rangemode: "normal", scaleanchor: "x" },
  });
}

/** Draw the map; `choose` is called with the slug of a port that is clicked. */
function drawMap(data, mode, chosen, choose) {
  const parent = at("map-plots");
  clear(parent);
  const all = data.ports.map((port) => onMap(port, mode)).filter(({ joined }) => joined);
  const shown = all.filter(({ port }) => port.longitude !== null && port.latitude !== null);
  shown.sort((a, b) => b.joined - a.joined);  // small ones last, on top
  const { outline } = data;
  const trace = (name, colour, width) => outlineTrace(outline[name], outline.steps_per_degree, colour, width);
  const names = {
    type: "scatter", mode: "text", x: PLACES.map(([, x]) => x * SHRINK), y: PLACES.map(([, , y]) => y),
    text: PLACES.map(([name]) => name), textfont: { color: "#6f7b82", size: isNarrow() ? 9 : 12 }, hoverinfo: "skip", showlegend: false,
  };
  const worst = all[peak(all.map(({ wait }) => wait))];
  const left = all.length - shown.length;
  const [drawn] = plots(parent, [{
    title: `${count(all.length)} ${all.length === 1 ? "port" : "ports"}, sized by crossings and coloured by mean wait`,
    told: (worst ? `The longest mean wait, ${minutes(worst.wait)} minutes, is at ${worst.port.name}. ` : "Nobody crossed. ")
      + "Choose a port by clicking it, below, or in the table."
      + (left ? ` ${left} without coordinates ${left === 1 ? "is" : "are"} in the table only.` : ""),
    traces: [trace("states", "#d9dfe2", 1), trace("coast", "#b9c5cb", 1), trace("border", "#6b777e", 1.5), names, portTrace(shown, chosen)],
    layout: mapLayout(),
    asTable: () => portsTable(all, choose),
    config: { modeBarButtons: [["zoomIn2d", "zoomOut2d", "resetScale2d", "toImage"]] },
  }]);
  drawn.on("plotly_click", ({ points }) => points[0].customdata && choose(points[0].customdata));
}

function portsTable(all, choose) {
  const link = (port) => element("button", { class: "link", type: "button", onclick: () => choose(port.slug) }, port.name);
  const rows = all.map(({ port, joined, wait }) => [link(port), port.state ?? "–", count(joined), minutes(wait)]);
  return table("Ports", ["Port", "State", "Crossings", "Mean wait, min"], rows, 2);
}
