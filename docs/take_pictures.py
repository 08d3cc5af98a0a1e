"""Takes the pictures of the screens that the docs show: ``make pictures``.

A small demonstration is brought up on servers of its own and taken through a cycle by pressing, as its coordinator, what each
page offers first; on the way the pictures are taken in Chromium. At the end the servers and their data go away.
``--url`` takes them from a demonstration that runs already, from where it stands on; ``--into`` writes elsewhere.
"""

import argparse
import io
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, from anywhere

from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from config.demo import launcher  # noqa: E402
from config.servers.endings import orderly_end  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
KIND = launcher.Kind(
    "pictures", {"COMMONPLAN_DEMO": "1"}, "loading Brazil 2021 as 400 workplaces …",
    ["load_demo", "--source", "brazil-2021", "--workplaces", "400", "--seed", "1"],
)  # fmt: skip
DESK, PHONE = (1280, 900), (360, 780)
PATIENCE = 600.0  # seconds until a step of the procedure must have been offered
PAUSE = 1.0
COLOURS = 255


@dataclass(frozen=True)
class Picture:
    """A file and how its page is seen."""

    name: str
    screen: str
    size: tuple[int, int] = DESK
    dark: bool = False
    high: bool = False


PICTURES = (
    Picture("duties.png", "duties"),
    Picture("duties-phone.png", "duties", PHONE),
    Picture("duties-contrast.png", "duties", PHONE, high=True),
    Picture("line.png", "line"),
    Picture("line-phone.png", "line", PHONE),
    Picture("line-phone-dark.png", "line", PHONE, dark=True),
    Picture("round.png", "round", (1280, 1120)),
    Picture("round-dark.png", "round", (1280, 1120), dark=True),
    Picture("round-phone.png", "round", PHONE),
    Picture("vote.png", "vote"),
    Picture("vote-phone.png", "vote", PHONE),
    Picture("plan.png", "plan"),
    Picture("plan-phone.png", "plan", PHONE),
)
COORDINATOR, DELEGATE, MEMBER = "Coordinator of", "Delegate of", "without office"
# What may be pressed on a page, in this order; the first that is there is.
PRESSED = (
    "Let the others propose",
    "Let the others answer",
    "Start the iteration",
    "Publish suggestions",
)


class Camera:
    """Signs in as somebody and takes the pictures of a screen."""

    def __init__(self, browser: Browser, url: str, into: Path) -> None:
        """Take pictures of the demonstration at ``url`` into the folder ``into``."""
        self.browser, self.url, self.into = browser, url, into

    @contextmanager
    def tab(self, role: str, picture: Picture | None = None) -> Iterator[Page]:
        """A tab in which somebody of that role has signed in, those first whom something waits for."""
        seen = picture or Picture("", "")
        context = self.browser.new_context(
            viewport={"width": seen.size[0], "height": seen.size[1]}, locale="en", reduced_motion="reduce",
            color_scheme="dark" if seen.dark else "light", contrast="more" if seen.high else "no-preference",
            device_scale_factor=2 if seen.size == PHONE else 1,
        )  # fmt: skip
        page = context.new_page()
        page.goto(f"{self.url}accounts/login/")
        offered = page.get_by_role("button", name=role)
        waited = offered.filter(has_text="Waiting")
        (waited if waited.count() else offered).first.click()
        page.wait_for_url("**/duties/")
        yield page
        context.close()

    def take(self, screen: str, role: str, go: Callable[[Page], object]) -> None:
        """Take every picture of this screen, as that role sees it after ``go``."""
        for picture in PICTURES:
            if picture.screen == screen:
                with self.tab(role, picture) as page:
                    go(page)
                    page.wait_for_load_state("networkidle")
                    write(self.into / picture.name, page.screenshot())


def write(path: Path, png: bytes) -> None:
    """Write a picture in few colours, which a page of text and bars does not miss."""
    few = (
        Image.open(io.BytesIO(png))
        .convert("RGB")
        .quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    )
    few.save(path, optimize=True)
    say(f"{path.name}: {path.stat().st_size // 1024} kB")


def step(page: Page, url: str) -> str:
    """Press what the coordinator's first duty leads to, the others' buttons first; return what was pressed."""
    page.goto(f"{url}duties/")
    duties = page.locator("main .rows > li a.button")
    if not duties.count():
        return ""
    duties.first.click()
    page.wait_for_load_state()
    buttons = [
        *(page.get_by_role("button", name=name) for name in PRESSED),
        page.locator("main button.primary"),
    ]
    for button in buttons:
        if button.count() and button.first.is_enabled():
            name = button.first.inner_text()
            button.first.click()
            page.wait_for_load_state()
            return name
    return ""


def until(page: Page, url: str, reached: Callable[[str], Any]) -> None:
    """Take steps until one is reached. Raises RuntimeError when none is offered for long."""
    last = time.monotonic()
    while True:
        pressed = step(page, url)
        if pressed:
            say(f"pressed: {pressed}")
            last = time.monotonic()
        if pressed and reached(pressed):
            return
        if time.monotonic() - last > PATIENCE:
            raise RuntimeError(f"Nothing was offered for {PATIENCE:.0f} s on {page.url}.")
        time.sleep(PAUSE)


def first_duty(page: Page) -> None:
    """Open what stands first on “My duties”."""
    page.locator("main .rows > li a.button").first.click()


def run(camera: Camera) -> None:
    """Go through the cycle and take every picture on the way."""
    with camera.tab(COORDINATOR) as page:
        until(page, camera.url, lambda pressed: pressed.startswith("Publish"))
        at = page.url
        camera.take("round", COORDINATOR, lambda tab: tab.goto(at))
        camera.take("duties", DELEGATE, lambda _tab: None)
        camera.take("line", DELEGATE, first_duty)
        until(page, camera.url, lambda pressed: "councils" in pressed or "plan" in pressed.lower())
        camera.take("vote", DELEGATE, first_duty)
        camera.take("plan", MEMBER, lambda tab: tab.goto(f"{camera.url}plan/"))


def say(text: str) -> None:
    """Tell the person who waits how far it is."""
    sys.stderr.write(f"pictures: {text}\n")


def main(arguments: list[str]) -> int:
    """Take the pictures; return 0."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--url", help="a demonstration that runs already")
    parser.add_argument("--into", type=Path, default=FOLDER, help="the folder to write to (docs/pictures)")
    options = parser.parse_args(arguments)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        say("there is no Chromium on the PATH. On Debian: apt-get install chromium")
        return 1
    options.into.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(orderly_end())
        url = options.url or stack.enter_context(launcher.running(say, KIND)).url
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        stack.callback(browser.close)
        run(Camera(browser, url.rstrip("/") + "/", options.into))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
