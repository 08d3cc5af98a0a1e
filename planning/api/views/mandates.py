"""What binds delegates: instructions of those who sent them."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from councils.models import Council, Instruction, Motion
from councils.services import instruction_enter, instruction_propose
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing
from planning.api.serializers.mandates import Instructing, InstructionSerializer
from planning.api.views.base import Endpoint, found, listed, moment, person, taken

INSTRUCTIONS = Instruction.objects.select_related("sender", "council", "motion", "decided_by")


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
