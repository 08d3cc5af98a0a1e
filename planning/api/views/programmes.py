"""Associations, programmes and the year's guidelines."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from planning import policies_programmes as policies
from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing, reading
from planning.api.problems import Problem, pointing
from planning.api.serializers.programmes import (
    AssociationBody,
    AssociationSerializer,
    ConsequencesSerializer,
    GuidelinesSerializer,
    ProgrammeBody,
    ProgrammeSerializer,
    SupportBody,
)
from planning.api.views.base import Endpoint, found, listed, moment, person, taken, the_cycle
from planning.models import Cycle, Programme
from planning.selectors.guidelines import guidelines_of, keyed, questions_of
from planning.services.associations import association_found, association_join, association_leave
from planning.services.consequences import consequences_asked
from planning.services.guidelines import motion_of
from planning.services.priorities import guidelines_ask, priorities_open
from planning.services.programmes import (
    programme_publish,
    programme_support,
    programme_unsupport,
    programme_write,
)
from workplaces.errors import Invalid, Refused
from workplaces.models import Association, Resource, Sector


class Associations(Endpoint):
    """Parties, lists and caucuses."""

    scope = "propose"

    @listing("listAssociations", "List associations", "programmes", AssociationSerializer)
    def get(self, request: Request) -> Response:
        """List them."""
        return listed(request, Association.objects.all(), AssociationSerializer, order="id")

    @acting(
        "foundAssociation",
        "Found an association",
        "programmes",
        AssociationBody,
        {201: AssociationSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Found one."""
        body = taken(request, AssociationBody)
        made = association_found(name=body["name"], kind=body["kind"], by=person(request), now=moment())
        return Response(AssociationSerializer(made).data, status=201)


