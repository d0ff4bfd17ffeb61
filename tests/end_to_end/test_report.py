"""`report.html` as its reader meets it: in headless Chromium, without a network."""

import json
import os
import shutil
import subprocess
import sys

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

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
def run(tmp_path_factory, root):
    """A run of six ports and two days without a log."""
    folder = tmp_path_factory.mktemp("report") / "run"
    command = [sys.executable, "-m", "border_sim.cli.main", "run", "--ports", PORTS, "--days", "2", "--log", "none"]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run([*command, "--out", folder], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(f"report: {folder}/report.html\n")
    return folder


@pytest.fixture(params=[1280, 400])
def width(request):
    return request.param


@pytest.fixture
def open_page(browser, run):
    """Opens the report without a network, at a width; fails at the end if anything was complained of or asked for."""
    complaints, asked, contexts = [], [], []

    def open_at(width=1280):
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
    assert page.inner_text("#waits tr:has(td:text-is('fast')) td.number >> nth=0") == f"{mean:.1f}"


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
    page.click("#port-plots figure:first-child summary")
    page.wait_for_selector("#port-plots figure:first-child tbody tr")
    assert page.locator("#port-plots figure:first-child tbody tr").count() >= 48


def test_observed_waits_stand_beside_simulated_ones(open_page):
    page = open_page()
    page.locator("#observed-words button", has_text="Ysleta").first.click()
    assert page.locator("#observed-plots .main-svg").count() > 0
    assert "are noisy below 60" in page.inner_text("#observed-words")


def test_nothing_is_wider_than_the_window(open_page, width):
    page = open_page(width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


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
