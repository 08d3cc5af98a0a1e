"""A form that makes something new and is sent twice from the same page makes it once: a double click, a second try, the
button for going back."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from config.kept import TOKEN
from config.middleware.refusals import refusal_page
from planning.services.repeats import request_noted

SAME = timedelta(minutes=10)
Next = Callable[[HttpRequest], HttpResponse]
# Forms after which there is one thing more than before. All others lead to a state that is reached once.
MAKING = frozenset(
    {
        "councils:election_new", "councils:initiative_new", "councils:instruction_new", "councils:item_new",
        "councils:meeting_new", "councils:motion_new",
        "planning:list_election_new",
        "planning:division_propose",
        "planning:grant_report", "planning:programme_new", "planning:request_new", "planning:sandbox_copy",
        "planning:sandbox_motion", "planning:sandbox_new", "planning:sandbox_shared_copy",
        "workplaces:agreement_new", "workplaces:line_new", "workplaces:row_new",
    }
)  # fmt: skip


class OnceMiddleware:
    """Knows a form again by its address and what stands in it; where nothing does, by its page's token.

    The first one holds a note until it commits and the second waits for it there; a refusal takes the note back, so that
    the same form may be sent again once its reason is gone. After ten minutes the same may be meant anew.
    """

    def __init__(self, get_response: Next) -> None:
        """Stand in front of ``get_response``, next to the view."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; what is new is looked at when its view is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Do it once, and lead the second one where the first was led."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if request.method != "POST" or name not in MAKING or TOKEN not in request.POST:
            return None
        if not request.user.is_authenticated:
            return None
        with transaction.atomic():
            found = digest(request)
            note, is_first = request_noted(
                person=request.user, key=f"page {found}", content=found, now=timezone.now(), within=SAME
            )
            if not is_first:
                messages.info(
                    request, _("You sent the same a moment ago: it was done once, and stands here.")
                )
                return redirect(note.headers["Location"])
            answer = answered(request, view, args, kwargs)
            if answer.status_code == 302:
                note.status, note.headers = answer.status_code, {"Location": answer["Location"]}
                note.save()
            else:
                transaction.set_rollback(True)
        return answer


def digest(request: HttpRequest) -> str:
    """Return what makes a form this form: its address and what a person put in; with nothing put in, its page's token."""
    fields = sorted((name, values) for name, values in request.POST.lists() if name != TOKEN and any(values))
    files = [(name, file.name, file.size) for name, file in request.FILES.items()]
    page = "" if fields or files else request.POST[TOKEN]
    content = repr((request.get_full_path(), fields, files, page))
    return hashlib.sha256(content.encode()).hexdigest()


def answered(request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse:
    """Return the view's answer, or the page that says why it refused."""
    try:
        return view(request, *args, **kwargs)
    except Exception as problem:
        page = refusal_page(request, problem)
        if page is None:
            raise
        transaction.set_rollback(True)
        return page
