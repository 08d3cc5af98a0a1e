"""Entries of the public record as sentences. An unknown kind is shown by its name."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from workplaces.record.models import Entry

SENTENCES: Mapping[str, str] = {
    "agreement.accepted": gettext_noop("An agreement was made: %(supplier)s supplies %(client)s"),
    "agreement.ended": gettext_noop("An agreement was ended: %(supplier)s supplied %(client)s"),
    "agreement.offered": gettext_noop("An agreement was offered: %(supplier)s supplies %(client)s"),
    "amendment.accepted": gettext_noop("The mover accepted amendment %(number)s: %(on)s"),
    "amendment.adopted": gettext_noop("Amendment %(number)s was adopted: %(on)s"),
    "amendment.carried_over": gettext_noop("Amendment %(number)s was carried over to the new words: %(on)s"),
    "amendment.overtaken": gettext_noop("Amendment %(number)s was overtaken: %(on)s"),
    "amendment.proposed": gettext_noop("Amendment %(number)s was proposed: %(on)s"),
    "amendment.rejected": gettext_noop("Amendment %(number)s was rejected: %(on)s"),
    "amendment.withdrawn": gettext_noop("Amendment %(number)s was withdrawn: %(on)s"),
    "answer.given": gettext_noop("An answer was given"),
    "answers.simulated": gettext_noop("Made-up delegates answered"),
    "appeal.brought": gettext_noop("%(workplace_name)s appealed on the rule to %(to_name)s: %(title)s"),
    "appeal.dismissed": gettext_noop("An appeal was dismissed: %(title)s"),
    "appeal.filed": gettext_noop("An appeal to %(to_name)s was filed: %(title)s"),
    "appeal.lodged": gettext_noop("An appeal is before %(to_name)s: %(title)s"),
    "appeal.overruled": gettext_noop("A motion was overruled: %(title)s"),
    "appeal.referred_back": gettext_noop("A motion was referred back: %(title)s"),
    "appeal.supported": gettext_noop("An appeal was supported: %(title)s"),
    "association.founded": gettext_noop("An association was founded: %(name)s"),
    "ballot.closed": gettext_noop("The vote closed: %(question)s"),
    "ballot.opened": gettext_noop("A vote opened: %(question)s"),
    "ballot.papers_counted": gettext_noop("Votes on paper were counted: %(question)s"),
    "ballot.papers_read": gettext_noop("Somebody read votes on paper: %(question)s"),
    "ballot.voided": gettext_noop("A vote was declared void: %(reason)s"),
    "baseline.drawn": gettext_noop("%(name)s was drawn from the plan for %(year)s"),
    "charter.adopted": gettext_noop("Version %(version)s of the charter was adopted"),
    "consumption.set": gettext_noop("A community or region said what it wants to use"),
    "councils.taken_back": gettext_noop("Councils were taken back: %(count)s"),
    "cycle.abandon": gettext_noop("A plan year was abandoned"),
    "cycle.close": gettext_noop("A plan year was closed"),
    "cycle.freeze": gettext_noop("The baseline of a plan year was frozen"),
    "cycle.keep": gettext_noop("The plan of a year was kept, and its revision ended"),
    "cycle.open_rounds": gettext_noop("A plan year went into its rounds"),
    "cycle.opened": gettext_noop("The plan year %(year)s was opened"),
    "cycle.propose_plan": gettext_noop("A plan year went to ratification"),
    "cycle.put_in_force": gettext_noop("The plan of a year came into force"),
    "cycle.refer_back": gettext_noop("A plan year went back into its rounds"),
    "cycle.revise": gettext_noop("The plan of a year is being revised"),
    "cycle.settle": gettext_noop("A plan year was settled"),
    "cycle.settle_envelopes": gettext_noop("Envelopes of a plan year were settled or skipped"),
    "cycle.settle_priorities": gettext_noop("Priorities of a plan year were settled or skipped"),
    "delegation.ended": gettext_noop("%(giver_name)s took the vote back from %(receiver_name)s"),
    "delegation.given": gettext_noop("%(giver_name)s lets %(receiver_name)s vote for them"),
    "economy.loaded": gettext_noop("An economy was taken in: %(title)s"),
    "election.called": gettext_noop("An election was called: %(title)s"),
    "division.not_settled": gettext_noop(
        "The members of %(workplace_name)s carried a division of more than their surplus account holds"
    ),
    "division.proposed": gettext_noop("A division of the surplus of %(workplace_name)s was moved"),
    "division.settled": gettext_noop("The members of %(workplace_name)s divided their surplus"),
    "divisions.simulated": gettext_noop("Made-up members divided their surplus"),
    "election.cancelled": gettext_noop("An election was cancelled: %(title)s"),
    "election.candidate": gettext_noop("%(name)s stands in an election"),
    "election.withdrawn": gettext_noop("%(name)s no longer stands in an election"),
    "envelopes.drafted": gettext_noop("Envelopes for %(year)s were drafted, draft %(number)s"),
    "envelopes.not_referred": gettext_noop("%(council_name)s referred envelopes back too late"),
    "envelopes.not_settled": gettext_noop(
        "The board carried a draft of envelopes that can no longer be settled"
    ),
    "envelopes.referred_back": gettext_noop("%(council_name)s referred the envelopes for %(year)s back"),
    "envelopes.waits": gettext_noop(
        "The board carried the envelopes for %(year)s; they wait for a council's vote on referring them back"
    ),
    "envelopes.settled": gettext_noop("The envelopes for %(year)s were settled"),
    "federation.founded": gettext_noop("The councils were made: %(assemblies)s assemblies, %(seats)s seats"),
    "federation.set_up": gettext_noop("The federation was set up: %(name)s"),
    "charges.posted": gettext_noop(
        "Workplaces were charged for the resources they used in %(year)s: %(workplaces)s of them, %(unreported)s as planned"
    ),
    "surplus.posted": gettext_noop(
        "The surplus of %(year)s was computed and posted, and the levy on it: %(workplaces)s workplaces with a surplus, "
        "%(deficits)s with a deficit, %(unreported)s in part as planned"
    ),
    "grant.abandoned": gettext_noop("A grant of %(workplace_name)s was given back: its year was abandoned"),
    "grant.capacity": gettext_noop("A grant added to the capacity of %(workplace_name)s"),
    "grant.reported": gettext_noop("%(workplace_name)s reported on a grant: %(text)s"),
    "grant.reversed": gettext_noop("A grant of %(workplace_name)s was taken back after an appeal"),
    "guidelines.asked": gettext_noop(
        "The guidelines for %(year)s were put to the vote, questions: %(questions)s"
    ),
    "guidelines.settled": gettext_noop("The guidelines for %(year)s were set"),
    "import.applied": gettext_noop("A table was taken in: %(file)s, rows: %(rows)s"),
    "import.undone": gettext_noop("Taking in a table was undone: %(file)s"),
    "investment.abandoned": gettext_noop("What was set aside for %(year)s went back: the year was abandoned"),
    "investment.unspent": gettext_noop("What nobody was granted in %(year)s went back to that year's output"),
    "instruction.dropped": gettext_noop("An instruction of %(sender_name)s came to nothing: %(about)s"),
    "instruction.given": gettext_noop("%(sender_name)s instructed its delegates: %(answer)s on %(about)s"),
    "instruction.proposed": gettext_noop(
        "An instruction was put to %(sender_name)s: %(answer)s on %(about)s"
    ),
    "investment.asked": gettext_noop("%(workplace_name)s asks %(of_name)s for investment: %(purpose)s"),
    "investment.withdrawn": gettext_noop("A request for investment was withdrawn"),
    "line.stated": gettext_noop("A workplace stated what it makes and needs"),
    "list.agreed": gettext_noop("%(name)s stands on the list of %(association_name)s, place %(place)s"),
    "list.declined": gettext_noop("%(name)s no longer stands on the list of %(association_name)s"),
    "list.given_up": gettext_noop("%(name)s gave up place %(place)s on the list of %(association_name)s"),
    "list.put_up": gettext_noop("%(association_name)s put up its list, places: %(candidates)s"),
    "list.withdrawn": gettext_noop("%(association_name)s withdrew its list"),
    "list_election.called": gettext_noop("An election by lists was called: %(title)s"),
    "list_election.cancelled": gettext_noop("An election by lists was cancelled: %(title)s"),
    "list_election.decided": gettext_noop("Seats were given to lists: %(title)s"),
    "list_election.followed": gettext_noop(
        "%(name)s left a seat of the list of %(association_name)s; the next on it was looked for"
    ),
    "list_election.lost": gettext_noop("A vote on lists gave no seat: %(title)s"),
    "list_election.opened": gettext_noop("Lists were put to the vote: %(title)s"),
    "mandate.given": gettext_noop("Mandates were given: %(number)s"),
    "mandate.recalled": gettext_noop("%(name)s was recalled"),
    "mandate.resigned": gettext_noop("%(name)s resigned"),
    "meeting.agenda": gettext_noop(
        "What has become due was put on the agenda of a meeting of %(council_name)s"
    ),
    "meeting.called": gettext_noop("A meeting of %(council_name)s was called: %(place)s"),
    "meeting.cancelled": gettext_noop("A meeting of %(council_name)s was cancelled"),
    "meeting.closed": gettext_noop("A meeting of %(council_name)s closed; its minutes are final"),
    "meeting.item": gettext_noop("An item was put on an agenda: %(title)s"),
    "meeting.objection": gettext_noop("A member objects: %(title)s"),
    "meeting.opened": gettext_noop("A meeting of %(council_name)s was opened"),
    "meeting.ordered": gettext_noop("An agenda was put in another order: %(title)s"),
    "minority.reported": gettext_noop("A minority reported on a vote: %(title)s"),
    "minority.signed": gettext_noop("A minority report was signed: %(title)s"),
    "motion.comment": gettext_noop("A comment on a motion: %(text)s"),
    "motion.comment_hidden": gettext_noop("A comment on a motion was hidden: %(reason)s"),
    "motion.moved": gettext_noop("A motion was moved: %(title)s"),
    "motion.withdrawn": gettext_noop("A motion was withdrawn: %(title)s"),
    "person.invited": gettext_noop("A link for somebody's first sign-in was made"),
    "petition.ended": gettext_noop("A petition ended without a vote: %(title)s"),
    "petition.reached": gettext_noop("A petition has enough signatures: %(title)s"),
    "petition.signed": gettext_noop("%(name)s signed a petition: %(title)s"),
    "petition.started": gettext_noop("A petition was begun: %(title)s"),
    "petition.unsigned": gettext_noop("%(name)s took a signature back: %(title)s"),
    "plan.abandoned": gettext_noop("A plan was abandoned: %(reason)s"),
    "plan.expired": gettext_noop("A plan ran its course"),
    "plan.in_force": gettext_noop("A plan came into force"),
    "plan.proposed": gettext_noop("A plan was put to the councils"),
    "plan.ratified": gettext_noop("A plan was ratified"),
    "priorities.opened": gettext_noop("The priorities for %(year)s were opened to programmes"),
    "programme.comment": gettext_noop("A comment on the programme of %(association_name)s: %(text)s"),
    "programme.comment_hidden": gettext_noop(
        "A comment on the programme of %(association_name)s was hidden: %(reason)s"
    ),
    "programme.published": gettext_noop("%(association_name)s published its programme for %(year)s"),
    "programme.supported": gettext_noop("%(name)s stands behind the programme of %(association_name)s"),
    "programme.unsupported": gettext_noop(
        "%(name)s no longer stands behind the programme of %(association_name)s"
    ),
    "programme.written": gettext_noop(
        "%(association_name)s wrote a programme for %(year)s, version %(number)s"
    ),
    "lists.simulated": gettext_noop("Made-up associations put up lists"),
    "programmes.simulated": gettext_noop("Made-up people stood behind programmes"),
    "output.reported": gettext_noop(
        "%(workplace_name)s reported what it made in %(year)s: lines told of, %(count)s"
    ),
    "outputs.simulated": gettext_noop("Made-up workplaces reported what they made"),
    "plan.referred_back": gettext_noop("A plan was referred back"),
    "proposal.set": gettext_noop("A workplace proposed what it will make"),
    "proposals.simulated": gettext_noop("Made-up workplaces and communities proposed"),
    "reports.simulated": gettext_noop("Made-up workplaces reported on their grants"),
    "requests.simulated": gettext_noop("Made-up workplaces asked for investment"),
    "revision.kept": gettext_noop("Version %(plan)s of the plan was kept: %(reason)s"),
    "revision.opened": gettext_noop("Version %(plan)s of the plan is being revised: %(reason)s"),
    "revision.replaced": gettext_noop("Version %(by)s of the plan replaced version %(plan)s"),
    "round.closed": gettext_noop("A round was closed"),
    "round.given_back": gettext_noop("A round's proposals were given back: %(reason)s"),
    "round.opened": gettext_noop("Round %(number)s of %(cycle)s was opened"),
    "round.published": gettext_noop("A round's suggestions were published"),
    "run.cancel": gettext_noop("Cancelling an iteration was asked for"),
    "run.cancelled": gettext_noop("An iteration was cancelled"),
    "run.failed": gettext_noop("An iteration failed: %(error)s"),
    "run.finished": gettext_noop("An iteration finished"),
    "run.queued": gettext_noop("An iteration was started"),
    "sandbox.shared": gettext_noop("A sandbox was frozen and shared"),
    "sandbox.withdrawn": gettext_noop("A sandbox's link was withdrawn"),
    "scenario.closed": gettext_noop("Closed for good: %(name)s"),
    "scenario.opened": gettext_noop("Opened: %(name)s"),
    "sharing.not_settled": gettext_noop(
        "A sharing-out of %(envelope_name)s was carried too late to be granted"
    ),
    "sharing.proposed": gettext_noop("A sharing-out of the envelope of %(envelope_name)s was proposed"),
    "sharing.settled": gettext_noop("The envelope of %(envelope_name)s was shared out"),
    "sharings.simulated": gettext_noop("Made-up delegates moved to share envelopes out"),
}
SHOWN = 120
ROWS = 200
LONG_WORD = 24


class _Words(dict[str, Any]):
    """A body's fields; what an entry does not name is left out of its sentence."""

    def __missing__(self, key: str) -> str:
        return "–"


