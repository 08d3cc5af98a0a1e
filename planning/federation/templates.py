"""Templates: what a federation of a kind begins with. Everything in them can be changed later, by vote."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from workplaces.models import PublicBody


@dataclass(frozen=True)
class Template:
    """``charter`` holds the keys that differ from the charter's defaults."""

    code: str
    label: Any
    text: Any
    owner_level: str
    owner_name: str
    communities: int
    sectors: tuple[tuple[str, str], ...]
    charter: Mapping[str, Any] = field(default_factory=dict)


COOPERATIVES = Template(
    "cooperatives",
    _("A federation of co-operatives"),
    _(
        "Some dozens of workplaces that plan together. Votes are open for three days, a plan is ratified by the "
        "sector councils and the board, and changes up to 5 % are accepted without asking."
    ),
    PublicBody.Level.REGIONAL.value,
    "Federation",
    1,
    (("production", "Production"), ("services", "Services")),
    {
        "councils.ballot_days": 3,
        "councils.term_days": 365,
        "councils.ratify.order": ["sector", "board"],
        "planning.band": 0.05,
        "planning.round_limit": 4,
    },
)
MUNICIPALITY = Template(
    "municipality",
    _("A municipality or union of municipalities"),
    _(
        "Districts or municipalities with their public services and workplaces. Votes are open for seven days, and a "
        "plan is ratified by communities and sectors, then by the region, then by the board."
    ),
    PublicBody.Level.MUNICIPAL.value,
    "Municipality",
    3,
    (
        ("food", "Food"),
        ("energy", "Energy and water"),
        ("housing", "Housing and building"),
        ("care", "Health and care"),
        ("education", "Education"),
        ("transport", "Transport"),
    ),
    {
        "councils.ballot_days": 7,
        "councils.quorum": "1/3",
        "councils.ratify.order": ["community", "sector", "regional", "board"],
        "planning.band": 0.03,
    },
)
TEMPLATES = {template.code: template for template in (COOPERATIVES, MUNICIPALITY)}
