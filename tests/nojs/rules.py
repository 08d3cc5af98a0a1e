"""What every page must be: usable without JavaScript, harmless under the policy, legible to a machine that reads aloud."""

from collections.abc import Callable, Iterator

from tests.nojs.page import Element, Page

VERBS = ("hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete")
SILENT = frozenset({"hidden", "submit", "button", "image", "reset"})
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy_faults(header: str) -> Iterator[str]:
    """Say how a Content-Security-Policy differs from the strict one."""
    found = dict(part.strip().split(" ", 1) for part in header.split(";") if part.strip())
    if found != POLICY:
        yield f"content security policy: {header or 'none'}"


def plain_fallback(page: Page) -> Iterator[str]:
    """Whatever htmx does on a click or a submission, a link or a form does without it.

    What htmx does by itself (a refresh while something runs, a part loaded later) needs no fallback of its own
    when it stands on a link or when reloading the page shows the same; neither does a part in which a link to the
    same address stands until htmx has fetched it.
    """
    for element in page.every():
        verb = next((verb for verb in VERBS if verb in element.attributes), None)
        if verb is None or (verb == "hx-get" and by_itself(element)):
            continue
        if verb == "hx-get" and element.tag == "a" and element.get("href"):
            continue
        if verb == "hx-get" and any(
            e.tag == "a" and e.get("href") == element.get(verb) for e in element.all()
        ):
            continue
        form = element.within("form")
        if form is None or (verb != "hx-get" and form.get("method").lower() != "post"):
            yield f"no plain way for {element}"


def by_itself(element: Element) -> bool:
    """Say whether htmx acts without anybody doing something."""
    trigger = element.get("hx-trigger")
    return "every" in trigger or trigger.startswith(("load", "revealed"))


def refresh_without_form(page: Page) -> Iterator[str]:
    """A part that is fetched again and again holds no form that somebody may be filling in."""
    for element in page.every():
        if "every" in element.get("hx-trigger"):
            target = element.get("hx-target").removeprefix("#")
            parts = (
                [e for e in page.every() if e.get("id") == target]
                if target not in {"", "this"}
                else [element]
            )
            for part in parts:
                forms = [e for e in part.all() if e.tag in {"form", "input", "textarea", "select"}]
                if forms:
                    yield f"{element} refreshes {forms[0]}"


def nothing_inline(page: Page) -> Iterator[str]:
    """No style, script or handler stands in the page itself."""
    for element in page.every():
        if element.tag == "style" or "style" in element.attributes:
            yield f"inline style: {element}"
        if element.tag == "script" and not element.get("src") and element.get("type") != "application/json":
            yield f"inline script: {element}"
        for name, value in element.attributes.items():
            if name.startswith("on") or (
                name in {"href", "src", "action"} and "javascript:" in value.lower()
            ):
                yield f"inline handler: {element}"
            if name in {"src", "action"} and value.startswith(("http:", "https:", "//")):
                yield f"from another host: {element}"


def forms_are_guarded(page: Page) -> Iterator[str]:
    """Every form that posts carries the token against forgery; none hides a change behind a GET."""
    for form in page.every("form"):
        method = form.get("method").lower() or "get"
        token = any(e.get("name") == "csrfmiddlewaretoken" for e in form.all())
        if method == "post" and not token:
            yield f"no token: {form}"
        if method == "get" and token:
            yield f"a GET that carries the token: {form}"


def speaks(page: Page) -> Iterator[str]:
    """The page has a title, a language, one main heading; every field has a label, every button a name."""
    titles = [e.text.strip() for e in page.every("title") if e.within("svg") is None]
    if not (titles and titles[0]):
        yield "no title"
    if not (page.every("html") and page.every("html")[0].get("lang")):
        yield "no language"
    if len(page.every("h1")) != 1:
        yield f"{len(page.every('h1'))} main headings"
    labelled = {e.get("for") for e in page.every("label")}
    for element in page.every("input", "select", "textarea"):
        named = element.get("aria-label") or element.get("aria-labelledby") or element.within("label")
        if element.get("type") not in SILENT and not named and element.get("id") not in labelled:
            yield f"no label: {element}"
    for button in page.every("button"):
        if not (button.text.strip() or button.get("aria-label")):
            yield f"no name: {button}"


def ids_are_unique(page: Page) -> Iterator[str]:
    """No two elements share an id."""
    ids = [e.get("id") for e in page.every() if e.get("id")]
    yield from (f"id twice: {name}" for name in sorted({i for i in ids if ids.count(i) > 1}))


RULES: tuple[Callable[[Page], Iterator[str]], ...] = (
    plain_fallback,
    refresh_without_form,
    nothing_inline,
    forms_are_guarded,
    speaks,
    ids_are_unique,
)


def faults(html: str) -> list[str]:
    """Return everything that is wrong with a page."""
    page = Page(html)
    return [fault for rule in RULES for fault in rule(page)]
