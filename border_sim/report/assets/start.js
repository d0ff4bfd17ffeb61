// Unpack, draw, and follow the reader's choices.

async function unpacked(id) {
  const text = atob(at(id).textContent);
  const bytes = new Uint8Array(text.length);
  for (let place = 0; place < text.length; place += 1) bytes[place] = text.charCodeAt(place);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

async function loadPlotly() {
  const script = document.createElement("script");
  script.textContent = await unpacked("packed-plotly");
  document.head.append(script);
}

function drawSources(sources, port) {
  const heads = ["Figure", "Value", "Source"];
  const cells = ([where, value, place, assumed]) => [
    where || "port", value,
    element("span", {}, ...(assumed ? [element("span", { class: "tag" }, "assumption"), " "] : []), sources.texts[place].replace(/^assumption: /, "")),
  ];
  const shown = (caption, rows) => table(caption, heads, rows.map(cells), heads.length);
  const mine = sources.ports[port.slug] ?? [];
  const assumed = mine.filter((row) => row[3]);
  const known = mine.filter((row) => !row[3]);
  const shared = sources.shared.filter((row) => row[3]).length;
  at("sources-words").replaceChildren(
    element("p", {}, `${assumed.length} of the ${mine.length} figures with a source at ${port.name} rest on an assumption, wholly or in part.`),
    shown(`Assumptions at ${port.name}`, assumed),
    folded(`${known.length} other sources at ${port.name}`, () => shown("", known)),
    folded(`${sources.shared.length} parameters and tables that all ports share, ${shared} with an assumption`, () => shown("", sources.shared)),
  );
}

/** Where the reader is: a port, one of its modes, and the map's. Returns what draws the map again, for a width. */
function follow(data) {
  const [opened, mode] = data.opening ?? [data.ports[0].slug, null];
  const state = { port: data.ports[0], mode: null, map: mode ?? mostWaited(data.ports) ?? MODES[0] };
  const busiest = (port) => Object.keys(port.modes).sort((a, b) => onMap(port, b).joined - onMap(port, a).joined)[0] ?? null;
  const show = () => {
    fill(at("port-choice"), portGroups(data.ports), state.port.slug);
    fill(at("mode-choice"), [["", Object.keys(state.port.modes).map((mode) => [mode, modeName(mode)])]], state.mode);
    drawPort(data, state.port, state.mode);
    drawObserved(data, state.port, state.mode, choose);
    drawSources(data.sources, state.port);
  };
  const showMap = (width = null) => drawMap(data, state.map, state.port.slug, choose, width);
  const take = (slug, mode) => {
    state.port = data.ports.find((port) => port.slug === slug) ?? state.port;
    state.mode = state.port.modes[mode] ? mode : busiest(state.port);
    show();
    showMap();
  };
  const choose = (slug, mode = state.mode) => {
    take(slug, mode);
    at("port-head").scrollIntoView();
    at("port-choice").focus({ preventScroll: true });
  };
  at("port-choice").addEventListener("change", ({ target }) => take(target.value, state.mode));
  at("mode-choice").addEventListener("change", ({ target }) => take(state.port.slug, target.value));
  at("map-mode").addEventListener("change", ({ target }) => { state.map = target.value; showMap(); });
  fill(at("map-mode"), [["", mapModes(data.ports).map((mode) => [mode, modeName(mode)])]], state.map);
  take(opened, mode);
  return showMap;
}

function portGroups(ports) {
  const states = [...new Set(ports.map(({ state }) => state ?? "Elsewhere"))].sort();
  const options = (name) => ports.filter(({ state }) => (state ?? "Elsewhere") === name)
    .sort((a, b) => a.name.localeCompare(b.name)).map(({ slug, name: text }) => [slug, text]);
  return states.map((name) => [name, options(name)]);
}

async function start() {
  const [data] = await Promise.all([unpacked("packed-data").then(JSON.parse), loadPlotly()]);
  drawOverview(data);
  document.querySelectorAll("main > section table").forEach(letScroll);
  const showMap = data.ports.length ? follow(data) : () => {};
  if (!data.ports.length) ["map", "port", "observed", "sources"].forEach((id) => { at(id).hidden = true; });
  fitPaper(showMap);
  document.body.dataset.drawn = "yes";
}

start().catch((error) => {
  at("trouble").textContent = typeof DecompressionStream === "undefined"
    ? "This browser cannot unpack the plots; a version of 2023 or later can."
    : `The plots could not be drawn: ${error.message}`;
  at("trouble").hidden = false;
  throw error;
});
