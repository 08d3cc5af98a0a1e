"""The tables that people browse: columns, search words, order. One description serves page and CSV."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, ngettext

from workplaces import selectors
from workplaces.models import (
    Agreement,
    Counterparty,
    DemandLine,
    LabourPool,
    Line,
    Product,
    Region,
    Resource,
    Scenario,
    Sector,
    TradeLine,
    Workplace,
)
from workplaces.presentation import figures
from workplaces.views.common import Here, day, period

Value = Callable[[Any], Any]


@dataclass(frozen=True)
class Column:
    """``value`` is what the CSV gets; ``shown`` the text on the page; ``sort`` the field to order by."""

    key: str
    label: Any
    value: Value
    shown: Callable[[Any, str | None], Any] | None = None
    sort: str = ""
    css: str = ""
    url: Callable[[Any, Here], str] | None = None
    only: str = ""  # "page" or "csv" for what only one of the two shows


@dataclass(frozen=True)
class Table:
    """``count`` says in a sentence how many there are; ``import_kind`` names the import that fills it."""

    name: str
    label: Any
    rows: Callable[[Here], QuerySet[Any]]
    columns: Sequence[Column]
    search: Sequence[str]
    count: Callable[[int], str]
    empty: Any
    order: str
    import_kind: str = ""


def number(field: str, digits: int = 0) -> Callable[[Any, str | None], str]:
    """Show a field as a number."""
    return lambda row, lang: figures.number(_get(row, field), lang, digits=digits)


def quantity(field: str, unit: str) -> Callable[[Any, str | None], str]:
    """Show a field in the unit that another field names."""
    return lambda row, lang: figures.quantity(_get(row, field), _get(row, unit) or "", lang)


def money(field: str) -> Callable[[Any, str | None], str]:
    """Show a field as money of the scenario's currency."""
    return lambda row, lang: figures.money(_get(row, field), row.scenario.currency, lang)


def field(name: str) -> Value:
    """Return a field, through relations."""
    return lambda row: _get(row, name)


def link(page: str, through: str = "") -> Callable[[Any, Here], str]:
    """Link to the page of a row, or of a row it refers to."""

    def url(row: Any, place: Here) -> str:
        target = _get(row, through) if through else row
        return place.url(page, target.public_id) if target else ""

    return url


def _get(row: Any, path: str) -> Any:
    for name in path.split("."):
        row = getattr(row, name, None)
        if row is None:
            return None
    return row


def _in(table: Any, *related: str) -> Callable[[Here], QuerySet[Any]]:
    return lambda place: table.objects.in_scenario(place.scenario).select_related("scenario", *related)


CODE = Column("code", gettext_lazy("Code"), field("code"), sort="code", css="quiet")


def name_column(page: str, label: Any) -> Column:
    """Return the first column: the name, linked to its page."""
    return Column("name", label, field("label"), sort="name", url=link(page))


def region_column(path: str = "region") -> Column:
    """Return the column of the place."""
    return Column(
        "region",
        gettext_lazy("Place"),
        field(f"{path}.label"),
        sort=f"{path}__name",
        url=link("region", path),
    )


WORKPLACES = Table(
    "workplaces",
    gettext_lazy("Workplaces"),
    _in(Workplace, "region", "main_sector", "owner"),
    (
        name_column("workplace", gettext_lazy("Workplace")),
        CODE,
        region_column(),
        Column("sector", gettext_lazy("Main sector"), field("main_sector.label"), sort="main_sector__name",
               url=link("sector", "main_sector")),
        Column("form", gettext_lazy("Form"), lambda row: row.get_form_display(), sort="form", css="quiet"),
        Column("size", gettext_lazy("People"), field("size"), number("size"), "size", "num"),
    ),
    ("name", "code", "region__name", "main_sector__name"),
    lambda n: ngettext("%(n)s workplace plans here", "%(n)s workplaces plan here", n),
    gettext_lazy("Workplaces come in from a table, or one by one; each gets an assembly of its own."),
    "name",
    "workplaces",
)  # fmt: skip

PRODUCTS = Table(
    "products",
    gettext_lazy("Products"),
    _in(Product),
    (
        name_column("product", gettext_lazy("Product")),
        CODE,
        Column("unit", gettext_lazy("Unit"), field("unit"), sort="unit"),
        Column("price", gettext_lazy("Accounting price"), field("price"), money("price"), "price", "num"),
        Column("price_status", gettext_lazy("Status"), lambda row: row.get_price_status_display(),
               sort="price_status", css="quiet"),
    ),
    ("name", "code", "names"),
    lambda n: ngettext("%(n)s product is planned", "%(n)s products are planned", n),
    gettext_lazy("Goods and services come in from a table, or one by one, each with its unit."),
    "name",
    "products",
)  # fmt: skip

