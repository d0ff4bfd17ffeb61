// One port and mode: its tables and plots.

function drawPort(data, port, mode) {
  const figures = port.modes[mode];
  const axis = { ...data.axes[port.zone], disruptions: port.disruptions.filter((each) => each.mode === mode) };
  for (const id of ["lane-plots", "port-plots", "week-plots", "port-tables"]) clear(at(id));
  describePort(port, mode, figures, axis);
  if (!figures || !Object.keys(figures.lanes).length) return;
  at("port-tables").append(lanesTable(figures), stationsTable(figures), ...placesTable(figures));
  plots(at("lane-plots"), lanePlots(axis, figures.lanes));
  const others = [queuePlot(axis, figures.lanes), flowPlot(axis, figures.lanes), boothsPlot(axis, figures)];
  const later = Object.keys(figures.later).filter((name) => name === "secondary" || (name !== "door_to_door" && Math.max(...figures.later[name].p90) > 0));
  plots(at("port-plots"), [...others, ...later.map((station) => laterPlot(axis, figures, station)), doorPlot(axis, figures)].filter(Boolean));
  plots(at("week-plots"), weekPlots(figures.lanes));
}

function describePort(port, mode, figures, axis) {
  const place = [port.city, port.state, `local time ${port.zone.replaceAll("_", " ")}`].filter(Boolean).join(" · ");
  const lanes = Object.values(figures?.lanes ?? {});
  const words = lanes.length
    ? `${modeName(mode)}: ${counted(sum(lanes.map((lane) => lane.joined)), "crossing")} joined the queue, ${counted(figures.installed, "booth")} installed, mean wait ${minutes(meanWait(figures.lanes))} min. `
    + `${count(figures.deterred)} more would have come, had the posted wait been shorter or the gate open. Still inside at the end, and in no wait: ${counted(port.present, "crossing")} of all modes.`
    : `Nobody came in this mode${figures ? `; it has ${counted(figures.installed, "booth")} installed` : ""}.`;
  const marked = axis.disruptions.map(({ words }) => `Marked in red: ${words}.`);
  const notes = [port.note, clockWords(axis).trim(), ...marked].filter(Boolean).map((note) => element("p", { class: "note" }, note));
  const ended = port.complete ? [] : [element("p", { class: "warning" }, `The run of this port was interrupted: its figures end on ${day(port.until).words} ${day(port.until).year} at ${port.until.slice(11)}.`)];
  at("port-words").replaceChildren(element("h3", {}, port.name), element("p", { class: "soft" }, place), element("p", {}, words), ...notes, ...ended);
}

function lanesTable({ lanes }) {
  const heads = ["Lane class", "Joined", "Started", "Stayed away", "Mean", "Median", "90%", "95%", "Mean posted", "Longest queue"];
  const rows = Object.entries(lanes).map(([name, lane]) => [
    laneName(name), count(lane.joined), count(lane.started), count(lane.deterred),
    minutes(lane.mean), minutes(lane.p50), minutes(lane.p90), minutes(lane.p95), minutes(lane.posted), count(lane.largest),
  ]);
  const whole = table("Wait before primary by lane class, minutes", heads, rows, 1);
  if (Object.values(lanes).some((lane) => lane.started > lane.joined)) {
    whole.append(element("p", { class: "note" }, "More started than joined: some queued already when the measured time began."));
  }
  return whole;
}

function stationsTable({ stations }) {
  const rows = Object.entries(stations).map(([name, station]) => [
    stationName(name), count(station.joined), count(station.served), minutes(station.mean), minutes(station.p90),
  ]);
  const whole = table("Each station by itself, and door to door, minutes", ["Station", "Joined", "Served", "Mean", "90%"], rows, 1);
  whole.append(element("p", { class: "note" }, "The time is the wait before service; door to door it is the whole time in the system, of those released."));
  return whole;
}

/** The use of booths and bays by pool, where bays are told or any place was blocked; else nothing. */
function placesTable({ places }) {
  if (!places.length) return [];
  const share = (permille) => `${(permille / 10).toFixed(1)}%`;
  const rows = places.map(({ station, pool, open, busy, blocked }) => [
    `${stationName(station)}: ${pool}`, minutes(open), share(busy), share(blocked), share(busy + blocked),
  ]);
  const whole = table("Booths and bays by pool, shares of the time that they are open", ["Station and pool", "Open", "Busy", "Blocked", "In use"], rows, 1);
  whole.append(element("p", { class: "note" }, "Open is the mean over the whole run. Blocked: its crossing is served, and stays since the next station has no place for it."));
  return [whole];
}

