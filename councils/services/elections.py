"""Elections: calling one, standing in it, opening the vote, giving the elected their mandates."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from councils import permissions, policies, transitions
from councils.charter import charter_value
from councils.models import Ballot, Council, Election, Mandate, Nomination, Option, Seat
from councils.services.ballots import closing_time, freeze, frozen, record, rights_of, secret_rights
from councils.services.locks import chain_first, locked
from councils.services.mandates import MandateDraft, mandates_give
from workplaces.errors import Invalid, Refused, TooLate
from workplaces.models import Person
from workplaces.record.services import entry_append

LOT = "papers_lot"
TRANSFER = "weighted"
LONGEST_STATEMENT = 5000


@transaction.atomic
def election_call(
    *,
    council: Council,
    title: str,
    role: str,
    rule: str,
    nominations_until: datetime,
    term_from: date,
    by: Person,
    now: datetime,
    seats: Sequence[Seat] = (),
    places: int = 1,
) -> Election:
    """Call an election by a council's roll, of the holders of ``seats``, or of ``places`` people for a staff role.

    Raises Forbidden, TooLate (dissolved council), Invalid (title, days, seats that are not this council's).
    """
    hat = permissions.check_can_conduct(by, council, now.date())
    policies.check_sitting(council)
    _check_call(council, title, role, rule, seats, places, nominations_until, term_from, now)
    chain_first()
    election = Election.objects.create(
        council=council,
        target=seats[0].council if seats else council,
        title=title.strip(),
        role=role,
        places=len(seats) or places,
        rule=rule,
        nominations_until=nominations_until,
        term_from=term_from,
        created_by=by,
        created_at=now,
    )
    election.seats.set(seats)
    body = {
        "title": election.title,
        "role": role,
        "for": election.target.name,
        "seats": [seat.number for seat in seats],
        "places": election.places,
        "rule": rule,
        "nominations_until": nominations_until,
        "term_from": term_from,
    }
    _record(election, "election.called", by, hat, now, body)
    return election


@transaction.atomic
def nomination_stand(*, election: Election, statement: str, by: Person, now: datetime) -> Nomination:
    """Stand in an election, or change one's statement; both are public at once.

    Raises Forbidden (not on the roll), TooLate, Invalid (no statement), Refused (terms in a row).
    """
    permissions.check_can_be_candidate(by, election, now.date())
    said = statement.strip()
    if not said or len(said) > LONGEST_STATEMENT:
        sentence = _("Say in up to 5,000 characters why you stand.")
        raise Invalid(sentence, fields={"statement": sentence})
    chain_first()
    election = locked(election, related=("council", "target"))
    policies.check_can_stand(election, now)
    policies.check_terms(by, election.target, election.role, election.term_from)
    nomination = Nomination.objects.filter(election=election, person=by).first()
    nomination = nomination or Nomination(election=election, person=by, created_at=now)
    if nomination.pk and nomination.withdrawn_at is None and nomination.statement == said:
        return nomination  # said once more, it is not said anew
    nomination.statement, nomination.withdrawn_at = said, None
    nomination.save()
    _record(election, "election.candidate", by, "", now, {"name": str(by), "statement": said})
    return nomination


@transaction.atomic
def nomination_withdraw(*, election: Election, by: Person, now: datetime) -> Nomination:
    """Stand no longer."""
    permissions.check_takes_part(by)
    chain_first()
    election = locked(election, related=("council",))
    policies.check_can_stand(election, now)
    nomination = Nomination.objects.filter(election=election, person=by, withdrawn_at__isnull=True).first()
    if nomination is None:
        raise Refused(_("You do not stand in this election."))
    nomination.withdrawn_at = now
    nomination.save(update_fields=["withdrawn_at"])
    _record(election, "election.withdrawn", by, "", now, {"name": str(by)})
    return nomination


@transaction.atomic
def election_open(*, election: Election, by: Person | None, now: datetime) -> Ballot:
    """Open the secret vote: roll and candidates freeze. ``by=None`` is the clock, once nominations have closed.

    Raises Forbidden, TooLate, Refused (nobody stands, or too few people to keep a secret).
    """
    hat = permissions.check_can_conduct(by, election.council, now.date()) if by else ""
    chain_first()
    election = locked(election, related=("council", "target"))
    policies.check_can_open_election(election, now)
    standing = list(
        election.nominations.filter(withdrawn_at__isnull=True)
        .select_related("person")
        .order_by("person__name", "person_id")
    )
    if not standing:
        raise Refused(_("Nobody stands. Cancel this election and call another."))
    rights = secret_rights(rights_of(election.council, now), now)
    ballot = _draft(election, len(standing), by, now)
    options = _options(ballot, standing)
    freeze(ballot, options, rights, now)
    election.ballot = ballot
    election.state = transitions.after(transitions.ELECTION, election.state, "ballot_opened")
    election.save(update_fields=["ballot", "state"])
    record(
        ballot, "ballot.opened", by, hat, now, {**frozen(ballot, options), **_candidates(election, standing)}
    )
    return ballot


@transaction.atomic
def election_cancel(*, election: Election, by: Person, now: datetime) -> Election:
    """Cancel an election that has not been voted on."""
    hat = permissions.check_can_conduct(by, election.council, now.date())
    chain_first()
    election = locked(election, related=("council",))
    policies.check_can_cancel(election)
    election.state = transitions.after(transitions.ELECTION, election.state, "cancelled")
    election.save(update_fields=["state"])
    _record(election, "election.cancelled", by, hat, now, {"title": election.title})
    return election


@transaction.atomic
def election_seat(*, election: Election, by: Person, now: datetime) -> list[Mandate]:
    """Give those who were elected their mandates: the first elected the first seat.

    Raises Forbidden, TooLate (not decided, or already done), Refused (a seat is held then, or too many terms in a row).
    """
    chain_first()
    election = locked(election, related=("council", "target", "ballot"))
    winners = winners_of(election)
    if election.state != Election.State.DECIDED or any(winner.mandate_id for winner in winners):
        raise TooLate(_("Mandates are given once, after the election is decided."))
    for winner in winners:
        policies.check_terms(winner.person, election.target, election.role, election.term_from)
    drafts = _drafts(election, winners)
    mandates = mandates_give(drafts=drafts, by=by, now=now)
    for winner, mandate in zip(winners, mandates, strict=True):
        winner.mandate = mandate
        winner.save(update_fields=["mandate"])
    return mandates


def elections_open_due(*, now: datetime, most: int | None = None) -> list[Ballot]:
    """Open the vote in the elections, ``most`` or all, whose nominations have closed and in which somebody stands."""
    due = Election.objects.filter(
        state=Election.State.NOMINATING, nominations_until__lte=now, nominations__withdrawn_at__isnull=True
    )
    opened: list[Ballot] = []
    for election in due.filter(nominations__isnull=False).distinct().order_by("pk"):
        if len(opened) == most:
            break
        try:
            opened.append(election_open(election=election, by=None, now=now))
        except Refused:  # too few on the roll, or somebody else was faster: its page says so
            continue
    return opened


def winners_of(election: Election) -> list[Nomination]:
    """Return the elected, in the order in which they were."""
    result = election.ballot.result if election.ballot else None
    codes = result["winners"] if result else []
    found = {
        nomination.option.code: nomination
        for nomination in election.nominations.select_related("person", "option")
        if nomination.option
    }
    return [found[code] for code in codes]


def _check_call(
    council: Council, title: str, role: str, rule: str, seats: Sequence[Seat], places: int, until: datetime,
    term_from: date, now: datetime,
) -> None:  # fmt: skip
    faults: dict[str, str] = {}
    if not title.strip() or len(title.strip()) > 200:
        faults["title"] = _("An election needs a title of up to 200 characters.")
    if rule not in Election.Rule.values:
        faults["rule"] = _("Choose how it is counted.")
    if until < now + timedelta(days=charter_value("councils.nomination_days", on=now.date())):
        faults["nominations_until"] = _("The charter gives people more time to stand.")
    if term_from <= until.date():
        faults["term_from"] = _("Terms begin after nominations have closed.")
    staff = role in Mandate.STAFF
    if staff == bool(seats) or places < 1 or role not in Mandate.Role.values:
        faults["role"] = _("Choose seats, or a role without a seat.")
    elif len({seat.council_id for seat in seats}) > 1 or any(not elects(council, seat) for seat in seats):
        faults["role"] = _("%(council)s does not elect who holds these seats.") % {"council": council.label}
    if faults:
        raise Invalid(_("The election cannot be called like this."), fields=faults)


def elects(council: Council, seat: Seat) -> bool:
    """Say whether a council's roll elects a seat: who speaks for it elsewhere; everyone the board's free seats."""
    if council.kind == Council.Kind.GENERAL and seat.council.kind == Council.Kind.BOARD:
        return seat.represents_council_id is None
    return seat.represents_council_id == council.pk


def _draft(election: Election, standing: int, by: Person | None, now: datetime) -> Ballot:
    return Ballot.objects.create(
        council=election.council,
        question=election.title,
        rule=election.rule,
        params={"seats": min(election.places, standing), "transfer": TRANSFER},
        secrecy=Ballot.Secrecy.SECRET,
        tie_break=LOT,
        closes_at=closing_time(now, None),
        created_by=by,
        created_at=now,
    )


def _options(ballot: Ballot, standing: list[Nomination]) -> list[Option]:
    options = [
        Option(
            ballot=ballot,
            number=n,
            code=f"c{n}",
            label=str(nomination.person),
            effect=Option.Effect.CANDIDATE,
        )
        for n, nomination in enumerate(standing, 1)
    ]
    Option.objects.bulk_create(options)
    for nomination, option in zip(standing, options, strict=True):
        nomination.option = option
        nomination.save(update_fields=["option"])
    return options


def _candidates(election: Election, standing: list[Nomination]) -> dict[str, Any]:
    candidates = [
        {"code": n.option.code, "person": n.person.public_id, "name": str(n.person), "statement": n.statement}
        for n in standing
        if n.option
    ]
    return {"election": election.public_id, "candidates": candidates}


def _drafts(election: Election, winners: list[Nomination]) -> list[MandateDraft]:
    until = election.term_from + timedelta(days=charter_value("councils.term_days", on=election.term_from))
    seats: list[Seat | None] = list(
        election.seats.select_related("council", "represents_council").order_by("number")
    )
    seats += [None] * (len(winners) - len(seats))
    return [
        MandateDraft(
            person=winner.person,
            council=election.target,
            role=election.role,
            since=election.term_from,
            until=until,
            obtained=Mandate.Obtained.ELECTED,
            seat=seat,
        )
        for winner, seat in zip(winners, seats, strict=False)
    ]


def _record(election: Election, kind: str, by: Person, hat: str, now: datetime, body: dict[str, Any]) -> None:
    about = {"council": election.council.public_id, "council_name": election.council.name, **body}
    entry_append(kind=kind, by=by, hat=hat, subject=election.subject, body=about, now=now)
