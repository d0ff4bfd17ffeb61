"""`report.html` as its reader meets it: in headless Chromium, without a network."""

import json
import os
import re
import shutil
import subprocess
import sys
from itertools import combinations, product

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from border_sim.report.write import write_report
from border_sim.vocabulary import HOUR_US
from tests.full_port import FULL_PORT

PORTS = "el-paso-bota,el-paso-pdn,el-paso-stanton,ysleta-zaragoza,columbus,sasabe"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SCREEN = {"width": 1280, "height": 800}


def missing():
    """What is missing for a browser; empty if nothing is."""
    try:
        import playwright.sync_api  # noqa: F401, PLC0415 - asked for here, so that a machine without it can skip
    except ImportError:
        return "the package playwright (pip install playwright)"
    return "" if CHROMIUM else "chromium (apt-get install chromium)"


@pytest.fixture(scope="module")
def browser():
    if what := missing():
        if os.environ.get("BORDER_SIM_REQUIRE_BROWSER") == "1":
            pytest.fail(f"the report is to be tested in a browser, but {what} is missing")
        pytest.skip(f"the report is not tested in a browser: {what} is missing")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - the same

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def simulate(tmp_path_factory, root):
    """Makes a run without a log, with its report; returns its folder."""

    def simulate(*arguments):
        folder = tmp_path_factory.mktemp("report") / "run"
        command = [sys.executable, "-m", "border_sim.cli.main", "run", *arguments, "--log", "none", "--out", folder]
        environment = {**os.environ, "PYTHONPATH": str(root)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.endswith(f"report: {folder}/report.html\n")
        return folder

    return simulate


@pytest.fixture(scope="module")
def run(simulate):
    """A run of six ports and two days."""
    return simulate("--ports", PORTS, "--days", "2")


@pytest.fixture(scope="module")
def border(simulate):
    """A day of all ports."""
    return simulate("--days", "1")


@pytest.fixture(scope="module")
def full_port(simulate, tmp_path_factory):
    """A day of a port whose stations fill up."""
    scenario = tmp_path_factory.mktemp("full") / "full.yaml"
    scenario.write_text(FULL_PORT)
    return simulate(str(scenario))


@pytest.fixture(params=[1280, 400])
def width(request):
    return request.param


@pytest.fixture
def open_page(browser, run):
    """Opens a report without a network, at a width; fails at the end if anything was complained of or asked for."""
    complaints, asked, contexts = [], [], []

    def open_at(width=1280, run=run):
        contexts.append(browser.new_context(viewport=SCREEN | {"width": width}, offline=True))
        page = contexts[-1].new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((run / "report.html").as_uri())
        page.wait_for_selector("body[data-drawn]")
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith(("file:", "blob:", "data:"))] == []


SHUT_GATE = """
ports: [columbus, sasabe, el-paso-bota]
disruptions: [{port: columbus, mode: commercial, from: 2024-04-09T10:00, until: 2024-04-09T16:00, gate: shut}]
"""


def test_a_page_opens_at_the_port_of_a_shut_gate_and_marks_its_time(open_page, simulate, tmp_path):
    (tmp_path / "shut.yaml").write_text(SHUT_GATE)
    page = open_page(run=simulate(str(tmp_path / "shut.yaml"), "--start", "2024-04-08", "--days", "3"))
    assert page.input_value("#port-choice") == "columbus"
    assert page.input_value("#mode-choice") == page.input_value("#map-mode") == "commercial"
    told = "commercial, 2024-04-09 10:00 to 2024-04-09 16:00: gate shut"
    assert page.inner_text("#disruptions") == f"Columbus: {told}"
    assert f"Marked in red: {told}." in page.inner_text("#port-words")
    marks = """() => [...document.querySelectorAll("#lane-plots .js-plotly-plot")].map(({ layout }) =>
      layout.shapes.filter(({ name }) => name === "disruption").map(({ x0, x1 }) => [x0, x1]))"""
    assert page.evaluate(marks) == [[["2024-04-09 10:00", "2024-04-09 16:00"]]]
    page.select_option("#mode-choice", "passenger")
    assert page.evaluate(marks)[0] == []
    assert "Marked in red" not in page.inner_text("#port-words")


