"""A question with options as its mover types it: one option a line, and what belongs to the rule."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from councils import questions
from councils.forms import ServiceForm
from workplaces.errors import Refused

RULES = [
    ("", _("Yes or no")),
    (questions.APPROVAL, _("Which of these? Approve as many as you accept")),
    (questions.SCORE, _("Which of these? Give points")),
    (questions.INSTANT_RUNOFF, _("Which of these? Rank them, counted by instant run-off")),
    (questions.SCHULZE, _("Which of these? Rank them, counted by Schulze")),
    (questions.RANKED_PAIRS, _("Which of these? Rank them, counted by ranked pairs")),
    (questions.EQUAL_SHARES, _("Which projects for a budget? Equal Shares: every group decides its part")),
    (questions.GREEDY, _("Which projects for a budget? Most votes first")),
    (questions.MEDIAN, _("How much? One number, the middle one is chosen")),
    (questions.INDEPENDENT_MARKETS, _("How is a whole divided among parts?")),
    (questions.DHONDT, _("Which list gets how many seats? D'Hondt")),
    (questions.SAINTE_LAGUE, _("Which list gets how many seats? Sainte-Laguë, kinder to small lists")),
]
COMPLETIONS = [
    ("1pct", _("raise all shares by a hundredth at a time until nothing more fits")),
    ("add1", _("raise all shares by one unit at a time until nothing more fits")),
    ("none", _("it stays unspent")),
    ("1pct-until-overspend", _("a hundredth at a time until a count would spend too much")),
    ("add1-until-overspend", _("one unit at a time until a count would spend too much")),
]
# The form's fields that each rule reads, by the name that the question has for them.
FIELDS: Mapping[str, Mapping[str, str]] = {
    questions.APPROVAL: {"places": "places"},
    questions.SCORE: {"places": "places", "most": "most_points", "total": "total_points"},
    questions.EQUAL_SHARES: {"budget": "budget", "unit": "unit", "completion": "completion"},
    questions.GREEDY: {"budget": "budget", "unit": "unit"},
    questions.MEDIAN: {"least": "lowest", "most": "highest", "status_quo": "today", "unit": "unit"},
    questions.INDEPENDENT_MARKETS: {"whole": "whole"},
    questions.DHONDT: {"seats": "list_seats"},
    questions.SAINTE_LAGUE: {"seats": "list_seats"},
}
TEXTS = ("unit", "completion", "lowest", "highest", "today")


class QuestionForm(ServiceForm):
    """What a motion asks instead of yes or no."""

    rule = forms.ChoiceField(label=_("What does it ask?"), choices=RULES, required=False)
    options = forms.CharField(
        label=_("The options, one a line"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "Projects with their cost after a semicolon (“Roof; 12000”); parts of a whole, where the law gives them "
            "a least share, with that (“Wages; 10”). A question for a number has no options."
        ),
    )
    places = forms.CharField(
        label=_("How many are to be chosen?"),
        required=False,
        help_text=_("Approval and points; 1 unless given."),
    )
    most_points = forms.CharField(
        label=_("Most points for one option"), required=False, help_text=_("Points; 10 unless given.")
    )
    total_points = forms.CharField(
        label=_("Points of one vote in all"), required=False, help_text=_("Points; no limit unless given.")
    )
    budget = forms.CharField(label=_("Budget"), required=False, help_text=_("Projects; a whole number."))
    completion = forms.ChoiceField(
        label=_("Of what is left over"), required=False, choices=COMPLETIONS, help_text=_("Equal Shares.")
    )
    unit = forms.CharField(
        label=_("Unit"), required=False, max_length=30, help_text=_("Projects and numbers.")
    )
    lowest = forms.CharField(label=_("Least number"), required=False, help_text=_("A number."))
    highest = forms.CharField(label=_("Largest number"), required=False, help_text=_("A number."))
    today = forms.CharField(
        label=_("What holds today"),
        required=False,
        help_text=_("A number; it decides between two in the middle."),
    )
    list_seats = forms.CharField(
        label=_("Seats"), required=False, help_text=_("Lists; the options are their names, one a line.")
    )
    whole = forms.ChoiceField(
        label=_("Shares in"),
        required=False,
        choices=[("100", "%"), ("1000", "‰")],
        help_text=_("Parts of a whole."),
    )

    @classmethod
    def filled(cls, question: questions.Question) -> dict[str, str]:
        """Return what stands in the fields for a question as it is."""
        name = "cost" if question.rule in questions.PORTFOLIO else "least"
        fields = FIELDS.get(question.rule, {})
        return {
            "rule": question.rule,
            "options": "\n".join(_line(option, name, question.rule) for option in question.options),
            **{fields[name]: str(value) for name, value in question.params.items()},
        }

    def asks(self) -> dict[str, Any] | None:
        """Return what is asked as ``councils.questions`` checks it, None for yes or no."""
        given = self.data
        rule = str(given.get("rule", ""))
        if not rule:
            return None
        params = {
            name: _value(field, str(given.get(field, "")).strip())
            for name, field in FIELDS.get(rule, {}).items()
        }
        lines = [line.strip() for line in str(given.get("options", "")).splitlines() if line.strip()]
        return {
            "rule": rule,
            "options": [_option(rule, line) for line in lines],
            "params": {name: value for name, value in params.items() if value != ""},
        }

    def show(self, problem: Refused) -> "QuestionForm":
        """Put a refusal's reasons at their fields, which the form names in its own words."""
        names = FIELDS.get(str(self.data.get("rule", "")), {})
        told = {names.get(name, name): reason for name, reason in problem.fields.items()}
        self.full_clean()
        for field, reason in told.items():
            if field in self.fields:
                self.add_error(field, reason)
        return self


