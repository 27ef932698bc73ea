"""Pictures of every page and plot of the dashboard: light and dark, wide and as a phone shows them.

usage: screenshots.py OUTPUT [STATE]

STATE is the state folder of a daemon that is stopped; it is copied, so that a promotion for the pictures leaves it
alone. Without one, the quick start runs on Fashion-MNIST, and on CIFAR-10 a small grid if DATA has it. Fails when a
page logs an error, breaks its policy, sends a request away, is wider than its window, or when axe-core finds that it
breaks WCAG 2 A or AA.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import axe_playwright_python
from daemon import Daemon
from watch import Watched, chromium

ROOT = Path(__file__).resolve().parents[2]
AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()
SWEEP_PLOTS = ["curves", "history", "parallel", "slice", "heatmap", "importance", "distribution", "timeline"]
WINDOWS = [("wide", 1280, 900), ("phone", 390, 844)]
# A plot's lines are decoration to axe, but their text is not; nothing of the pages is left out.
RUN_AXE = """async () => {
    const answer = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
    return answer.violations.flatMap((rule) => rule.nodes.map((node) =>
        `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary.replace(/\\s+/g, ' ')}`));
}"""


def prepare(daemon):
    """What there is to see: sweeps, one of them promoted; runs the quick start when there is nothing yet."""
    sweeps = daemon.ctl("status")["sweeps"]
    if not sweeps:
        for config, dataset in [("quickstart.json", "fashion-mnist"), ("grid.json", "cifar10")]:
            known = [one["name"] for one in daemon.ctl("dataset", "list")["datasets"]]
            if dataset not in known:
                print(f"screenshots: {dataset} is not there")
                continue
            options = ["--set", "iterations=200"] if dataset == "cifar10" else []
            number = daemon.ctl("submit", ROOT / "configs" / config, *options)["sweep"]
            print(f"screenshots: sweep {number} runs {config}", flush=True)
            daemon.ctl("wait", number)
        sweeps = daemon.ctl("status")["sweeps"]
    done = [one for one in sweeps if one["state"] == "completed" and one.get("best")]
    if not done:
        sys.exit("screenshots: no completed sweep with a result")
    for one in done:
        try:
            daemon.ctl("promote", one["sweep"])
        except RuntimeError as error:
            # Its data set may not be at hand; the other pictures do not need it.
            print(f"screenshots: sweep {one['sweep']} is not promoted: {error}")
    return done


def routes(daemon, sweeps):
    """Names and routes of all pages."""
    yield "sweeps", "/"
    for one in sweeps:
        number, best = one["sweep"], one["best"]["trial"]
        for plot in SWEEP_PLOTS:
            yield f"sweep-{number}-{plot}", f"/sweeps/{number}?sort=-val_accuracy" + ("" if plot == "curves" else f"&plot={plot}")
        yield f"sweep-{number}-heatmap-mean", f"/sweeps/{number}?plot=heatmap&x=hidden_size&y=learning_rate&value=mean"
        yield f"sweep-{number}-slice-loss", f"/sweeps/{number}?plot=slice&x=learning_rate&metric=val_loss"
        yield f"sweep-{number}-filter", f"/sweeps/{number}?filter=state%3Adiverged+batch_size%3E%3D200"
        yield f"trial-{best}", f"/trials/{best}"
        trials = daemon.ctl("trials", number)["trials"]
        ended = [trial["trial"] for trial in trials if trial["state"] == "diverged"]
        if ended:
            yield f"trial-{ended[0]}-diverged", f"/trials/{ended[0]}"
        others = [trial["trial"] for trial in trials if trial["state"] == "completed" and trial["trial"] != best][:2]
        if others:
            yield f"promote-{number}", f"/trials/{others[0]}"
        yield f"compare-trials-{number}", "/compare?trials=" + ",".join(map(str, [best, *others]))
    yield "compare-sweeps", "/compare?sweeps=" + ",".join(str(one["sweep"]) for one in sweeps)
    yield "promotions", "/promotions"
    yield "box", "/box"
    yield "nowhere", "/nowhere"


def settle(page):
    """Until nothing is loading or being drawn."""
    page.wait_for_load_state()
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_function(
        "() => !document.querySelector('[aria-busy=true]') && !/Asking the daemon|The doctor looks/.test(document.body.innerText)",
        timeout=30_000)
    page.wait_for_timeout(150)


def main():
    output = Path(sys.argv[1])
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    copy = None
    if len(sys.argv) > 2:
        copy = Path(tempfile.mkdtemp(prefix="sweepd-pictures-"))
        shutil.copytree(sys.argv[2], copy / "state")
    daemon = Daemon(state=copy / "state" if copy else None, data=os.environ.get("DATA") or None)
    pictures, failures = 0, []
    try:
        pages = list(routes(daemon, prepare(daemon)))
        address = daemon.open()
        with chromium() as browser:
            cookies = []
            for scheme in ("light", "dark"):
                for size, width, height in WINDOWS:
                    window = Watched(browser, address, width, height, scheme)
                    if cookies:
                        # The token of the address is good once.
                        window.context.add_cookies(cookies)
                        window.address = window.origin + "/"
                    for name, route in pages:
                        window.open(route)
                        settle(window.page)
                        if name.startswith("promote-"):
                            window.page.get_by_role("button", name="Promote").click()
                            window.page.get_by_role("dialog").wait_for()
                        window.page.screenshot(
                            path=output / f"{name}-{scheme}-{size}.png", full_page=not name.startswith("promote-"))
                        pictures += 1
                        excess = window.page.evaluate("document.documentElement.scrollWidth - innerWidth")
                        window.page.evaluate(AXE)
                        troubles = window.page.evaluate(RUN_AXE)
                        if excess > 0:
                            troubles.append(f"{excess} px too wide")
                        try:
                            window.check()
                        except AssertionError as error:
                            troubles.append(str(error))
                        failures += [f"{name} {scheme} {size}: {trouble}" for trouble in troubles]
                    cookies = window.context.cookies()
                    window.address = window.origin + "/"
                    window.context.close()
    finally:
        daemon.stop()
        if copy:
            shutil.rmtree(copy, ignore_errors=True)
    for failure in failures:
        print(failure)
    print(f"{pictures} pictures in {output}, {len(failures)} complaints")
    return 1 if failures else 0


sys.exit(main())
