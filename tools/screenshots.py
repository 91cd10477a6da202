"""Take the pictures of the README: `make screenshots`. Needs Chromium; builds the demo first."""

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.serving import CHROMIUM, PROTECT, free_port, wait_for

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs/pictures"
PHONE = {"width": 390, "height": 844}
VALLETTA, LIEGE = "ns8wfx", "9wjpfv"
SHOTS = {
    "languages": "/",
    "needs-en": f"/en/{LIEGE}",
    "answers-en": f"/en/{LIEGE}-rx",
    "needs-ar": f"/ar/{LIEGE}",
    "answers-ar": f"/ar/{LIEGE}-rx",
    "needs-ti": f"/ti/{VALLETTA}",
    "answers-ti": f"/ti/{VALLETTA}-gk",
    "helper-en": f"/en/{LIEGE}-fp",
    "traces-en": "/en/g6zdzh",
}


def take(browser: Browser, address: str) -> None:
    for name, path in SHOTS.items():
        page = browser.new_page(viewport=PHONE, device_scale_factor=1.5)
        page.goto(f"{address}{path}")
        page.screenshot(path=PICTURES / f"{name}.png")
        page.close()
        print(f"{name}.png", file=sys.stderr)


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    port = free_port()
    with subprocess.Popen([str(PROTECT), "demo", "--port", str(port)]) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(address)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=CHROMIUM,
                    args=["--no-sandbox", "--disable-background-networking"],
                )
                take(browser, address)
                browser.close()
        finally:
            server.terminate()


main()
