"""Copy on write: the row as the scenario itself holds it, ready to be changed."""

from workplaces.models import Person, Scenario, ScenarioRow


def own_version[Row: ScenarioRow](row: Row, scenario: Scenario, by: Person | None) -> Row:
    """Return ``row`` if the scenario holds it, else a copy that overlays the ancestor's; save it after changing."""
    if row.scenario_id == scenario.pk:
        return row
    left = {"id", "scenario", "origin", "created_by"}
    fields = [field for field in row._meta.concrete_fields if not field.generated and field.name not in left]
    copy = type(row)(**{field.attname: getattr(row, field.attname) for field in fields})
    copy.scenario, copy.created_by = scenario, by
    copy.origin_id = row.entity_id  # type: ignore[attr-defined]
    return copy
