"""A real browser without a window, in which pages are tried."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

FLAGS = (
    "--headless",
    "--no-sandbox",  # root has none
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,1000",
)


class Browser:
    """Chromium, and what happens in it besides what a page shows."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def open(self, path: Path) -> None:
        """Open a page, and forget what was there before."""
        self.driver.get("about:blank")
        self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        self.driver.get_log("performance")  # type: ignore[no-untyped-call]
        self.driver.get(path.as_uri())

    def run(self, script: str, *arguments: Any) -> Any:
        """Return what a script returns."""
        return self.driver.execute_script(script, *arguments)

    def tell(self, command: str, **parameters: Any) -> Any:
        """Return the answer to a command of the DevTools protocol."""
        return self.driver.execute_cdp_cmd(command, parameters)

    def console(self) -> list[str]:
        """Return what was written to the console since the page was opened: also violations."""
        found = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [str(one["message"]) for one in found]

    def requests(self) -> list[str]:
        """Return the URLs that were asked for since the page was opened."""
        said = [
            json.loads(one["message"])["message"]
            for one in self.driver.get_log("performance")  # type: ignore[no-untyped-call]
        ]
        asked = [one["params"] for one in said if one["method"] == "Network.requestWillBeSent"]
        return [str(one["request"]["url"]) for one in asked]


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """Yield Chromium with a profile in an empty folder. Skips where it is not installed."""
    programs = [shutil.which(name) for name in ("chromium", "chromedriver")]
    if not all(programs):
        pytest.skip("no browser: apt-get install chromium chromium-driver")
    options = ChromeOptions()
    options.binary_location, driver = str(programs[0]), str(programs[1])
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    running = Chrome(options=options, service=ChromeService(driver))
    try:
        yield Browser(running)
    finally:
        running.quit()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for the tests of a module."""
    with browser(tmp_path_factory.mktemp("profile")) as running:
        yield running
