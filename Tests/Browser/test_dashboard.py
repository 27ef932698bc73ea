"""The dashboard as a person meets it, on a real daemon with synthetic sweeps. Prints a line a test, then a sum."""

import os
import re
import sys
import time
import traceback

from daemon import Daemon
from watch import Watched, chromium

DATASET = {"name": "synthetic", "train": 400, "validation": 200, "test": 200}
SMALL = {
    "name": "small", "method": "grid", "dataset": DATASET, "seed": 1,
    "parameters": {
        "learning_rate": {"values": [0.03, 0.01, 0.001]}, "hidden_size": {"values": [4, 16]},
        "batch_size": {"value": 50}, "iterations": {"value": 200},
    },
}
LONG = {
    "name": "long <b>name</b> & \"quotes\"", "method": "grid", "dataset": DATASET, "seed": 2,
    "parameters": {
        "learning_rate": {"values": [0.01, 0.003, 0.001, 0.0003]}, "hidden_size": {"values": [32, 64]},
        "batch_size": {"value": 200}, "iterations": {"value": 1_000_000},
    },
}
LARGE = {
    "name": "ten-thousand", "method": "random", "run_cap": 10_000, "dataset": DATASET, "seed": 3,
    "parameters": {
        "learning_rate": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1},
        "reg": {"distribution": "log_uniform_values", "min": 1e-6, "max": 0.1},
        "batch_size": {"values": [10, 20, 50]}, "hidden_size": {"values": [2, 4, 8]}, "iterations": {"value": 4},
    },
}
# What a browser does with a tab that is not in front, under `hide`.
TAB = """
let isHidden = false;
Object.defineProperty(document, 'hidden', { get: () => isHidden });
window.hide = (value) => { isHidden = value; document.dispatchEvent(new Event('visibilitychange')); };
"""
# Far above the second that people may wait: other programs share the box, and a debug build is slow.
SLOW_S = 45.0


class Box:
    """The daemon, its sweeps, and one window on them."""

    def __init__(self, browser):
        self.daemon = Daemon()
        self.small = self.daemon.submit(SMALL)
        self.daemon.ctl("wait", self.small)
        self.large = self.daemon.submit(LARGE)
        self.daemon.ctl("wait", self.large)
        self.long = None
        self.window = Watched(browser, self.daemon.open())
        self.page = self.window.page

    def beside(self, **size):
        """Another window that may ask, as the token of the address is good once."""
        other = Watched(self.page.context.browser, self.window.origin + "/", **size)
        other.context.add_cookies(self.window.context.cookies())
        return other

    def column(self, name):
        """The texts of one column of the trial table, as far as it is drawn."""
        return self.page.evaluate(
            """(name) => {
                const heads = [...document.querySelectorAll('table.trials thead th')];
                const place = heads.findIndex((head) => head.dataset.name === name);
                return [...document.querySelectorAll('table.trials tbody tr[aria-rowindex]')]
                    .map((row) => row.cells[place].textContent);
            }""", name)


def the_list_shows_the_sweeps(box):
    box.window.open()
    row = box.page.locator("tr", has=box.page.get_by_role("link", name="small", exact=True))
    row.get_by_text("completed", exact=True).first.wait_for()
    assert "100 %" in row.inner_text(), row.inner_text()
    assert box.page.title().startswith("Sweeps"), box.page.title()


def a_running_sweep_moves_without_a_reload(box):
    box.window.open()
    box.page.get_by_role("link", name="small", exact=True).wait_for()
    box.page.evaluate("window.isSamePage = true")
    box.long = box.daemon.submit(LONG)
    # A sweep that was submitted elsewhere appears by itself.
    box.page.get_by_role("link", name=LONG["name"], exact=True).click()
    box.page.get_by_role("heading", level=1).get_by_text("running").wait_for()
    box.page.wait_for_selector("table.trials tbody tr[aria-rowindex]")
    before = box.column("iteration")
    box.page.wait_for_function(
        """(before) => {
            const heads = [...document.querySelectorAll('table.trials thead th')];
            const place = heads.findIndex((head) => head.dataset.name === 'iteration');
            const now = [...document.querySelectorAll('table.trials tbody tr[aria-rowindex]')]
                .map((row) => row.cells[place].textContent);
            return now.length > 0 && now.join() !== before.join();
        }""", arg=before)
    assert box.page.evaluate("window.isSamePage"), "the page was loaded again"


