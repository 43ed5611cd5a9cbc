"""Finds a Chromium, or gets one: Debian's when root, else Playwright's own. `make test` runs it."""

import os
import shutil
import subprocess
import sys

# The shell is the same engine without the browser's own window, whose work nobody looks at here.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PACKAGES = ("chromium-headless-shell", "fonts-noto-core")  # the fonts carry Vietnamese
NONE = (
    "The browser tests need Chromium and none could be found or installed: "
    "install the package chromium-headless-shell or chromium, or put google-chrome on the PATH."
)


def on_path() -> str | None:
    """The browser that this machine has, None where Playwright's own is to be used."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def playwright_has_one() -> bool:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return os.access(playwright.chromium.executable_path, os.X_OK)


def install() -> bool:
    """Try Debian's packages when root, then Playwright's download; tell whether there is a browser now."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        if _ran(["apt-get", "update", "-q"], quiet):
            _ran(["apt-get", "install", "-y", "-q", "--no-install-recommends", *PACKAGES], quiet)
        if on_path():
            return True
    return _ran([sys.executable, "-m", "playwright", "install", "chromium"], dict(os.environ))


def _ran(command: list[str], env: dict[str, str]) -> bool:
    print("+", " ".join(command), flush=True)
    return subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False).returncode == 0


if __name__ == "__main__" and not (on_path() or playwright_has_one() or install()):
    sys.exit(NONE)