def test_a_page_of_an_interrupted_run_draws_the_sum_until_the_first_port_ends(open_page, run, tmp_path):
    folder = shutil.copytree(run, tmp_path / "interrupted")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    entry = manifest["ports"]["columbus"]
    entry |= {"end": "interrupted", "until_us": entry["info"]["measured_from_us"] + 24 * HOUR_US}
    (folder / "manifest.json").write_text(json.dumps(manifest | {"status": "interrupted"}), encoding="utf-8")
    write_report(folder)
    page = open_page(run=folder)
    told = page.inner_text("#overview-plots figcaption")
    assert "at the 6 ports measured" in told
    assert "Drawn until Tue 9 Apr 2024, 00:00, where the first port was interrupted." in told
    drawn = (
        """() => document.querySelector("#overview-plots .js-plotly-plot").data.map(({ x }) => [x.length, x.at(-1)])"""
    )
    assert page.evaluate(drawn) == [[24, "2024-04-08 23:00"]] * 3
    page.select_option("#port-choice", "columbus")
    assert "its figures end on Tue 9 Apr 2024 at 00:00." in page.inner_text("#port-words")


def joined(run, **only):
    """Crossings that joined the primary queue, by the metrics."""
    filters = [(name, "=", value) for name, value in ({"station": "primary"} | only).items()]
    return pc.sum(pq.read_table(run / "metrics.parquet", filters=filters)["arrivals"]).as_py()


def test_the_first_screen_holds_its_numbers_without_scrolling(open_page, run):
    page = open_page()
    assert page.inner_text("#crossings") == f"{joined(run):,}"
    for id_, rows in (("#waits", 7), ("#queues", 5)):
        assert page.locator(f"{id_} tbody tr").count() == rows
    for part in ("#crossings", "#waits", "#queues", "#overview-plots .main-svg >> nth=0"):
        box = page.locator(part).bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= SCREEN["height"]


def test_mean_waits_are_those_of_the_metrics(open_page, run):
    page = open_page()
    lane = pq.read_table(run / "metrics.parquet", filters=[("lane_class", "=", "fast"), ("station", "=", "primary")])
    mean = pc.sum(lane["wait_us"]).as_py() / pc.sum(lane["starts"]).as_py() / 60e6
    assert page.inner_text("#waits tr:has(td:text-is('FAST')) td.number >> nth=0") == f"{mean:.1f}"


def test_choosing_another_port_and_mode_redraws(open_page, run):
    page = open_page()
    before = page.inner_text("#port-words")
    page.select_option("#port-choice", "columbus")
    page.select_option("#mode-choice", "pedestrian")
    told = page.inner_text("#port-words")
    assert told != before
    assert f"{joined(run, port='columbus', mode='pedestrian'):,} crossings joined the queue" in told
    assert page.locator("#lane-plots .main-svg").count() > 0
    assert "Columbus" in page.inner_text("#sources-words")


def test_the_keyboard_chooses_a_port(open_page):
    page = open_page()
    before = page.inner_text("#port-words h3")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.focus("#port-choice")
    page.keyboard.press("ArrowDown" if page.evaluate("document.activeElement.selectedIndex") == 0 else "ArrowUp")
    page.wait_for_function("before => document.querySelector('#port-words h3').textContent !== before", arg=before)
    page.focus("#map-plots summary")
    page.keyboard.press("Enter")
    page.locator("#map-plots button.link", has_text="Sasabe").press("Enter")
    assert page.inner_text("#port-words h3") == "Sasabe"
    assert page.evaluate("document.activeElement.id") == "port-choice"


def test_clicking_the_map_chooses_a_port(open_page):
    page = open_page()
    page.locator("#map-plots").scroll_into_view_if_needed()
    place = """() => {
      const plot = document.querySelector("#map-plots .plot"), box = plot.getBoundingClientRect();
      const ports = plot.data.find((trace) => trace.customdata), at = ports.customdata.indexOf("columbus");
      const { xaxis, yaxis, _size } = plot._fullLayout;
      return [box.x + _size.l + xaxis.l2p(ports.x[at]), box.y + _size.t + yaxis.l2p(ports.y[at])];
    }"""
    page.mouse.move(*page.evaluate(place))
    page.mouse.click(*page.evaluate(place))
    page.wait_for_function("document.querySelector('#port-words h3').textContent === 'Columbus'")


