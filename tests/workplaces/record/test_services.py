"""The public record: chained, append-only, exportable, checked by a program that shares no code."""

import io
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

import workplaces.record.verify as verifier
from workplaces.models import Entry, Person, Root
from workplaces.record import chain, merkle, selectors
from workplaces.record.bundle import verifier_source
from workplaces.record.services import Draft, entries_append, entry_append, record_root

NOW = datetime(2026, 3, 1, 12, 30, 0, 123456, tzinfo=UTC)
BODY: dict[str, Any] = {
    "text": 'é € 😀 \\ " \n',
    "share": 0.1,
    "big": 10**30,
    "list": [1, None, True],
    "a": {"b": {}},
}


@pytest.fixture
def ana() -> Person:
    return Person.objects.create(username="ana", name="Ana Souza")


def fill(person: Person, count: int = 5) -> None:
    with transaction.atomic():
        for number in range(count):
            entry_append(kind="test.note", by=person, subject=f"note:{number}", body=BODY, now=NOW)


def exported() -> str:
    stream = io.StringIO()
    selectors.export(stream)
    return stream.getvalue()


def checked(text: str, *roots: tuple[int, str]) -> tuple[int, int, str]:
    return verifier.verify(io.StringIO(text), roots)


@pytest.mark.django_db
def test_entries_follow_on(ana: Person) -> None:
    fill(ana, 3)
    first, second, third = Entry.objects.order_by("number")
    assert (first.number, first.previous) == (1, chain.GENESIS)
    assert second.previous == first.digest
    assert third.previous == second.digest
    assert first.actor_name == "Ana Souza"


@pytest.mark.django_db
def test_what_comes_back_from_the_database_hashes_alike(ana: Person) -> None:
    fill(ana)
    for entry in Entry.objects.select_related("actor"):
        assert chain.digest(selectors.written(entry)) == entry.digest


@pytest.mark.django_db
def test_many_entries_at_once_chain_like_single_ones(ana: Person) -> None:
    with transaction.atomic():
        entries_append(drafts=[Draft(kind="test.bulk", by=None, body={"n": n}) for n in range(2500)], now=NOW)
    assert checked(exported())[0] == 2500


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        entry_append(kind="test.note", by=None, body={}, now=NOW)
    assert Entry.objects.count() == 0


@pytest.mark.django_db
def test_rolled_back_with_what_it_records(ana: Person) -> None:
    def fill_and_fail() -> None:
        with transaction.atomic():
            fill(ana)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fill_and_fail()
    assert Entry.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["workplaces_entry", "workplaces_root"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_rewrite(ana: Person, table: str, verb: str) -> None:
    fill(ana, 2)
    record_root(NOW)
    change = "kind = 'x'" if table.endswith("entry") else "root = 'x'"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else TRUNCATE stumbles over pending checks first
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(verb.format(table, change))
    assert (Entry.objects.count(), Root.objects.count()) == (2, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "previous"), [(9, None), (3, "f" * 64)])
def test_the_database_refuses_what_does_not_follow_on(ana: Person, number: int, previous: str | None) -> None:
    fill(ana, 2)
    last = Entry.objects.get(number=2)
    forged = Entry(number=number, at=NOW, kind="x", previous=previous or last.digest, digest="e" * 64)
    with pytest.raises(IntegrityError, match="does not follow on"), transaction.atomic():
        forged.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_make_one_chain() -> None:
    problems: list[Exception] = []

    def write() -> None:
        try:
            for _ in range(10):
                with transaction.atomic():
                    entry_append(kind="test.race", by=None, body=BODY, now=NOW)
        except Exception as error:  # noqa: BLE001
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert checked(exported())[0] == 60


@pytest.mark.django_db
def test_roots_and_their_proofs(ana: Person) -> None:
    assert record_root(NOW) is None
    fill(ana, 5)
    old = record_root(NOW)
    assert record_root(NOW) == old
    fill(ana, 6)
    new = record_root(NOW)
    assert old is not None
    assert new is not None
    assert (old.size, new.size) == (5, 11)
    proof = [bytes.fromhex(step) for step in selectors.consistency(5, 11)]
    assert merkle.consistent(5, 11, bytes.fromhex(old.root), bytes.fromhex(new.root), proof)
    path = [bytes.fromhex(step) for step in selectors.inclusion(7, 11)]
    digest = bytes.fromhex(Entry.objects.get(number=7).digest)
    assert merkle.included(6, 11, digest, path, bytes.fromhex(new.root))


@pytest.mark.django_db
def test_a_whole_export_is_found_whole(ana: Person) -> None:
    fill(ana)
    root = record_root(NOW)
    fill(ana)
    assert root is not None
    size, roots, top = checked(exported(), (5, root.root))
    assert (size, roots, top) == (10, 3, selectors.root_now()[1])


def altered(lines: list[str]) -> list[str]:
    return [line.replace('"note:1"', '"note:9"') for line in lines]


