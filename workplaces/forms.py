"""What people type in: lines in absolute quantities, agreements, rows of tables. What they typed stays."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from workplaces.errors import Refused
from workplaces.importing.errors import RowError
from workplaces.importing.figures import Mark, evidence, read_figure
from workplaces.importing.kinds import Kind
from workplaces.importing.reading import MAX_BYTES
from workplaces.models import Counterparty, Occupation, Product, Scenario, Workplace
from workplaces.presentation.figures import locale_for
from workplaces.presentation.readings import two_readings
from workplaces.selectors import by_code

BLANK_ROWS = 4
MOST_ROWS = 200
TYPED = "typed-in.csv"


class FigureField(forms.CharField):
    """A number, typed with the decimal mark of the reader's language (or plainly with the other one)."""

    def __init__(self, **options: Any) -> None:
        """Take the options of a text field."""
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attrs), max_length=40, **options)

    def clean(self, value: Any) -> Any:
        """Return the figure, None where nothing was typed."""
        text = super().clean(value)
        if not text:
            return None
        asked = two_readings(text, get_language())
        if asked:
            raise forms.ValidationError(asked)
        mark = Mark.COMMA if locale_for(get_language()).decimal == "," else Mark.POINT
        shown = evidence(text)
        try:
            figure = read_figure(text, mark if shown is Mark.UNKNOWN else shown)
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from problem
        if figure < 0:
            raise forms.ValidationError(_("This figure cannot be negative."))
        return figure