def a_name_with_markup_is_only_a_name(box):
    assert LONG["name"] in box.page.get_by_role("heading", level=1).inner_text()
    assert box.page.locator("h1 b").count() == 0


def a_plot_is_drawn_and_follows_the_choice(box):
    box.window.open(f"/sweeps/{box.small}")
    box.page.wait_for_selector("#picture svg")
    first = box.page.locator("#picture svg").evaluate("(svg) => svg.outerHTML")
    box.page.get_by_role("tab", name="Heat map").click()
    box.page.wait_for_function("(first) => document.querySelector('#picture svg')?.outerHTML !== first", arg=first)
    assert "plot=heatmap" in box.page.url, box.page.url
    box.page.get_by_label("Across").select_option("hidden_size")
    box.page.wait_for_function("() => location.hash.includes('x=hidden_size')")
    box.page.keyboard.press("Escape")
    box.page.get_by_role("tab", name="Heat map").focus()
    box.page.keyboard.press("ArrowRight")
    box.page.wait_for_function("() => document.activeElement.id === 'tab-importance'")


def pause_and_resume_work(box):
    box.window.open(f"/sweeps/{box.long}")
    box.page.get_by_role("button", name="Pause").click()
    box.page.get_by_role("heading", level=1).get_by_text("paused").wait_for()
    assert box.daemon.ctl("status", box.long)["state"] == "paused"
    box.page.get_by_role("button", name="Resume").click()
    box.page.get_by_role("heading", level=1).get_by_text("running").wait_for()
    announced = box.page.locator("#announcer")
    box.page.wait_for_function("() => document.getElementById('announcer').textContent.includes('goes on')")
    assert announced.get_attribute("aria-live") == "polite"


def the_table_sorts_by_a_button(box):
    box.window.open(f"/sweeps/{box.small}")
    button = box.page.get_by_role("button", name="val acc")
    button.click()
    head = box.page.locator("th[data-name=val_accuracy]")
    assert head.get_attribute("aria-sort") == "descending", head.get_attribute("aria-sort")
    values = [float(text) for text in box.column("val_accuracy") if text != "–"]
    assert len(values) > 3 and values == sorted(values, reverse=True), values
    button.focus()
    box.page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    values = [float(text) for text in box.column("val_accuracy") if text != "–"]
    assert values == sorted(values), values
    assert "sort=val_accuracy" in box.page.url, box.page.url


def the_table_filters_by_words_and_state(box):
    box.window.open(f"/sweeps/{box.small}")
    box.page.wait_for_selector("table.trials tbody tr[aria-rowindex]")
    box.page.get_by_label("Filter").fill("hidden_size>=16 learning_rate<0.02")
    box.page.get_by_text("2 of 6 trials").wait_for()
    assert set(box.column("hidden_size")) == {"16"}, box.column("hidden_size")
    box.page.get_by_label("State").select_option("cancelled")
    box.page.get_by_text("No trial passes the filter.").wait_for()
    box.page.get_by_label("State").select_option("")
    box.page.get_by_label("Filter").fill("hidden_sise>1")
    box.page.get_by_text("no column is called hidden_sise").wait_for()
    box.page.get_by_label("Filter").fill("state:completed,diverged")
    box.page.get_by_text("6 trials", exact=True).wait_for()


def a_link_keeps_filter_and_sort(box):
    box.window.open(f"/sweeps/{box.small}?filter=hidden_size%3D4&sort=-learning_rate&plot=history")
    box.page.get_by_text("3 of 6 trials").wait_for()
    assert box.column("learning_rate") == ["0.03", "0.01", "0.001"], box.column("learning_rate")
    assert box.page.get_by_label("Filter").input_value() == "hidden_size=4"
    assert box.page.get_by_role("tab", name="History").get_attribute("aria-selected") == "true"


def a_trial_opens_from_the_table(box):
    box.window.open(f"/sweeps/{box.small}")
    link = box.page.locator("table.trials tbody a").first
    trial = link.inner_text()
    link.click()
    box.page.get_by_role("heading", level=1, name=re.compile(f"Trial {trial}")).wait_for()
    box.page.wait_for_selector(".picture svg")
    box.page.get_by_role("heading", name="Epochs").wait_for()
    box.page.get_by_text("hidden_size", exact=True).wait_for()
    box.page.get_by_role("link", name="small").click()
    box.page.get_by_role("heading", level=1, name=re.compile("small")).wait_for()


