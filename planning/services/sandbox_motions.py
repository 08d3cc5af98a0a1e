"""A sandbox becomes a motion: its changes, with figures, are the words, and its frozen figures what it is about."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from councils.models import Council, Motion
from councils.services import motion_move
from planning import policies_sandbox
from planning.models import Sandbox
from planning.selectors.sandboxes import SUBJECT
from planning.services.sandbox_changes import locked
from planning.services.sandboxes import is_current, result_of, sandbox_share
from workplaces.errors import TooLate
from workplaces.models import Person
from workplaces.record.services import lock_chain


@transaction.atomic
def sandbox_move(
    *, sandbox: Sandbox, council: Council, title: str, words: Callable[[Sandbox], str], by: Person, now: datetime
) -> Motion:  # fmt: skip
    """Put a sandbox as a motion to a council where its owner may move one; it is shared if it was not yet.

    ``words`` makes the text of the frozen sandbox. Raises Forbidden, TooLate (nothing changed, not computed with all
    changes), Invalid (title), Refused (the council deals with it already).
    """
    lock_chain()
    sandbox = locked(sandbox, by)
    policies_sandbox.check_kept(sandbox)
    run = result_of(sandbox)
    if run is None or not is_current(sandbox, run):
        raise TooLate(_("Have it computed first, so that the motion can say what comes out."))
    if sandbox.link is None:
        sandbox = sandbox_share(sandbox=sandbox, by=by, now=now)
    return motion_move(
        council=council,
        title=title,
        text=words(sandbox),
        by=by,
        now=now,
        subject_kind=SUBJECT,
        subject=sandbox.public_id,
    )
