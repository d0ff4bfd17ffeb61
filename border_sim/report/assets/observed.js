// Observed waits against the run's posted waits.

const DAY_TYPES = { weekday: "Monday to Friday", saturday: "Saturday", sunday: "Sunday" };
const OBSERVED_COLOURS = ["#1c2328", "#6b7a83", "#a05195"];
const OBSERVED_SYMBOLS = ["circle", "square", "diamond"];
const OBSERVED_DASHES = ["dash", "dot", "dashdot"];

function drawObserved(data, port, mode, choose) {
  const words = at("observed-words");
  clear(at("observed-plots"));
  const groups = data.observed.groups;
  if (!groups.length) {
    words.replaceChildren(element("p", {}, "No waits have been observed at the ports of this run, or its windows are longer than the hours of those that have."));
    return;
  }
  const names = Object.fromEntries(data.ports.map(({ slug, name }) => [slug, name]));
  words.replaceChildren(
    element("p", {}, "The mean posted wait of the run beside the mean that was observed, hour by hour of the week. The naive guess knows no model: it is the mean of the same hour at the other ports."),
    ...(data.days < 7 * data.observed.many_weeks
      ? [element("p", { class: "note" }, `This run has ${counted(data.days, "day")}. Means of single hours are noisy below ${data.observed.many_weeks} simulated weeks.`)]
      : []),
    errorsTable(groups, names, choose),
    sourcesNote(data.observed.sources),
  );
  const mine = groups.filter((group) => group.port === port.slug && group.mode === mode);
  if (!mine.length) words.append(element("p", {}, `No waits of this mode have been observed at ${port.name}; the table names the ports that have some.`));
  const lanes = [...new Set(mine.map((group) => group.lane_class))];
  const panels = lanes.flatMap((lane) => Object.keys(DAY_TYPES).map((type) => observedPlot(mine.filter((group) => group.lane_class === lane), type)));
  plots(at("observed-plots"), panels.filter(Boolean));
}

function errorsTable(groups, names, choose) {
  const link = (group) => element("button", { class: "link", type: "button", onclick: () => choose(group.port, group.mode) }, names[group.port] ?? group.port);
  const key = (group) => `${names[group.port]} ${group.mode} ${group.lane_class} ${group.source}`;
  const rows = [...groups].sort((a, b) => key(a).localeCompare(key(b))).map((group) => [
    link(group), `${group.mode}, ${laneName(group.lane_class)}`, group.source.replaceAll("_", " "), count(group.cells), minutes(group.error), minutes(group.naive_error),
  ]);
  return table("Mean absolute error, minutes", ["Port", "Mode, lane class", "Source", "Hours of the week", "This run", "Naive guess"], rows, 3);
}

function sourcesNote(sources) {
  const items = Object.entries(sources).map(([name, text]) => element("li", {}, `${name.replaceAll("_", " ")}: ${text}`));
  return element("ul", { class: "note" }, ...items);
}

/** What was observed of a lane class on a type of day, a line a source, and what was simulated for the fullest of them. */
function observedPlot(groups, type) {
  const known = groups.filter((group) => peak(group.days[type].observed) >= 0);
  if (!known.length) return null;
  const hours = [...Array(24).keys()];
  const fullest = known.reduce((a, b) => (b.cells > a.cells ? b : a));
  const { simulated } = fullest.days[type];
  const lane = fullest.lane_class;
  const source = (group) => group.source.replaceAll("_", " ");
  return {
    title: `${capital(laneName(lane))}, ${DAY_TYPES[type]}`,
    words: [`Simulated for the hours of ${source(fullest)}.`, ...known.map((group) => lanesOpen(group, type))].join(" ").trim(),
    traces: [
      ...known.map((group, place) => line(source(group), hours, tenths(group.days[type].observed), OBSERVED_COLOURS[place % 3], {
        mode: "lines+markers", width: 1.2, dash: OBSERVED_DASHES[place % 3], marker: { size: 5, symbol: OBSERVED_SYMBOLS[place % 3] },
      })),
      line("simulated", hours, tenths(simulated), COLOURS[lane], { width: 2.6 }),
    ],
    layout: layoutOf(260, { xaxis: { dtick: 6, ticksuffix: ":00", range: [-0.5, 23.5] }, yaxis: { title: { text: "minutes" } } }),
    columns: [["Hour", hours], ...known.map((group) => [source(group), tenths(group.days[type].observed)]), ["Simulated", tenths(simulated)]],
  };
}

/** Observed lanes open beside simulated booths open, over the hours that hold both. */
function lanesOpen(group, type) {
  const { lanes_open: lanes, booths_open: booths } = group.days[type];
  const hours = lanes.map((_, hour) => hour).filter((hour) => lanes[hour] !== MISSING && booths[hour] !== MISSING);
  if (!hours.length) return "";
  const mean = (figures) => minutes(Math.round(sum(hours.map((hour) => figures[hour])) / hours.length));
  return `Open on average: ${mean(lanes)} lanes observed (${group.source.replaceAll("_", " ")}), ${mean(booths)} booths simulated.`;
}
