"""Amendments, debate (on programmes too), minority reports: read with a token, written by a person who is signed in."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from councils.models import Amendment, Comment, MinorityReport
from councils.selectors.minority import reports_on
from councils.services.amendments import (
    amendment_accept,
    amendment_open,
    amendment_propose,
    amendment_withdraw,
)
from councils.services.comments import comment_add, comment_hide
from councils.services.minority import minority_report, minority_sign
from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, listing, reading
from planning.api.serializers.debates import (
    AmendmentAcceptance,
    AmendmentBallotOpening,
    AmendmentProposing,
    AmendmentSerializer,
    AmendmentWithChangesSerializer,
    CommentHidingReason,
    CommentSerializer,
    CommentWriting,
    MinorityReporting,
    MinorityReportSerializer,
    ProgrammeCommentSerializer,
)
from planning.api.views.base import Endpoint, found, listed, moment, person, taken
from planning.api.views.motions import the_motion
from planning.models import Programme, ProgrammeComment
from planning.services.programme_debates import programme_comment_add, programme_comment_hide

AMENDMENTS = Amendment.objects.select_related("motion__council", "motion__moved_by", "proposed_by")

REPORTS = MinorityReport.objects.filter(ballot__motion__isnull=False).select_related("ballot__motion")
COMMENTS = Comment.objects.select_related("motion__council", "created_by", "reply_to", "hiding")
PROGRAMME_COMMENTS = ProgrammeComment.objects.select_related(
    "programme", "created_by", "reply_to", "hiding"
).prefetch_related("programme__versions")


class Amendments(Endpoint):
    """The amendments to a motion."""

    @listing("listAmendments", "List the amendments to a motion", "motions", AmendmentSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """List them in the order in which they were proposed."""
        rows = AMENDMENTS.filter(motion=the_motion(public_id))
        return listed(request, rows, AmendmentSerializer, order="number")

    @acting(
        "proposeAmendment", "Propose other words for a motion", "motions", AmendmentProposing,
        {201: AmendmentWithChangesSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Propose an amendment."""
        values = taken(request, AmendmentProposing)
        made = amendment_propose(motion=the_motion(public_id), by=person(request), now=moment(), **values)
        return detail(request, AmendmentWithChangesSerializer(made).data, status=201)


