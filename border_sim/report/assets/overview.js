// The picture of the first screen: everybody who queues, by mode.

function drawOverview(data) {
  const modes = MODES.filter((mode) => data.queue[mode]);
  if (!modes.length) return;
  const length = Math.max(...modes.map((mode) => data.queue[mode].length));
  const axis = Object.values(data.axes).reduce((a, b) => (b.labels.length > a.labels.length ? b : a));
  const time = timeOf(axis, length);
  const areas = modes.map((mode) => ({
    ...line(mode, time.labels, tenths(data.queue[mode]), COLOURS[mode], { width: 1 }),
    stackgroup: "modes",
    hovertemplate: "%{y:,.0f}",
  }));
  const all = time.labels.map((_, place) => sum(modes.map((mode) => data.queue[mode][place] ?? 0)));
  const top = peak(all);
  plots(at("overview-plots"), [{
    title: "Crossings queueing for primary inspection at all ports",
    told: `Mean of each ${axis.bin}, each port at its own local time; most, ${count(Math.round(all[top] / 10))}, at ${moment(time.labels[top], axis)}.`,
    traces: areas,
    layout: layoutOf(262, { xaxis: time.xaxis, shapes: time.shapes }),
    columns: [["Local time", time.labels], ...modes.map((mode) => [capital(mode), tenths(data.queue[mode])])],
  }]);
}
