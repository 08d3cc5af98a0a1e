"""What binds delegates: instructions of those who sent them, recalls and initiatives by signatures."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from councils.models import Council, Instruction, Mandate, Motion, Petition
from councils.selectors.petitions import petitions_of
from councils.services import (
    initiative_start,
    instruction_enter,
    instruction_propose,
    petition_sign,
    petition_unsign,
    recall_start,
)
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing
from planning.api.serializers.mandates import (
    InitiativeBeginning,
    Instructing,
    InstructionSerializer,
    PetitionSerializer,
    RecallBeginning,
)
from planning.api.views.base import Endpoint, found, listed, moment, person, taken
from planning.api.views.debates import the_amendment

INSTRUCTIONS = Instruction.objects.select_related("sender", "council", "motion", "amendment", "decided_by")


class Instructions(Endpoint):
    """All instructions."""

    @listing("listInstructions", "List instructions to delegates", "mandates", InstructionSerializer)
    def get(self, request: Request) -> Response:
        """List the instructions, the latest first."""
        return listed(request, INSTRUCTIONS.all(), InstructionSerializer, order="-id")

    @acting(
        "instruct", "Put an instruction to the vote of a body, or enter one that it decided", "mandates", Instructing,
        {201: InstructionSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        """Put or enter the instruction."""
        values = taken(request, Instructing)
        given: dict[str, Any] = {
            "sender": the_council(values["sender"]),
            "council": the_council(values["council"]),
            "motion": the_motion(values.get("motion")),
            "amendment": the_amendment(values["amendment"]) if "amendment" in values else None,
            "subject_kind": values.get("subject_kind", ""),
            "answer": values["answer"],
            "reason": values["reason"],
            "by": person(request),
            "now": moment(),
        }
        decided_by = the_motion(values.get("decided_by"))
        instruction = (
            instruction_enter(**given, decided_by=decided_by) if decided_by else instruction_propose(**given)
        )
        return Response(InstructionSerializer(instruction).data, status=201)


def the_council(public_id: UUID) -> Council:
    """Return that council."""
    council: Council = found(Council.objects.all(), public_id=public_id)
    return council


def the_motion(public_id: UUID | None) -> Motion | None:
    """Return that motion, None where none is named."""
    if public_id is None:
        return None
    motion: Motion = found(Motion.objects.select_related("council"), public_id=public_id)
    return motion


class Petitions(Endpoint):
    """All petitions."""

    @listing("listPetitions", "List petitions", "mandates", PetitionSerializer)
    def get(self, request: Request) -> Response:
        """List the petitions, the latest first."""
        return listed(request, petitions_of(), PetitionSerializer, order="-id")

    @acting(
        "beginInitiative", "Begin to collect signatures for a motion", "mandates", InitiativeBeginning,
        {201: PetitionSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        """Begin an initiative and sign it."""
        values = taken(request, InitiativeBeginning)
        council = the_council(values.pop("council"))
        return shown(initiative_start(council=council, **values, by=person(request), now=moment()), 201)


class Recalls(Endpoint):
    """Petitions for a recall."""

    @acting(
        "beginRecall", "Begin to collect signatures for the recall of a mandate", "mandates", RecallBeginning,
        {201: PetitionSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        """Begin a recall and sign it."""
        values = taken(request, RecallBeginning)
        mandate: Mandate = found(Mandate.objects.all(), public_id=values["mandate"])
        return shown(
            recall_start(mandate=mandate, reason=values["reason"], by=person(request), now=moment()), 201
        )


class Signing(Endpoint):
    """One's own signature."""

    @acting("signPetition", "Sign a petition", "mandates", None, {200: PetitionSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Sign."""
        return shown(petition_sign(petition=the_petition(public_id), by=person(request), now=moment()))


class Unsigning(Endpoint):
    """One's own signature, taken back."""

    @acting("unsignPetition", "Take one's signature back", "mandates", None, {200: PetitionSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Take it back."""
        return shown(petition_unsign(petition=the_petition(public_id), by=person(request), now=moment()))


def the_petition(public_id: UUID) -> Petition:
    """Return that petition."""
    petition: Petition = found(petitions_of(), public_id=public_id)
    return petition


def shown(petition: Petition, status: int = 200) -> Response:
    """Answer a petition as it now is."""
    return Response(PetitionSerializer(petitions_of().get(pk=petition.pk)).data, status=status)