def sentence(entry: Entry) -> str:
    """Say what an entry records, in a line."""
    words = _Words(entry.body)
    if "mandates" in words:
        words["number"] = len(words["mandates"])
    told = (_(SENTENCES[entry.kind]) if entry.kind in SENTENCES else plain_kind(entry.kind)) % words
    return told if len(told) <= SHOWN else told[: SHOWN - 1].rstrip() + "…"


class _Gaps(dict[str, Any]):
    """Leaves a mark where a sentence would name something."""

    def __missing__(self, key: str) -> str:
        return "…"


def kind_label(kind: str) -> str:
    """Say what a kind of entry records, whichever it is."""
    return (_(SENTENCES[kind]) if kind in SENTENCES else plain_kind(kind)) % _Gaps()


def plain_kind(kind: str) -> str:
    """Return an entry's kind as words: ``round.opened`` is “round opened”."""
    return kind.replace(".", ": ").replace("_", " ").replace("%", "%%")


@dataclass(frozen=True)
class Table:
    """A list of alike rows in a body: ``columns`` are its fields, ``rows`` their values."""

    name: str
    columns: list[str]
    rows: list[list[str]]
    total: int


def fields(body: Mapping[str, Any], above: str = "") -> list[tuple[str, str, bool]]:
    """Return a body's single values as (name, value, whether it is a digest or the like, which may break anywhere).

    Those of inner objects stand under “outer › inner”.
    """
    found = []
    for key, value in sorted(body.items()):
        name = f"{above} › {key}" if above else key
        if isinstance(value, dict):
            found += fields(value, name)
        elif not _is_table(value):
            found.append((name, _value(value), _has_long_word(_value(value))))
    return found


def tables(body: Mapping[str, Any], above: str = "") -> list[Table]:
    """Return a body's lists of objects as tables, each cut to what a page can show."""
    found = []
    for key, value in sorted(body.items()):
        name = f"{above} › {key}" if above else key
        if isinstance(value, dict):
            found += tables(value, name)
        elif _is_table(value):
            columns = list(dict.fromkeys(field for row in value for field in row))
            rows = [[_value(row.get(column)) for column in columns] for row in value[:ROWS]]
            found.append(Table(name, columns, rows, len(value)))
    return found


def _has_long_word(text: str) -> bool:
    return any(len(word) > LONG_WORD for word in text.split())


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _value(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value) if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)
