// Elements of the page; text is only ever set as text.

function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick") node.addEventListener("click", value);
    else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

const at = (id) => document.getElementById(id);

/** A table; columns from `right` on hold numbers, and the first cell of a row is its head. */
function table(caption, heads, rows, right) {
  const side = (place) => (place >= right ? { class: "number" } : {});
  const cell = (content, place) =>
    place === 0 ? element("th", { scope: "row" }, content) : element("td", side(place), content);
  const head = element("tr", {}, ...heads.map((text, place) => element("th", { scope: "col", ...side(place) }, text)));
  const body = element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map(cell))));
  const whole = element("table", {}, element("thead", {}, head), body);
  if (caption) whole.prepend(element("caption", {}, caption));
  return scrolling(whole, caption || "Table");
}

/** A table that scrolls where it is larger than its place, and says so while there is more of it. */
function scrolling(content, label) {
  const hint = element("p", { class: "hint", hidden: "" });
  const scroller = element("div", { class: "scrolls", role: "region", "aria-label": label }, content);
  const look = () => {
    const wide = scroller.scrollWidth > scroller.clientWidth + 1;
    const high = scroller.scrollHeight > scroller.clientHeight + 1;
    const more = [wide && "columns: scroll sideways", high && "rows: scroll down"].filter(Boolean);
    hint.hidden = !more.length;
    hint.textContent = `More ${more.join("; more ")}`;
    scroller.classList.toggle("more-right", scroller.scrollLeft + scroller.clientWidth < scroller.scrollWidth - 1);
    if (more.length) scroller.tabIndex = 0;
    else scroller.removeAttribute("tabindex");
  };
  scroller.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(look).observe(scroller);
  return element("div", { class: "table" }, scroller, hint);
}

/** Let a table of the page itself scroll. */
function letScroll(whole) {
  const place = document.createComment("");
  whole.replaceWith(place);
  place.replaceWith(scrolling(whole, whole.caption?.textContent ?? "Table"));
}

/** A closed part of the page whose content is made when it is first opened. */
function folded(summary, content) {
  const details = element("details", {}, element("summary", {}, summary));
  details.addEventListener("toggle", () => details.childElementCount > 1 || details.append(content()), { once: true });
  return details;
}

/** Fill a select with groups of [value, text]; a group without a name is not shown as one. */
function fill(select, groups, chosen) {
  const option = ([value, text]) => {
    const node = element("option", { value }, text);
    node.selected = value === chosen;
    return node;
  };
  const group = ([name, options]) =>
    name ? [element("optgroup", { label: name }, ...options.map(option))] : options.map(option);
  select.replaceChildren(...groups.flatMap(group));
}
