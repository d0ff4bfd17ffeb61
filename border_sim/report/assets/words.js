// How figures and words are written; NAMES is the page's. Figures come in tenths; -1 stands for none.

const MISSING = -1;
const MODES = ["commercial", "passenger", "pedestrian"];
const COLOURS = {
  standard: "#0072b2", ready: "#009e73", sentri: "#d55e00", fast: "#d55e00",
  commercial: "#0072b2", passenger: "#e69f00", pedestrian: "#009e73",
};
const DASHES = { standard: "solid", ready: "dash", sentri: "dot", fast: "dot" };
const PATTERNS = { commercial: "/", passenger: "", pedestrian: "." };
const POOL_COLOURS = ["#56b4e9", "#009e73", "#e69f00", "#cc79a7", "#999999"];
const POOL_PATTERNS = ["", "/", ".", "x", "-"];
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const tenth = (value) => (value === MISSING ? null : value / 10);
const tenths = (values) => values.map(tenth);
const count = (value) => value.toLocaleString("en-US");
const minutes = (value) => (value === MISSING ? "–" : (value / 10).toLocaleString("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 }));
const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);
const sum = (values) => values.reduce((total, value) => total + value, 0);
const laneName = (name) => NAMES.lanes[name] ?? name;
const modeName = (name) => NAMES.modes[name] ?? name;
const stationName = (name) => NAMES.stations[name] ?? name;

/** A number with its noun: "1 crossing", "2,000 crossings". */
const counted = (value, noun) => `${count(value)} ${noun}${value === 1 ? "" : "s"}`;

/** Text as Plotly shows it, which reads some tags. */
const plain = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

function day(label) {
  const [year, month, date] = label.slice(0, 10).split("-").map(Number);
  const weekday = DAYS[(new Date(Date.UTC(year, month - 1, date)).getUTCDay() + 6) % 7];
  return { words: `${weekday} ${date} ${MONTHS[month - 1]}`, year };
}

/** A label of an axis in words: "2024-03-04 06:00" is "Mon 4 Mar 06:00" among hours, "Mon 4 Mar 2024" among days. */
function moment(label, axis) {
  const { words, year } = day(label);
  return `${words} ${/hour/.test(axis.bin) ? label.slice(11) : year}`;
}

/** A change of the clock as a mark says it: "clock +1 h". */
const shift = ({ minutes: by }) => `clock ${by > 0 ? "+" : "−"}${by % 60 ? `${Math.abs(by)} min` : `${Math.abs(by) / 60} h`}`;

/** The changes of the clock on an axis in a sentence; empty if there is none. */
function clockWords({ clock_changes: changes }) {
  const said = changes.map((change) => `${day(change.at).words} ${day(change.at).year} at ${change.at.slice(11)} (${shift(change)})`);
  return said.length ? ` The clock changes on ${said.join(", ")}.` : "";
}

/** Where the largest figure is; -1 if there is none. */
function peak(values) {
  let place = -1;
  values.forEach((value, at) => {
    if (value !== MISSING && value !== null && (place < 0 || value > values[place])) place = at;
  });
  return place;
}

/** The mean wait over lane classes, in tenths of a minute, weighted by the waits that ended. */
function meanWait(lanes) {
  const waited = Object.values(lanes).filter((lane) => lane.mean !== MISSING);
  const waits = sum(waited.map((lane) => lane.started));
  return waits ? Math.round(sum(waited.map((lane) => lane.mean * lane.started)) / waits) : MISSING;
}
