"""Sandboxes: opened, changed, computed, shared, put as motions; comparisons; the matrix of a round."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from councils.models import Council
from planning import permissions_sandbox
from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing, query, reading
from planning.api.serializers.motions import MotionSerializer
from planning.api.serializers.sandboxes import (
    ComparisonSerializer,
    FigureSetting,
    MatrixSerializer,
    SandboxMoving,
    SandboxOpening,
    SandboxSerializer,
)
from planning.api.views.base import Endpoint, found, listed, moment, person, taken, the_round
from planning.models import Sandbox
from planning.selectors import comparing, names
from planning.selectors.matrix import matrix
from planning.selectors.rounds import finished_run
from planning.selectors.sandboxes import motions_on
from planning.services import sandboxes as services
from planning.services.sandbox_changes import figure_set, figure_undo, parent_of
from planning.services.sandbox_motions import sandbox_move
from planning.wording.sandbox_words import words_of
from workplaces.errors import Invalid
from workplaces.models import Product, Scenario

TAG = "sandboxes"
WITH = query(
    "with", {"type": "array", "items": {"type": "string"}, "maxItems": comparing.MOST},
    "Up to three of `round:YEAR-NUMBER`, `plan:YEAR-NUMBER`, `sandbox:ID` (one's own), `shared:LINK`.",
)  # fmt: skip
NAME = query("name", OpenApiTypes.STR, "Only those whose name holds this.")


def own(request: Request, public_id: UUID) -> Sandbox:
    """Return one's own sandbox; somebody else's does not exist."""
    sandbox: Sandbox = found(_related(), public_id=public_id, discarded_at__isnull=True)
    if not permissions_sandbox.can_own(person(request), sandbox):
        raise Http404
    return sandbox


def _related() -> Any:
    return Sandbox.objects.select_related("scenario__parent", "cycle", "owner")


def shown(request: Request, sandbox: Sandbox, status: int = 200) -> Response:
    """Answer with the sandbox as it is now."""
    return detail(request, SandboxSerializer(_related().get(pk=sandbox.pk)).data, status=status)


class Sandboxes(Endpoint):
    """One's own sandboxes."""

    scope = "propose"

    @listing("listSandboxes", "List one's own sandboxes", TAG, SandboxSerializer, NAME)
    def get(self, request: Request) -> Response:
        """List them."""
        rows = _related().filter(owner=person(request), discarded_at__isnull=True)
        if text := request.query_params.get("name"):
            rows = rows.filter(name__icontains=text)
        return listed(request, rows, SandboxSerializer, order="-created_at")

    @acting(
        "openSandbox",
        "Open a sandbox on frozen figures",
        TAG,
        SandboxOpening,
        {201: SandboxSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Open one."""
        given = taken(request, SandboxOpening)
        parent = Scenario.objects.filter(public_id=given["began_from"]).exclude(kind="sandbox").first()
        if parent is None:
            sentence = _("There is no such scenario to begin from.")
            raise Invalid(sentence, fields={"began_from": sentence})
        made = services.sandbox_open(parent=parent, name=given["name"], by=person(request), now=moment())
        return shown(request, made, 201)


class SandboxDetail(Endpoint):
    """One sandbox of one's own."""

    @reading("getSandbox", "Read a sandbox of one's own", TAG, SandboxSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read it."""
        return shown(request, own(request, public_id))


class SharedSandbox(Endpoint):
    """A sandbox that somebody shared."""

    @reading("getSharedSandbox", "Read a sandbox by its link", TAG, SandboxSerializer)
    def get(self, request: Request, link: UUID) -> Response:
        """Read it."""
        return shown(request, found(_related(), link=link))


class SandboxFigures(Endpoint):
    """The figures that a sandbox changes."""

    scope = "propose"

    @acting("setSandboxFigure", "Try another figure", TAG, FigureSetting, {200: SandboxSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Set it."""
        sandbox, given = own(request, public_id), taken(request, FigureSetting)
        figure_set(
            sandbox=sandbox, kind=given["kind"], target=given["target"], new=given["new"], by=person(request),
            now=moment(), part=_part(sandbox, given.get("input", "")),
        )  # fmt: skip
        return shown(request, sandbox)


def _part(sandbox: Sandbox, code: str) -> int:
    if not code:
        return 0
    product = Product.objects.in_scenario(parent_of(sandbox)).filter(code=code).first()
    if product is None:
        sentence = _("There is no product with the code “%(code)s”.") % {"code": code}
        raise Invalid(sentence, fields={"input": sentence})
    return int(product.entity_id)


class SandboxUndoing(Endpoint):
    """A change, taken back."""

    scope = "propose"

    @acting("undoSandboxFigure", "Undo one change", TAG, None, {200: SandboxSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID, change: int) -> Response:
        """Undo it."""
        sandbox = own(request, public_id)
        figure_undo(sandbox=sandbox, number=change, by=person(request))
        return shown(request, sandbox)


def _acting(request: Request, public_id: UUID, service: Callable[..., Any], status: int = 200) -> Response:
    sandbox = own(request, public_id)
    service(sandbox=sandbox, by=person(request), now=moment())
    return shown(request, sandbox, status)


class SandboxComputing(Endpoint):
    """A computation."""

    scope = "propose"

    @acting("computeSandbox", "Have a worker compute a sandbox", TAG, None, {202: SandboxSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Compute it."""
        return _acting(request, public_id, services.sandbox_compute, 202)


class SandboxStopping(Endpoint):
    """The end of a computation before its time."""

    scope = "propose"

    @acting("stopSandbox", "Cancel the computation of a sandbox", TAG, None, {202: SandboxSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Cancel it."""
        return _acting(request, public_id, services.sandbox_stop, 202)


class SandboxSharing(Endpoint):
    """A sandbox's link."""

    scope = "propose"

    @acting("shareSandbox", "Freeze a sandbox and make its link", TAG, None, {200: SandboxSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Share it."""
        return _acting(request, public_id, services.sandbox_share)


class SandboxWithdrawing(Endpoint):
    """A sandbox's link, taken away."""

    scope = "propose"

    @acting("withdrawSandbox", "Withdraw the link of a sandbox", TAG, None, {200: SandboxSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Withdraw it."""
        sandbox = own(request, public_id)
        services.sandbox_withdraw(
            sandbox=sandbox, by=person(request), now=moment(), under_motion=bool(motions_on(sandbox))
        )
        return shown(request, sandbox)


class SandboxDiscarding(Endpoint):
    """A sandbox, put away."""

    scope = "propose"

    @acting("discardSandbox", "Put a sandbox away", TAG, None, {200: SandboxSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Put it away."""
        return _acting(request, public_id, services.sandbox_discard)


class SharedCopying(Endpoint):
    """A copy of a shared sandbox."""

    scope = "propose"

    @acting("copySandbox", "Go on from a shared sandbox in a copy", TAG, None, {201: SandboxSerializer})
    @idempotent
    def post(self, request: Request, link: UUID) -> Response:
        """Copy it."""
        sandbox = found(_related(), link=link)
        name = (_("Copy of %(name)s") % {"name": sandbox.name})[: services.NAME_LENGTH]
        copy = services.sandbox_copy(sandbox=sandbox, name=name, by=person(request), now=moment())
        return shown(request, copy, 201)


class SandboxMotion(Endpoint):
    """A motion made of a sandbox."""

    @acting("moveSandbox", "Put a sandbox as a motion", TAG, SandboxMoving, {201: MotionSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Put it."""
        sandbox, given = own(request, public_id), taken(request, SandboxMoving)
        site = request.build_absolute_uri("/")[:-1]
        motion = sandbox_move(
            sandbox=sandbox, council=found(Council.objects, public_id=given["council"]), title=given["title"],
            words=lambda frozen: words_of(frozen, site), by=person(request), now=moment(),
        )  # fmt: skip
        return detail(request, MotionSerializer(motion).data, status=201)


class Comparison(Endpoint):
    """Rounds, plans and sandboxes side by side."""

    @reading("compare", "Compare rounds, plans and sandboxes", TAG, ComparisonSerializer, WITH)
    def get(self, request: Request) -> Response:
        """Compare them; what one may not read is left out."""
        sides = comparing.sides_of(request.query_params.getlist("with"), person(request))
        found = comparing.read(sides)
        data = {
            "sides": [{"key": s.key, "label": s.label, "computed": s.run is not None} for s in sides],
            "products": comparing.products(found),
            "labour": comparing.pools(found),
            "resources": comparing.charges(found),
            "sectors": comparing.sectors(found),
        }
        return detail(request, ComparisonSerializer(data).data)


class RoundMatrix(Endpoint):
    """A round's matrix."""

    @reading("getRoundMatrix", "Read a round by regions and sectors", "rounds", MatrixSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read it."""
        round = the_round(public_id)
        run = finished_run(round)
        if run is None:
            return detail(request, {"cells": []})
        table = matrix(round, run)
        known = names.products(round.scenario, {cell.worst_product for cell in table.cells.values()})
        cells = [
            {
                "region": region.code, "sector": sector.code, "output": cell.output, "proposed": cell.proposed,
                "asked_change": cell.change, "lines_asked": cell.asked, "workplaces_waiting": cell.waiting,
                "worst_imbalance": cell.worst, "worst_product": known[cell.worst_product].code,
            }
            for region in table.regions
            for sector in table.sectors
            if (cell := table.cells.get((region.pk, sector.entity_id)))
        ]  # fmt: skip
        return detail(request, MatrixSerializer({"cells": cells}).data)
