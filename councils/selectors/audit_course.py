"""Holding the course of things against the record: what was begun is there, and stands where its entries took it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from councils.models import (
    Amendment,
    Appeal,
    Ballot,
    Charter,
    Delegation,
    Election,
    Instruction,
    Mandate,
    Meeting,
    Motion,
    Nomination,
    Petition,
    Signature,
)
from workplaces.models import Entry

BEGUN: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "motion": (Motion, ("motion.moved",)),
    "amendment": (Amendment, ("amendment.proposed",)),
    "ballot": (Ballot, ("ballot.opened",)),
    "election": (Election, ("election.called",)),
    "petition": (Petition, ("petition.started",)),
    "delegation": (Delegation, ("delegation.given",)),
    "instruction": (Instruction, ("instruction.proposed", "instruction.given")),
    "appeal": (Appeal, ("appeal.filed",)),
    "meeting": (Meeting, ("meeting.called",)),
}
# What an entry about a ballot says of the ballot; a closing settles its motion by the outcome in its body.
BALLOT = {"ballot.opened": "open", "ballot.closed": "closed", "ballot.voided": "void"}
MOTION = {
    "motion.moved": "moved",
    "motion.withdrawn": "withdrawn",
    "ballot.opened": "voting",
    "ballot.voided": "moved",
    "appeal.referred_back": "moved",
    "appeal.overruled": "overruled",
}


def course() -> Iterator[str]:
    """Yield a sentence for everything that is gone, was never entered, or stands elsewhere than the record says."""
    yield from _begun()
    yield from _given()
    yield from _ballots_and_motions()
    yield from _elections()
    yield from _signatures()


def _begun() -> Iterator[str]:
    for name, (model, kinds) in BEGUN.items():
        listed = model._default_manager.all()
        if model is Ballot:
            listed = listed.filter(opened_at__isnull=False)
        held = {f"{name}:{public_id}" for public_id in listed.values_list("public_id", flat=True)}
        yield from _differ(held, Entry.objects.filter(kind__in=kinds).values_list("subject", flat=True))


def _given() -> Iterator[str]:
    given = Entry.objects.filter(kind="mandate.given").values_list("body", flat=True)
    mandates = {f"mandate:{row['mandate']}" for body in given.iterator() for row in body["mandates"]}
    held = {f"mandate:{public_id}" for public_id in Mandate.objects.values_list("public_id", flat=True)}
    yield from _differ(held, mandates)
    adopted = Entry.objects.filter(kind="charter.adopted").values_list("body__version", flat=True)
    versions = Charter.objects.values_list("version", flat=True)
    yield from _differ(
        {f"charter:{number}" for number in versions}, {f"charter:{number}" for number in adopted}
    )


def _differ(held: set[str], entered: Iterable[str]) -> Iterator[str]:
    on_record = set(entered)
    for subject in sorted(on_record - held):
        yield _("%(subject)s stands on the record and is gone.") % {"subject": subject}
    for subject in sorted(held - on_record):
        yield _("%(subject)s was never entered on the record.") % {"subject": subject}


def _ballots_and_motions() -> Iterator[str]:
    ballots = Ballot.objects.filter(opened_at__isnull=False).select_related("motion", "amendment__motion")
    asked = {ballot.subject: ballot for ballot in ballots}
    ballot_said: dict[str, str] = {}
    motion_said: dict[str, str] = {}
    kinds = [*BALLOT, *MOTION, "ballot.closed"]
    entries = Entry.objects.filter(kind__in=kinds).order_by("number")
    for kind, subject, motion, body in entries.values_list("kind", "subject", "motion", "body").iterator():
        if kind in BALLOT:
            ballot_said[subject] = BALLOT[kind]
        if subject in asked and asked[subject].motion is None:  # of an amendment, or of an election
            continue
        motion_said[str(motion)] = body["result"]["outcome"] if kind == "ballot.closed" else MOTION[kind]
    for subject, ballot in asked.items():
        if ballot.state != ballot_said.get(subject, ballot.state):
            yield _("The vote on “%(question)s” is %(state)s, which the record does not say.") % {
                "question": ballot.question,
                "state": ballot.get_state_display(),
            }
    for row in Motion.objects.iterator():
        if row.state != motion_said.get(str(row.public_id), row.state):
            yield _("The motion “%(title)s” is %(state)s, which the record does not say.") % {
                "title": row.title,
                "state": row.get_state_display(),
            }


def _elections() -> Iterator[str]:
    """Candidates of a vote that was opened: the person, the statement and the option that stands for them."""
    opened = Entry.objects.filter(kind="ballot.opened", body__has_key="candidates").order_by("number")
    listed: dict[str, Any] = dict(opened.values_list("subject", "body__candidates"))
    elections = Election.objects.filter(ballot__isnull=False).select_related("ballot")
    for election in elections.prefetch_related("nominations__person", "nominations__option"):
        held = [_candidate(row) for row in election.nominations.all() if row.option]
        ballot = election.ballot
        said = listed.get(ballot.subject, []) if ballot else []
        rows = [tuple(row[name] for name in ("code", "person", "statement")) for row in said]
        if sorted(held) != sorted(rows):
            yield _("The candidates of “%(title)s” are not those that the vote was opened on.") % {
                "title": election.title
            }


def _candidate(row: Nomination) -> tuple[str, str, str]:
    return (row.option.code if row.option else "", str(row.person.public_id), row.statement)


def _signatures() -> Iterator[str]:
    signed: dict[str, set[str]] = defaultdict(set)
    entries = Entry.objects.filter(kind__in=["petition.signed", "petition.unsigned"]).order_by("number")
    for kind, subject, actor in entries.values_list("kind", "subject", "actor__public_id").iterator():
        (signed[subject].add if kind == "petition.signed" else signed[subject].discard)(str(actor))
    held: dict[str, set[str]] = defaultdict(set)
    standing = Signature.objects.filter(withdrawn_at__isnull=True)
    for petition, person in standing.values_list("petition__public_id", "person__public_id"):
        held[f"petition:{petition}"].add(str(person))
    for subject in sorted(set(signed) | set(held)):
        if signed[subject] != held[subject]:
            yield _("The signatures under %(subject)s are not those on the record.") % {"subject": subject}
