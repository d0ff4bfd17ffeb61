// Observed waits against the run's posted waits.

const DAY_TYPES = { weekday: "Monday to Friday", saturday: "Saturday", sunday: "Sunday" };
const WEEKS_FOR_MEANS = 60;

function drawObserved(data, port, mode, choose) {
  const told = at("observed-told");
  clear(at("observed-plots"));
  const groups = data.observed.groups;
  if (!groups.length) {
    told.replaceChildren(element("p", {}, "No waits have been observed at the ports of this run."));
    return;
  }
  const names = Object.fromEntries(data.ports.map(({ slug, name }) => [slug, name]));
  told.replaceChildren(
    element("p", {}, "The mean posted wait of the run beside the mean that was observed, hour by hour of the week. The naive guess knows no model: it is the mean of the same hour at the other ports."),
    ...(data.days < 7 * WEEKS_FOR_MEANS
      ? [element("p", { class: "note" }, `This run has ${count(data.days)} ${data.days === 1 ? "day" : "days"}. Means of single hours are noisy below ${WEEKS_FOR_MEANS} simulated weeks.`)]
      : []),
    errorsTable(groups, names, choose),
    sourcesNote(data.observed.sources),
  );
  const mine = groups.filter((group) => group.port === port.slug && group.mode === mode);
  if (!mine.length) told.append(element("p", {}, `No waits of this mode have been observed at ${port.name}; the table names the ports that have some.`));
  const days = mine.flatMap((group) => Object.keys(DAY_TYPES).map((type) => observedPlot(group, type)));
  plots(at("observed-plots"), days.filter(Boolean));
}

function errorsTable(groups, names, choose) {
  const link = (group) => element("button", { class: "link", type: "button", onclick: () => choose(group.port, group.mode) }, names[group.port] ?? group.port);
  const rows = groups.map((group) => [
    link(group), `${group.mode}, ${group.lane_class}`, group.source.replaceAll("_", " "), count(group.cells), minutes(group.error), minutes(group.naive_error),
  ]);
  return table("Mean absolute error, minutes", ["Port", "Mode, lane class", "Source", "Hours of the week", "This run", "Naive guess"], rows, 3);
}

function sourcesNote(sources) {
  const items = Object.entries(sources).map(([name, text]) => element("li", {}, `${name.replaceAll("_", " ")}: ${text}`));
  return element("ul", { class: "note" }, ...items);
}

function observedPlot(group, type) {
  const { observed, simulated, lanes_open: lanes, booths_open: booths } = group.days[type];
  if (peak(observed) < 0) return null;
  const hours = [...Array(24).keys()];
  const open = peak(lanes) < 0 ? [] : [["Lanes open, observed", tenths(lanes)], ["Booths open, simulated", tenths(booths)]];
  return {
    title: `${capital(group.lane_class)}, ${DAY_TYPES[type]}`,
    told: `${group.source.replaceAll("_", " ")}`,
    traces: [
      line("observed", hours, tenths(observed), "#1c2328", { mode: "lines+markers", width: 1.2, marker: { size: 4 } }),
      line("simulated", hours, tenths(simulated), COLOURS[group.lane_class], { width: 2.2 }),
    ],
    layout: layoutOf(210, { xaxis: { dtick: 6, ticksuffix: ":00", range: [-0.5, 23.5] }, yaxis: { title: { text: "minutes" } } }),
    columns: [["Hour", hours], ["Observed", tenths(observed)], ["Simulated", tenths(simulated)], ...open],
  };
}
