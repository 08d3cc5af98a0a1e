"""What a motion's page shows of the layer above: who could rule on it, and the appeals."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from councils import permissions, policies_appeals, why_not
from councils.forms import AppealForm, ServiceForm
from councils.grounds import doors_to, grounds_of
from councils.models import Motion
from councils.selectors.appeals import appeals_against
from workplaces.models import Person


def appeals_part(
    motion: Motion, who: Person, now: datetime, forms: Mapping[str, ServiceForm]
) -> dict[str, Any]:
    """Return the council above, the appeals so far, and the form for a new one."""
    appeals = list(appeals_against(motion))
    grounds = grounds_of(appeals)
    return {
        "above": policies_appeals.above(motion),
        "appeals": [(appeal, grounds.get(appeal.pk)) for appeal in appeals],
        "appeal_doors": doors_to(motion, who, now),
        "why_no_appeal": why_not.to_appeal(motion, who, now),
        "can_appeal": permissions.can_take_part(who) and policies_appeals.can_appeal(motion, now),
        "appeal_form": forms.get("appeal") or AppealForm(auto_id="id_appeal_%s"),
    }
