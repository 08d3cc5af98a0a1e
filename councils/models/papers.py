"""Secret votes: who has voted and what was voted, in two tables that share no id, no time and no order.

While a vote is open its papers lie in an urn, a table of its own in the schema ``urns`` (see ``councils.urns``);
closing moves them here, sorted by tracker, and drops the urn with everything its file could tell.
"""

from django.db import models

from councils.models.ballots import Ballot, RollEntry


class Mark(models.Model):
    """This voting right has been used. It has no time and no number of its own, and is never taken back."""

    roll_entry = models.OneToOneField(RollEntry, models.PROTECT, primary_key=True, related_name="mark")

    def __str__(self) -> str:
        """Return who has voted."""
        return str(self.roll_entry)


class Paper(models.Model):
    """One published paper: ``choice`` in the form of ``councils.choices``: options' codes, points, shares, a number."""

    pk = models.CompositePrimaryKey("ballot_id", "tracker")
    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="papers", db_index=False)
    tracker = models.CharField(max_length=20)
    choice = models.JSONField()

    def __str__(self) -> str:
        """Return its tracker."""
        return self.tracker
