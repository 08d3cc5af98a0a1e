"""What people type: proposals, answers. What they typed stays when it is refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from planning.models import OutputReport
from planning.wording.doubts import doubt, meant, report_doubt
from planning.wording.reading import Unreadable, read_figure
from workplaces.errors import Refused
from workplaces.forms import UploadForm
from workplaces.models import Product

REASON_LENGTH = 2000


class FigureField(forms.CharField):
    """A number, typed with the decimal mark of the reader's language."""

    def __init__(self, **options: Any) -> None:
        """Take the options of a text field."""
        attrs = {"inputmode": "decimal", "autocomplete": "off", **options.pop("attrs", {})}
        super().__init__(widget=forms.TextInput(attrs=attrs), **options)

    def clean(self, value: Any) -> Any:
        """Return the figure, None where nothing was typed."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_figure(text, get_language())
        except Unreadable as problem:
            raise forms.ValidationError(str(problem)) from problem


def reason_field(label: Any, *, required: bool = True) -> forms.CharField:
    """Return a few lines for a reason."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RefusableForm(forms.Form):
    """A form that shows a service's refusal where it belongs."""

    def refuse(self, refused: Refused) -> None:
        """Put each message at its field, and the whole sentence on top where it concerns none of them."""
        for name, message in refused.fields.items():
            if name in self.fields:
                self.add_error(name, message)
        if not any(name in self.fields for name in refused.fields):
            self.add_error(None, refused.message)


class RuleAppealForm(RefusableForm):
    """A workplace says which rule of a sharing-out was broken, and why."""

    rule = forms.ChoiceField(label=_("Which rule was broken?"))
    reason = forms.CharField(label=_("Why?"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))
    sharing = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *given: Any, rules: Mapping[str, str], **options: Any) -> None:
        """Offer ``rules``: by name what the frozen sharing-out has of each."""
        super().__init__(*given, **options)
        choices = [("", "—"), *rules.items()]
        self.fields["rule"] = forms.ChoiceField(label=self.fields["rule"].label, choices=choices)


@dataclass(frozen=True)
class Question:
    """What is asked back about a figure, and the field by which the answer comes with the same figure again."""

    text: str
    answer: str
    name: str
    value: str


class AskingForm(RefusableForm):
    """A form that asks back once where a figure is far from last year's; what was typed stays."""

    question: Question | None = None
    doubted = staticmethod(doubt)

    def asks(self, name: str, *, last: float, unit: str, least: float, most: float | None) -> bool:
        """Say whether the field's figure has to be confirmed first, and put the question if so.

        A figure that was left as it was shown, that comes with its confirmation, or that will be refused for being
        outside ``least`` and ``most``, is not asked about.
        """
        figure = self.cleaned_data.get(name)
        if figure is None or name not in self.changed_data:
            return False
        if figure < least or (most is not None and figure > most):
            return False
        text, sure = self.doubted(figure, last, unit), f"{self.add_prefix(name)}-sure"
        if not text or self.data.get(sure) == repr(figure):
            return False
        self.question = Question(text, meant(figure, unit), sure, repr(figure))
        return True


class ProposalForm(AskingForm):
    """A line's proposal: its output, perhaps inputs as absolute quantities, a note."""

    output = FigureField(label=_("Output"))
    note = reason_field(_("What should others know about it?"), required=False)

    def __init__(self, *args: Any, inputs: Iterable[Product] = (), **options: Any) -> None:
        """Offer a field for each product that the line usually uses."""
        super().__init__(*args, **options)
        self.inputs = list(inputs)
        for product in self.inputs:
            self.fields[f"input_{product.entity_id}"] = FigureField(label=product.label, required=False)

    def figure(self, before: float) -> float:
        """Return the output as typed; ``before``, to its last digit, where the field was left as it was shown."""
        return float(self.cleaned_data["output"]) if "output" in self.changed_data else before

    def stated(self, before: Mapping[int, float], known: Iterable[Product]) -> dict[Product, float]:
        """Return the inputs given as quantities: what the form did not show, or showed and was not touched, stays.

        ``before`` holds the quantities stated so far by product, ``known`` these products. A field that is
        emptied states nothing any more.
        """
        products = {p.entity_id: p for p in [*known, *self.inputs]}
        given = dict(before)
        for product in self.inputs:
            name = f"input_{product.entity_id}"
            if self.add_prefix(name) not in self.data or name not in self.changed_data:
                continue
            given.pop(product.entity_id, None)
            if self.cleaned_data.get(name) is not None:
                given[product.entity_id] = self.cleaned_data[name]
        return {products[entity]: quantity for entity, quantity in given.items()}

    def input_fields(self) -> list[tuple[forms.BoundField, str]]:
        """Return the inputs' fields with their units."""
        return [(self[f"input_{p.entity_id}"], p.unit) for p in self.inputs]


