// Lines named where they end, each beside a piece of its own dash: no colour is needed to tell them apart.

const END = { leader: 7, key: 27, gap: 4, lineHeight: 15, size: 11 };

const textWidth = (() => {
  const context = document.createElement("canvas").getContext("2d");
  return (text, size) => {
    context.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
    return context.measureText(text).width;
  };
})();

/** Words in rows of at most `most` letters where that can be. */
function rowsOf(text, most) {
  return text.split(" ").reduce((rows, word) => {
    const last = rows[rows.length - 1];
    return last !== undefined && `${last} ${word}`.length <= most ? [...rows.slice(0, -1), `${last} ${word}`] : [...rows, word];
  }, []);
}

/** Centres as near as can be to where they are wanted (ascending), for boxes of these heights one below the other in `room`. */
function spread(wanted, heights, room) {
  const centres = [];
  wanted.forEach((want, place) => {
    const before = place ? centres[place - 1] + (heights[place - 1] + heights[place]) / 2 : heights[0] / 2;
    centres.push(Math.max(want, before));
  });
  for (let place = centres.length - 1, below = room; place >= 0; place -= 1) {
    centres[place] = Math.min(centres[place], below - heights[place] / 2);
    below = centres[place] - heights[place] / 2;
  }
  return centres;
}

const lastOf = (values) => values.reduce((last, value) => value ?? last, null);

/** The layout with the names of its lines at their ends, right of the plot, and without a legend. */
function withEnds(traces, layout) {
  const lines = traces.filter(({ y }) => lastOf(y ?? []) !== null);
  if (!lines.length) return { ...layout, showlegend: false };
  const top = layout.yaxis.range?.[1] ?? 1.05 * Math.max(1, ...lines.flatMap(({ y }) => y));
  const room = layout.height - layout.margin.t - layout.margin.b;
  const ends = lines
    .map((trace) => ({ trace, rows: rowsOf(trace.name, 12), at: room * (1 - lastOf(trace.y) / top) }))
    .sort((a, b) => a.at - b.at);
  const centres = spread(ends.map((end) => end.at), ends.map(({ rows }) => rows.length * END.lineHeight), room);
  const width = Math.max(...ends.flatMap(({ rows }) => rows.map((row) => textWidth(row, END.size))));
  const text = END.leader + END.key + END.gap;
  const pieces = ends.map((end, place) => endPieces(end, centres[place], room, text));
  return {
    ...layout,
    showlegend: false,
    margin: { ...layout.margin, r: Math.ceil(text + width + 6) },
    yaxis: { ...layout.yaxis, range: [0, top] },
    shapes: [...(layout.shapes ?? []), ...pieces.flatMap(({ shapes }) => shapes)],
    annotations: [...(layout.annotations ?? []), ...pieces.map(({ annotation }) => annotation)],
  };
}

/** A leader from the line's end, a piece of the line and its name, `centre` pixels below the top of the plot. */
function endPieces({ trace, rows, at: end }, centre, room, text) {
  const y = 1 - centre / room;
  const piece = (x0, x1, rise, style) => ({
    type: "line", xref: "paper", xsizemode: "pixel", xanchor: 1, x0, x1,
    yref: "paper", ysizemode: "pixel", yanchor: y, y0: rise, y1: 0, line: style,
  });
  return {
    shapes: [
      piece(0, END.leader, centre - end, { color: "#9aa5ab", width: 0.8 }),
      piece(END.leader, END.leader + END.key, 0, trace.line),
    ],
    annotation: {
      xref: "paper", x: 1, xanchor: "left", xshift: text, yref: "paper", y, yanchor: "middle", align: "left",
      text: rows.join("<br>"), showarrow: false, font: { size: END.size, color: INK }, borderpad: 0, name: "line end",
    },
  };
}
