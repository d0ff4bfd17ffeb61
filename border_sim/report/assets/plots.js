// Plots: one look for all, and for each a sentence and a table that say the same in words.

const GRID = "#e6eaec";
const CONFIG = {
  responsive: true,
  displaylogo: false,
  modeBarButtons: [["toImage", "resetScale2d"]],
};

const AXIS = { gridcolor: GRID, zeroline: false, linecolor: "#b9c2c7", ticks: "outside", tickcolor: "#b9c2c7", ticklen: 4 };

function layoutOf(height, changes = {}) {
  const { xaxis, yaxis, ...rest } = changes;
  const title = yaxis?.title && { ...yaxis.title, standoff: 8 };
  return {
    height,
    font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: "#3a444a" },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    margin: { l: 58, r: 10, t: 26, b: 42 },
    hovermode: "x unified",
    dragmode: matchMedia("(pointer: fine)").matches ? "zoom" : false,
    legend: { orientation: "h", x: 0, xanchor: "left", y: 1.01, yanchor: "bottom", traceorder: "normal" },
    xaxis: { ...AXIS, showgrid: false, tickangle: 0, ...xaxis },
    yaxis: { ...AXIS, rangemode: "tozero", fixedrange: true, ...yaxis, title },
    ...rest,
  };
}

/**
 * Figures in `parent`, all placed before any is drawn, so that each knows its width: head, sentence, plot, and a table
 * behind a fold, whose `columns` are [head, values] in parallel unless `asTable` makes it. Returns what was drawn.
 */
function plots(parent, specs) {
  const places = specs.map(({ title, told, columns, asTable }) => {
    const drawn = element("div", { class: "plot", role: "img", "aria-label": `${title}. ${told}` });
    const caption = element("figcaption", {}, element("h3", {}, title), element("p", {}, told));
    const fold = folded("Figures as a table", asTable ?? (() => columnsTable(columns)));
    parent.append(element("figure", {}, caption, drawn, fold));
    return drawn;
  });
  specs.forEach(({ traces, layout, config }, place) => Plotly.newPlot(places[place], traces, layout, { ...CONFIG, ...config }));
  return places;
}

function columnsTable(columns) {
  const rows = columns[0][1].map((_, row) => columns.map(([, values]) => String(values[row] ?? "–")));
  return table("", columns.map(([head]) => head), rows, 1);
}

function clear(parent) {
  parent.querySelectorAll(".js-plotly-plot").forEach((drawn) => Plotly.purge(drawn));
  parent.replaceChildren();
}

/** A time axis in local time, as long as the series on it, with the drain in grey; bins longer than an hour end before. */
function timeOf(axis, length) {
  const isHourly = axis.bin === "hour";
  const labels = axis.labels.slice(0, length).filter((label, place) => isHourly || place === 0 || label < axis.arrivals_end);
  const last = labels[labels.length - 1];
  const days = (Date.parse(last.slice(0, 10)) - Date.parse(labels[0].slice(0, 10))) / 864e5;
  const tickformat = days <= 2 ? "%H:%M\n%a %-d %b" : days <= 16 ? "%a\n%-d %b" : days <= 60 ? "%-d %b\n%Y" : "%b\n%Y";
  const drain = { type: "rect", yref: "paper", y0: 0, y1: 1, x0: axis.arrivals_end, x1: last, fillcolor: "#eef1f2", line: { width: 0 }, layer: "below" };
  return {
    labels,
    xaxis: { type: "date", tickformat, hoverformat: isHourly ? "%a %-d %b %H:%M" : "%a %-d %b %Y", nticks: innerWidth < 600 ? 5 : 8 },
    shapes: last > axis.arrivals_end ? [drain] : [],
  };
}

function line(name, x, y, colour, changes = {}) {
  const thin = x.length > 200 ? 0.6 : 1;
  const { width = 1.8, dash = "solid", ...rest } = changes;
  return { type: "scatter", mode: "lines", name: plain(name), x, y, line: { color: colour, width: width * thin, dash }, hovertemplate: "%{y:,.1f}", ...rest };
}

const PAPER = { whole: 690, half: 335 };  // pixels of a printed column, A4 or Letter; the style fits the rest

/** Drawn for the paper's columns while the page is printed, and for the window again after it. */
function fitPaper() {
  const each = (change) => document.querySelectorAll(".js-plotly-plot").forEach((drawn) => {
    Plotly.relayout(drawn, change(drawn));
    drawn.querySelectorAll(".main-svg").forEach((svg) => svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`));
  });
  addEventListener("beforeprint", () => each((drawn) => ({ width: drawn.closest(".grid") ? PAPER.half : PAPER.whole })));
  addEventListener("afterprint", () => each(() => ({ width: null, autosize: true })));
}
