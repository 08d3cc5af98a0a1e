"""What PostgreSQL refuses in meetings, whoever writes and by whatever means."""

import pytest
from django.db import connection

from councils.models import Attendance, Mandate
from councils.services import consent_object, floor_ask, floor_leave, meeting_close
from tests.councils.meeting import BEGINS, HOUR, called, consent, opened, there
from tests.councils.test_guards import refused
from tests.councils.world import World

pytestmark = pytest.mark.django_db


class TestGuards:
    """What PostgreSQL refuses, whoever writes."""

    def test_of_the_meeting(self, world: World) -> None:
        item = consent(world, called(world))
        refused("meeting_stays_as_called", "UPDATE councils_meeting SET place = 'elsewhere'")
        refused("meeting_stays_as_called",
                "UPDATE councils_meeting SET state = 'closed', opened_at = now(), closed_at = now()")  # fmt: skip
        refused("councils_history_stays", "DELETE FROM councils_agendaitem")
        refused("item_stays_as_put", "UPDATE councils_agendaitem SET text = 'In red.'")
        refused("item_vote_is_on_its_text", "UPDATE councils_agendaitem SET state = 'objected'; "
                "UPDATE councils_agendaitem SET state = 'voted'")  # fmt: skip
        opened(world, item.meeting)
        close = "UPDATE councils_meeting SET state = 'closed', closed_at = now()"
        refused("meeting_settles_its_items", close)
        refused("meeting_closes_with_minutes", f"UPDATE councils_agendaitem SET state = 'passed'; {close}")
        consent_object(item=item, reason="", by=world.person("delegate1"), now=BEGINS)
        refused("councils_history_stays", "DELETE FROM councils_objection")
        refused("item_stays_as_put", "UPDATE councils_agendaitem SET state = 'passed'")

    def test_an_objection_is_not_passed_over(self, world: World) -> None:
        item = consent(world, called(world))
        person = world.person("delegate1").pk
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO councils_objection (item_id, person_id, hat, reason, made_at) VALUES (%s, %s, '', '', now())",
                [item.pk, person],
            )
        refused("item_objection_counts", "UPDATE councils_agendaitem SET state = 'passed'")

    @pytest.mark.parametrize(("name", "by"), [
        ("pia", "attendance_by_right"), ("delegate1", "attendance_by_right"),
        ("root", "attendance_not_for_site_operators"),
    ])  # fmt: skip
    def test_of_attendance(self, world: World, name: str, by: str) -> None:
        meeting, who = opened(world), world.person(name, **({"is_superuser": True} if name == "root" else {}))
        mandate = Mandate.objects.get(person__username="delegate2").pk  # somebody else's
        refused(by, "INSERT INTO councils_attendance (meeting_id, person_id, mandate_id, hat, votes, status, "
                "noted_by_id, noted_at) VALUES (%s, %s, %s, '', true, 'present', %s, '2026-05-10T09:00Z')",
                meeting.pk, who.pk, mandate, who.pk)  # fmt: skip

    def test_of_the_floor_and_the_minutes(self, world: World) -> None:
        meeting = opened(world, None, "delegate1")
        floor_ask(meeting=meeting, by=world.person("delegate1"), now=BEGINS)
        floor_leave(meeting=meeting, by=world.person("delegate1"), now=BEGINS)
        refused("floor_stays", "UPDATE councils_floorrequest SET spoke_at = now(), left_at = NULL")
        there(world, meeting, "delegate2", status="apologies")
        away = Attendance.objects.get(status="apologies").pk
        refused("floor_for_those_present", "INSERT INTO councils_floorrequest (public_id, meeting_id, attendance_id, "
                "asked_at) VALUES (gen_random_uuid(), %s, %s, now())", meeting.pk, away)  # fmt: skip
        meeting_close(meeting=meeting, by=world.person("carla"), now=BEGINS + HOUR)
        refused("councils_history_stays", "UPDATE councils_minutes SET digest = ''")
        refused("meeting_is_not_over", "UPDATE councils_attendance SET hat = 'king'")
