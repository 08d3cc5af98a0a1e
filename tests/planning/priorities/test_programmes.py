"""Programmes: versions, support, publication; what is refused, and what the database itself refuses."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import Error

from planning.models import AssociationMember, Cycle, Programme, ProgrammeVersion, Supporter
from planning.services.associations import association_join, association_leave
from planning.services.cycles import cycle_begin_proposals, cycle_open
from planning.services.programmes import (
    programme_publish,
    programme_support,
    programme_unsupport,
    programme_write,
)
from tests.planning.federation import NOW, Federation
from tests.planning.priorities.world import (
    LEISURE,
    RULES,
    asked,
    found,
    opened,
    published,
    supported,
    written,
)
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Association
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_programme_is_published_with_its_supporters(federation: Federation, cycle: Cycle) -> None:
    programme = published(federation, cycle)
    assert programme.published is not None
    figures = {(f.topic, f.value) for f in programme.published.figures.all()}
    assert figures == {("hours", 30.0), ("investment", 10.0), ("cap", 150.0), ("free", 1.0)}
    entry = Entry.objects.get(kind="programme.published")
    assert entry.body["supporters"] == 2
    assert entry.body["digest"] == programme.published.digest


def test_whom_one_joins_is_not_on_the_record(federation: Federation, cycle: Cycle) -> None:
    association = found(federation, "Time to Live", "citizen0")
    association_join(association=association, by=federation.people["citizen1"], now=NOW)
    with pytest.raises(Refused, match="member of Time to Live already"):
        association_join(association=association, by=federation.people["citizen1"], now=NOW)
    association_leave(association=association, by=federation.people["citizen1"], now=NOW)
    with pytest.raises(Refused, match="not a member"):
        association_leave(association=association, by=federation.people["citizen1"], now=NOW)
    assert AssociationMember.objects.filter(until__isnull=True).count() == 1
    kinds = set(Entry.objects.filter(kind__startswith="association").values_list("kind", flat=True))
    assert kinds == {"association.founded"}
    with pytest.raises(Invalid, match="cannot be founded") as refused:
        found(federation, "time to live", "citizen2")
    assert "already" in refused.value.fields["name"]


def test_support_counts_for_the_version_it_was_given_to(federation: Federation, cycle: Cycle) -> None:
    programme = supported(federation, written(federation, cycle))
    written(federation, cycle, figures=[("hours", "", 28.0)])
    with pytest.raises(Refused, match="needs 2 supporters; the latest version of this one has 0"):
        programme_publish(programme=programme, by=federation.people["citizen0"], now=NOW)
    with pytest.raises(Invalid, match="newer version"):
        programme_support(programme=programme, number=1, by=federation.people["citizen2"], now=NOW)
    supported(federation, programme)
    with pytest.raises(Forbidden, match="belong to a workplace or a community"):
        supported(federation, programme, "stranger")
    with pytest.raises(Refused, match="already"):
        supported(federation, programme, "citizen0")
    programme_unsupport(programme=programme, by=federation.people["citizen1"], now=NOW)
    with pytest.raises(Refused, match="has 1"):
        programme_publish(programme=programme, by=federation.people["citizen0"], now=NOW)
    with pytest.raises(Refused, match="do not stand behind"):
        programme_unsupport(programme=programme, by=federation.people["citizen1"], now=NOW)
    supported(federation, programme, "citizen1")
    done = programme_publish(programme=programme, by=federation.people["citizen0"], now=NOW)
    assert (done.published.number, Supporter.objects.count()) == (2, 5)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("figures", "field", "sentence"),
    [
        ([("hours", "", 169.0)], "hours", "A week has 168 hours"),
        ([("hours", "", 50.0)], "hours", "between 20 h and 48 h"),
        ([("hours", "", 30.1234567)], "hours", "six decimals"),
        ([("hours", "", float("nan"))], "hours", "no finite number"),
        ([("investment", "", 101.0)], "investment", "between 0 and 100"),
        ([("investment", "", 51.0)], "investment", "By the charter"),
        ([("collective", "", 33.5)], "collective", "whole percent"),
        ([("cap", "carbon", 301.0)], "cap-carbon", "between 0 t and 300 t"),
        ([("cap", "gold", 1.0)], "cap-gold", "no resource “gold”"),
        ([("free", "steel", 1.0)], "free-steel", "no product “steel”"),
        ([("free", "bread", 2.0)], "free-bread", "say 1 or leave it out"),
        ([("sector", "steel", 1000.0)], "sector-steel", "no sector “steel”"),
        ([("weather", "", 1.0)], "weather", "nothing that a programme sets"),
        ([("hours", "", 30.0), ("hours", "", 31.0)], "hours", "twice"),
        # the legal minimum, a fifth of an equal part, comes before the sum
        ([("sector", "bread", 65.0), ("sector", "energy", 1.0)], "sector-bread", "at least 66 of 1000"),
        (
            [("sector", "bread", 500.0), ("sector", "energy", 500.0)],
            "sector",
            "Flour sector has a legal minimum",
        ),
        (
            [("sector", "bread", 500.0), ("sector", "energy", 300.0), ("sector", "flour", 100.0)],
            "sector",
            "add up to 900 of 1000: 100 are still to be given",
        ),
        (
            [("sector", "bread", 500.0), ("sector", "energy", 300.0), ("sector", "flour", 300.0)],
            "sector",
            "add up to 1,100 of 1000: take 100 away",
        ),
        ([("sector", "bread", 100.5), ("sector", "energy", 300.0)], "sector-bread", "whole parts"),
        ([("region", "valley", 1000.0)], "region", "nothing to divide"),
    ],
)
def test_figures_that_cannot_stand_are_refused_in_a_sentence(
    federation: Federation, cycle: Cycle, figures: Any, field: str, sentence: str
) -> None:
    with pytest.raises(Invalid) as refused:
        written(federation, cycle, figures=figures)
    assert sentence in refused.value.fields[field].replace("\u202f", " ")
    assert not ProgrammeVersion.objects.exists()


def test_words_and_associations_that_cannot_stand_are_refused(federation: Federation, cycle: Cycle) -> None:
    association = found(federation, "Time to Live", "citizen0")
    given: dict[str, Any] = {
        "cycle": cycle, "association": association, "title": "Time", "text": "Because.", "figures": LEISURE,
        "by": federation.people["citizen0"], "now": NOW,
    }  # fmt: skip
    with pytest.raises(Forbidden, match="Only members of Time to Live"):
        programme_write(**given | {"by": federation.people["citizen1"]})
    with pytest.raises(Forbidden, match="runs the site"):
        programme_write(**given | {"by": federation.people["root"]})
    with pytest.raises(Invalid) as refused:
        programme_write(**given | {"title": " ", "text": ""})
    assert set(refused.value.fields) == {"title", "text"}
    with pytest.raises(Invalid, match="at least one figure"):
        programme_write(**given | {"figures": []})
    programme_write(**given)
    with pytest.raises(Invalid, match="Nothing has changed since version 1"):
        programme_write(**given)
    association_leave(association=association, by=federation.people["citizen0"], now=NOW)
    with pytest.raises(Invalid, match="has no members"):
        programme_write(**given)
    Association.objects.update(dissolved_on=NOW.date())
    association.refresh_from_db()
    with pytest.raises(Invalid, match="was dissolved"):
        programme_write(**given)


def test_after_the_deadline_nothing_is_published(federation: Federation) -> None:
    cycle = opened(federation, programme_days=3)
    programme = supported(federation, written(federation, cycle))
    by = federation.people["citizen0"]
    with pytest.raises(TooLate, match="could be published until 2026-03-05"):
        programme_publish(programme=programme, by=by, now=NOW + 3 * DAY)
    with pytest.raises(TooLate, match="can be published until"):
        asked(federation, cycle)
    with pytest.raises(TooLate, match="its priorities end after that"):
        cycle_begin_proposals(cycle=cycle, by=federation.people["coordinator"], now=NOW + DAY)
    assert programme_publish(programme=programme, by=by, now=NOW + 2 * DAY).published_at == NOW + 2 * DAY


def test_priorities_are_not_skipped_over_a_programme_that_is_ready(federation: Federation) -> None:
    by = federation.people["coordinator"]
    cycle = cycle_open(year=2027, baseline=federation.baseline, by=by, now=NOW, rules=RULES)
    programme = written(federation, cycle)
    with pytest.raises(Refused, match="has not opened the phase “priorities”"):
        programme_publish(
            programme=supported(federation, programme), by=federation.people["citizen0"], now=NOW
        )
    with pytest.raises(TooLate, match="“Time to Live” has the supporters"):
        cycle_begin_proposals(cycle=cycle, by=by, now=NOW)
    cycle.refresh_from_db()
    assert cycle.phase == "preparation"
    programme_unsupport(programme=programme, by=federation.people["citizen1"], now=NOW)
    assert cycle_begin_proposals(cycle=cycle, by=by, now=NOW).phase == "proposals"
    with pytest.raises(TooLate, match="written before and in the phase"):
        supported(federation, programme, "citizen2")


def test_a_published_programme_stays_as_it_is(federation: Federation, cycle: Cycle) -> None:
    programme = published(federation, cycle)
    with pytest.raises(TooLate, match="is published; it stays"):
        written(federation, cycle, figures=[("hours", "", 28.0)])
    with pytest.raises(TooLate, match="is published"):
        programme_unsupport(programme=programme, by=federation.people["citizen1"], now=NOW)


VERSION = """INSERT INTO planning_programmeversion (programme_id, number, title, text, digest, written_by_id, written_at)
  SELECT programme_id, 9, 'x', 'x', 'x', written_by_id, now() FROM planning_programmeversion LIMIT 1"""
FIGURE = """INSERT INTO planning_programmefigure (version_id, topic, value) SELECT id, 'collective', 5
  FROM planning_programmeversion LIMIT 1"""


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE planning_programme SET published_id = NULL, published_at = NULL", "stays as it is"),
        ("UPDATE planning_programme SET created_at = now()", "stays as it is"),
        ("DELETE FROM planning_programme", "refused"),
        ("TRUNCATE planning_programme CASCADE", "refused"),
        ("UPDATE planning_programmeversion SET text = 'x'", "refused"),
        ("UPDATE planning_programmefigure SET value = 21", "refused"),
        ("DELETE FROM planning_programmefigure", "refused"),
        (VERSION, "no further version"),
        (FIGURE, "no further figure"),
        ("UPDATE planning_supporter SET withdrawn_at = now()", "until a programme is published"),
        ("DELETE FROM planning_supporter", "refused"),
        ("UPDATE planning_programmecall SET publish_until = now()", "as it was announced"),
    ],
)
def test_the_database_keeps_published_programmes(
    federation: Federation, cycle: Cycle, statement: str, refusal: str
) -> None:
    published(federation, cycle)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(Error, match=refusal), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


PUBLISH = """UPDATE planning_programme p SET published_at = now(), published_id =
  (SELECT max(id) FROM planning_programmeversion WHERE programme_id = p.id)"""
HALF = """INSERT INTO planning_programmefigure (version_id, topic, value, sector_id)
  SELECT v.id, 'sector', 500, s.id FROM planning_programmeversion v, workplaces_sector s LIMIT 1;
  SET CONSTRAINTS ALL IMMEDIATE"""
ODD = "INSERT INTO planning_programmefigure (version_id, topic, value) SELECT id, '{}', {} FROM planning_programmeversion"


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        (PUBLISH, "needs 2 supporters; this version has 0"),
        (HALF, "add up to 500 of 1000"),
        (ODD.format("collective", 101), "programmefigure_possible"),
        (ODD.format("collective", "'NaN'"), "programmefigure_(finite|possible)"),
        (ODD.format("cap", 5), "programmefigure_about_one_thing"),
    ],
)
def test_the_database_takes_no_programme_that_cannot_be(
    federation: Federation, cycle: Cycle, statement: str, refusal: str
) -> None:
    written(federation, cycle, figures=[("hours", "", 30.0)])
    with pytest.raises(Error, match=refusal), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert not Programme.objects.filter(published__isnull=False).exists()
