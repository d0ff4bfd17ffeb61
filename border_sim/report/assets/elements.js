// Elements of the page; text is only ever set as text.

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick") made.addEventListener("click", value);
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

const at = (id) => document.getElementById(id);

/** A table; columns from `right` on hold numbers, and the first cell of a row is its head. */
function table(caption, heads, rows, right) {
  const side = (place) => (place >= right ? { class: "number" } : {});
  const cell = (content, place) =>
    place === 0 ? element("th", { scope: "row" }, content) : element("td", side(place), content);
  const head = element("tr", {}, ...heads.map((text, place) => element("th", { scope: "col", ...side(place) }, text)));
  const body = element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map(cell))));
  const made = element("table", {}, element("thead", {}, head), body);
  if (caption) made.prepend(element("caption", {}, caption));
  return element("div", { class: "scrolls", tabindex: "0", role: "region", "aria-label": caption || "Table" }, made);
}

/** A closed part of the page whose content is made when it is first opened. */
function folded(summary, make) {
  const made = element("details", {}, element("summary", {}, summary));
  made.addEventListener("toggle", () => made.childElementCount > 1 || made.append(make()), { once: true });
  return made;
}

/** Fill a select with groups of [value, text]; a group without a name is not shown as one. */
function fill(select, groups, chosen) {
  const option = ([value, text]) => {
    const made = element("option", { value }, text);
    made.selected = value === chosen;
    return made;
  };
  const group = ([name, options]) =>
    name ? [element("optgroup", { label: name }, ...options.map(option))] : options.map(option);
  select.replaceChildren(...groups.flatMap(group));
}
