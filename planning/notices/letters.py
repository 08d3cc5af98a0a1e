"""What a message says, written when it is sent: from what is open at that moment, in the person's language and zone."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from planning.notices.addresses import absolute
from planning.notices.looking import matter_of
from planning.notices.parts import Group, Item, Letter
from planning.notices.votes import receipt_words, right_used_words
from planning.views.duties import duties_of
from planning.wording import duties as wording
from planning.wording.duties import Duty
from workplaces.models import Message, Person
from workplaces.services.notices import stop_token


def letter_of(message: Message, now: datetime) -> Letter | None:
    """Return what a message says now; None when there is nothing to say any more, since all was done meanwhile."""
    with translation.override(message.language), timezone.override(ZoneInfo(message.time_zone)):
        if message.kind == Message.Kind.RECEIPT:
            return _about_vote(message, receipt_words(message))
        if message.kind == Message.Kind.RIGHT_USED:
            return _about_vote(message, right_used_words(message))
        return duties_letter(message.person, _still_open(message, now), now, kind=message.kind)


def _still_open(message: Message, now: datetime) -> list[Duty]:
    duties = duties_of(message.person, now)
    if message.kind == Message.Kind.DIGEST:
        return duties
    wanted = {tuple(pair) for pair in message.matter["duties"]}
    return [duty for duty in duties if duty.due and duty.due > now and _pair(duty) in wanted]


def _pair(duty: Duty) -> tuple[str, str]:
    digest, due = matter_of(duty)
    return digest, due.isoformat() if due else ""


def duties_letter(person: Person, duties: Sequence[Duty], now: datetime, *, kind: str) -> Letter | None:
    """Return the letter about these duties in the language and zone of the moment; None for none."""
    if not duties:
        return None
    subject = wording.title(duties)
    if kind == Message.Kind.REMINDER:
        first = min(duty.due for duty in duties if duty.due)
        subject = _("Until %(moment)s: %(title)s") % {"moment": _moment(first), "title": subject}
    lead = _(
        "This is what “My duties” shows you at this moment. What you do not want to decide needs no answer:"
    )
    lead += " " + _("what happens then is said with each.")
    return _written(person, subject, lead, groups_of(duties, now))


def groups_of(duties: Sequence[Duty], now: datetime) -> tuple[Group, ...]:
    """Return the duties by the day on which they are due, the first day in front, those without one last."""
    ordered = sorted(duties, key=lambda duty: (duty.due is None, duty.due))
    return tuple(
        Group(heading, tuple(_item(duty) for duty in found))
        for heading, found in groupby(ordered, key=lambda duty: _heading(duty, now))
    )


def _heading(duty: Duty, now: datetime) -> str:
    if duty.due is None:
        return _("Without a deadline")
    day, today = timezone.localtime(duty.due).date(), timezone.localtime(now).date()
    words = {"day": formats.date_format(day, "l, j M Y")}
    if duty.due <= now:
        return _("The time was over on %(day)s") % words
    if day == today:
        return _("Until today, %(day)s") % words
    return (_("Until tomorrow, %(day)s") if (day - today).days == 1 else _("Until %(day)s")) % words


def _item(duty: Duty) -> Item:
    at = formats.date_format(timezone.localtime(duty.due), "H:i") if duty.due else ""
    lines = (f"{duty.hat}. {duty.detail}", f"{duty.about} {duty.silence}" if duty.minutes else duty.silence)
    return Item(at, duty.question, lines, absolute(duty.url), duty.action)


def _moment(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "j M, H:i")


def _about_vote(message: Message, words: tuple[str, str, Item] | None) -> Letter | None:
    if words is None:
        return None
    subject, lead, item = words
    return _written(message.person, subject, lead, (Group("", (item,)),))


def _written(person: Person, subject: str, lead: str, groups: tuple[Group, ...]) -> Letter:
    zone = timezone.get_current_timezone_name()
    feet = (
        (_("All that needs you"), absolute(reverse("planning:duties"))),
        (_("What comes by mail, how often, in which language"), absolute(reverse("notices:settings"))),
        (_("No more notices by mail"), absolute(stop_path(person))),
    )
    times = _("Times are those of %(zone)s.") % {"zone": zone}
    context: dict[str, Any] = {
        "subject": subject, "hello": _("Hello %(name)s,") % {"name": person}, "lead": lead, "groups": groups,
        "times": times, "feet": feet, "language": translation.get_language(),
    }  # fmt: skip
    return Letter(subject, _text(context), render_to_string("notices/letter.html", context))


def stop_path(person: Person) -> str:
    """Return the path of the link that ends a person's mail."""
    return reverse("notices:stop", args=[stop_token(person)])


def _text(context: dict[str, Any]) -> str:
    parts = [context["hello"], "", context["lead"], ""]
    for group in context["groups"]:
        if group.heading:
            parts += [group.heading.upper(), ""]
        for item in group.items:
            parts += [f"{item.at}  {item.title}".strip(), *item.lines, f"{item.action}: {item.url}", ""]
    parts += [context["times"], "", *(f"{label}: {url}" for label, url in context["feet"])]
    return "\n".join(parts) + "\n"
