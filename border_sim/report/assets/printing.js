// Drawn for the paper's columns while the page is printed, and for the window again after it or when that changes.

const PAPER = { whole: 690, half: 335 };  // pixels of a printed column, A4 or Letter; the style fits the rest
const TICK = 52;  // pixels of "Wed" over "28 Feb", and a gap

/** How many ticks of dates find room side by side, of as many as a layout has. */
const ticksIn = (width, { margin, meta }) => Math.max(2, Math.min(meta.mostTicks, Math.floor((width - margin.l - margin.r) / TICK)));

function eachPlot(change) {
  document.querySelectorAll(".js-plotly-plot").forEach(change);
}

function resized(drawn, width, size) {
  const nticks = drawn.layout.meta?.mostTicks ? { "xaxis.nticks": ticksIn(width, drawn.layout) } : {};
  Plotly.relayout(drawn, { ...size, ...nticks });
}

/** `drawMap` draws the map again for a width; `null`: that of the window. */
function fitPaper(drawMap) {
  addEventListener("beforeprint", () => {
    drawMap(PAPER.whole);
    eachPlot((drawn) => {
      const width = drawn.closest(".grid") ? PAPER.half : PAPER.whole;
      resized(drawn, width, { width });
      drawn.querySelectorAll(".main-svg").forEach((svg) => svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`));
    });
  });
  const fitWindow = () => {
    drawMap(null);
    eachPlot((drawn) => resized(drawn, drawn.clientWidth, { width: null, autosize: true }));
  };
  addEventListener("afterprint", fitWindow);
  let [last, waiting] = [innerWidth, 0];
  addEventListener("resize", () => {
    if (innerWidth === last) return;  // a telephone's address bar came or went
    last = innerWidth;
    clearTimeout(waiting);
    waiting = setTimeout(fitWindow, 150);
  });
}