class AssociationJoining(Endpoint):
    """Membership of an association."""

    scope = "propose"

    @acting("joinAssociation", "Become a member", "programmes", None, {200: AssociationSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Join."""
        association = found(Association.objects.all(), public_id=public_id)
        association_join(association=association, by=person(request), now=moment())
        return Response(AssociationSerializer(association).data)


class AssociationLeaving(Endpoint):
    """The end of a membership."""

    scope = "propose"

    @acting("leaveAssociation", "Stop being a member", "programmes", None, {200: AssociationSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Leave."""
        association = found(Association.objects.all(), public_id=public_id)
        association_leave(association=association, by=person(request), now=moment())
        return Response(AssociationSerializer(association).data)


class Programmes(Endpoint):
    """A year's programmes, drafts and published ones."""

    scope = "propose"

    @listing("listProgrammes", "List a year's programmes", "programmes", ProgrammeSerializer)
    def get(self, request: Request, year: int) -> Response:
        """List them."""
        rows = _rows().filter(cycle=the_cycle(year))
        return listed(request, rows, ProgrammeSerializer, order="id")

    @acting(
        "writeProgramme", "Write an association's programme, or its next version", "programmes", ProgrammeBody,
        {201: ProgrammeSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, year: int) -> Response:
        """Write it."""
        cycle, body = the_cycle(year), taken(request, ProgrammeBody)
        association = Association.objects.filter(public_id=body["association"]).first()
        if association is None:
            sentence = _("There is no such association.")
            raise Invalid(sentence, fields={"association": sentence})
        figures = [(one["topic"], one["code"], one["value"]) for one in body["figures"]]
        names = {f"{topic}-{code}" if code else topic: i for i, (topic, code, _value) in enumerate(figures)}

        def place(field: str) -> str:
            if field in {"title", "text"}:
                return field
            return f"figures/{names[field]}" if field in names else "figures"

        with pointing(place):
            version = programme_write(
                cycle=cycle, association=association, title=body["title"], text=body["text"], figures=figures,
                by=person(request), now=moment(),
            )  # fmt: skip
        return Response(_shown(version.programme_id), status=201)


def _rows() -> Any:
    return Programme.objects.select_related("association", "cycle__baseline", "published")


def _shown(pk: int) -> Any:
    return ProgrammeSerializer(_rows().get(pk=pk)).data


def _the(public_id: UUID) -> Programme:
    programme: Programme = found(_rows(), public_id=public_id)
    return programme


class ProgrammeDetail(Endpoint):
    """One programme."""

    @reading("getProgramme", "Read a programme", "programmes", ProgrammeSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read it."""
        return detail(request, ProgrammeSerializer(_the(public_id)).data)


class ProgrammeConsequences(Endpoint):
    """What a programme would bring."""

    @reading(
        "getProgrammeConsequences", "Read what a programme would bring, computed from the frozen baseline",
        "programmes", ConsequencesSerializer,
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read it."""
        programme = _the(public_id)
        try:
            sheet = consequences_asked(programme.cycle, keyed(programme.shown.figures.all()))
        except Refused as refusal:
            raise Problem(404, refusal.message, "not-computed") from refusal
        if sheet is None:
            raise Problem(404, _("A worker computes this; ask again in a moment."), "not-computed")
        there = Resource.objects.in_scenario(programme.cycle.baseline)
        resources = dict(there.values_list("entity_id", "code"))
        sectors = {s.entity_id: s.code for s in Sector.objects.in_scenario(programme.cycle.baseline)}
        told = {
            **{name: getattr(sheet, name) for name in sheet.__dataclass_fields__},
            "resources": [
                {"resource": resources[entity], "use": use, "cap": cap}
                for entity, (use, cap) in sheet.resources.items()
            ],
            "sectors": [{"sector": sectors[one], "output": change} for one, change in sheet.sectors.items()],
        }
        return detail(request, ConsequencesSerializer(told).data)


class ProgrammeSupporting(Endpoint):
    """Standing behind a programme."""

    scope = "propose"

    @acting(
        "supportProgramme", "Stand behind the latest version, in public", "programmes", SupportBody,
        {200: ProgrammeSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Stand behind it."""
        programme, body = _the(public_id), taken(request, SupportBody)
        programme_support(programme=programme, number=body["version"], by=person(request), now=moment())
        return Response(_shown(programme.pk))


class ProgrammeUnsupporting(Endpoint):
    """Support taken back."""

    scope = "propose"

    @acting("unsupportProgramme", "Take your support back", "programmes", None, {200: ProgrammeSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Take it back."""
        programme = _the(public_id)
        programme_unsupport(programme=programme, by=person(request), now=moment())
        return Response(_shown(programme.pk))


class ProgrammePublishing(Endpoint):
    """Publication."""

    scope = "propose"

    @acting("publishProgramme", "Publish the latest version", "programmes", None, {200: ProgrammeSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Publish it."""
        programme = _the(public_id)
        programme_publish(programme=programme, by=person(request), now=moment())
        return Response(_shown(programme.pk))


class PrioritiesOpening(Endpoint):
    """The phase of priorities, opened to programmes."""

    scope = "coordinate"

    @acting(
        "openPriorities", "Freeze the baseline and open the priorities to programmes", "programmes", None,
        {200: GuidelinesSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, year: int) -> Response:
        """Open it."""
        cycle = the_cycle(year)
        priorities_open(cycle=cycle, by=person(request), now=moment())
        return Response(GuidelinesSerializer(_guidelines(cycle)).data)


class GuidelinesAsking(Endpoint):
    """The guidelines, put to everybody's vote."""

    scope = "coordinate"

    @acting(
        "askGuidelines",
        "Put the guidelines to everybody's vote",
        "programmes",
        None,
        {200: GuidelinesSerializer},
    )
    @idempotent
    def post(self, request: Request, year: int) -> Response:
        """Put them to the vote."""
        cycle = the_cycle(year)
        guidelines_ask(cycle=cycle, by=person(request), now=moment())
        return Response(GuidelinesSerializer(_guidelines(cycle)).data)


class Guidelines(Endpoint):
    """What was decided for a year."""

    @reading("getGuidelines", "Read a year's guidelines", "programmes", GuidelinesSerializer)
    def get(self, request: Request, year: int) -> Response:
        """Read them."""
        return detail(request, GuidelinesSerializer(_guidelines(the_cycle(year))).data)


def _guidelines(cycle: Cycle) -> dict[str, Any]:
    questions = [
        {
            "topic": one.topic,
            "resource": one.resource,
            "rule": one.rule,
            "motion": getattr(motion_of(one), "public_id", None),
        }
        for one in questions_of(cycle)
    ]
    return {
        "year": cycle.year,
        "call": policies.call_of(cycle),
        "questions": questions,
        "guidelines": guidelines_of(cycle),
    }