def _line(option: questions.Answer, name: str, rule: str) -> str:
    figure = getattr(option, name)
    has_figure = figure or (rule == questions.INDEPENDENT_MARKETS and ";" in option.label)
    return f"{option.label}; {figure}" if has_figure else option.label


def _option(rule: str, line: str) -> dict[str, Any]:
    name = {questions.INDEPENDENT_MARKETS: "least"}.get(rule, "cost" if rule in questions.PORTFOLIO else "")
    label, semicolon, figure = line.rpartition(";")
    if not name or not semicolon:
        return {"label": line}
    return {"label": label.strip(), name: _value(name, figure.strip())}


def _value(field: str, text: str) -> Any:
    """Return a whole number where one is typed; everything else as it stands, for the question to refuse."""
    if field in TEXTS:
        return text.replace(",", ".") if field in {"lowest", "highest", "today"} else text
    plain = text.replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 16 else text


class AmendedQuestionForm(QuestionForm):
    """What a motion with options asks, as somebody would have it: by the same rule, so with its fields only."""

    def __init__(self, *arguments: Any, question: questions.Question, **options: Any) -> None:
        """Offer the fields that the question's rule reads, filled in as it stands."""
        super().__init__(*arguments, **{"initial": self.filled(question), **options})
        kept = {"rule", *FIELDS.get(question.rule, {}).values()}
        if question.rule != questions.MEDIAN:
            kept.add("options")
        for name in set(self.fields) - kept:
            del self.fields[name]
        self.fields["rule"].widget = forms.HiddenInput()


class AskingForm(QuestionForm):
    """A question with options for an agenda: what a motion says, and what it asks."""

    title = forms.CharField(label=_("What is to be decided, in one line"), max_length=200)
    text = forms.CharField(
        label=_("What should people read before?"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field_order = ["title", "text"]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Offer no question for yes or no: that is a motion."""
        super().__init__(*arguments, **options)
        self.fields["rule"].choices = RULES[1:]  # type: ignore[attr-defined]
        self.fields["rule"].required = True
