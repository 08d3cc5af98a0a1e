"""Imports of posts and training places."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workplaces.importing.columns import Column, Marks, code, figure, whole
from workplaces.importing.drafts import Context, Draft
from workplaces.importing.kinds.base import Kind
from workplaces.importing.reading import Record
from workplaces.models import LabourPool, Occupation, Post, Workplace

YES, NO = ("yes", "true", "1"), ("no", "false", "0")


def yes_or_no(cell: str, marks: Marks) -> bool:  # noqa: ARG001
    """Read yes or no, also in the reader's language."""
    word = cell.casefold()
    if word in (*YES, _("yes").casefold()):
        return True
    if word in (*NO, _("no").casefold()):
        return False
    raise ValueError(_("“%(cell)s” is neither yes nor no.") % {"cell": cell})


def _posts(records: Sequence[Record], context: Context) -> Iterator[Draft]:
    homes = dict(Workplace.objects.in_scenario(context.scenario).values_list("entity_id", "region_id"))
    rows = LabourPool.objects.in_scenario(context.scenario)
    pools = {
        (region, work): pool
        for region, work, pool in rows.values_list("region_id", "occupation_id", "entity_id")
    }
    for record in records:
        workplace = context.identify(record, "workplace", Workplace)
        occupation = context.identify(record, "occupation", Occupation)
        pool: int | None = None
        if isinstance(workplace, int) and isinstance(occupation, int):
            pool = pools.get((homes[workplace], occupation))
            if pool is None:
                context.fault(
                    record, "occupation",
                    _("There is no labour pool of this occupation where the workplace is; import labour pools first."),
                )  # fmt: skip
        if workplace is None or occupation is None or record.broken:
            continue
        kind = {name: record[name] for name in ("weekly_hours", "intensity", "unpleasantness", "training")}
        # Of an unknown workplace or occupation the code as written still tells whether a row stands here twice.
        key = (workplace, occupation if pool is None else pool, *kind.values())
        values = {"workplace_id": workplace, "pool_id": pool, **kind, "number": record["number"]}
        label = _("%(occupation)s at %(workplace)s") % {
            "occupation": record["occupation"], "workplace": record["workplace"],
        }  # fmt: skip
        yield Draft(Post, key, values, record.number, label, "occupation")


POSTS = Kind(
    "posts",
    gettext_lazy("Posts and training places"),
    gettext_lazy("Places of work: how many of an occupation a workplace has, their hours and what the work is like."),
    (
        Column("workplace", code(), gettext_lazy("code of the workplace"), "foundry", required=True),
        Column("occupation", code(), gettext_lazy("code of the occupation"), "welder", required=True),
        Column("number", whole(least=1), gettext_lazy("how many such posts"), "6", default=1, is_figure=True,
               total=True),
        Column("weekly_hours", figure(above=0, least=None, most=80), gettext_lazy("hours a week of one post"), "36",
               required=True, is_figure=True),
        Column("intensity", whole(least=1, most=5), gettext_lazy("how intense the work is, 1 to 5"), "3", default=3,
               is_figure=True),
        Column("unpleasantness", whole(least=1, most=5), gettext_lazy("how unpleasant the work is, 1 to 5"), "4",
               default=3, is_figure=True),
        Column("training", yes_or_no, gettext_lazy("yes for training places, where somebody learns this work"), "no",
               default=False),
    ),
    _posts,
)  # fmt: skip