/** One panel a lane class, all on the same scale: actual wait, its 90th percentile and what was posted. */
function lanePlots(axis, lanes) {
  const top = Math.max(10, ...Object.values(lanes).flatMap(({ series }) => [...series.p90, ...series.posted, ...series.mean])) / 10;
  return Object.entries(lanes).map(([name, lane]) => {
    const { mean, p90, posted } = lane.series;
    const time = timeOf(axis, mean.length);
    const most = peak(mean);
    return {
      title: capital(laneName(name)),
      words: most < 0 ? "Nobody was served." : `Mean ${minutes(lane.mean)} min; longest ${minutes(mean[most])} at ${moment(time.labels[most], axis)}.`,
      traces: [
        line("90%", time.labels, tenths(p90), "#7d8990", { width: 1.2, dash: "dash" }),
        line("mean", time.labels, tenths(mean), COLOURS[name], { width: 2.2 }),
        line("posted", time.labels, tenths(posted), "#1c2328", { width: 1.3, dash: "dot" }),
      ],
      layout: layoutOf(230, { xaxis: time.xaxis, ...time.marks, yaxis: { range: [0, top * 1.04], title: { text: "minutes" } } }),
      columns: [["Local time", time.labels], ["Mean", tenths(mean)], ["90%", tenths(p90)], ["Posted", tenths(posted)]],
    };
  });
}

function queuePlot(axis, lanes) {
  const names = Object.keys(lanes);
  const time = timeOf(axis, lanes[names[0]].series.queue.length);
  const longest = names.reduce((a, b) => (lanes[b].largest > lanes[a].largest ? b : a));
  return {
    title: "Queue before primary",
    words: `Mean of each ${axis.bin}; the largest queue of any instant was ${count(lanes[longest].largest)}, in the ${laneName(longest)} lanes.`,
    traces: names.map((name) => line(laneName(name), time.labels, tenths(lanes[name].series.queue), COLOURS[name], { dash: DASHES[name] })),
    layout: layoutOf(240, { xaxis: time.xaxis, ...time.marks, yaxis: { title: { text: "crossings" } } }),
    columns: [["Local time", time.labels], ...names.map((name) => [capital(laneName(name)), tenths(lanes[name].series.queue)])],
  };
}

function flowPlot(axis, lanes) {
  const add = (name) => Object.values(lanes).map((lane) => lane.series[name]).reduce((a, b) => a.map((value, at) => value + b[at]));
  const [joined, served] = [add("joined"), add("served")];
  const time = timeOf(axis, joined.length);
  const most = peak(served);
  return {
    title: "Throughput",
    words: `Crossings of all lane classes that joined the queue and that primary served, per ${axis.bin}; most served, ${count(served[most])}, at ${moment(time.labels[most], axis)}.`,
    traces: [
      line("joined", time.labels, joined, "#7d8990", { width: 1.4, dash: "dash", hovertemplate: "%{y:,}" }),
      line("served", time.labels, served, "#0072b2", { hovertemplate: "%{y:,}" }),
    ],
    layout: layoutOf(240, { xaxis: time.xaxis, ...time.marks, yaxis: { title: { text: `per ${axis.bin}` } } }),
    columns: [["Local time", time.labels], ["Joined", joined], ["Served", served]],
  };
}

function boothsPlot(axis, { pools, installed }) {
  const names = Object.keys(pools);
  if (!names.length) return null;
  const time = timeOf(axis, pools[names[0]].open.length);
  const add = (figure) => time.labels.map((_, place) => sum(names.map((name) => pools[name][figure]?.[place] ?? 0)));
  const [open, busy, blocked] = [add("open"), add("busy"), add("blocked")];
  const ofOpen = (booths) => `${Math.round((100 * sum(booths)) / Math.max(1, sum(open)))}%`;
  const isBlocked = sum(blocked) > 0;
  const used = busy.map((value, place) => value + blocked[place]);
  const areas = names.map((name, place) => area(`open: ${name}`, time.labels, tenths(pools[name].open),
    POOL_COLOURS[place % POOL_COLOURS.length], "pools", POOL_PATTERNS[place % POOL_PATTERNS.length]));
  const limit = line("installed", [time.labels[0], time.labels[time.labels.length - 1]], [installed, installed], "#b3261e", { width: 1.5, dash: "dash" });
  return {
    title: "Open and installed booths",
    words: `Means of each ${axis.bin} by pool; at most ${minutes(Math.max(...open))} of ${counted(installed, "booth")} installed were open; of open booth-time ${ofOpen(busy)} was busy${isBlocked ? ` and ${ofOpen(blocked)} blocked: crossings stayed, since the next station was full` : ""}.`,
    legend: true,
    traces: [
      ...areas, line("serving", time.labels, tenths(busy), "#1c2328", { width: 1.2, dash: "dot" }),
      ...(isBlocked ? [line("serving or blocked", time.labels, tenths(used), "#1c2328", { width: 1.6 })] : []), limit,
    ],
    layout: layoutOf(240, { xaxis: time.xaxis, ...time.marks, yaxis: { title: { text: "booths" } } }),
    columns: [["Local time", time.labels], ...names.map((name) => [`Open: ${name}`, tenths(pools[name].open)]), ["Serving", tenths(busy)], ...(isBlocked ? [["Blocked", tenths(blocked)]] : [])],
  };
}

