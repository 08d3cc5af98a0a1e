"""Which council stands above another, and what motions that rule on an appeal are called."""

from councils.models import Council
from workplaces.models import Region

Kind = Council.Kind
REFER_BACK, OVERRULE = "appeal-refer-back", "appeal-overrule"
RULINGS = (REFER_BACK, OVERRULE)


def next_layer(council: Council) -> Council | None:
    """Return the sitting council to which a decision of this one can be appealed, None above the general vote.

    A workplace's assembly: the council of its main sector.  A place: the nearest sitting council of what it lies in.
    These and sectors: the board.  The board: the general vote.
    """
    if council.kind == Kind.GENERAL:
        return None
    if council.kind == Kind.BOARD:
        return Council.objects.sitting().filter(kind=Kind.GENERAL).first()
    found: Council | None = None
    if council.workplace is not None:
        sector = council.workplace.main_sector.entity_id
        found = Council.objects.sitting().filter(sector_id=sector).first()
    elif council.region is not None:
        found = _above(council.region)
    return found or Council.objects.sitting().filter(kind=Kind.BOARD).first()


def _above(region: Region) -> Council | None:
    place = region.parent
    while place is not None:
        found = Council.objects.sitting().filter(region=place).first()
        if found:
            return found
        place = place.parent
    return None
