"""How long the server takes for its main pages, on the demo's country and on a large one, and how much they weigh.

    python -m config.servers run -- .venv/bin/python -m benchmarks.pages [--sizes 2000 100000] [--times 40] [--only TEXT]

Each page is asked for by somebody whom it concerns, through all of the site's middleware, in this process: the time is
the server's, without a network. The country stands in its first round while answers are awaited (*round*), then before the
vote on its plan (*plan*). *First* is the first request of a process, in which anything that is remembered of a finished run
is not yet. *Bare* is the page for signing out, which shows nothing of the economy: *times* is the median as a
multiple of its median in the same minutes. *kB* is the page compressed, with the style sheet, the script and the font.

The limits are 100 ms with 2,000 workplaces and 200 ms with 100,000, for 19 of 20 requests, and 100 kB.
"""

import argparse
import gzip
import os
import re
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ.setdefault("COMMONPLAN_DEMO", "1")

import django

django.setup()

from django.contrib.staticfiles import finders
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks.country import country
from councils.models import Ballot, Council, Mandate
from planning.models import Cycle, Round, RunLine
from workplaces.models import Line, Person, Product, Region, Sector, Workplace

LIMITS = {True: 200.0, False: 100.0}  # milliseconds in a large country, in the demo's
LARGE = 20_000  # workplaces
WEIGHT = 100.0  # kB
STATIC = re.compile(r'(?:href|src)="/static/([^"]+)"')
type Address = Callable[..., str]
PACKED = frozenset({"woff2", "png", "webp"})


@dataclass(frozen=True)
class Page:
    """A page: what it is called in the table, who asks for it, its address."""

    name: str
    who: str
    path: str