/** A station other than primary: who joined it, and the wait there. */
function laterPlot(axis, { later, stations }, name) {
  const series = later[name];
  const time = timeOf(axis, series.mean.length);
  const share = ((100 * stations[name].joined) / Math.max(1, stations.primary?.served ?? 0)).toFixed(1);
  const came = name === "secondary"
    ? `${count(stations[name].joined)} referred, ${share}% of those served at primary`
    : `${counted(stations[name].joined, "crossing")} joined its queue`;
  const verb = name === "secondary" ? "referred" : "joined";
  return {
    title: capital(stationName(name)),
    words: `${came}; mean wait there ${minutes(stations[name].mean)} min, 90th percentile ${minutes(stations[name].p90)}.`,
    legend: true,
    traces: [
      { type: "bar", name: verb, x: time.labels, y: series.joined, marker: { color: "#cfd8dc" }, hovertemplate: "%{y:,}" },
      line("90% wait, min", time.labels, tenths(series.p90), "#7d8990", { yaxis: "y2", width: 1.2, dash: "dash" }),
      line("mean wait, min", time.labels, tenths(series.mean), "#d55e00", { yaxis: "y2" }),
    ],
    layout: layoutOf(240, {
      xaxis: time.xaxis, ...time.marks, bargap: 0.1, margin: { l: 58, r: 66, t: 26, b: 42 },
      yaxis: { title: { text: `${verb} per ${axis.bin}` } },
      yaxis2: {
        ...AXIS, side: "right", overlaying: "y", tickmode: "auto", showgrid: false, fixedrange: true,
        range: [0, 1.05 * Math.max(5, ...tenths(series.p90))], title: { text: "minutes", standoff: 10 },
      },
    }),
    columns: [["Local time", time.labels], [capital(verb), series.joined], ["Mean wait", tenths(series.mean)], ["90%", tenths(series.p90)]],
  };
}

function doorPlot(axis, { later: { door_to_door: door }, stations }) {
  if (!door) return null;
  const time = timeOf(axis, door.mean.length);
  return {
    title: "Door to door",
    words: `From arrival to release, by the ${axis.bin} of release: mean ${minutes(stations.door_to_door.mean)} min, 90th percentile ${minutes(stations.door_to_door.p90)}.`,
    traces: [
      line("90%", time.labels, tenths(door.p90), "#7d8990", { width: 1.2, dash: "dash" }),
      line("mean", time.labels, tenths(door.mean), "#0072b2", { width: 2 }),
    ],
    layout: layoutOf(240, { xaxis: time.xaxis, ...time.marks, yaxis: { title: { text: "minutes" } } }),
    columns: [["Local time", time.labels], ["Mean", tenths(door.mean)], ["90%", tenths(door.p90)]],
  };
}

/** A heat map a lane class, all on the same scale. */
function weekPlots(lanes) {
  const top = Math.max(10, ...Object.values(lanes).flatMap((lane) => lane.week)) / 10;
  return Object.entries(lanes).map(([name, lane]) => {
    const week = DAYS.map((day, place) => [day, lane.week.slice(24 * place, 24 * place + 24)]);
    const rows = week.filter(([, hours]) => peak(hours) >= 0);
    const most = peak(lane.week);
    const hours = [...Array(24).keys()];
    return {
      title: capital(laneName(name)),
      words: most < 0 ? "Nobody was served." : `Longest on ${DAYS[Math.floor(most / 24)]} at ${most % 24}:00, ${minutes(lane.week[most])} min.`,
      legend: true,
      traces: [{
        type: "heatmap", x: hours, y: rows.map(([day]) => day), z: rows.map(([, waits]) => tenths(waits)),
        zmin: 0, zmax: top, colorscale: "Cividis", reversescale: true, xgap: 1, ygap: 1, hoverongaps: false,
        colorbar: { thickness: 10, outlinewidth: 0, len: 1 }, hovertemplate: "%{y} %{x}:00: %{z:.1f} min<extra></extra>",
      }],
      layout: layoutOf(80 + 22 * Math.max(2, rows.length), {
        hovermode: "closest", margin: { l: 36, r: 6, t: 26, b: 28 },  // above: the buttons, which hide no figure
        xaxis: { dtick: 6, ticksuffix: ":00", fixedrange: true }, yaxis: { autorange: "reversed", showgrid: false, type: "category" },
      }),
      columns: [["Day", rows.map(([day]) => day)], ...hours.map((hour) => [`${hour}`, rows.map(([, waits]) => tenth(waits[hour]))])],
    };
  });
}