class CounterForm(AskingForm):
    """Another figure, with its reason."""

    prefix = "counter"
    figure = FigureField(label=_("Your figure"))
    reason = reason_field(_("Your reason, for those it affects"))


class FirmForm(RefusableForm):
    """The own figure stays, with a reason."""

    prefix = "firm"
    reason = reason_field(_("Your reason, for those it affects"))


class GiveBackForm(RefusableForm):
    """What has to be corrected before a round can be held."""

    reason = reason_field(_("What has to be corrected, and by whom"))


class AbandonForm(RefusableForm):
    """Why a cycle ends without a plan."""

    reason = reason_field(_("Why does it end without a plan?"))


class ReviseForm(RefusableForm):
    """What has changed, so that a plan in force is revised."""

    reason = reason_field(_("What has changed, or was found out?"))


class KeepForm(RefusableForm):
    """Why a revision ends with the plan kept."""

    reason = reason_field(_("Why is the plan kept?"))


class QuantityRow(AskingForm):
    """A row of a table of consumption to propose."""

    quantity = FigureField(label=_("Quantity"), attrs={"size": 10})


class NoteForm(RefusableForm):
    """What others should know about the figures of a table."""

    note = reason_field(_("Why, for those it affects"), required=False)


class AnswerRow(AskingForm):
    """A row of a table of consumption to answer for; no choice means no answer yet."""

    kind = forms.ChoiceField(
        label=_("Answer"),
        required=False,
        choices=[
            ("", _("no answer yet")),
            ("accept", _("accept")),
            ("counter", _("counter")),
            ("firm", _("hold firm")),
        ],
    )
    figure = FigureField(label=_("Other figure"), required=False, attrs={"size": 9})
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.TextInput(attrs={"size": 18}),
    )


class LineAnswerRow(AnswerRow):
    """A row of a workplace's table of lines: the answers stand side by side, each with the figure it means."""

    kind = forms.ChoiceField(label=_("Answer"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, answers: list[tuple[str, str]], **options: Any) -> None:
        """Offer these answers."""
        super().__init__(*args, **options)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = answers


class ReportRow(AskingForm):
    """A row of a workplace's table of what it made; asked back about is what is far from what was planned."""

    doubted = staticmethod(report_doubt)
    made = FigureField(label=_("What was made"), required=False, attrs={"size": 10})
    cause = forms.ChoiceField(
        label=_("Why not as planned?"), required=False, choices=[("", "–"), *OutputReport.Cause.choices]
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=REASON_LENGTH, widget=forms.TextInput(attrs={"size": 18})
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, stands: int, **options: Any) -> None:
        """Note which version ``stands``: the page says which one it showed."""
        super().__init__(*args, **options)
        self.stands = stands

    @property
    def changed_data(self) -> list[str]:
        """The fields in which something else stands than the page showed."""
        return [name for name in super().changed_data if name != "seen"]

    def clean(self) -> dict[str, Any]:
        """Refuse a change of what somebody else has corrected since the page was opened."""
        data: dict[str, Any] = self.cleaned_data
        if self.has_changed() and data.get("seen") not in {None, self.stands}:
            text = _(
                "Somebody reported this line since you opened the page. Open it again, and correct what stands now."
            )
            raise forms.ValidationError(str(text))
        return data


class ReportFileForm(UploadForm):
    """A workplace's table of what it made, filled in elsewhere."""

    may_change = None


class CycleForm(RefusableForm):
    """A new plan year on a baseline."""

    year = forms.IntegerField(label=_("Plan year"), min_value=1900, max_value=9999)
    baseline = forms.ChoiceField(label=_("Baseline"))

    def __init__(self, *args: Any, baselines: Mapping[str, str], **options: Any) -> None:
        """Offer the baselines by public id."""
        super().__init__(*args, **options)
        field = self.fields["baseline"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = list(baselines.items())


class ListElectionForm(RefusableForm):
    """What is elected by lists, and by when they are put up."""

    title = forms.CharField(label=_("What is elected, in one line"), max_length=200)
    lists_until = forms.DateField(
        label=_("Last day to put up lists"), widget=forms.DateInput(attrs={"type": "date"})
    )
    term_from = forms.DateField(
        label=_("First day of the term"), widget=forms.DateInput(attrs={"type": "date"})
    )
