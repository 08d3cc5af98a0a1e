"""What people type in the councils."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from councils.models import Election, Instruction
from workplaces.errors import Refused


class ServiceForm(forms.Form):
    """A form whose service may refuse a field."""

    def show(self, problem: Refused) -> "ServiceForm":
        """Put a refusal's reasons at their fields; what was typed stays."""
        self.full_clean()
        for field, reason in problem.fields.items():
            self.add_error(field if field in self.fields else None, reason)
        return self


class MotionForm(ServiceForm):
    """A motion in a title and a text."""

    title = forms.CharField(
        label=_("What is to be decided, in one line"),
        max_length=200,
        help_text=_("As one would ask it: “Buy a lathe together with Works 2?”"),
    )
    text = forms.CharField(
        label=_("The text that would hold if it is carried"), widget=forms.Textarea(attrs={"rows": 8})
    )
    by_consent = forms.BooleanField(
        label=_("Decide it by consent"),
        required=False,
        help_text=_(
            "Carried unless somebody objects with a reason; one objection stops it. By name, and fixed once moved."
        ),
    )


class AmendmentForm(ServiceForm):
    """Other words for a motion; ``version`` is the one that they were written against."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("The question, in one line"), max_length=200)
    text = forms.CharField(
        label=_("The text as you would have it"),
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Change the words themselves; the page will show what goes and what comes."),
    )
    reason = forms.CharField(
        label=_("Why?"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class CommentForm(ServiceForm):
    """A comment on a motion."""

    text = forms.CharField(
        label=_("What do you think of it?"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Public, under your name. It cannot be unsaid."),
    )


class MinorityForm(ServiceForm):
    """What the minority wants to be read beside the result."""

    text = forms.CharField(
        label=_("What should be read beside the result?"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Public, under your name. It stays as it is."),
    )


class AppealForm(ServiceForm):
    """Why a decision is appealed."""

    reason = forms.CharField(
        label=_("Why should the next layer look at it?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Public, under your name. It stays as it is."),
    )


class RulingForm(ServiceForm):
    """What a council appealed to should do."""

    kind = forms.ChoiceField(
        label=_("What should this council do?"),
        choices=[
            ("appeal-refer-back", _("refer the motion back, with reasons")),
            ("appeal-overrule", _("overrule it")),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("The reasons"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6})
    )


class HidingForm(ServiceForm):
    """Why a comment is hidden."""

    reason = forms.CharField(
        label=_("Why is it hidden?"),
        max_length=500,
        help_text=_("Stands in its place, under your name. The record keeps the words."),
    )


class VoidForm(ServiceForm):
    """Why a vote is void."""

    reason = forms.CharField(
        label=_("Why is this vote void?"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class StatementForm(ServiceForm):
    """Why somebody stands."""

    statement = forms.CharField(
        label=_("Why do you stand?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Public, under your name. You can change it until nominations close."),
    )


class ElectionForm(ServiceForm):
    """What is elected, how, and by when people can stand."""

    title = forms.CharField(label=_("What is elected, in one line"), max_length=200)
    role = forms.ChoiceField(label=_("Which places?"))
    rule = forms.ChoiceField(
        label=_("How is it counted?"), choices=Election.Rule.choices, widget=forms.RadioSelect, initial="stv"
    )
    nominations_until = forms.DateField(
        label=_("Last day to stand"), widget=forms.DateInput(attrs={"type": "date"})
    )
    term_from = forms.DateField(
        label=_("First day of the term"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *arguments: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        """Offer what this council's roll can elect."""
        super().__init__(*arguments, **options)
        self.fields["role"].choices = choices  # type: ignore[attr-defined]


class InstructionForm(ServiceForm):
    """How those whom a body sent are to vote, on what, why, and how that was decided."""

    question = forms.ChoiceField(label=_("On what?"))
    answer = forms.ChoiceField(
        label=_("How are they to vote?"), choices=Instruction.Answer.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Public. Your delegates read it before they vote."),
    )
    decided_by = forms.ChoiceField(
        label=_("How is it decided?"),
        required=False,
        help_text=_("A vote takes the days that the charter says: begin before the council's own vote ends."),
    )

    def __init__(
        self,
        *arguments: Any,
        questions: list[tuple[str, Any]],
        decisions: list[tuple[str, str]],
        **options: Any,
    ) -> None:
        """Offer what can be instructed, and to those who may enter decisions the motions that were carried."""
        super().__init__(*arguments, **options)
        self.fields["question"].choices = questions  # type: ignore[attr-defined]
        self.fields["decided_by"].choices = decisions  # type: ignore[attr-defined]
        if len(decisions) < 2:
            del self.fields["decided_by"]


class InitiativeForm(MotionForm):
    """A motion for which signatures are collected; it is decided by the charter's majority."""

    by_consent = None

    secrecy = forms.ChoiceField(
        label=_("How is it to be voted?"),
        choices=[
            ("secret", _("In secret: papers without names")),
            ("named", _("By name: everybody sees who voted how")),
        ],
        widget=forms.RadioSelect,
        initial="secret",
        required=False,
    )

    def __init__(self, *arguments: Any, may_be_secret: bool, **options: Any) -> None:
        """Offer a secret vote where the charter has one."""
        super().__init__(*arguments, **options)
        if not may_be_secret:
            del self.fields["secrecy"]


class RecallForm(ServiceForm):
    """Why a mandate should end."""

    text = forms.CharField(
        label=_("Why should the mandate end?"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Public, under your name. It is the text that is voted on."),
    )


class DelegationForm(ServiceForm):
    """Whom one lets vote in one's place, on what, until when."""

    to = forms.ChoiceField(label=_("Who is to vote for you?"))
    subject_kind = forms.ChoiceField(label=_("On what?"), required=False)
    until = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(
        self, *arguments: Any, people: list[tuple[str, str]], kinds: list[tuple[str, str]], **options: Any
    ) -> None:
        """Offer who is on the roll."""
        super().__init__(*arguments, **options)
        self.fields["to"].choices = people  # type: ignore[attr-defined]
        self.fields["subject_kind"].choices = kinds  # type: ignore[attr-defined]


class ReceiptForm(forms.Form):
    """A receipt to look up."""

    code = forms.CharField(
        label=_("Your receipt"),
        max_length=60,
        help_text=_("32 letters and digits; spaces do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "digest"}),
    )
