"""What a motion's page shows of the minority: reports, and who may still file or sign one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from councils import permissions, policies_motions
from councils.forms import MinorityForm, ServiceForm
from councils.models import Motion
from councils.selectors.minority import reports_on
from workplaces.models import Person


def minority_part(
    motion: Motion, who: Person, now: datetime, forms: Mapping[str, ServiceForm]
) -> dict[str, Any]:
    """Return the reports, each with whether this person can sign it, and the form for a new one."""
    ballot = policies_motions.reportable(motion, now)
    may = ballot is not None and permissions.can_be_in_minority(who, ballot)
    reports = list(reports_on(motion))
    signed = any(one.person_id == who.pk for report in reports for one in report.signatures.all())
    return {
        "minority_reports": [
            {
                "report": report,
                "signatures": report.signatures.all(),
                "can_sign": may and not signed and ballot is not None and report.ballot_id == ballot.pk,
            }
            for report in reports
        ],
        "minority_form": forms.get("minority") or MinorityForm(auto_id="id_minority_%s"),
        "can_report": may and not signed,
        "report_until": policies_motions.reports_until(ballot) if ballot else None,
    }
