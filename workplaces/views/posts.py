"""A workplace's posts and training places, as its page shows them."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workplaces.models import Post, Workplace
from workplaces.views.common import Here
from workplaces.views.tables import Column, field, link, number

POSTS = (
    Column(
        "occupation",
        gettext_lazy("Occupation"),
        field("pool.occupation.label"),
        url=link("labour_pool", "pool"),
    ),
    Column("for", gettext_lazy("For"), lambda row: _("learning") if row.training else _("work"), css="quiet"),
    Column("number", gettext_lazy("Posts"), field("number"), number("number"), css="num"),
    Column(
        "weekly_hours",
        gettext_lazy("Hours a week"),
        field("weekly_hours"),
        number("weekly_hours", 1),
        css="num",
    ),
    Column("intensity", gettext_lazy("Intensity, 1 to 5"), field("intensity"), css="num"),
    Column("unpleasantness", gettext_lazy("Unpleasantness, 1 to 5"), field("unpleasantness"), css="num"),
)


def post_rows(place: Here, workplace: Workplace) -> QuerySet[Post]:
    """Return its posts as the scenario shows them: training places last."""
    found = Post.objects.in_scenario(place.scenario).filter(workplace_id=workplace.entity_id)
    ordered: QuerySet[Post] = found.select_related("scenario", "pool__occupation").order_by(
        "training", "-number", "pk"
    )
    return ordered