SECTORS = Table(
    "sectors",
    gettext_lazy("Sectors"),
    _in(Sector),
    (name_column("sector", gettext_lazy("Sector")), CODE),
    ("name", "code"),
    lambda n: ngettext("%(n)s sector", "%(n)s sectors", n),
    gettext_lazy("Sectors come in from a table, or one by one; each gets a council."),
    "name",
    "sectors",
)

REGIONS = Table(
    "regions",
    gettext_lazy("Regions and communities"),
    lambda _place: Region.objects.select_related("parent"),
    (
        name_column("region", gettext_lazy("Place")),
        CODE,
        Column("kind", gettext_lazy("Kind"), lambda row: row.get_kind_display(), sort="kind"),
        Column("parent", gettext_lazy("Lies in"), field("parent.label"), sort="parent__name",
               url=link("region", "parent")),
        Column("population", gettext_lazy("People"), field("population"), number("population"), "population", "num"),
    ),
    ("name", "code"),
    lambda n: ngettext("%(n)s place", "%(n)s places", n),
    gettext_lazy("Regions and communities come in from a table, or one by one; each gets a council."),
    "name",
    "regions",
)  # fmt: skip

POOLS = Table(
    "labour_pools",
    gettext_lazy("Labour pools"),
    _in(LabourPool, "region", "occupation"),
    (
        Column("occupation", gettext_lazy("Occupation"), field("occupation.label"), sort="occupation__name",
               url=link("labour_pool")),
        region_column(),
        Column("hours", gettext_lazy("Hours offered"), field("hours"),
               quantity("hours", "occupation.unit"), "hours", "num"),
        Column("unit", gettext_lazy("Unit"), field("occupation.unit"), only="csv"),
        Column("wage", gettext_lazy("Accounting wage per hour"), field("wage"), money("wage"), "wage", "num"),
    ),
    ("occupation__name", "occupation__code", "region__name"),
    lambda n: ngettext("%(n)s labour pool", "%(n)s labour pools", n),
    gettext_lazy("Labour pools say how many hours of which work people offer where."),
    "occupation",
    "labour_pools",
)  # fmt: skip

RESOURCES = Table(
    "resources",
    gettext_lazy("Limited resources"),
    _in(Resource, "owner"),
    (
        name_column("resource", gettext_lazy("Resource")),
        CODE,
        Column("owner", gettext_lazy("Owner"), field("owner.label"), sort="owner__name"),
        Column("unit", gettext_lazy("Unit"), field("unit"), css="quiet"),
        Column("cap", gettext_lazy("Cap"), field("cap"), quantity("cap", "unit"), "cap", "num"),
    ),
    ("name", "code"),
    lambda n: ngettext("%(n)s limited resource", "%(n)s limited resources", n),
    gettext_lazy("Natural resources and emissions, with the cap that their owner set."),
    "name",
    "resources",
)

COUNTERPARTIES = Table(
    "counterparties",
    gettext_lazy("Outside counterparties"),
    _in(Counterparty),
    (name_column("counterparty", gettext_lazy("Counterparty")), CODE),
    ("name", "code"),
    lambda n: ngettext(
        "%(n)s counterparty outside the federation", "%(n)s counterparties outside the federation", n
    ),
    gettext_lazy("Suppliers and customers who are not part of the federation."),
    "name",
    "counterparties",
)


def party(row: Agreement, side: str) -> Any:
    """Return who supplies or receives: a workplace, else the counterparty."""
    return getattr(row, side) or row.counterparty


def party_url(side: str) -> Callable[[Any, Here], str]:
    """Link to who supplies or receives."""

    def url(row: Any, place: Here) -> str:
        inside = getattr(row, side)
        return (
            place.url("workplace", inside.public_id)
            if inside
            else place.url("counterparty", row.counterparty.public_id)
        )

    return url


AGREEMENTS = Table(
    "agreements",
    gettext_lazy("Agreements"),
    lambda place: selectors.agreements(place.scenario).select_related(
        "scenario", "supplier", "client", "counterparty", "product"
    ),
    (
        Column("product", gettext_lazy("Product"), field("product.label"), sort="product__name", url=link("agreement")),
        Column("supplier", gettext_lazy("Supplier"), lambda row: str(party(row, "supplier")), sort="supplier__name",
               url=party_url("supplier")),
        Column("client", gettext_lazy("Client"), lambda row: str(party(row, "client")), sort="client__name",
               url=party_url("client")),
        Column("quantity", gettext_lazy("Quantity"), field("quantity"), quantity("quantity", "product.unit"),
               "quantity", "num"),
        Column("unit", gettext_lazy("Unit"), field("product.unit"), only="csv"),
        Column("when", gettext_lazy("When"), lambda row: row.period.lower, lambda row, _lang: period(row.period),
               "period", only="page"),
        Column("from", gettext_lazy("From"), lambda row: row.period.lower, only="csv"),
        Column("until", gettext_lazy("Until before"), lambda row: row.period.upper, only="csv"),
        Column("state", gettext_lazy("State"), lambda row: row.get_state_display(), sort="state"),
    ),
    ("product__name", "supplier__name", "client__name", "counterparty__name"),
    lambda n: ngettext("%(n)s agreement on who supplies whom", "%(n)s agreements on who supplies whom", n),
    gettext_lazy("Workplaces agree among themselves who supplies whom, how much and when."),
    "-when",
    "agreements",
)  # fmt: skip

