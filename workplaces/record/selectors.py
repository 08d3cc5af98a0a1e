"""Reading the public record: its head, its roots and proofs, the export, searches."""

import json
import re
from collections.abc import Iterator
from typing import IO

from django.db.models import Max, Min, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from workplaces.record import chain, merkle
from workplaces.record.models import Entry, Root

YEAR = re.compile(r"[1-9][0-9]{3}")


def head() -> tuple[int, str]:
    """Return number and digest of the last entry; (0, sixty-four noughts) when there is none."""
    last = Entry.objects.order_by("-number").values_list("number", "digest").first()
    return last or (0, chain.GENESIS)


def written(entry: Entry) -> dict[str, chain.Json]:
    """Return an entry's fields as they are hashed and exported (without the digest itself)."""
    return {
        "number": entry.number,
        "public_id": str(entry.public_id),
        "at": chain.moment(entry.at),
        "kind": entry.kind,
        "actor": str(entry.actor.public_id) if entry.actor else None,
        "actor_name": entry.actor_name,
        "hat": entry.hat,
        "subject": entry.subject,
        "motion": str(entry.motion) if entry.motion else None,
        "body": entry.body,
        "previous": entry.previous,
    }


def leaves(size: int | None = None) -> list[bytes]:
    """Return the digests of the first ``size`` entries (all when None), as the tree's leaves."""
    entries = Entry.objects.order_by("number")
    if size is not None:
        entries = entries.filter(number__lte=size)
    return [bytes.fromhex(digest) for digest in entries.values_list("digest", flat=True).iterator(10_000)]


def root_now() -> tuple[int, str]:
    """Return size and Merkle root, as hexadecimal digits, over all entries."""
    tree = merkle.Growing()
    for digest in Entry.objects.order_by("number").values_list("digest", flat=True).iterator(10_000):
        tree.add(bytes.fromhex(digest))
    return tree.size, tree.root().hex()


def inclusion(number: int, size: int) -> list[str]:
    """Return the proof that entry ``number`` stands under the root over ``size`` entries."""
    return [step.hex() for step in merkle.inclusion_proof(number - 1, leaves(size))]


def consistency(old_size: int, new_size: int) -> list[str]:
    """Return the proof that the record of ``new_size`` entries only adds to that of ``old_size``."""
    return [step.hex() for step in merkle.consistency_proof(old_size, leaves(new_size))]


def export(stream: IO[str]) -> int:
    """Write the record to ``stream`` as JSON lines; return the number of entries."""
    size = 0
    for line in export_lines():
        stream.write(line)
        size += line.startswith('{"entry"')
    return size


def export_lines() -> Iterator[str]:
    """Yield the record as JSON lines: ``{"entry": …}`` in order, ``{"root": …}`` where one was published.

    The last line is the root over all that was exported.
    """
    end, _digest = head()
    published = {root.size: root for root in Root.objects.filter(size__lte=end)}
    tree = merkle.Growing()
    for entry in Entry.objects.filter(number__lte=end).select_related("actor").order_by("number").iterator():
        yield _line("entry", {**written(entry), "digest": entry.digest})
        tree.add(bytes.fromhex(entry.digest))
        if root := published.get(entry.number):
            yield _line("root", {"size": root.size, "root": root.root, "at": chain.moment(root.at)})
    yield _line("root", {"size": tree.size, "root": tree.root().hex(), "at": None})


def entries(
    *, kind: str = "", year: str = "", subject: str = "", person: str = "", text: str = ""
) -> QuerySet[Entry]:
    """Return the entries that match, newest first.

    ``kind`` and ``subject`` match from their beginning (``ballot`` finds ``ballot.opened``), ``person`` and
    ``text`` anywhere; a ``year`` that is none finds nothing.
    """
    found = Entry.objects.order_by("-number")
    if year:
        found = found.filter(at__year=int(year)) if YEAR.fullmatch(year) else found.none()
    if kind:
        found = found.filter(kind__startswith=kind)
    if subject:
        found = found.filter(subject__startswith=subject)
    if person:
        found = found.filter(actor_name__icontains=person)
    if text:
        found = found.annotate(written_body=Cast("body", TextField())).filter(written_body__icontains=text)
    return found


def years() -> list[int]:
    """Return the years in which something happened, the last one first."""
    ends = Entry.objects.aggregate(first=Min("at"), last=Max("at"))
    if ends["first"] is None:
        return []
    first, last = (timezone.localtime(ends[name]).year for name in ("first", "last"))
    return list(range(last, first - 1, -1))


def kinds() -> list[str]:
    """Return the kinds of entry that occur."""
    return list(Entry.objects.order_by("kind").values_list("kind", flat=True).distinct())


def entry_with_receipt(receipt: str) -> Entry | None:
    """Return the closing of the ballot that lists this receipt among the votes counted, if there is one."""
    found = Entry.objects.filter(kind="ballot.closed", body__contains={"votes": [{"receipt": receipt}]})
    return found.order_by("number").first()


def _line(name: str, content: object) -> str:
    return json.dumps({name: content}, ensure_ascii=False) + "\n"
