// Plots: one look for all, and for each a sentence and a table that say the same in words.

const GRID = "#e6eaec";
const INK = "#3a444a";
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
    font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: INK },
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
 * behind a fold, whose `columns` are [head, values] in parallel unless `asTable` makes it. Lines are named at their ends
 * unless `legend`. Returns what was drawn.
 */
function plots(parent, specs) {
  const places = specs.map(({ title, words, columns, asTable }) => {
    const drawn = element("div", { class: "plot", role: "img", "aria-label": `${title}. ${words}` });
    const caption = element("figcaption", {}, element("h3", {}, title), element("p", {}, words));
    const fold = folded("Figures as a table", asTable ?? (() => columnsTable(columns)));
    parent.append(element("figure", {}, caption, drawn, fold));
    return drawn;
  });
  specs.forEach(({ traces, layout, config, legend }, place) => {
    const whole = legend ? layout : withEnds(traces, layout);
    if (whole.meta?.mostTicks) whole.xaxis.nticks = ticksIn(places[place].clientWidth, whole);
    Plotly.newPlot(places[place], traces, whole, { ...CONFIG, ...config });
  });
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

/** The disruptions of an axis as marks, from the label of the bin in which each begins: lines where bins hide its length. */
function disruptionMarks(disruptions, labels) {
  const [first, last] = [labels[0], labels[labels.length - 1]];
  const shown = disruptions.filter(({ begins, until }) => until > first && begins.slice(0, 10) <= last);
  const from = ({ begins }) => labels.filter((label) => label <= begins).at(-1) ?? first;
  const until = (each) => (each.until < last ? each.until : last);
  return {
    shapes: shown.map((each) => ({
      type: "rect", name: "disruption", yref: "paper", y0: 0, y1: 1, x0: from(each), x1: until(each),
      fillcolor: "rgba(179,38,30,0.12)", line: { color: "rgba(179,38,30,0.5)", width: 1 }, layer: "below",
    })),
    annotations: (shown.length > 2 ? [] : shown).map((each, place) => ({
      x: from(each), yref: "paper", y: 1, yanchor: "top", yshift: -14 * place, xanchor: from(each) > labels[Math.floor(labels.length / 2)] ? "right" : "left",
      name: "disruption", text: each.effect, showarrow: false, font: { size: 11, color: "#8c1d18" }, bgcolor: "rgba(255,255,255,0.75)", borderpad: 0,
    })),
  };
}

/**
 * A time axis in local time, as long as the series on it, with the drain in grey, and every change of the clock and
 * every disruption of the axis marked; bins longer than an hour end before the drain. `marks` belong into the layout.
 */
function timeOf(axis, length) {
  const isHourly = axis.bin === "hour";
  const labels = axis.labels.slice(0, length).filter((label, place) => isHourly || place === 0 || label < axis.arrivals_end);
  const last = labels[labels.length - 1];
  const days = (Date.parse(last.slice(0, 10)) - Date.parse(labels[0].slice(0, 10))) / 864e5;
  const tickformat = days <= 2 ? "%H:%M\n%a %-d %b" : days <= 16 ? "%a\n%-d %b" : days <= 60 ? "%-d %b\n%Y" : "%b\n%Y";
  const drain = { type: "rect", yref: "paper", y0: 0, y1: 1, x0: axis.arrivals_end, x1: last, fillcolor: "#eef1f2", line: { width: 0 }, layer: "below" };
  const changes = axis.clock_changes.filter((change) => change.at >= labels[0] && change.at <= last);
  const disrupted = disruptionMarks(axis.disruptions ?? [], labels);
  const inLateHalf = (label) => labels.filter((each) => each < label).length > labels.length / 2;
  return {
    labels,
    words: clockWords({ clock_changes: changes }),
    xaxis: { type: "date", tickformat, hoverformat: isHourly ? "%a %-d %b %H:%M" : "%a %-d %b %Y" },
    marks: {
      meta: { mostTicks: days > 2 ? days + 1 : 9 },  // a day and a date have one tick
      shapes: [
        ...(last > axis.arrivals_end ? [drain] : []),
        ...disrupted.shapes,
        ...changes.map(({ at: x }) => ({ type: "line", yref: "paper", y0: 0, y1: 1, x0: x, x1: x, line: { color: INK, width: 1, dash: "dashdot" } })),
      ],
      annotations: [...disrupted.annotations, ...(changes.length > 2 ? [] : changes).map((change) => ({
        x: change.at, yref: "paper", y: 1, yanchor: "top", bgcolor: "rgba(255,255,255,0.75)", name: "clock", xanchor: inLateHalf(change.at) ? "right" : "left",
        text: shift(change), showarrow: false, font: { size: 11 }, borderpad: 0,
      }))],
    },
  };
}

function line(name, x, y, colour, changes = {}) {
  const thin = x.length > 200 ? 0.6 : 1;
  const { width = 1.8, dash = "solid", ...rest } = changes;
  return { type: "scatter", mode: "lines", name: plain(name), x, y, line: { color: colour, width: width * thin, dash }, hovertemplate: "%{y:,.1f}", ...rest };
}

/** An area over those below it in `group`, which its pattern tells from them by its pattern too. */
function area(name, x, y, colour, group, pattern) {
  return { ...line(name, x, y, colour, { width: 1 }), stackgroup: group, fillpattern: { shape: pattern, fillmode: "overlay", size: 6, solidity: 0.25 } };
}
