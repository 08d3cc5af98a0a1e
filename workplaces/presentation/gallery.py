"""Samples for the gallery of components: typical, empty and extreme states. Made up, and said to be so
there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.core.paginator import Paginator

_LONG: Final = "Manufacture of refined petroleum products, coke and biofuels, including those for the regions"


class SampleForm(forms.Form):
    """One field of each kind."""

    output = forms.DecimalField(
        label="Output", widget=forms.TextInput(attrs={"inputmode": "decimal"}), help_text="At most 455 kt."
    )
    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    council = forms.ChoiceField(
        label="Who should look at it", choices=[("metals", "Metals council"), ("region", "Sudeste council")]
    )
    vote = forms.ChoiceField(
        label="Your vote",
        widget=forms.RadioSelect,
        choices=[("yes", "Yes"), ("no", "No"), ("abstain", "Abstain")],
    )
    told = forms.BooleanField(label="I have told my assembly", required=False)
    table = forms.FileField(label="A CSV file", required=False, help_text="Comma or semicolon, UTF-8.")


def samples(now: datetime) -> dict[str, Any]:
    """The context of the gallery: one key a component, every sample marked as made up."""
    return {
        "now": now,
        "deadlines": [
            now + timedelta(hours=6),
            now + timedelta(hours=54),
            now + timedelta(days=9),
            now - timedelta(hours=3),
        ],
        "crumb_items": [("Cycle 2022", "#"), ("Rounds", "#"), ("Round 2", "")],
        "steps": _steps(),
        "figures": _figures(),
        "figures_extreme": _figures_extreme(),
        "imbalances": _imbalances(),
        "largest": 0.035,
        "terms": [
            {"label": "Steel is short: premium on what you make", "value": 198},
            {"label": "Your own use of iron ore and coke, slightly short", "value": -41, "url": "#"},
            {"label": "1.9 hours of metalworkers, scarce in Sudeste", "value": -30},
            {"label": "1.7 t CO₂ under the cap", "value": -70},
        ],
        "terms_extreme": [
            {"label": _LONG, "value": -1_250_000},
            {"label": "Next to nothing", "value": 0.4},
            {"label": "Nothing", "value": 0},
            {"label": "Labour is idle here", "value": 900_000},
        ],
        "answers": _answers([1850, 61, 22, 8, 73]),
        "answers_empty": _answers([0, 0, 0, 0, 0]),
        "answers_extreme": _answers([98_000, 1, 1, 0, 1]),
        "rounds": [
            {"label": "round 1", "value": 13.9, "text": "13.9 %"},
            {"label": "round 2", "value": 3.5, "text": "3.5 %", "is_now": True},
            {"label": "computed", "value": 0.15, "text": "0.15 %"},
        ],
        "facts": [
            {"label": "Method", "value": "least change"},
            {"label": "Certificate", "value": "7f3a…c2", "url": "#"},
            {"label": "Steps", "value": "5"},
            {"label": _LONG, "value": "exact to 4·10⁻¹⁵"},
        ],
        "votes": _votes(),
        "events": [
            {"at": now, "by": "Ana Ribeiro, coordinator", "text": "Iteration 2 finished", "is_now": True},
            {"at": now - timedelta(hours=5), "by": "the clock", "text": "Round 2 opened", "url": "#"},
            {
                "at": now - timedelta(days=9),
                "by": "assembly of Ironworks 3",
                "text": "Instruction voted, 212 : 31",
            },
        ],
        "form": SampleForm(),
        "form_errors": SampleForm(
            {"refused-output": "four hundred", "refused-council": "nobody"}, prefix="refused"
        ),
        "answer": SampleForm(prefix="answer"),
        "page": Paginator(range(10_000), 25).page(7),
    }


def _steps() -> list[dict[str, str]]:
    return [
        {"label": "Priorities", "note": "voted 12 Mar", "state": "done", "url": "#"},
        {"label": "Envelopes", "note": "settled 2 Apr", "state": "done"},
        {"label": "Proposals", "note": "2,014 of 2,014", "state": "done"},
        {"label": "Rounds", "note": "2 of at most 4", "state": "now"},
        {"label": "Ratification", "note": "from 20 May", "state": "later"},
        {"label": "In force", "note": "1 Jul", "state": "later"},
        {"label": "Settlement", "note": "", "state": "later"},
    ]


def _figures() -> list[dict[str, str]]:
    return [
        {"value": "13.9 → 3.5 %", "label": "worst imbalance, round 1 → now"},
        {"value": "0.15 %", "label": "mean imbalance"},
        {"value": "164", "label": "workplaces asked (8.1 %), 1,850 inside their band", "url": "#"},
        {"value": "11 h 20", "label": "of people's time this round, 4 min each"},
        {"value": "2 d 6 h", "label": "until answers close"},
    ]


def _figures_extreme() -> list[dict[str, str]]:
    return [
        {"value": "−99.9 %", "label": "worst imbalance", "kind": "short"},
        {"value": "R$ 1,240 tn", "label": "grants"},
        {"value": "–", "label": "no iteration has been computed yet"},
    ]


def _imbalances() -> list[dict[str, Any]]:
    rows = [
        ("Steel, flat and long", "t", 31.2e6, -0.035, 0.0, 0.041, "6 works with spare furnaces"),
        ("Wheat and other cereals", "t", 12.9e6, -0.023, 0.0, 0.028, "41 farms, Sul"),
        ("Dental care", "h", 118e6, -0.012, -0.002, 0.019, "training places, Norte"),
        ("Cement", "t", 64e6, -0.006, 0.0, 0.007, "9 works"),
        ("Textiles", "t", 1.92e6, 0.009, 0.001, -0.008, "30 mills, 2 % less"),
        ("Sugar", "t", 30e6, 0.0, 0.0, 0.0, ""),
        (_LONG, "R$ million", 412_000, 0.35, -0.001, -0.004, "export takes half"),
    ]
    names = ("name", "unit", "needed", "before", "after", "premium", "help")
    made: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in rows]
    return [{**row, "offered": row["needed"] * (1 + row["before"])} for row in made]


def _answers(counts: list[int]) -> list[dict[str, Any]]:
    kinds = [
        ("mandate", "Inside band, accepted by mandate"),
        ("accepted", "Accepted"),
        ("countered", "Countered"),
        ("firm", "Hold firm"),
    ]
    parts: list[dict[str, Any]] = [
        {"kind": kind, "label": label, "count": count}
        for (kind, label), count in zip(kinds, counts, strict=False)
    ]
    waiting = {"kind": "waiting", "label": "Waiting", "count": counts[-1], "strong": True}
    return [*parts, waiting | ({"url": "#", "action": "remind"} if counts[-1] else {})]


def _votes() -> list[dict[str, Any]]:
    return [
        {
            "name": "Ana Ribeiro",
            "represents": "Ironworks 3, Sudeste",
            "vote": "Yes",
            "kind": "yes",
            "instruction": "Yes (212 : 31)",
        },
        {
            "name": "João Nascimento de Albuquerque Cavalcanti",
            "represents": "Rolling mill 12, Nordeste",
            "vote": "No",
            "kind": "no",
            "instruction": "Yes (80 : 11)",
            "is_against_instruction": True,
        },
        {"name": "Li Wei", "represents": "Foundry 7, Sul", "vote": "Abstains", "kind": "abstain"},
        {"name": "Sofia Prado", "represents": "Wire works 1", "vote": "Has not voted", "kind": "waiting"},
    ]