def trials_stand_side_by_side(box):
    box.window.open(f"/sweeps/{box.small}")
    boxes = box.page.locator("table.trials tbody input[type=checkbox]")
    boxes.first.wait_for()
    boxes.nth(0).check()
    boxes.nth(1).check()
    box.page.get_by_role("link", name="Compare 2 trials").click()
    box.page.get_by_role("heading", level=1, name="Compare trials").wait_for()
    box.page.get_by_role("rowheader", name="learning_rate").wait_for()
    assert box.page.locator(".comparison thead a").count() == 2
    box.window.go(f"/compare?sweeps={box.small},{box.large}")
    box.page.get_by_role("heading", level=1, name="Compare sweeps").wait_for()
    box.page.get_by_role("rowheader", name="Best validation accuracy").wait_for()


def promotion_asks_before_it_looks_at_the_test_set(box):
    box.window.open(f"/sweeps/{box.small}")
    box.page.get_by_role("button", name="Promote the best").click()
    dialog = box.page.get_by_role("dialog")
    dialog.get_by_text("this looks at the test set").wait_for()
    dialog.get_by_text("Nobody has looked at it so far").wait_for()
    dialog.get_by_role("button", name="Keep as it is").click()
    assert box.daemon.ctl("status", box.small)["test_looks"] == 0, "a refusal looked at the test set"
    box.page.get_by_role("button", name="Promote the best").click()
    named = int(re.search(r"\d+", dialog.get_by_role("heading").inner_text())[0])
    with box.page.expect_request(lambda request: request.method == "POST") as sent:
        dialog.get_by_role("button", name="Look at the test set").click()
    assert sent.value.post_data_json == {"trial": named}, sent.value.post_data
    dialog.get_by_text("Measured on the test set").wait_for()
    dialog.get_by_role("button", name="Close").click()
    assert box.daemon.ctl("status", box.small)["test_looks"] == 1
    box.page.get_by_role("heading", name="On the test set").wait_for()
    box.window.go("/promotions")
    box.page.get_by_role("heading", level=1, name="Promotions").wait_for()
    box.page.locator("main tbody tr").first.wait_for()
    assert box.page.locator("main tbody tr").count() == 1


def an_ensemble_is_not_its_best_trial(box):
    members = [one["trial"] for one in box.daemon.ctl("promote", box.large, "--ensemble", 2)["members"]]
    words = f"ensemble of trials {members[0]}, {members[1]}"
    box.window.open("/promotions")
    box.page.get_by_role("cell", name=words, exact=True).wait_for()
    box.window.open(f"/sweeps/{box.large}")
    box.page.get_by_role("listitem").filter(has_text=words).wait_for()
    box.page.get_by_role("button", name="Promote the best").wait_for()
    box.window.open(f"/trials/{members[0]}")
    box.page.get_by_role("button", name="Promote").wait_for()
    assert box.page.get_by_text("Test accuracy", exact=True).count() == 0


def table_and_report_can_be_taken_along(box):
    box.window.open(f"/sweeps/{box.small}")
    box.page.get_by_text("6 trials", exact=True).wait_for()
    with box.page.expect_download() as download:
        box.page.get_by_role("button", name="Table of trials as CSV").click()
    lines = download.value.path().read_text().splitlines()
    assert len(lines) == 7 and lines[0].startswith("trial,index,state"), lines[0]
    with box.page.expect_download() as download:
        box.page.get_by_role("link", name="Report", exact=True).click()
    assert download.value.suggested_filename == f"sweep-{box.small}.html", download.value.suggested_filename
    assert "</html>" in download.value.path().read_text()


def a_refusal_is_shown_in_the_daemons_words(box):
    box.window.may_fail = True  # The browser logs every answer from 400 on.
    box.window.open("/sweeps/4711")
    box.page.get_by_role("alert").get_by_text("4711").wait_for()


