"""Appeals to the next layer, as pages show them."""

from django.db.models import QuerySet

from councils.layers import RULINGS
from councils.models import Appeal, Motion


def appeals_against(motion: Motion) -> QuerySet[Appeal]:
    """Return the appeals against a motion, the first one first."""
    return motion.appeals.select_related("to", "filed_by").prefetch_related("supports__person").order_by("pk")


def rulings_on(appeal: Appeal) -> QuerySet[Motion]:
    """Return the motions that the next layer was put on an appeal, in order."""
    return Motion.objects.filter(
        subject_kind__in=RULINGS, subject_id=appeal.public_id, council=appeal.to
    ).order_by("number")