def test_every_plot_has_words_and_figures_beside_it(open_page):
    page = open_page()
    plots = page.locator(".plot")
    assert plots.count() >= 10
    for place in range(plots.count()):
        assert plots.nth(place).get_attribute("role") == "img"
        assert len(plots.nth(place).get_attribute("aria-label")) > 20
    open_figures(page, "#port-plots figure:first-child")
    assert page.locator("#port-plots figure:first-child tbody tr").count() >= 48


def test_the_buttons_of_a_plot_cover_none_of_its_words(open_page):
    covered = """() => [...document.querySelectorAll(".js-plotly-plot")].flatMap((plot) => {
      const bar = plot.querySelector(".modebar").getBoundingClientRect();
      const meets = (box) => box.width && box.left < bar.right && box.right > bar.left
        && box.top < bar.bottom && box.bottom > bar.top;
      const texts = [...plot.querySelectorAll("text")].filter((text) => meets(text.getBoundingClientRect()));
      return texts.map((text) => text.textContent); })"""
    page = open_page()
    assert page.locator("#week-plots .modebar").count() > 1
    assert page.evaluate(covered) == []


def test_that_more_started_than_joined_is_said_where_it_is_so(open_page):
    page, said = open_page(), set()
    figures = """() => [...document.querySelector("#port-tables table").querySelectorAll("tbody tr")]
      .map(({ children }) => [1, 2].map((place) => Number(children[place].textContent.replaceAll(",", ""))))"""
    for port in ("ysleta-zaragoza", "columbus", "sasabe"):
        page.select_option("#port-choice", port)
        is_said = "More started than joined" in page.inner_text("#port-tables")
        assert is_said == any(started > joined for joined, started in page.evaluate(figures))
        said.add(is_said)
    assert said == {True, False}


def test_blocked_time_and_every_station_are_shown_where_stations_fill_up(open_page, full_port, width):
    page = open_page(width, full_port)
    told = page.inner_text("#blocked")
    assert "3 stations were blocked at times" in told
    assert "Gate, Commercial (trucks), primary inspection: " in told
    tables = page.inner_text("#port-tables")
    stations = ("scan before primary", "primary inspection", "secondary inspection", "state safety inspection")
    rows = [line.split("\t")[0] for line in tables.splitlines()]
    first = rows.index("scan before primary")
    assert rows[first : first + 5] == [*stations, "door to door"]
    used = {row[0]: [float(cell.rstrip("%")) for cell in row[1:]] for row in (
        line.split("\t") for line in tables.splitlines() if line.count("%") == 3)}  # fmt: skip
    assert list(used) == [
        "scan before primary: scan", "primary inspection: standard", "primary inspection: fast",
        "secondary inspection: nii", "state safety inspection: full",
    ]  # fmt: skip
    for opened, busy, blocked, in_use in used.values():
        assert opened > 0
        assert in_use == pytest.approx(busy + blocked, abs=0.11)
        assert in_use <= 100
    assert used["state safety inspection: full"][2] == 0 < used["primary inspection: standard"][2]
    plots = page.inner_text("#port-plots")
    assert re.search(r"of open booth-time \d+% was busy and \d+% blocked", plots)
    assert "Scan before primary" in plots
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_where_nothing_is_blocked_a_page_says_nothing_of_it(open_page):
    page = open_page()
    assert page.locator("#blocked").count() == 0
    for text in (page.inner_text("#port-tables"), page.inner_text("#port-plots")):
        assert "locked" not in text
        assert "bays" not in text


def test_observed_waits_stand_beside_simulated_ones(open_page):
    page = open_page()
    page.locator("#observed-words button", has_text="Ysleta").first.click()
    assert page.locator("#observed-plots .main-svg").count() > 0
    assert "are noisy below 60" in page.inner_text("#observed-words")


