"""The public record's pages, open to everybody."""

import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

import workplaces.record.verify as verifier
from workplaces.models import Entry, Person
from workplaces.record import selectors, wording
from workplaces.record.services import Draft, entries_append, record_root

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MOTION = "0197a2b4-0000-7000-8000-000000000001"


@pytest.fixture
def filled(db: None) -> Person:
    ana = Person.objects.create(username="ana", name="Ana Souza")
    vote = {"number": 1, "name": "Ana", "represents": "Works 1", "option": "yes", "receipt": "A" * 32}
    drafts = [
        Draft(
            kind="motion.moved",
            by=ana,
            hat="delegate, Works 1",
            subject="motion:1",
            body={"title": "100 % <b>"},
        ),
        Draft(
            kind="ballot.closed", by=None, subject="ballot:2", body={"question": "Lathe?", "votes": [vote]}
        ),
        *[Draft(kind="round.opened", by=ana, body={"n": n, "deep": {"x": [1.5]}}) for n in range(60)],
    ]
    with transaction.atomic():
        entries_append(drafts=drafts, now=NOW)
    record_root(NOW)
    return ana


def page(name: str, *arguments: Any, **query: str) -> str:
    response = Client().get(reverse(f"record:{name}", args=arguments), query)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_empty() -> None:
    assert "The public record is still empty" in page("record")
    assert "None yet" in page("roots")
    whole = b"".join(Client().get(reverse("record:export")).streaming_content).decode()
    assert verifier.verify(io.StringIO(whole))[0] == 0


def test_browsing_and_searching(filled: Person) -> None:
    assert "62 entries on the public record" in page("record")
    assert "A motion was moved: 100 % &lt;b&gt;" in page("record", kind="motion")
    assert "1 entry found" in page("record", text="lathe")
    assert "61 entries found" in page("record", person="souza")
    assert "1 entry found" in page("record", subject="ballot:")
    assert "No entry matches" in page("record", text="nowhere to be found")
    assert "was opened" in page("record", kind="round.opened", page="2")


def test_csv_of_what_was_found(filled: Person) -> None:
    response = Client().get(reverse("record:record"), {"kind": "motion", "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert [(row["kind"], row["actor"], row["hat"]) for row in rows] == [
        ("motion.moved", "Ana Souza", "delegate, Works 1")
    ]


def test_one_entry(filled: Person) -> None:
    shown = page("entry", 1)
    assert "digest recomputed just now: it matches" in shown
    assert "delegate, Works 1" in shown
    closing = page("entry", 2)
    assert "<td>Works 1</td>" in closing
    assert "Lathe?" in closing
    assert Entry.objects.get(number=1).digest in shown
    json = Client().get(reverse("record:entry", args=[3]), {"format": "json"}).json()
    assert verifier.digest_of(json) == json["digest"]
    assert Client().get(reverse("record:entry", args=[999])).status_code == 404


def test_a_receipt_needs_no_account(filled: Person) -> None:
    assert "Counted: “yes”, by Ana" in page("receipt", code="aaaa " * 8)
    missing = Client().get(reverse("record:receipt"), {"code": "B" * 32})
    assert missing.status_code == 404
    assert "No closed vote lists this receipt" in missing.content.decode()
    assert "Was your vote counted?" in page("receipt")


def test_export_and_verifier_downloads_fit_together(filled: Person, tmp_path: Path) -> None:
    import subprocess
    import sys

    for name in ("export", "verifier"):
        response = Client().get(reverse(f"record:{name}"))
        (tmp_path / name).write_bytes(b"".join(response))
    size, root = selectors.root_now()
    command = [sys.executable, "-I", "-S", str(tmp_path / "verifier"), str(tmp_path / "export"), "--root"]
    done = subprocess.run([*command, f"{size}:{root}"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_roots_and_proofs(filled: Person) -> None:
    assert selectors.root_now()[1] in page("roots")
    proof = Client().get(reverse("record:consistency", args=[5, 62])).json()
    assert proof["proof"] == selectors.consistency(5, 62)
    for old, new in ((0, 5), (6, 5), (5, 63)):
        assert Client().get(reverse("record:consistency", args=[old, new])).status_code == 404
    rows = b"".join(Client().get(reverse("record:roots"), {"format": "csv"}).streaming_content).decode()
    assert rows.splitlines()[1].startswith("62,")


@pytest.mark.parametrize("motion", ["x", "'"])
def test_a_motion_that_is_none(filled: Person, motion: str) -> None:
    assert Client().get(reverse("record:record"), {"motion": motion}).status_code == 404


def test_entries_of_a_motion(filled: Person) -> None:
    assert "No entry matches" in page("record", motion=MOTION)


def test_nothing_is_written_through_pages(filled: Person) -> None:
    for name in ("record", "roots", "receipt", "export", "verifier"):
        assert Client().post(reverse(f"record:{name}")).status_code == 405


def test_every_sentence_bears_a_body_without_its_words() -> None:
    for kind in [*wording.SENTENCES, "something.new_%s"]:
        assert wording.sentence(Entry(kind=kind, body={}))


def test_long_sentences_are_cut() -> None:
    said = wording.sentence(Entry(kind="motion.moved", body={"title": "x" * 500}))
    assert (len(said), said[-1]) == (wording.SHOWN, "…")
