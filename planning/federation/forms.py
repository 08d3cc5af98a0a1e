"""What is typed in to set a federation up, and to enter mandates."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from councils.models import Mandate
from planning.federation.founding import Wishes, numbered, sector_list
from planning.federation.templates import TEMPLATES
from workplaces.errors import Refused


class RefusableForm(forms.Form):
    """A form that shows a service's refusal where it belongs."""

    def refuse(self, refused: Refused) -> None:
        """Put each message at its field, and the sentence on top."""
        self.add_error(None, refused.message)
        for name, message in refused.fields.items():
            if name in self.fields:
                self.add_error(name, message)


class SetupForm(RefusableForm):
    """The federation's name, its template and what it begins with."""

    name = forms.CharField(label=gettext_lazy("What is the federation called?"), max_length=200)
    template = forms.ChoiceField(
        label=gettext_lazy("What is it like?"),
        widget=forms.RadioSelect,
        choices=[(template.code, template.label) for template in TEMPLATES.values()],
        initial="cooperatives",
    )
    communities = forms.CharField(
        label=gettext_lazy("Communities"),
        required=False,
        help_text=gettext_lazy(
            "One a line, or just how many; empty for the template's number. More can come in from a table."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    sectors = forms.CharField(
        label=gettext_lazy("Sectors"),
        required=False,
        help_text=gettext_lazy("One a line, as “code: name”; empty for the template's sectors."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    currency = forms.CharField(label=gettext_lazy("Currency of the accounts"), max_length=12, initial="€")

    def clean_communities(self) -> list[str]:
        """Return names: those typed in, or as many numbered ones."""
        text = self.cleaned_data["communities"].strip()
        if text.isdigit():
            if not 1 <= int(text) <= 500:
                raise forms.ValidationError(_("Between 1 and 500 communities, please."))
            return numbered(int(text))
        return [line.strip() for line in text.splitlines() if line.strip()]

    def wishes(self) -> Wishes:
        """Return what was decided."""
        data = self.cleaned_data
        return Wishes(
            name=data["name"],
            template=data["template"],
            communities=data["communities"],
            sectors=sector_list(data["sectors"]),
            currency=data["currency"],
        )


class InvitationForm(RefusableForm):
    """Who is to get a link."""

    who = forms.CharField(label=gettext_lazy("E-mail address or user name"), max_length=254)


class DelegatesForm(RefusableForm):
    """Mandates, one a line."""

    text = forms.CharField(
        label=gettext_lazy("Who, and for whom"),
        help_text=gettext_lazy(
            "One a line: e-mail; code. The code is a workplace's, a sector's, a community's or region's, or board."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("As"), choices=Mandate.Role.choices, initial=Mandate.Role.DELEGATE
    )
    obtained = forms.ChoiceField(
        label=gettext_lazy("How it was obtained"),
        choices=[choice for choice in Mandate.Obtained.choices if choice[0] != Mandate.Obtained.FOUNDING],
        initial=Mandate.Obtained.ELECTED,
    )
    since = forms.DateField(label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(
        label=gettext_lazy("First day after"), widget=forms.DateInput(attrs={"type": "date"})
    )


def term(today: date, days: int) -> dict[str, Any]:
    """Return the dates that a form begins with: the charter's term from today."""
    return {"since": today, "until": today + timedelta(days=days)}