def the_box_shows_its_health(box):
    box.window.open("/box")
    for words in ("Processor", "Memory", "Doctor", "Data sets"):
        box.page.get_by_role("heading", name=words, exact=True).wait_for()
    row = box.page.get_by_role("row", name=re.compile("synthetic"))
    assert row.get_by_role("cell").last.inner_text() == "made", row.inner_text()
    # The daemon's data folder is empty.
    row = box.page.get_by_role("row", name=re.compile("cifar10"))
    assert row.get_by_role("cell").all_inner_texts() == ["cifar10 missing", "–", "–", "–"], row.inner_text()
    state = box.page.locator("[data-key='State folder'] dd").inner_text()
    assert re.search(r" [\d.]+ [KMG]iB$", state), state
    box.page.wait_for_selector(".picture svg")


def every_route_is_a_deep_link(box):
    for route, title in [(f"/sweeps/{box.small}", "small"), ("/promotions", "Promotions"), ("/box", "Box"),
                         (f"/compare?sweeps={box.small},{box.large}", "Compare sweeps"), ("/trials/1", "Trial 1"),
                         ("/nowhere", "There is no such page")]:
        box.window.open(route)
        box.page.get_by_role("heading", level=1).get_by_text(title).wait_for()


def the_theme_is_kept(box):
    box.window.open()
    box.page.get_by_label("Theme").select_option("dark")
    ground = box.page.evaluate("getComputedStyle(document.body).backgroundColor")
    box.page.reload()
    assert box.page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert box.page.evaluate("getComputedStyle(document.body).backgroundColor") == ground
    box.page.get_by_label("Theme").select_option("system")
    assert box.page.evaluate("getComputedStyle(document.body).backgroundColor") != ground


def the_keyboard_reaches_everything(box):
    box.window.open()
    box.page.get_by_role("link", name="small", exact=True).wait_for()
    box.page.keyboard.press("Tab")
    assert box.page.evaluate("document.activeElement.textContent") == "Skip to the content"
    box.page.keyboard.press("Enter")
    assert box.page.evaluate("document.activeElement.id") == "main"
    for _ in range(12):
        box.page.keyboard.press("Tab")
        if box.page.evaluate("document.activeElement.textContent") == "small":
            break
    box.page.keyboard.press("Enter")
    box.page.get_by_role("heading", level=1, name=re.compile("small")).wait_for()


def ten_thousand_trials_do_not_stall(box):
    box.window.open()
    box.page.get_by_role("link", name="ten-thousand").wait_for()
    start = time.monotonic()
    box.window.open(f"/sweeps/{box.large}")
    box.page.wait_for_selector("table.trials tbody tr[aria-rowindex]", timeout=SLOW_S * 1000)
    usable = time.monotonic() - start
    box.page.get_by_text("10\u202f000 trials", exact=True).wait_for()
    times = box.page.evaluate(
        """async () => {
            const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            const timed = async (work) => {
                const start = performance.now();
                work();
                await frame();
                return Math.round(performance.now() - start);
            };
            const scroller = document.querySelector('.trial-table .scroller');
            const sort = await timed(() => document.querySelector('th[data-name=val_accuracy] button').click());
            const scroll = await timed(() => { scroller.scrollTop = scroller.scrollHeight / 2; });
            const field = document.getElementById('filter');
            const filter = await timed(() => { field.value = 'hidden_size>=4 state:completed'; field.dispatchEvent(new Event('input')); });
            return { sort, scroll, filter, elements: document.querySelectorAll('*').length };
        }""")
    print(f"    10,000 trials: usable after {usable:.2f} s; sort {times['sort']} ms, scroll {times['scroll']} ms, "
          f"filter {times['filter']} ms; {times['elements']} elements")
    assert times["elements"] < 4000, "rows out of view are elements"
    assert usable < SLOW_S, usable


def the_daemon_may_die_and_come_back(box):
    box.window.open(f"/sweeps/{box.long}")
    box.page.wait_for_selector("table.trials tbody tr[aria-rowindex]")
    box.page.evaluate("window.isSamePage = true")
    box.window.may_fail = True
    box.daemon.kill()
    box.page.locator("#banner").get_by_text("The daemon does not answer").wait_for()
    assert box.page.locator("table.trials tbody tr[aria-rowindex]").count() > 0, "what was known is gone"
    box.daemon.start()
    box.page.locator("#banner").wait_for(state="hidden")
    before = box.daemon.ctl("status", box.long)["progress"]
    box.page.get_by_role("heading", level=1).get_by_text("running").wait_for()
    box.page.wait_for_function(
        "(before) => parseInt(document.getElementById('progress').textContent) >= Math.floor(before * 100)", arg=before)
    assert box.page.evaluate("window.isSamePage"), "the page was loaded again"


