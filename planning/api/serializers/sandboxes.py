"""Sandboxes, comparisons, the matrix of a round."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from planning.api.serializers.fields import Body, Figure
from planning.models import Run, Sandbox, SandboxChange
from planning.selectors import sandbox_figures
from planning.services.sandbox_changes import parent_of
from planning.services.sandboxes import NAME_LENGTH, is_current, result_of


class SandboxChangeSerializer(serializers.Serializer[Any]):
    """A figure that is tried."""

    number = serializers.IntegerField()
    kind = serializers.ChoiceField(SandboxChange.Kind.choices)
    name = serializers.CharField()
    unit = serializers.CharField()
    old = Figure(allow_null=True, help_text="in the figures that the sandbox began from; null: no limit")
    new = Figure()


class SandboxSerializer(serializers.Serializer[Sandbox]):
    """A sandbox: what it changes, whether that is computed, whether it is shared. Nothing in it counts."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    began_from = serializers.UUIDField(source="scenario.parent.public_id", help_text="a scenario")
    created_at = serializers.DateTimeField()
    frozen = serializers.BooleanField(source="is_frozen")
    digest = serializers.CharField(source="scenario.digest", help_text="of its figures, once frozen")
    link = serializers.UUIDField(allow_null=True, help_text="by which others read it, while it is shared")
    changes = serializers.SerializerMethodField()
    run_state = serializers.SerializerMethodField()
    error = serializers.SerializerMethodField(help_text="why the latest computation failed, in a sentence")
    computed = serializers.SerializerMethodField(help_text="whether a finished run knew all the changes")

    @extend_schema_field(SandboxChangeSerializer(many=True))
    def get_changes(self, sandbox: Sandbox) -> Any:
        """Return the changes with what their figures are called."""
        found = sandbox_figures.named(parent_of(sandbox), sandbox.changes.all())
        rows = [
            {"number": c.number, "kind": c.kind, "name": f.name, "unit": f.unit, "old": c.old, "new": c.new}
            for c, f in found
        ]
        return list(SandboxChangeSerializer(rows, many=True).data)

    def get_run_state(self, sandbox: Sandbox) -> str:
        """Return the state of the latest run, empty where there was none."""
        run = _latest(sandbox)
        return str(run.state) if run else ""

    def get_error(self, sandbox: Sandbox) -> str:
        """Return the latest run's error."""
        run = _latest(sandbox)
        return run.error if run else ""

    def get_computed(self, sandbox: Sandbox) -> bool:
        """Say whether the result is of these changes."""
        run = result_of(sandbox)
        return run is not None and is_current(sandbox, run)


def _latest(sandbox: Sandbox) -> Run | None:
    return sandbox.scenario.runs.order_by("-requested_at", "-pk").first()


class SandboxOpening(Body):
    """A new sandbox."""

    began_from = serializers.UUIDField(help_text="the scenario of a baseline, a round or a plan")
    name = serializers.CharField(max_length=NAME_LENGTH)


class FigureSetting(Body):
    """A figure to be tried."""

    kind = serializers.ChoiceField(SandboxChange.Kind.choices)
    target = serializers.UUIDField(
        help_text="of the product, demand line, line, technique, labour pool or resource, by kind"
    )
    input = serializers.CharField(
        required=False, max_length=60, help_text="the input's product code, for kinds input and coefficient"
    )
    new = Figure()


class SandboxMoving(Body):
    """To which council, under which title."""

    council = serializers.UUIDField()
    title = serializers.CharField(max_length=200)


class SideSerializer(serializers.Serializer[Any]):
    """One of those compared."""

    key = serializers.CharField()
    label = serializers.CharField()
    computed = serializers.BooleanField()


class FoundSerializer(serializers.Serializer[Any]):
    """What a run found. Of labour and resources ``before`` and ``after`` are use as shares of what there is."""

    before = Figure(help_text="of products: imbalance as proposed, short negative")
    after = Figure()
    price = Figure(help_text="indicative price; of labour and resources the charge for one more unit")
    premium = Figure(help_text="as a share of the price")


class ComparedRow(serializers.Serializer[Any]):
    """A product, labour pool or resource: a cell for each side, in their order."""

    code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    cells = serializers.ListField(child=FoundSerializer(allow_null=True))


class ComparedSector(serializers.Serializer[Any]):
    """A sector's output after the computed changes, at accounting prices."""

    code = serializers.CharField()
    name = serializers.CharField()
    cells = serializers.ListField(child=Figure(allow_null=True))


class ComparisonSerializer(serializers.Serializer[Any]):
    """Rounds, plans and sandboxes side by side."""

    sides = SideSerializer(many=True)
    products = ComparedRow(many=True)
    labour = ComparedRow(many=True)
    resources = ComparedRow(many=True)
    sectors = ComparedSector(many=True)


class MatrixCell(serializers.Serializer[Any]):
    """One pair of region and sector; values at accounting prices."""

    region = serializers.CharField()
    sector = serializers.CharField()
    output = Figure(help_text="after the computed changes")
    proposed = Figure()
    asked_change = Figure(help_text="of the lines that are asked")
    lines_asked = serializers.IntegerField()
    workplaces_waiting = serializers.IntegerField(help_text="asked, and not answered all yet")
    worst_imbalance = Figure(help_text="among the products made there, short negative")
    worst_product = serializers.CharField(help_text="its code")


class MatrixSerializer(serializers.Serializer[Any]):
    """A round's matrix: the pairs that exist."""

    cells = MatrixCell(many=True)
