"""A headless Chromium that keeps what a page may not do: log errors, break its policy, leave the box."""

from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

NOTE_VIOLATIONS = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) =>
    window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


class Watched:
    """One window: `page` is Playwright's, `complaints` what went wrong in it so far."""

    def __init__(self, browser, address, width=1280, height=900, scheme="light"):
        self.address = address
        self.origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
        self.complaints = []
        self.requests = []
        # Set while the daemon is away on purpose: then the browser logs that requests fail.
        self.may_fail = False
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce",
            accept_downloads=True)
        self.context.add_init_script(NOTE_VIOLATIONS)
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))
        self.page.on("request", self._request)

    def _console(self, message):
        if message.type not in ("error", "warning"):
            return
        if self.may_fail and ("Failed to load resource" in message.text or "net::ERR" in message.text):
            return
        self.complaints.append(f"console {message.type}: {message.text} {message.location.get('url', '')}")

    def _request(self, request):
        self.requests.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and "{0.scheme}://{0.netloc}".format(parts) != self.origin:
            self.complaints.append(f"a request left the box: {request.url}")

    def open(self, route=""):
        """Opens a route by its full address, as a deep link does."""
        self.page.goto("about:blank")
        self.page.goto(self.address.split("#")[0] + (f"#{route}" if route else ""))

    def go(self, route):
        """Changes the route within the page."""
        self.page.evaluate("(route) => { location.hash = route; }", route)

    def check(self):
        """Raises when the window did what it may not."""
        self.complaints += self.page.evaluate("window.violations ?? []")
        self.page.evaluate("window.violations = []")
        complaints, self.complaints = self.complaints, []
        assert not complaints, "; ".join(complaints)


@contextmanager
def chromium():
    """Debian's Chromium; nothing but loopback has an address in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[
            "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"])
        try:
            yield browser
        finally:
            browser.close()