def test_nothing_is_wider_than_the_window(open_page, width):
    page = open_page(width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


BOXES = """(selector) => [...document.querySelectorAll(selector)]
  .filter((each) => each.textContent || each.matches("path"))
  .map((each) => ({ text: each.textContent, ...each.getBoundingClientRect().toJSON() }))
  .filter(({ width }) => width > 0)"""
"""What stands where: the boxes of the elements of a page that a selector names."""
NAMES = "#map-plots .annotation-text"
MARKERS = "#map-plots .points path"
BOTTOM_OF_MAP = """() => {
  const plot = document.querySelector("#map-plots .plot"), { t, h } = plot._fullLayout._size;
  return plot.getBoundingClientRect().top + t + h;
}"""


def boxes(page, selector):
    return page.evaluate(BOXES, selector)


def overlapping(first, second=None):
    """The texts of boxes that cover each other by more than a pixel; of one list with itself if there is no other."""
    pairs = combinations(first, 2) if second is None else product(first, second)
    return [
        (a["text"], b["text"])
        for a, b in pairs
        if min(a["right"], b["right"]) - max(a["left"], b["left"]) > 1
        and min(a["bottom"], b["bottom"]) - max(a["top"], b["top"]) > 1
    ]


def open_figures(page, place):
    """Open the table beside a plot, which is filled a moment later."""
    page.click(f"{place} summary")
    page.wait_for_selector(f"{place} tbody tr")


def test_the_map_shows_one_mode_and_first_that_in_which_most_time_is_waited(open_page, run):
    page = open_page()
    options = page.locator("#map-mode option").all_inner_texts()
    assert options == ["Commercial (trucks)", "Passenger (cars)", "Pedestrian"]
    waits = pq.read_table(run / "metrics.parquet", filters=[("station", "=", "primary")])
    waited = waits.group_by("mode").aggregate([("wait_us", "sum")]).sort_by([("wait_us_sum", "descending")])
    assert page.input_value("#map-mode") == waited["mode"][0].as_py()
    page.select_option("#map-mode", "commercial")
    assert "Commercial (trucks): 3 ports" in page.inner_text("#map-plots h3")
    open_figures(page, "#map-plots")
    shown = page.locator("#map-plots tbody td:nth-child(3)").all_inner_texts()
    assert sum(int(number.replace(",", "")) for number in shown) == joined(run, mode="commercial")


@pytest.mark.parametrize("mode", ["commercial", "passenger", "pedestrian"])
def test_names_on_the_map_cover_nothing(open_page, border, width, mode):
    page = open_page(width, border)
    page.select_option("#map-mode", mode)
    names, markers = boxes(page, NAMES), boxes(page, MARKERS)
    ports = [name for name in names if page.locator("#port-choice option", has_text=name["text"]).count()]
    assert len(ports) >= (8 if width > 400 else 2)
    assert overlapping(names) == overlapping(names, markers) == []
    frame = page.locator("#map-plots .plot").bounding_box()
    assert all(frame["x"] <= box["left"] and box["right"] <= frame["x"] + frame["width"] for box in names)
    (bar,) = boxes(page, "#map-plots .colorbar")
    assert overlapping([bar], names + markers) == []
    assert bar["top"] >= page.evaluate(BOTTOM_OF_MAP)


def test_the_largest_markers_have_their_names(open_page, border):
    page = open_page(run=border)
    page.select_option("#map-mode", "passenger")
    open_figures(page, "#map-plots")
    largest = page.locator("#map-plots tbody tr th").all_inner_texts()[:3]
    names = [box["text"] for box in boxes(page, NAMES)]
    assert [port for port in largest if port not in names] == []


PLOTS = """() => [...document.querySelectorAll(".js-plotly-plot")].map((plot) => ({
  title: plot.closest("figure").querySelector("h3").textContent,
  lines: plot.data
    .filter(({ type, mode, hoverinfo }) => type === "scatter" && /lines/.test(mode) && hoverinfo !== "skip")
    .map(({ name, line, fillpattern }) => ({ name, look: `${line.dash} ${fillpattern?.shape}` })),
  legend: plot.querySelector(".legend") !== null,
  ends: [...plot.querySelectorAll(".annotation-text")].map((text) => text.textContent),
}))"""


def test_lines_are_told_apart_without_colour_and_named(open_page, border):
    page = open_page(run=border)
    page.select_option("#port-choice", "ysleta-zaragoza")
    page.select_option("#mode-choice", "passenger")
    plots = [plot for plot in page.evaluate(PLOTS) if plot["lines"]]
    assert len(plots) > 10
    for plot in plots:
        looks = [line["look"] for line in plot["lines"]]
        assert len({*looks}) == len(looks), plot["title"]
        if not plot["legend"]:
            names = [line["name"].replace(" ", "") for line in plot["lines"]]
            assert {*names} >= {end.replace(" ", "") for end in plot["ends"]} != set(), plot["title"]


def texts_of_plots(page):
    """For each plot the boxes of its ticks and of the names in and beside it."""
    count = page.locator(".js-plotly-plot").count()
    page.evaluate("document.querySelectorAll('.js-plotly-plot').forEach((plot, n) => { plot.dataset.n = n; })")
    of = "[data-n='{0}'] .xtick text, [data-n='{0}'] .annotation-text, [data-n='{0}'] .legendtext"
    return [boxes(page, of.format(place)) for place in range(count)]


def test_no_tick_or_name_covers_another_on_screen_and_paper(open_page, border, width):
    page = open_page(width, border)
    page.select_option("#port-choice", "ysleta-zaragoza")
    for text in texts_of_plots(page):
        assert overlapping(text) == []
        assert all(box["left"] >= 0 and box["right"] <= width for box in text)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for text in texts_of_plots(page):
        assert overlapping(text) == []


def test_a_table_that_is_cut_says_so(open_page, width):
    page = open_page(width)
    open_figures(page, "#port-plots figure:first-child")
    cut = [
        place
        for place in page.locator(".scrolls").all()
        if place.evaluate(
            "each => each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1"
        )
    ]
    assert len(cut) == page.locator(".hint:visible").count() >= (3 if width == 400 else 1)
    for place in cut:
        assert place.get_attribute("tabindex") == "0"
        assert "scroll" in place.locator("xpath=following-sibling::*[1]").inner_text()
    assert page.locator("table").count() == page.locator(".scrolls table").count()


def test_a_change_of_the_clock_is_marked_where_it_falls(open_page, simulate):
    clock_run = simulate("--ports", "columbus,sasabe", "--start", "2024-03-09", "--days", "2")
    page = open_page(run=clock_run)
    assert "The clock goes forward by 60 minutes at 02:00 on Sunday 10 March 2024, but not in America/Phoenix." in (
        page.inner_text("header")
    )
    marks = "plot => plot.layout.shapes.filter(({ x0, line }) => x0 === '2024-03-10 02:00' && line.dash).length"
    for slug, expected in (("columbus", 1), ("sasabe", 0)):
        page.select_option("#port-choice", slug)
        plots = page.locator("#lane-plots .plot, #port-plots .plot").all()
        assert len(plots) >= 4
        assert [plot.evaluate(marks) for plot in plots] == [expected] * len(plots)
        assert page.locator("#port .annotation-text", has_text="clock +1 h").count() == expected * len(plots)
        told = "The clock changes on Sun 10 Mar 2024 at 02:00 (clock +1 h)."
        assert (told in page.inner_text("#port-words")) == bool(expected)


def test_a_run_without_a_change_of_the_clock_marks_none(open_page):
    page = open_page()
    assert "clock" not in page.inner_text("body").lower()


def test_words_are_right_at_every_port_and_mode(open_page, border):
    page = open_page(run=border)
    slugs = page.evaluate("[...document.querySelectorAll('#port-choice option')].map(({ value }) => value)")
    seen = set()
    for slug in ("sasabe", "naco", "morley", "otay-mesa", "laredo-wtb", "ysleta-zaragoza"):
        if slug not in slugs:
            continue
        page.select_option("#port-choice", slug)
        for mode in page.evaluate("[...document.querySelectorAll('#mode-choice option')].map(({ value }) => value)"):
            page.select_option("#mode-choice", mode)
            for part in ("#overview", "#map", "#port", "#observed"):
                text = page.inner_text(part)
                assert not re.search(r"\b1 (crossings|booths|ports|days|minutes|values|rows)\b", text), (slug, mode)
                assert not re.search(r"\b(Sentri|Fast|C-tpat|Ctpat)\b", text), (slug, mode)
                seen |= {*re.findall(r"SENTRI|FAST|1 booth|Ready", text)}
    assert seen == {"SENTRI", "FAST", "1 booth", "Ready"}
    assert "on foot" not in page.inner_text("body")


def test_what_has_no_effect_and_what_is_changed_is_told(open_page, simulate, root):
    page = open_page(run=simulate(root / "configs" / "scenarios" / "gate-shut.yaml", "--days", "1"))
    notices, changes = page.inner_text("#notices"), page.inner_text("#changes")
    assert f"{page.locator('#notices li').count()} things written in the scenario have no effect" in notices
    assert notices.count("begins after the run's last day, 2024-04-08") == 2
    assert "laredo-wtb.modes.commercial.demand_factor\t1\t1.1" in changes


@pytest.fixture(scope="module")
def pages_of():
    """The lines of text of each page of a PDF, each as the pieces that stand side by side."""
    if shutil.which("pdftotext") is None:
        if os.environ.get("BORDER_SIM_REQUIRE_BROWSER") == "1":
            pytest.fail("pages on paper are to be read, but pdftotext is missing (apt-get install poppler-utils)")
        pytest.skip("pages on paper are not read: pdftotext is missing (apt-get install poppler-utils)")

    def pages_of(path):
        done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True)
        pages = done.stdout.split("\f")[:-1]
        return [[re.split(r"\s{2,}", line.strip()) for line in page.splitlines() if line.strip()] for page in pages]

    return pages_of


