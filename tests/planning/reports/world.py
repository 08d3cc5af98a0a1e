"""What the small federation's workplaces say they made."""

from planning.models import Cycle, OutputReport
from planning.services.reports import Made, outputs_report
from tests.planning.federation import NOW, Federation

PLACES = {"flour": "flour", "bread": "bread", "energy": "energy", "cake": "bread"}


def reported(
    cycle: Cycle, federation: Federation, name: str, output: float | None, cause: str = "", note: str = ""
) -> int:
    """The delegate of the workplace that makes it reports a line."""
    place = PLACES[name]
    return outputs_report(
        cycle=cycle, workplace=federation.workplaces[place], by=federation.people[f"{place}_delegate"], now=NOW,
        made={federation.lines[name].entity_id: Made(output, cause, note)},
    )  # fmt: skip


def versions(federation: Federation, name: str) -> list[tuple[float | None, str, str]]:
    """Return everything that was said of a line, in order."""
    rows = OutputReport.objects.filter(line=federation.lines[name]).order_by("version")
    return [(row.output, row.cause, row.note) for row in rows]
