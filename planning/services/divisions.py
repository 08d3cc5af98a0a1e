"""Members divide their surplus: goods and bonuses are frozen in a motion of the assembly; carried, they are posted."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from councils.models import Council, Motion
from councils.services.motions import motion_move
from planning import permissions
from planning import policies_division as policies
from planning.models import Account, Bonus, CollectiveGood, JournalEntry, SurplusDivision
from planning.selectors.divisions import Asked, Divided, divided
from planning.services.ledger import account, journal_post
from planning.services.saying import in_full, said
from workplaces.errors import Invalid
from workplaces.models import Person, Post
from workplaces.record.services import entry_append, lock_chain


@transaction.atomic
def division_propose(
    *, assembly: Council, asked: Asked, reason: str, by: Person, now: datetime
) -> SurplusDivision:
    """Move in a workplace's assembly to divide (a part of) its surplus; everybody's part is computed and frozen.

    Raises Forbidden (no member), TooLate (nothing to divide, another division is moved, a workplace that was closed),
    Invalid: more than the account holds, no reason, and whatever ``divided`` refuses.
    """
    permissions.check_divide_surplus(by, assembly, now.date())
    lock_chain()
    held = policies.check_divide(assembly)
    found = division_computed(assembly=assembly, asked=asked, held=held.balance, now=now)
    if not reason.strip():
        raise Invalid(_("Say why it is divided like this."), fields={"reason": _("A reason is needed.")})
    division = _freeze(assembly, held, found, reason, by, now)
    entry_append(
        kind="division.proposed", by=by, subject=division.subject, now=now,
        body=_sums(division) | {"digest": division.digest, "members": division.members, "key": division.key},
    )  # fmt: skip
    currency = division.cycle.baseline.currency
    title = _("Divide %(sum)s of the surplus") % {"sum": in_full(division.amount, currency)}
    motion_move(
        council=assembly, by=by, now=now, subject_kind=policies.DIVISION, subject=division.public_id, title=title,
        text=_text(division, currency), mechanism=Motion.Mechanism.VOTE,
    )  # fmt: skip
    return division


def division_computed(*, assembly: Council, asked: Asked, held: int, now: datetime) -> Divided:
    """Return everybody's part without moving anything; raises Invalid as ``division_propose`` does."""
    most = max([asked.amount, asked.bonuses, *(good.amount for good in asked.goods)])
    if most > held:
        economy = policies.economy_now()
        currency = economy.currency if economy else ""
        sentence = _("%(asked)s is to be divided, and %(held)s stands in the surplus account.") % {
            "asked": in_full(most, currency), "held": in_full(held, currency),
        }  # fmt: skip
        raise Invalid(sentence, fields={"bonuses" if asked.bonuses else "goods": sentence})
    return divided(assembly, asked, now.date())


def _freeze(
    assembly: Council, held: Account, found: Divided, reason: str, by: Person, now: datetime
) -> SurplusDivision:
    asked = found.asked
    assert assembly.workplace_id is not None  # noqa: S101  (a constraint holds it)
    division = SurplusDivision(
        workplace_id=assembly.workplace_id, cycle=policies.posted_last(held), key=asked.key, held=held.balance,
        number=SurplusDivision.objects.filter(workplace=assembly.workplace_id).count() + 1, amount=asked.amount,
        for_goods=asked.amount - asked.bonuses, for_bonuses=asked.bonuses, members=len(found.members),
        reason=reason.strip(), proposed_by=by, proposed_at=now,
    )  # fmt: skip
    goods = [
        CollectiveGood(
            division=division, title=_in_one_line(good.title), category=good.category, amount=good.amount
        )
        for good in asked.goods
    ]
    parts = _bonuses(division, found) if asked.bonuses else []
    division.digest = digest_of(division, goods, parts)
    division.save(force_insert=True)
    CollectiveGood.objects.bulk_create(goods)
    Bonus.objects.bulk_create(parts)
    return division


def _in_one_line(title: str) -> str:
    """Return a title without line breaks, so that in the motion's words it cannot pass for a line of theirs."""
    return " ".join(title.split())