@pytest.mark.parametrize(
    ("slug", "mode", "paper"),
    [
        ("san-ysidro", "passenger", "A4"),
        ("laredo-wtb", "commercial", "Letter"),
        ("sasabe", "pedestrian", "A4"),
        ("ysleta-zaragoza", "passenger", "Letter"),
    ],
)
def test_no_page_of_paper_ends_with_a_heading_or_holds_a_footer_alone(
    open_page, border, pages_of, tmp_path, slug, mode, paper
):
    page = open_page(run=border)
    page.select_option("#port-choice", slug)
    page.select_option("#mode-choice", mode)
    page.pdf(path=tmp_path / "report.pdf", format=paper)
    heads = {*page.locator("h1, h2, h3, caption").all_inner_texts()}
    pages = pages_of(tmp_path / "report.pdf")
    assert 5 <= len(pages) <= 15
    for lines in pages:
        assert not heads.issuperset(lines[-1])
        assert len(lines) > 3
    assert ["How to reproduce"] in pages[-1]
    assert pages[-1][-1][0].startswith("Made by border-sim")


def test_what_a_planner_writes_does_not_run(browser, border_sim, tmp_path):
    nasty = "</script><img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"
    scenario = {"name": nasty, "ports": ["sasabe"], "changes": {"sasabe": {"name": f"<b>{nasty}"}}}
    (tmp_path / "nasty.yaml").write_text(json.dumps(scenario))
    done = border_sim("run", "nasty.yaml", "--days", 1, "--out", "run")
    assert done.returncode == 0, done.stderr
    page = browser.new_page()
    page.goto((tmp_path / "run" / "report.html").as_uri())
    page.wait_for_selector("body[data-drawn]")
    page.hover("#map-plots .plot")
    assert page.title() == f"{nasty}: border-sim report"
    assert page.locator("img, b").count() == 0
    page.close()


def test_report_makes_the_same_page_again(border_sim, run):
    before = (run / "report.html").read_bytes()
    (run / "report.html").unlink()
    done = border_sim("report", run)
    assert (done.returncode, done.stdout) == (0, f"{run}/report.html\n")
    assert (run / "report.html").read_bytes() == before


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda run: (run / "metrics.parquet").unlink(), "metrics.parquet: cannot be read"),
        (lambda run: (run / "manifest.json").unlink(), "manifest.json: cannot be read"),
    ],
)
def test_report_of_a_damaged_run_is_one_clear_line(border_sim, run, tmp_path, damage, says):
    shutil.copytree(run, tmp_path / "damaged")
    damage(tmp_path / "damaged")
    done = border_sim("report", "damaged")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert says in done.stderr


def test_force_replaces_a_run_with_its_report(border_sim):
    for options in ((), ("--force",)):
        done = border_sim("run", "--ports", "sasabe", "--days", 1, "--out", "run", *options)
        assert done.returncode == 0, done.stderr
