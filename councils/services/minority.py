"""Minority reports: filing one beside the result of a vote, and signing one."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from councils import permissions, policies_motions
from councils.models import Ballot, MinorityReport, MinoritySignature, Motion, RollEntry
from councils.models.minority import REPORT_LENGTH
from councils.services.locks import chain_first, locked
from councils.services.motions import tidy
from workplaces.errors import Invalid, Refused
from workplaces.models import Person
from workplaces.record.services import entry_append


@transaction.atomic
def minority_report(*, motion: Motion, text: str, by: Person, now: datetime) -> MinorityReport:
    """File a report on the vote that decided a motion, for those who lost it.

    Sent again with the same words, it is the same report. Raises Forbidden (voted otherwise, or not on the roll),
    TooLate (not decided, or the charter's days are over), Invalid (empty, too long), Refused (signed another).
    """
    permissions.check_takes_part(by)
    text = tidy(text)
    if not text or len(text) > REPORT_LENGTH:
        sentence = _("A report has between 1 and %(most)s characters; this one has %(number)s.")
        told = sentence % {"most": REPORT_LENGTH, "number": len(text)}
        raise Invalid(told, fields={"text": told})
    chain_first()
    ballot = policies_motions.check_can_report(locked(motion, related=("council",)), now)
    entry = permissions.check_in_minority(by, ballot)
    mine = MinoritySignature.objects.filter(ballot=ballot, person=by).select_related("report").first()
    if mine and mine.report.text == text:
        return mine.report
    _check_first(mine)
    report = MinorityReport.objects.create(ballot=ballot, text=text, filed_at=now)
    _sign(report, entry, by, now)
    _record(report, motion, "minority.reported", by, entry, now, {"text": text})
    return report


@transaction.atomic
def minority_sign(*, report: MinorityReport, by: Person, now: datetime) -> MinoritySignature:
    """Sign a report of the minority one belongs to; signed again, it stays signed.

    Raises what ``minority_report`` does.
    """
    permissions.check_takes_part(by)
    chain_first()
    motion = report.ballot.motion
    if motion is None:
        raise Refused(_("This report is not about a motion."))
    ballot = policies_motions.check_can_report(locked(motion, related=("council",)), now)
    if ballot.pk != report.ballot_id:
        raise Refused(_("The motion has been voted on anew since this report."))
    entry = permissions.check_in_minority(by, ballot)
    mine = MinoritySignature.objects.filter(ballot=ballot, person=by).first()
    if mine and mine.report_id == report.pk:
        return mine
    _check_first(mine)
    signature = _sign(report, entry, by, now)
    _record(report, motion, "minority.signed", by, entry, now, {})
    return signature


def _check_first(mine: MinoritySignature | None) -> None:
    if mine:
        raise Refused(_("You have signed a report on this vote; each person signs one."))


def _sign(report: MinorityReport, entry: RollEntry, by: Person, now: datetime) -> MinoritySignature:
    return MinoritySignature.objects.create(
        report=report, ballot=report.ballot, person=by, represents=entry.represents, signed_at=now
    )


def _record(
    report: MinorityReport, motion: Motion, kind: str, by: Person, entry: RollEntry, now: datetime,
    body: dict[str, Any],
) -> None:  # fmt: skip
    ballot: Ballot = report.ballot
    about = {"title": motion.title, "ballot": ballot.public_id, "report": report.public_id, **body}
    entry_append(
        kind=kind,
        by=by,
        hat=entry.represents,
        subject=report.subject,
        motion=motion.public_id,
        body=about,
        now=now,
    )
