// The picture of the first screen: everybody who queues, by mode.

function drawOverview(data) {
  const { labels, queue } = data.all_ports;
  const modes = MODES.filter((mode) => queue[mode]);
  if (!modes.length) return;
  const axes = Object.values(data.axes);
  const changes = new Map(axes.flatMap((axis) => axis.clock_changes).map((change) => [`${change.at} ${change.minutes}`, change]));
  const axis = { ...axes[0], labels, clock_changes: [...changes.values()] };
  const time = timeOf(axis, axis.labels.length);
  const areas = modes.map((mode) => ({
    ...area(mode, time.labels, tenths(queue[mode]), COLOURS[mode], "modes", PATTERNS[mode]),
    hovertemplate: "%{y:,.0f}",
  }));
  const all = time.labels.map((_, place) => sum(modes.map((mode) => queue[mode][place] ?? 0)));
  const top = peak(all);
  const until = data.all_ports_until;
  const cut = until ? ` Drawn until ${day(until).words} ${day(until).year}, ${until.slice(11)}, where the first port was interrupted.` : "";
  plots(at("overview-plots"), [{
    title: `Crossings queueing for primary inspection at ${until ? `the ${counted(data.ports.length, "port")} measured` : "all ports"}`,
    words: `Mean of each ${axis.bin}, each port at its own local time; most, ${count(Math.round(all[top] / 10))}, at ${moment(time.labels[top], axis)}.${time.words}${cut}`,
    legend: true,
    traces: areas,
    layout: layoutOf(262, { xaxis: time.xaxis, ...time.marks }),
    columns: [["Local time", time.labels], ...modes.map((mode) => [capital(mode), tenths(queue[mode])])],
  }]);
}
