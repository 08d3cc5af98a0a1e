"""The public record's pages: browse, search, check a receipt, take all of it away with its verifier."""

import json
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from workplaces.record import chain, selectors, subjects, tellings, wording
from workplaces.record.bundle import verifier_source
from workplaces.record.models import Entry, Root
from workplaces.tables_out import csv_response

PAGE = 50
SEARCHED = ("kind", "year", "subject", "person", "text")
COLUMNS = ("number", "at", "kind", "actor", "hat", "subject", "motion", "body", "digest")


@require_GET
def entries(request: HttpRequest) -> HttpResponseBase:
    """List the entries that match, newest first."""
    asked = {name: request.GET.get(name, "").strip() for name in SEARCHED}
    found = selectors.entries(**asked).select_related("actor")
    motion = request.GET.get("motion", "")
    if motion:
        found = found.filter(motion=_uuid(motion))
    query = urlencode({key: value for key, value in {**asked, "motion": motion}.items() if value})
    if request.GET.get("format") == "csv":
        return csv_response(
            filename="record", header=COLUMNS, rows=map(_row, found.iterator(chunk_size=1000))
        )
    size, top = selectors.head()
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    about = subjects.links(entry.subject for entry in page)
    context = {
        "asked": asked,
        "is_searched": bool(query),
        "page": page,
        "listed": [(entry, wording.sentence(entry), about.get(entry.subject)) for entry in page],
        "kinds": sorted(((kind, wording.kind_label(kind)) for kind in selectors.kinds()), key=itemgetter(1)),
        "years": selectors.years(),
        "size": size,
        "top": top,
        "root": Root.objects.order_by("-size").first(),
        "csv_url": f"?{query}&format=csv" if query else "?format=csv",
    }
    return render(request, "record/entries.html", context)


@require_GET
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """Show one entry with all it says, and whether its digest is right."""
    found = get_object_or_404(Entry.objects.select_related("actor"), number=number)
    written, said = selectors.written(found), tellings.readable(found)
    if request.GET.get("format") == "json":
        return JsonResponse({**written, "digest": found.digest}, json_dumps_params={"ensure_ascii": False})
    root = Root.objects.filter(size__gte=number).order_by("size").first()
    context = {
        "entry": found,
        "sentence": wording.sentence(found),
        "kind_label": wording.kind_label(found.kind),
        "about": subjects.links([found.subject]).get(found.subject),
        "fields": wording.fields(said),
        "tables": wording.tables(said),
        "is_right": chain.digest(written) == found.digest,
        "canonical": chain.canonical({name: written[name] for name in chain.FIELDS}).decode()[:20_000],
        "root": root,
        "proof": selectors.inclusion(number, root.size) if root else [],
        "last": selectors.head()[0],
        "crumbs": [(_("Public record"), reverse("record:record")), (str(number), "")],
    }
    return render(request, "record/entry.html", context)


@require_GET
def roots(request: HttpRequest) -> HttpResponseBase:
    """List the published Merkle roots; note one down and nobody can rewrite what is before it unnoticed."""
    published = Root.objects.order_by("-size")
    if request.GET.get("format") == "csv":
        rows = published.values_list("size", "root", "at").iterator()
        return csv_response(filename="roots", header=("size", "root", "at"), rows=rows)
    page = Paginator(published, PAGE).get_page(request.GET.get("page"))
    size, top = selectors.root_now()
    context = {
        "page": page,
        "size": size,
        "top": top,
        "crumbs": [(_("Public record"), reverse("record:record")), (_("Roots"), "")],
    }
    return render(request, "record/roots.html", context)


@require_GET
def consistency(request: HttpRequest, old: int, new: int) -> HttpResponse:  # noqa: ARG001
    """Return the proof (RFC 6962 §2.1.2) that the record of ``new`` entries only adds to that of ``old``."""
    size, _digest = selectors.head()
    if not 0 < old <= new <= size:
        raise Http404(_("There are not that many entries."))
    proof = selectors.consistency(old, new)
    return JsonResponse({"old": old, "new": new, "hash": "SHA-256", "proof": proof})


@require_GET
def receipt(request: HttpRequest) -> HttpResponse:
    """Look a receipt up in the closings of votes, without signing in."""
    code = "".join(request.GET.get("code", "").split()).replace("-", "").upper()
    found = selectors.entry_with_receipt(code) if code else None
    vote = next((v for v in found.body["votes"] if v["receipt"] == code), None) if found else None
    context = {
        "code": code,
        "entry": found,
        "vote": vote,
        "said": tellings.vote_said(found, vote) if found and vote else "",
        "crumbs": [(_("Public record"), reverse("record:record")), (_("Receipt"), "")],
    }
    return render(request, "record/receipt.html", context, status=404 if code and not found else 200)


@require_GET
def export(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001
    """Download the whole record as JSON lines, as the verifier reads it."""
    return StreamingHttpResponse(
        selectors.export_lines(),
        content_type="application/jsonl; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="export.jsonl"'},
    )


@require_GET
def verifier(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001
    """Download the stand-alone verifier."""
    return HttpResponse(
        verifier_source(),
        content_type="text/x-python; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="verify.py"'},
    )


def _row(found: Entry) -> tuple[Any, ...]:
    body = json.dumps(found.body, ensure_ascii=False)
    return (
        found.number,
        found.at,
        found.kind,
        found.actor_name,
        found.hat,
        found.subject,
        found.motion,
        body,
        found.digest,
    )


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404(_("This is not an identifier of a motion.")) from error