def altered_with_its_digest(lines: list[str]) -> list[str]:
    content = json.loads(lines[1])["entry"]
    content["subject"] = "note:9"
    content["digest"] = verifier.digest_of(content)
    return [lines[0], json.dumps({"entry": content}) + "\n", *lines[2:]]


def removed(lines: list[str]) -> list[str]:
    return lines[:1] + lines[2:]


def reordered(lines: list[str]) -> list[str]:
    return [lines[1], lines[0], *lines[2:]]


def doubled(lines: list[str]) -> list[str]:
    return [lines[0], *lines]


def cut_short(lines: list[str]) -> list[str]:
    return lines[:3]


def with_a_float(lines: list[str]) -> list[str]:
    return [line.replace('"share": "0.1"', '"share": 0.1') for line in lines]


def with_a_key_twice(lines: list[str]) -> list[str]:
    return [line.replace('"kind":', '"kind": "x", "kind":') for line in lines]


def with_a_field_more(lines: list[str]) -> list[str]:
    return [line.replace('"kind":', '"remark": "x", "kind":') for line in lines]


def not_json(lines: list[str]) -> list[str]:
    return [*lines, "{\n"]


def something_else(lines: list[str]) -> list[str]:
    return [*lines, '{"note": {}}\n']


def without_fields(lines: list[str]) -> list[str]:
    return [*lines, '{"entry": 7}\n']


def with_a_wrong_root(lines: list[str]) -> list[str]:
    return [*lines[:-1], '{"root": {"size": 5, "root": "%s", "at": null}}\n' % ("0" * 64)]


def with_a_root_misplaced(lines: list[str]) -> list[str]:
    return [lines[0], lines[-1], *lines[1:]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (altered, "entry 2 was altered"),
        (altered_with_its_digest, "entry 3 does not follow on"),
        (removed, "entry 3 stands where entry 2 belongs"),
        (reordered, "entry 2 stands where entry 1 belongs"),
        (doubled, "entry 1 stands where entry 2 belongs"),
        (cut_short, "breaks off after entry 3"),
        (with_a_float, "the number 0.1"),
        (with_a_key_twice, "names a key twice"),
        (with_a_field_more, "one too many: remark"),
        (not_json, "line 7 is not JSON"),
        (something_else, "line 7 is neither"),
        (without_fields, "line 7 holds no fields"),
        (with_a_wrong_root, "published over the first 5 entries does not agree"),
        (with_a_root_misplaced, "a root over 5 entries stands after entry 1"),
    ],
)
def test_damage_is_found(ana: Person, damage: Callable[[list[str]], list[str]], found: str) -> None:
    fill(ana)
    lines = exported().splitlines(keepends=True)
    assert damage(lines) != lines
    with pytest.raises(verifier.Broken, match=found):
        checked("".join(damage(lines)))


def rewritten(count: int, subject: str) -> str:
    """Forge a whole record from nothing, as somebody with full access to the database could."""
    previous, tree, lines = chain.GENESIS, merkle.Growing(), []
    for number in range(1, count + 1):
        entry: dict[str, Any] = dict.fromkeys(chain.FIELDS, "")
        entry |= {"number": number, "subject": subject, "previous": previous}
        entry["digest"] = previous = chain.digest(entry)
        tree.add(bytes.fromhex(previous))
        lines.append(json.dumps({"entry": entry}))
    lines.append(json.dumps({"root": {"size": count, "root": tree.root().hex(), "at": None}}))
    return "\n".join(lines)


def test_a_record_rewritten_or_truncated_as_a_whole_is_found_by_a_published_root() -> None:
    honest, shorter, other = rewritten(6, "a"), rewritten(4, "a"), rewritten(6, "b")
    size, _roots, root = checked(honest)
    assert checked(shorter)[0] == 4  # without a root to compare with, a well-made forgery passes:
    assert checked(other)[0] == 6  # that is what published roots are for
    with pytest.raises(verifier.Broken, match="ends after entry 4, but there was a root over 6"):
        checked(shorter, (size, root))
    with pytest.raises(verifier.Broken, match="the root you gave over the first 6"):
        checked(other, (size, root))


@pytest.mark.django_db
def test_the_verifier_stands_alone(ana: Person, tmp_path: Path) -> None:
    fill(ana)
    export, script = tmp_path / "export.jsonl", tmp_path / "verify.py"
    export.write_text(exported(), encoding="utf-8")
    script.write_text(verifier_source(), encoding="utf-8")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", str(script), *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)

    good = run("export.jsonl")
    assert (good.returncode, good.stderr) == (0, "")
    assert "WHOLE: 5 entries" in good.stdout
    root = good.stdout.strip().rsplit(" ", 1)[1]
    assert run("export.jsonl", "--root", root).returncode == 0
    export.write_text(exported().replace("note:3", "note:4"), encoding="utf-8")
    bad = run("export.jsonl")
    assert (bad.returncode, bad.stdout) == (1, "")
    assert "BROKEN: entry 4 was altered" in bad.stderr
    assert run("nowhere.jsonl").returncode == 1
    assert run("export.jsonl", "--root", "5").returncode == 2
