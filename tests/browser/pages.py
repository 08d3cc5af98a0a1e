"""What every page must hold in a browser: no sideways scrolling, nothing refused or failed, axe finds nothing."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

VENDOR = Path(__file__).parent / "vendor"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDER_THAN_THE_PAGE = """() => {
  const width = document.documentElement.clientWidth;
  const scrolls = (node) => node && (["auto", "scroll", "hidden"].includes(getComputedStyle(node).overflowX)
    || scrolls(node.parentElement));
  return [...document.querySelectorAll("body *")]
    .filter((node) => node.getBoundingClientRect().right > width + 1 && !scrolls(node.parentElement))
    .map((node) => node.outerHTML.slice(0, 120));
}"""
LOG: dict[Page, list[str]] = {}
SCRIPTLESS: set[Page] = set()


def watch(page: Page, *, script: bool = True) -> Page:
    """Note everything that goes wrong in this tab: console errors, refused resources, scripts that fail."""
    if not script:
        SCRIPTLESS.add(page)
    log = LOG.setdefault(page, [])
    page.on("console", lambda message: log.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: log.append(str(error)))
    page.on("requestfailed", lambda request: log.append(f"{request.url}: {request.failure}"))
    page.on("close", forget)
    return page


def forget(page: Page) -> None:
    """Drop the log of a tab that was closed."""
    LOG.pop(page, None)
    SCRIPTLESS.discard(page)


def assert_page_ok(page: Page, *, ignore: tuple[str, ...] = (), contrast: float = 4.5) -> None:
    """Fail with every fault of the page at once; ``ignore`` names axe rules that do not hold for it, with a reason
    where it is called; ``contrast`` is what text must have, 4.5 or 7. In a tab without JavaScript axe cannot run,
    and asking it to would wait for ever."""
    assert page not in SCRIPTLESS, "axe needs JavaScript: check the page in a tab that has it"
    faults = [*LOG[page], *_too_wide(page), *_axe(page, ignore, contrast)]
    assert not faults, f"{page.url}:\n" + "\n".join(faults)


def watch_shifts(page: Page) -> None:
    """Count from now on how far things move on the page by themselves, as the browser's layout-shift entries do."""
    page.evaluate("""() => {
      window.layoutShifted = 0;
      window.layoutShifts = new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.layoutShifted += entry.value;
      });
      window.layoutShifts.observe({type: "layout-shift"});
    }""")


def shifted(page: Page) -> float:
    """Return how far things have moved since ``watch_shifts``; what follows at once on a key or a tap counts too."""
    return float(
        page.evaluate("""() => new Promise((done) => setTimeout(() => {
      for (const entry of window.layoutShifts.takeRecords()) window.layoutShifted += entry.value;
      done(window.layoutShifted);
    }, 100))""")
    )


def assert_fits(page: Page, *widths: int) -> None:
    """Fail if the page scrolls sideways at one of these widths."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        faults = _too_wide(page)
        assert not faults, f"{page.url} at {width} px:\n" + "\n".join(faults)


def _too_wide(page: Page) -> list[str]:
    """Elements that make the page scroll sideways; a table may scroll inside its own frame."""
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    wide: list[str] = page.evaluate(WIDER_THAN_THE_PAGE) if over > 0 else []
    return [f"{over} px too wide: {node}" for node in wide] or ([f"{over} px too wide"] if over > 0 else [])


def _axe(page: Page, ignore: tuple[str, ...], contrast: float) -> list[str]:
    page.evaluate(_axe_source())
    options: dict[str, Any] = {"runOnly": RULES, "rules": {name: {"enabled": False} for name in ignore}}
    options["rules"] |= {"color-contrast-enhanced": {"enabled": contrast >= 7}}
    result: dict[str, Any] = page.evaluate("(options) => axe.run(document, options)", options)
    assert result["passes"], "axe checked nothing"
    return [
        f"axe {found['id']} ({found['impact']}): {found['help']}: {node['html'][:200]} {_why(node)}"
        for found in result["violations"]
        for node in found["nodes"]
    ]


def _why(node: dict[str, Any]) -> str:
    return str(node.get("failureSummary", "")).replace("\n", " ")


@cache
def _axe_source() -> str:
    return (VENDOR / "axe.min.js").read_text(encoding="utf-8")