def a_tab_that_begins_hidden_opens_no_stream(box):
    tab = box.beside()
    tab.context.add_init_script(TAB + "isHidden = true;")
    tab.open("/box")
    tab.page.get_by_role("heading", name="Processor", exact=True).wait_for()
    assert not any(url.endswith("/v1/events") for url in tab.requests), tab.requests
    with tab.page.expect_request("**/v1/events"):
        tab.page.evaluate("hide(false)")
    tab.check()
    tab.context.close()


def a_daemon_that_dies_unseen_is_announced(box):
    tab = box.beside()
    tab.context.add_init_script(TAB)
    tab.page.clock.install()
    tab.open("/promotions")
    tab.page.locator("main table, main .empty").wait_for()
    tab.page.evaluate("hide(true)")
    # By then it has given its stream back.
    tab.page.clock.fast_forward(30_000)
    tab.may_fail = box.window.may_fail = True
    box.daemon.kill()
    tab.page.evaluate("hide(false)")
    tab.page.locator("#banner").get_by_text("The daemon does not answer").wait_for()
    box.daemon.start()
    tab.page.locator("#banner").wait_for(state="hidden")
    tab.check()
    tab.context.close()


def cancelling_keeps_its_reason(box):
    box.window.open(f"/sweeps/{box.long}")
    box.page.get_by_role("button", name="Cancel").click()
    box.page.get_by_label("Reason").fill("seen enough <i>")
    box.page.get_by_role("button", name="Cancel the sweep").click()
    box.page.get_by_role("heading", level=1).get_by_text("cancelled").wait_for()
    box.page.get_by_text("seen enough <i>").first.wait_for()
    box.page.get_by_role("button", name="Retry").wait_for()


def it_fits_a_phone(box):
    small = box.beside(width=360, height=740)
    for route in ("/", f"/sweeps/{box.small}", "/trials/1", f"/compare?sweeps={box.small},{box.large}", "/promotions", "/box"):
        small.open(route)
        small.page.get_by_role("heading", level=1).wait_for()
        small.page.wait_for_timeout(600)
        excess = small.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert excess <= 0, f"{route} is {excess} px too wide"
    small.check()
    small.context.close()


TESTS = [
    the_list_shows_the_sweeps, a_running_sweep_moves_without_a_reload, a_name_with_markup_is_only_a_name,
    a_plot_is_drawn_and_follows_the_choice, pause_and_resume_work, the_table_sorts_by_a_button,
    the_table_filters_by_words_and_state, a_link_keeps_filter_and_sort, a_trial_opens_from_the_table,
    trials_stand_side_by_side, promotion_asks_before_it_looks_at_the_test_set, an_ensemble_is_not_its_best_trial,
    table_and_report_can_be_taken_along, a_refusal_is_shown_in_the_daemons_words, the_box_shows_its_health,
    every_route_is_a_deep_link, the_theme_is_kept, the_keyboard_reaches_everything, ten_thousand_trials_do_not_stall,
    it_fits_a_phone, the_daemon_may_die_and_come_back, a_tab_that_begins_hidden_opens_no_stream,
    a_daemon_that_dies_unseen_is_announced, cancelling_keeps_its_reason,
]


def main():
    wanted = sys.argv[1:]
    passed = failed = 0
    with chromium() as browser:
        box = Box(browser)
        try:
            for test in TESTS:
                if wanted and test.__name__ not in wanted and test is not a_running_sweep_moves_without_a_reload:
                    continue
                try:
                    test(box)
                    box.window.check()
                except Exception:
                    failed += 1
                    print(f"FAIL {test.__name__}")
                    traceback.print_exc()
                    box.window.complaints.clear()
                    if "REPORT" in os.environ:
                        box.page.screenshot(path=f"{os.environ['REPORT']}/{test.__name__}.png")
                else:
                    passed += 1
                    print(f"pass {test.__name__}", flush=True)
                box.window.may_fail = False
        finally:
            box.window.context.close()
            box.daemon.stop()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