class CodeField(forms.CharField):
    """A code that must name a row of the scenario; the browser offers those that there are."""

    def __init__(self, tables: Sequence[type[Any]], listed: str, **options: Any) -> None:
        """Look the code up in ``tables``, in order; ``listed`` is the id of a ``<datalist>`` on the page."""
        attrs = {"list": listed, "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attrs), max_length=60, **options)
        self.tables = tables
        self.scenario: Scenario | None = None

    def clean(self, value: Any) -> Any:
        """Return the row, None where nothing was typed."""
        code = super().clean(value)
        if not code or self.scenario is None:
            return None
        for table in self.tables:
            found = by_code(table, self.scenario, code.strip())
            if found is not None:
                return found
        names = _(" or ").join(str(table._meta.verbose_name) for table in self.tables)
        raise forms.ValidationError(
            _("There is no %(what)s with the code “%(code)s”.") % {"what": names, "code": code}
        )


class ScenarioForm(forms.Form):
    """A form whose codes are looked up in one scenario, and that shows a refusal where it belongs."""

    def __init__(self, *args: Any, scenario: Scenario, **options: Any) -> None:
        """Tell every code field the scenario."""
        super().__init__(*args, **options)
        self.scenario = scenario
        for field in self.fields.values():
            if isinstance(field, CodeField):
                field.scenario = scenario

    def refuse(self, refused: Refused) -> None:
        """Put each message at its field, and the whole sentence on top."""
        self.add_error(None, refused.message)
        for name, message in refused.fields.items():
            if name in self.fields:
                self.add_error(name, message)


class PeriodForm(ScenarioForm):
    """A form with a first and a last day."""

    first_day = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    last_day = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day comes before the first."))
        return cleaned

    def period(self) -> DateRange:
        """Return the dates as a range."""
        return DateRange(self.cleaned_data["first_day"], self.cleaned_data["last_day"] + timedelta(days=1))


def plan_year(today: date) -> dict[str, date]:
    """Return the dates that a form begins with: the next calendar year."""
    return {"first_day": date(today.year + 1, 1, 1), "last_day": date(today.year + 1, 12, 31)}


class LineForm(PeriodForm):
    """What a workplace makes in a year."""

    field_order = ["product", "output", "capacity", "first_day", "last_day"]
    product = CodeField([Product], "products", label=gettext_lazy("What you make (code of the product)"))
    output = FigureField(label=gettext_lazy("How much you make"))
    capacity = FigureField(
        label=gettext_lazy("How much you could make"),
        required=False,
        help_text=gettext_lazy("The most that people and equipment allow; the same as the output if empty."),
    )


class NeedRow(ScenarioForm):
    """One input: what, how much, from whom."""

    product = CodeField([Product], "products", label=gettext_lazy("Input (code)"), required=False)
    quantity = FigureField(label=gettext_lazy("Quantity"), required=False)
    source = CodeField(
        [Workplace, Counterparty], "sources", label=gettext_lazy("From (code), or empty"), required=False
    )

    def clean(self) -> dict[str, Any]:
        """Ask for what is missing in a row that somebody began."""
        cleaned = super().clean() or self.cleaned_data
        product, quantity = cleaned.get("product"), cleaned.get("quantity")
        if product is not None and quantity is None and "quantity" not in self.errors:
            self.add_error("quantity", _("How much of it?"))
        if (
            product is None
            and "product" not in self.errors
            and (quantity is not None or cleaned.get("source"))
        ):
            self.add_error("product", _("Of what?"))
        return cleaned

    def refuse_row(self, message: str) -> None:
        """Put a refusal at the row."""
        self.add_error("quantity", message)


class WorkRow(ScenarioForm):
    """One kind of work: which, how many hours."""

    occupation = CodeField(
        [Occupation], "occupations", label=gettext_lazy("Occupation (code)"), required=False
    )
    hours = FigureField(label=gettext_lazy("Hours"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for what is missing in a row that somebody began."""
        cleaned = super().clean() or self.cleaned_data
        occupation, hours = cleaned.get("occupation"), cleaned.get("hours")
        if occupation is not None and hours is None and "hours" not in self.errors:
            self.add_error("hours", _("How many hours?"))
        if occupation is None and "occupation" not in self.errors and hours is not None:
            self.add_error("occupation", _("Of which work?"))
        return cleaned

    def refuse_row(self, message: str) -> None:
        """Put a refusal at the row."""
        self.add_error("hours", message)


NeedRows = forms.formset_factory(NeedRow, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
WorkRows = forms.formset_factory(WorkRow, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class AgreementForm(PeriodForm):
    """An offer: who supplies whom, what, how much, when."""

    role = forms.ChoiceField(
        label=gettext_lazy("Your side"),
        choices=[("supplies", gettext_lazy("we supply")), ("receives", gettext_lazy("we receive"))],
        widget=forms.RadioSelect,
    )
    other = CodeField(
        [Workplace, Counterparty],
        "sources",
        label=gettext_lazy("The other side (code of a workplace or counterparty)"),
    )
    product = CodeField([Product], "products", label=gettext_lazy("Product (code)"))
    quantity = FigureField(label=gettext_lazy("Quantity in that time"))


class UploadForm(forms.Form):
    """A file and what is stated about it."""

    file = forms.FileField(label=gettext_lazy("CSV file"), allow_empty_file=True, max_length=500)
    encoding = forms.ChoiceField(
        label=gettext_lazy("Characters"),
        required=False,
        choices=[
            ("", gettext_lazy("find out")),
            ("utf-8", "UTF-8"),
            ("latin-1", "Latin-1 (Windows-1252)"),
            ("utf-16", "UTF-16"),
        ],
    )
    decimal = forms.ChoiceField(
        label=gettext_lazy("Decimal mark"),
        required=False,
        choices=[
            ("", gettext_lazy("find out")),
            ("point", gettext_lazy("point: 1234.5")),
            ("comma", gettext_lazy("comma: 1234,5")),
        ],
    )
    may_change = forms.BooleanField(
        label=gettext_lazy("Change rows that are there"),
        required=False,
        help_text=gettext_lazy("Without this, a row that is there with other figures is a fault."),
    )

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(limit)s MB; split it.") % {"limit": MAX_BYTES >> 20}
            )
        return file


class RowForm(forms.Form):
    """One row of a kind of table, typed in."""

    def __init__(self, *args: Any, kind: Kind, **options: Any) -> None:
        """Offer a field for each column."""
        super().__init__(*args, **options)
        self.kind = kind
        such_as = _("such as")
        for column in kind.columns:
            hint = str(column.help) + (f" ({such_as} {column.example})" if column.example else "")
            attrs = {"inputmode": "decimal"} if column.is_figure else {}
            self.fields[f"c_{column.name}"] = forms.CharField(
                label=column.name.replace("_", " "),
                required=column.required,
                help_text=hint,
                max_length=400,
                widget=forms.TextInput(attrs=attrs),
            )
        self.fields["may_change"] = forms.BooleanField(
            label=_("Change the row if it is there"), required=False
        )

    def content(self) -> bytes:
        """Return the typed row as a file of one row."""
        import csv
        import io

        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(self.kind.header)
        writer.writerow([" ".join(self.cleaned_data[f"c_{name}"].split()) for name in self.kind.header])
        return out.getvalue().encode()

    def show(self, errors: Sequence[RowError]) -> None:
        """Put each fault at its field."""
        for error in errors:
            name = f"c_{error.column}"
            self.add_error(name if name in self.fields else None, error.message)