SCENARIOS = Table(
    "scenarios",
    gettext_lazy("Baselines and scenarios"),
    lambda place: (
        Scenario.objects.exclude(kind=Scenario.Kind.SANDBOX)
        | Scenario.objects.filter(kind=Scenario.Kind.SANDBOX, created_by=place.person)
    ).select_related("parent"),
    (
        Column("name", gettext_lazy("Scenario"), field("name"), sort="name",
               url=lambda row, place: place.url("scenario", row.public_id)),
        Column("kind", gettext_lazy("Kind"), lambda row: row.get_kind_display(), sort="kind", css="quiet"),
        Column("parent", gettext_lazy("Branches from"), field("parent.name")),
        Column("state", gettext_lazy("State"), lambda row: row.get_state_display(), sort="state"),
        Column("closed", gettext_lazy("Closed"), field("closed_at"), lambda row, _lang: day(row.closed_at),
               "closed_at", "nowrap"),
        Column("digest", gettext_lazy("Digest"), field("digest"), lambda row, _lang: row.digest[:12] or "–", css="digest"),
    ),
    ("name", "digest"),
    lambda n: ngettext("%(n)s version of the economy", "%(n)s versions of the economy", n),
    gettext_lazy("The first baseline is made when the federation is set up."),
    "-id",
)  # fmt: skip

LINES = (
    Column(
        "workplace", gettext_lazy("Workplace"), field("workplace.label"), url=link("workplace", "workplace")
    ),
    Column("product", gettext_lazy("Product"), field("product.label"), url=link("line")),
    Column(
        "last",
        gettext_lazy("Made last"),
        field("last_output"),
        quantity("last_output", "product.unit"),
        css="num",
    ),
    Column(
        "capacity",
        gettext_lazy("Capacity"),
        field("capacity"),
        quantity("capacity", "product.unit"),
        css="num",
    ),
)
DEMAND = (
    Column("product", gettext_lazy("Product"), field("product.label"), url=link("product", "product")),
    Column("place", gettext_lazy("Place"), field("region.label"), url=link("region", "region")),
    Column("category", gettext_lazy("Use"), lambda row: row.get_category_display(), css="quiet"),
    Column("last", gettext_lazy("Last"), field("last"), quantity("last", "product.unit"), css="num"),
    Column("floor", gettext_lazy("Guaranteed"), field("floor"), quantity("floor", "product.unit"), css="num"),
)
TRADE = (
    Column("product", gettext_lazy("Product"), field("product.label"), url=link("product", "product")),
    Column("counterparty", gettext_lazy("Counterparty"), field("counterparty.label"),
           url=link("counterparty", "counterparty")),
    Column("direction", gettext_lazy("Direction"), lambda row: row.get_direction_display(), css="quiet"),
    Column("last", gettext_lazy("Last"), field("last"), quantity("last", "product.unit"), css="num"),
    Column("limit", gettext_lazy("Limit"), field("limit"), quantity("limit", "product.unit"), css="num"),
    Column("price", gettext_lazy("World price"), field("world_price"), money("world_price"), css="num"),
)  # fmt: skip

TABLES = {
    table.name: table
    for table in (
        WORKPLACES, PRODUCTS, SECTORS, REGIONS, POOLS, RESOURCES, COUNTERPARTIES, AGREEMENTS, SCENARIOS,
    )
}  # fmt: skip


def demand_rows(place: Here, **where: Any) -> QuerySet[DemandLine]:
    """Return final uses as the scenario shows them, the largest first."""
    found = DemandLine.objects.in_scenario(place.scenario).filter(**where)
    ordered: QuerySet[DemandLine] = found.select_related("product", "region", "scenario").order_by(
        "-last", "pk"
    )
    return ordered


def line_rows(place: Here, **where: Any) -> QuerySet[Line]:
    """Return lines as the scenario shows them, the largest first."""
    found = Line.objects.in_scenario(place.scenario).filter(**where)
    ordered: QuerySet[Line] = found.select_related("product", "workplace", "scenario").order_by(
        "-last_output", "pk"
    )
    return ordered


def trade_rows(place: Here, **where: Any) -> QuerySet[TradeLine]:
    """Return trade with the outside as the scenario shows it."""
    return selectors.trade(place.scenario, **where).select_related("scenario", "product", "counterparty")