def _bonuses(division: SurplusDivision, found: Divided) -> list[Bonus]:
    return [
        Bonus(division=division, person=person, weight=float(weight), amount=int(part), **_read_from(post))
        for person, post, weight, part in zip(
            found.members, found.posts, found.weights, found.parts, strict=True
        )
    ]


def _read_from(post: Post | None) -> dict[str, Any]:
    """Return what of a post a bonus was computed from."""
    if post is None:
        return {}
    grades = {name: getattr(post, name) for name in ("weekly_hours", "intensity", "unpleasantness")}
    return {"post_id": post.entity_id, **grades}


def digest_of(division: SurplusDivision, goods: list[CollectiveGood], parts: list[Bonus]) -> str:
    """Return the SHA-256 (hexadecimal) over what is divided, in canonical JSON.

    Each bonus goes in with its own random id, so that who knows the digest cannot find a part by trying sums.
    """
    words: list[Any] = [
        str(division.public_id), division.held, division.key,
        [[good.title, good.category, good.amount] for good in goods],
        [[str(one.public_id), str(one.person.public_id), one.weight, one.amount] for one in parts],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(words, separators=(",", ":")).encode()).hexdigest()


def _text(division: SurplusDivision, currency: str) -> str:
    """Return the motion's words: every collective good, the bonuses as sum, key and number of members."""
    lines = [division.reason, ""]
    lines += [
        _("%(category)s: %(title)s, %(sum)s") % {
            "category": good.get_category_display(), "title": good.title, "sum": in_full(good.amount, currency),
        }
        for good in division.goods.all()
    ]  # fmt: skip
    if division.for_bonuses:
        lines.append(
            _("Bonuses: %(sum)s among %(members)s members, %(key)s.") % {
                "sum": in_full(division.for_bonuses, currency), "members": said(division.members),
                "key": division.get_key_display(),
            }
        )  # fmt: skip
    left = {"left": in_full(division.held - division.amount, currency)}
    return "\n".join([
        *lines,
        _("%(left)s stays in the surplus account.") % left,
        "",
        _(
            "Nothing of a surplus can be invested: the ledger lets it become collective goods and bonuses and nothing else. "
            "Equipment is asked for from the envelopes of sector and region."
        ),
        _("Who gets how much is frozen, and the members see it: digest %(digest)s.") % {"digest": division.digest},
    ])  # fmt: skip


def division_follow(motion: Motion, now: datetime) -> None:
    """Post what a carried division divides; note it where the account does not hold it any more."""
    if motion.subject_id is None:
        return
    division = (
        SurplusDivision.objects.filter(public_id=motion.subject_id)
        .select_related("workplace", "cycle")
        .first()
    )
    if division is None or motion.state != Motion.State.CARRIED or division.settled_at is not None:
        return
    own = account(Account.Kind.SURPLUS, workplace_id=division.workplace_id)
    source = Account.objects.select_for_update().get(pk=own.pk)
    if source.balance < division.amount:
        _note("not_settled", division, motion, now)
        return
    division.settled_at = now
    division.save(update_fields=["settled_at"])
    into = {Account.Kind.COLLECTIVE: division.for_goods, Account.Kind.BONUSES: division.for_bonuses}
    amounts = {account(kind, workplace_id=division.workplace_id): sum_ for kind, sum_ in into.items() if sum_}
    journal_post(
        cause=JournalEntry.Cause.DIVISION, subject=division.public_id, cycle=division.cycle,
        amounts={source: -division.amount} | amounts, by=motion.moved_by, now=now,
    )  # fmt: skip
    _note("settled", division, motion, now)


def _note(what: str, division: SurplusDivision, motion: Motion, now: datetime) -> None:
    body = _sums(division) | {"digest": division.digest}
    entry_append(
        kind=f"division.{what}",
        by=None,
        subject=division.subject,
        motion=motion.public_id,
        body=body,
        now=now,
    )


def _sums(division: SurplusDivision) -> dict[str, Any]:
    """Return what the record says of a division: sums, and nobody's part."""
    return {
        "workplace": division.workplace.public_id, "workplace_name": division.workplace.name, "amount": division.amount,
        "goods": [[good.title, good.category, good.amount] for good in division.goods.all()],
        "bonuses": division.for_bonuses,
    }  # fmt: skip