@dataclass(frozen=True)
class Measured:
    """Milliseconds of the first and of the later requests, statements, and kB on the wire."""

    first: float
    times: list[float]
    statements: int
    weight: float

    @property
    def median(self) -> float:
        """Return the median."""
        return statistics.median(self.times)

    @property
    def slow(self) -> float:
        """Return what 19 of 20 requests keep."""
        return sorted(self.times)[max(0, -(-len(self.times) * 19 // 20) - 1)]


def people() -> dict[str, Person]:
    """Return somebody of each kind: delegates of a workplace and of a community, on the board, without office."""
    seats = Mandate.objects.filter(person__synthetic=True).select_related("person").order_by("pk")
    delegate = asked_seat()
    board = seats.filter(council__kind=Council.Kind.BOARD)
    first = (
        Person.objects.filter(synthetic=True).exclude(pk__in=Mandate.objects.values("person")).order_by("pk")
    )
    return {
        "coordinator": Person.objects.get(username="coordinator"),
        "delegate": delegate.person,
        "community": seats.filter(council__kind=Council.Kind.COMMUNITY)[0].person,
        "board": board.filter(role=Mandate.Role.MEMBER)[0].person,
        "member": first[0],
    }


def asked_seat() -> Mandate:
    """Return the mandate of a delegate whose workplace the first round asked to change something."""
    return Mandate.objects.filter(
        role=Mandate.Role.DELEGATE, represents__workplace=asked_line().workplace_id
    ).select_related("person")[0]


def asked_line() -> Line:
    """Return a production line that the first round asked to change; where all stay inside their band, that changes."""
    run = Round.objects.get(number=1).published_run_id
    lines = RunLine.objects.filter(run=run, kind=RunLine.Kind.PRODUCTION).exclude(suggested=F("proposed"))
    return Line.objects.get(pk=lines.order_by("-asked", "entity")[0].entity)


def pages(stage: str) -> Iterator[Page]:
    """Yield what is measured in that stage."""
    year, line = Cycle.objects.get().year, asked_line()
    place = Workplace.objects.get(pk=line.workplace_id)
    product = Product.objects.get(pk=line.product_id)

    def planning(name: str, **values: object) -> str:
        return reverse(f"planning:{name}", kwargs={"year": year, **values})

    duties = reverse("planning:duties")
    yield from (
        Page(f"my duties, {who}", who, duties) for who in ("delegate", "coordinator", "community", "member")
    )
    yield Page("cycle", "coordinator", planning("cycle"))
    yield Page("round", "coordinator", planning("round", number=1))
    yield Page("round", "delegate", planning("round", number=1))
    yield from (
        round_pages(planning, line, place, product)
        if stage == "round"
        else plan_pages(planning, line, place, product)
    )


def round_pages(planning: Address, line: Line, place: Workplace, product: Product) -> Iterator[Page]:
    """Yield what is open while a round waits for answers."""
    community = Council.objects.filter(kind=Council.Kind.COMMUNITY).order_by("pk")[0].region
    assert community is not None
    yield Page("matrix", "delegate", planning("matrix", number=1))
    yield Page("matrix, who has not answered", "delegate", planning("matrix", number=1) + "?show=waiting")
    yield Page("line review", "delegate", planning("line_review", number=1, public_id=line.public_id))
    yield Page("changes", "delegate", planning("round_changes", number=1))
    yield Page("changes, waiting", "coordinator", planning("round_changes", number=1) + "?waiting=1")
    yield Page("products of a round", "delegate", planning("products", number=1))
    yield Page("product of a round", "delegate", planning("product", number=1, code=product.code))
    yield Page(
        "what a community uses",
        "community",
        planning("consumption_review", number=1, code=community.code),
    )
    yield Page("workplace's figures", "delegate", planning("workplace", public_id=place.public_id))
    yield Page("a line's figure", "delegate", planning("line", public_id=line.public_id))
    yield Page("places", "member", planning("places"))
    yield Page("a community's figures", "community", planning("consumption", code=community.code))
    yield Page("requests", "delegate", planning("requests"))


def plan_pages(planning: Address, line: Line, place: Workplace, product: Product) -> Iterator[Page]:
    """Yield what is open while the councils vote on the plan."""
    sector, region = Sector.objects.order_by("pk")[0], Region.objects.order_by("pk")[1]
    yield Page("plan", "coordinator", planning("plan"))
    yield Page("plan", "delegate", planning("plan"))
    yield Page("plan", "member", planning("plan"))
    yield Page("plan, its contents", "member", planning("contents"))
    yield Page("programmes", "coordinator", planning("programmes"))
    yield Page("guidelines", "member", planning("guidelines"))
    yield Page("envelopes", "coordinator", planning("envelopes"))
    yield Page("compare", "coordinator", reverse("planning:compare"))
    ballot = Ballot.objects.filter(state="open").select_related("motion").order_by("pk")[0]
    assert ballot.motion is not None
    yield Page("motion", "delegate", reverse("councils:motion", args=[ballot.motion.public_id]))
    yield Page("council", "delegate", reverse("councils:council", args=[ballot.motion.council.public_id]))
    yield Page("councils", "member", reverse("councils:list"))
    yield Page("record", "member", reverse("record:record"))
    for name in ("workplaces", "products", "sectors", "regions", "labour_pools", "scenarios"):
        yield Page(name.replace("_", " "), "member", reverse(f"workplaces:{name}"))
    yield Page("workplaces, searched", "member", reverse("workplaces:workplaces") + "?q=steel")
    yield Page("workplace", "member", reverse("workplaces:workplace", args=[place.public_id]))
    yield Page("product", "member", reverse("workplaces:product", args=[product.public_id]))
    yield Page("sector", "member", reverse("workplaces:sector", args=[sector.public_id]))
    yield Page("region", "member", reverse("workplaces:region", args=[region.public_id]))
    yield Page("line", "member", reverse("workplaces:line", args=[line.public_id]))
    yield Page("sandboxes", "member", reverse("planning:sandboxes"))
    yield Page("notices", "delegate", reverse("notices:settings"))
    yield Page("tour", "member", reverse("planning:tour"))


def measure(client: Client, path: str, times: int) -> Measured:
    """Ask once with statements counted, then as often as wanted; a page that is refused is no measurement."""
    begun = time.perf_counter()
    answer = client.get(path)
    first = 1000 * (time.perf_counter() - begun)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answers {answer.status_code}, so its time says nothing.")
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
        statements = len(asked)
    taken = []
    for _again in range(times):
        begun = time.perf_counter()
        client.get(path)
        taken.append(1000 * (time.perf_counter() - begun))
    return Measured(first, taken, statements, weight(answer.content))


def weight(content: bytes) -> float:
    """Return the kB that a first visit brings: the page and what it names of ours, text compressed."""
    named = set(STATIC.findall(content.decode()))
    return (len(gzip.compress(content, 6)) + sum(map(_static, named))) / 1000


def _static(name: str) -> int:
    found = finders.find(name)
    if found is None:
        raise SystemExit(f"/static/{name} is named by a page and does not exist.")
    with open(found, "rb") as file:
        data = file.read()
    return len(data if name.rpartition(".")[2] in PACKED else gzip.compress(data, 6))


def table(workplaces: int, stage: str, options: argparse.Namespace) -> int:
    """Print the table of one stage; return how many pages are over a limit."""
    known, over, limit = people(), 0, LIMITS[workplaces >= LARGE]
    clients = {who: Client(SERVER_NAME="localhost") for who in known}
    for who, client in clients.items():
        client.force_login(known[who])
    bare = measure(clients["member"], reverse("account_logout"), options.times)
    print(f"\n{workplaces} workplaces, {stage}; limit {limit:.0f} ms; load {os.getloadavg()[0]:.1f}")
    print(
        f"{'page':<32} {'who':<12} {'first':>7} {'p50':>7} {'p95':>7} {'of limit':>9} {'times':>6} {'SQL':>4} {'kB':>5}"
    )
    print(_row("bare", "member", bare, limit, bare))
    for page in pages(stage):
        if options.only and options.only not in page.name:
            continue
        found = measure(clients[page.who], page.path, options.times)
        print(_row(page.name, page.who, found, limit, bare), flush=True)
        over += found.slow > limit or found.weight > WEIGHT
    return over


def _row(name: str, who: str, found: Measured, limit: float, bare: Measured) -> str:
    mark = "  over" if found.slow > limit or found.weight > WEIGHT else ""
    return (
        f"{name:<32} {who:<12} {found.first:>7.0f} {found.median:>7.1f} {found.slow:>7.1f} "
        f"{found.slow / limit:>9.2f} {found.median / bare.median:>6.1f} {found.statements:>4} {found.weight:>5.0f}{mark}"
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[2000, 100_000], help="workplaces")
    parser.add_argument("--times", type=int, default=40, help="requests of each page after the first")
    parser.add_argument("--only", default="", help="only pages whose name contains this")
    options = parser.parse_args()
    over = 0
    for size in options.sizes:
        for stage in ("round", "plan"):
            with country(size, proposed=stage == "plan"):
                over += table(size, stage, options)
    print(f"\n{over} over a limit.")


if __name__ == "__main__":
    main()