class Comments(Endpoint):
    """What is said about a motion."""

    @listing("listComments", "List what is said about a motion", "motions", CommentSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """List the comments in the order in which they were made."""
        return listed(request, COMMENTS.filter(motion=the_motion(public_id)), CommentSerializer, order="id")

    @acting(
        "addComment", "Say something about a motion, or answer a comment", "motions", CommentWriting,
        {201: CommentSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Add a comment."""
        values, motion = taken(request, CommentWriting), the_motion(public_id)
        answered = _answered(COMMENTS.filter(motion=motion), values)
        comment = comment_add(
            motion=motion, text=values["text"], reply_to=answered, by=person(request), now=moment()
        )
        return detail(request, CommentSerializer(comment).data, status=201)


class CommentHiding(Endpoint):
    """By a coordinator, with a reason."""

    scope = "coordinate"

    @acting("hideComment", "Hide a comment", "motions", CommentHidingReason, {200: CommentSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Hide the comment."""
        reason = taken(request, CommentHidingReason)["reason"]
        comment: Comment = found(COMMENTS, public_id=public_id)
        comment_hide(comment=comment, reason=reason, by=person(request), now=moment())
        return detail(request, CommentSerializer(found(COMMENTS, public_id=public_id)).data)


class ProgrammeComments(Endpoint):
    """What is said about a programme."""

    @listing(
        "listProgrammeComments",
        "List what is said about a programme",
        "programmes",
        ProgrammeCommentSerializer,
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """List the comments in the order in which they were made."""
        rows = PROGRAMME_COMMENTS.filter(programme=_programme(public_id))
        return listed(request, rows, ProgrammeCommentSerializer, order="id")

    @acting(
        "addProgrammeComment", "Say something about a published programme, or answer a comment", "programmes",
        CommentWriting, {201: ProgrammeCommentSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Add a comment."""
        values, programme = taken(request, CommentWriting), _programme(public_id)
        answered = _answered(PROGRAMME_COMMENTS.filter(programme=programme), values)
        comment = programme_comment_add(
            programme=programme, text=values["text"], reply_to=answered, by=person(request), now=moment()
        )
        return detail(request, ProgrammeCommentSerializer(comment).data, status=201)


class ProgrammeCommentHiding(Endpoint):
    """By a coordinator, with a reason."""

    scope = "coordinate"

    @acting(
        "hideProgrammeComment", "Hide a comment on a programme", "programmes", CommentHidingReason,
        {200: ProgrammeCommentSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Hide the comment."""
        reason = taken(request, CommentHidingReason)["reason"]
        comment: ProgrammeComment = found(PROGRAMME_COMMENTS, public_id=public_id)
        programme_comment_hide(comment=comment, reason=reason, by=person(request), now=moment())
        shown = found(PROGRAMME_COMMENTS, public_id=public_id)
        return detail(request, ProgrammeCommentSerializer(shown).data)


def _programme(public_id: UUID) -> Programme:
    programme: Programme = found(Programme.objects.all(), public_id=public_id)
    return programme


def _answered(comments: Any, values: Mapping[str, Any]) -> Any:
    """Return the comment of that debate that is answered, None where none is."""
    wanted = values.get("reply_to")
    return found(comments, public_id=wanted) if wanted else None


class MinorityReports(Endpoint):
    """What those who lost the vote want to be read beside its result."""

    @listing(
        "listMinorityReports", "List the minority reports on a motion", "motions", MinorityReportSerializer
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """List the reports in the order in which they were filed."""
        return listed(request, reports_on(the_motion(public_id)), MinorityReportSerializer, order="id")

    @acting(
        "fileMinorityReport", "File a minority report on the vote that decided a motion", "motions",
        MinorityReporting, {201: MinorityReportSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """File a report."""
        values, motion = taken(request, MinorityReporting), the_motion(public_id)
        report = minority_report(motion=motion, by=person(request), now=moment(), **values)
        return detail(request, MinorityReportSerializer(report).data, status=201)


class MinoritySigning(Endpoint):
    """By others of the minority."""

    @acting("signMinorityReport", "Sign a minority report", "motions", None, {200: MinorityReportSerializer})
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Sign the report."""
        report: MinorityReport = found(REPORTS, public_id=public_id)
        minority_sign(report=report, by=person(request), now=moment())
        return detail(request, MinorityReportSerializer(report).data)


class AmendmentDetail(Endpoint):
    """One amendment."""

    @reading("getAmendment", "Read an amendment", "motions", AmendmentWithChangesSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read the amendment."""
        return detail(request, AmendmentWithChangesSerializer(the_amendment(public_id)).data)


class AmendmentAccepting(Endpoint):
    """By the mover of the motion."""

    @acting(
        "acceptAmendment", "Accept an amendment as friendly", "motions", AmendmentAcceptance,
        {200: AmendmentWithChangesSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Accept the amendment."""
        version = taken(request, AmendmentAcceptance)["version"]
        amendment = the_amendment(public_id)
        made = amendment_accept(amendment=amendment, version=version, by=person(request), now=moment())
        return detail(request, AmendmentWithChangesSerializer(made).data)


class AmendmentVoting(Endpoint):
    """By a coordinator."""

    scope = "coordinate"

    @acting(
        "openAmendmentBallot", "Open the vote on an amendment", "motions", AmendmentBallotOpening,
        {201: AmendmentWithChangesSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Open the vote."""
        values, amendment = taken(request, AmendmentBallotOpening), the_amendment(public_id)
        amendment_open(amendment=amendment, by=person(request), now=moment(), **values)
        return detail(request, AmendmentWithChangesSerializer(the_amendment(public_id)).data, status=201)


class AmendmentWithdrawing(Endpoint):
    """By who proposed it."""

    @acting(
        "withdrawAmendment", "Withdraw an amendment", "motions", None, {200: AmendmentWithChangesSerializer}
    )
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        """Withdraw the amendment."""
        made = amendment_withdraw(amendment=the_amendment(public_id), by=person(request), now=moment())
        return detail(request, AmendmentWithChangesSerializer(made).data)


def the_amendment(public_id: UUID) -> Amendment:
    """Return that amendment."""
    amendment: Amendment = found(AMENDMENTS, public_id=public_id)
    return amendment
