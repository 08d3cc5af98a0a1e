"""Sessions in the database. One statement reads a session, its person and whether they hold a mandate today.

Nothing is kept between requests: who signs out, is deactivated or changes the password is out with the next one.
"""

from functools import cache
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from workplaces.models import Person, Session
from workplaces.statements import asked

STATEMENT = """
    SELECT s.session_data, EXISTS (
        SELECT 1 FROM councils_mandate m WHERE m.person_id = p.id AND m.held @> %s::date), {columns}
      FROM workplaces_session s LEFT JOIN workplaces_person p ON p.id = s.person_id
     WHERE s.session_key = %s::varchar AND s.expire_date > %s::timestamptz
"""


class SessionStore(db.SessionStore):
    """Django's own, which knows ``person``, as read with the session, and whether they hold a mandate today."""

    person: Person | None = None
    holds_mandate: bool | None = None  # None: not asked

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the rows' model."""
        return Session

    def load(self) -> dict[str, Any]:
        """Read the session, nothing when there is none or its time is over."""
        now = timezone.now()
        found = asked(statement(), [now.date(), self.session_key, now])
        if not found:
            self._session_key = None
            return {}
        data, holds, *person = found[0]
        if person[0] is not None:
            self.person, self.holds_mandate = Person.from_db("default", names(), person), holds
        return dict(self.decode(data))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to be written, with whose session it is."""
        made: Session = super().create_model_instance(data)
        made.person_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        return made


@cache
def names() -> tuple[str, ...]:
    """Return the fields of a person, the primary key first."""
    return tuple(field.attname for field in Person._meta.concrete_fields)


@cache
def statement() -> str:
    """Return the statement, with every column of a person."""
    columns = ", ".join(f'p."{field.column}"' for field in Person._meta.concrete_fields)
    return STATEMENT.format(columns=columns)
