"""Taking tables in: upload, dry run, confirmation, undo; and one row typed in."""

import base64
import zlib
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from workplaces import permissions, policies, selectors
from workplaces.errors import Refused
from workplaces.forms import TYPED, RowForm, UploadForm
from workplaces.importing.errors import ImportRefused
from workplaces.importing.kinds import KINDS, Kind
from workplaces.importing.planning import ImportPlan, content_digest
from workplaces.importing.reading import MAX_BYTES, Options
from workplaces.models import ImportBatch
from workplaces.presentation import figures
from workplaces.services.imports import batch_of, import_apply, import_preview, import_undo
from workplaces.tables_out import csv_response
from workplaces.views.common import Here, act, day, fact, here, here_or_404, moment, page, person

SHOWN_ROWS = 10
SHOWN_ERRORS = 500
SHOWN_MADE = 50
PAGE_SIZE = 50
# What a page carries from the dry run to the confirmation: the file itself, packed.
MAX_PACKED = 9 * 1024 * 1024


@login_required
@require_GET
def import_list(request: HttpRequest) -> HttpResponseBase:
    """Show what was taken in, and what can be."""
    place = here(request)
    if place is None:
        return page(request, "workplaces/scenario_none.html", {"title": _("Imports")})
    found = selectors.batches(place.person, place.now.date())
    if request.GET.get("format") == "csv":
        rows = (
            [b.public_id, b.kind, b.file_name, b.rows, b.state, b.created_at, b.file_digest] for b in found
        )
        header = ["id", "kind", "file", "rows", "state", "at", "digest"]
        return csv_response(filename="imports", header=header, rows=rows)
    shown = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "here": place,
        "page": shown,
        "batches": [
            (batch, KINDS[batch.kind].label if batch.kind in KINDS else batch.kind) for batch in shown
        ],
        "title": _list_title(shown.paginator.count),
        "kinds": KINDS.values(),
    }
    return page(request, "workplaces/import_list.html", context)


@login_required
@require_GET
def import_template(request: HttpRequest, kind: str) -> HttpResponseBase:  # noqa: ARG001
    """Return an example file of a kind: its header and one row."""
    what = _kind(kind)
    return csv_response(filename=f"{what.code}-template", header=what.header, rows=[what.example])


@login_required
@require_http_methods(["GET", "POST"])
def import_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Take a file, show what it would do, and do it once that is confirmed."""
    what, place = _kind(kind), _registrars(request)
    if request.method != "POST":
        return _upload_page(request, what, place, UploadForm())
    if "content" in request.POST:
        return _confirm(request, what, place)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _upload_page(request, what, place, form, status=422)
    file, stated = form.cleaned_data["file"], _stated(form.cleaned_data)
    return _preview(request, what, place, form, file.name, file.read(), stated)


def _preview(
    request: HttpRequest,
    what: Kind,
    place: Here,
    form: UploadForm,
    name: str,
    content: bytes,
    stated: dict[str, Any],
) -> HttpResponse:
    try:
        plan = import_preview(
            kind=what.code, scenario=place.scenario, file_name=name, content=content, by=place.person, now=place.now,
            options=Options(stated["encoding"], stated["decimal"]), may_change=stated["may_change"],
        )  # fmt: skip
    except Refused as refused:
        return _upload_page(request, what, place, form, refused=refused)
    if plan.errors:
        return _upload_page(request, what, place, form, plan=plan, status=422)
    packed = base64.b64encode(zlib.compress(content, 6)).decode()
    if len(packed) > MAX_PACKED:
        form.add_error("file", _("The file is too large to be confirmed on a page; split it."))
        return _upload_page(request, what, place, form, status=422)
    context = {
        "here": place,
        "kind": what,
        "plan": plan,
        "title": preview_title(plan),
        "standing": batch_of(place.scenario, what.code, plan.digest),
        "header": plan.sheet.header,
        "first": [
            [record.raw.get(n, "") for n in plan.sheet.header] for record in plan.sheet.records[:SHOWN_ROWS]
        ],
        "facts": _plan_facts(plan),
        "counts": plan.counts(),
        "packed": packed,
        "stated": stated,
    }
    return page(request, "workplaces/import_preview.html", context)


def _confirm(request: HttpRequest, what: Kind, place: Here) -> HttpResponse:
    content = unpacked(request.POST["content"])
    name = request.POST.get("file_name", "")[:500]
    form = UploadForm(request.POST)
    form.errors.pop("file", None)
    if content is None or content_digest(content) != request.POST.get("digest"):
        problem = Refused(_("What came back is not the file that was previewed. Upload it again."))
        return _upload_page(request, what, place, UploadForm(), refused=problem)
    stated = _stated(form.cleaned_data)
    try:
        batch = import_apply(
            kind=what.code, scenario=place.scenario, file_name=name, content=content, by=place.person, now=place.now,
            options=Options(stated["encoding"], stated["decimal"]), may_change=stated["may_change"],
        )  # fmt: skip
    except ImportRefused:
        return _preview(request, what, place, UploadForm(), name, content, stated)
    except Refused as refused:
        return _upload_page(request, what, place, UploadForm(), refused=refused)
    messages.success(request, _("“%(file)s” has been taken in.") % {"file": batch.file_name})
    return redirect("workplaces:import", batch.public_id)


def unpacked(text: str) -> bytes | None:
    """Return the file that a page carried; None if it is none of ours or would unpack to more than fits."""
    try:
        packed = base64.b64decode(text.encode(), validate=True)
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(packed, MAX_BYTES + 1)
    except (ValueError, zlib.error):
        return None
    return content if unpacker.eof and len(content) <= MAX_BYTES else None


@login_required
@require_http_methods(["GET", "POST"])
def row_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Type in one row of a kind: an import of one row, so that it can be undone too."""
    what, place = _kind(kind), _registrars(request)
    form = RowForm(request.POST or None, kind=what)
    if request.method == "POST" and form.is_valid():
        try:
            batch = import_apply(
                kind=what.code, scenario=place.scenario, file_name=TYPED, content=form.content(), by=place.person,
                now=place.now, may_change=form.cleaned_data["may_change"],
            )  # fmt: skip
        except ImportRefused as refused:
            form.show(refused.errors)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Entered. It can be undone on this page."))
            return redirect("workplaces:import", batch.public_id)
    context = {
        "here": place,
        "kind": what,
        "form": form,
        "crumbs": [(_("Imports"), reverse("workplaces:imports")), (str(what.label), "")],
        "title": _("Type in one row: %(what)s") % {"what": str(what.label).lower()},
    }
    return page(request, "workplaces/row_new.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def import_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what an import made."""
    return _batch_page(request, _batch(request, public_id))


@login_required
@require_POST
def import_undo_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Undo an import."""
    batch = _batch(request, public_id)
    if not permissions.can_import(person(request), moment().date()):
        raise Http404
    return act(
        request,
        lambda: import_undo(batch=batch, by=person(request), now=moment()),
        done=_("Undone: everything that “%(file)s” had made is gone.") % {"file": batch.file_name},
        to=reverse("workplaces:import", args=[batch.public_id]),
        refused=lambda refused: _batch_page(request, batch, refused),
    )


def _batch(request: HttpRequest, public_id: UUID) -> ImportBatch:
    related = ImportBatch.objects.select_related("scenario", "created_by", "undone_by")
    batch = get_object_or_404(related, public_id=public_id)
    visible = permissions.can_see_scenario(person(request), batch.scenario)
    if not visible or not permissions.can_see_batch(person(request), batch, moment().date()):
        raise Http404
    return batch


def _batch_page(request: HttpRequest, batch: ImportBatch, refused: Refused | None = None) -> HttpResponse:
    undone = batch.state == ImportBatch.State.UNDONE
    may = permissions.can_import(person(request), moment().date()) and policies.is_open(batch.scenario)
    facts = [
        fact(_("Kind"), KINDS[batch.kind].label if batch.kind in KINDS else batch.kind),
        fact(_("Rows in the file"), figures.number(batch.rows, get_language())),
        fact(_("Taken in by"), str(batch.created_by or "–")),
        fact(_("On"), day(batch.created_at)),
        fact(_("Into"), batch.scenario.name, reverse("workplaces:scenario", args=[batch.scenario.public_id])),
    ]
    if undone:
        facts += [
            fact(_("Undone by"), str(batch.undone_by or "–")),
            fact(_("Undone on"), day(batch.undone_at)),
        ]
    context = {
        "batch": batch,
        "facts": facts,
        "title": _("“%(file)s” was undone") % {"file": batch.file_name}
        if undone
        else _("“%(file)s” was taken in") % {"file": batch.file_name},
        "rows": [
            (table._meta.verbose_name, label_of(row))
            for table, row in selectors.batch_rows(batch, SHOWN_MADE)
        ],
        "made": batch.made.count(),
        "can_undo": may and not undone,
    }
    return page(request, "workplaces/import_detail.html", context, refused)


def label_of(row: Any) -> str:
    """Return how a row of any table is called."""
    return "–" if row is None else str(row)


def _upload_page(
    request: HttpRequest,
    what: Kind,
    place: Here,
    form: UploadForm,
    plan: ImportPlan | None = None,
    refused: Refused | None = None,
    status: int = 0,
) -> HttpResponse:
    errors = plan.errors if plan else []
    context = {
        "here": place,
        "kind": what,
        "form": form,
        "errors": errors[:SHOWN_ERRORS],
        "errors_more": max(0, len(errors) - SHOWN_ERRORS),
        "title": upload_title(what, plan),
        "crumbs": [(_("Imports"), reverse("workplaces:imports")), (str(what.label), "")],
    }
    return page(request, "workplaces/import_new.html", context, refused, status)


def upload_title(what: Kind, plan: ImportPlan | None) -> str:
    """Return the title of the upload page: what to do, or how many faults the file has."""
    if plan is None:
        return _("Take in a table: %(what)s") % {"what": str(what.label).lower()}
    count = len(plan.errors)
    return ngettext("%(count)s fault keeps “%(file)s” out", "%(count)s faults keep “%(file)s” out", count) % {
        "count": figures.number(count, get_language()),
        "file": plan.sheet.file,
    }


def preview_title(plan: ImportPlan) -> str:
    """Return the title of a dry run: what would happen."""
    made = sum(len(drafts) for drafts in plan.make.values())
    changed = sum(len(changes) for changes in plan.change.values())
    words = {
        "file": plan.sheet.file,
        "made": figures.number(made, get_language()),
        "changed": figures.number(changed, get_language()),
    }
    if plan.is_empty:
        return _("Everything in “%(file)s” is there already") % words
    if not changed:
        return (
            ngettext("“%(file)s” would make %(made)s row", "“%(file)s” would make %(made)s rows", made)
            % words
        )
    return _("“%(file)s” would make %(made)s rows and change %(changed)s") % words


def _plan_facts(plan: ImportPlan) -> list[dict[str, Any]]:
    lang = get_language()
    names = {",": _("comma"), ";": _("semicolon"), "\t": _("tab")}
    facts = [
        fact(_("Rows read"), figures.number(plan.rows, lang)),
        fact(_("Characters"), plan.sheet.encoding.upper()),
        fact(_("Columns parted by"), names[plan.sheet.delimiter]),
    ]
    mark = {".": _("point"), ",": _("comma")}.get(plan.sheet.marks.decimal.value)
    if mark:
        facts.append(fact(_("Decimal mark"), mark))
    facts += [
        fact(_("Sum of “%(column)s”") % {"column": name}, figures.quantity(total, "", lang))
        for name, total in plan.totals()
    ]
    return facts


def _list_title(count: int) -> str:
    if not count:
        return _("Nothing has been taken in yet")
    return ngettext("%(n)s import so far", "%(n)s imports so far", count) % {"n": count}


def _stated(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "encoding": data.get("encoding", ""),
        "decimal": data.get("decimal", ""),
        "may_change": bool(data.get("may_change")),
    }


def _kind(kind: str) -> Kind:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind]


def _registrars(request: HttpRequest) -> Here:
    """Return the scenario, for registrars; to everybody else these pages do not exist."""
    place = here_or_404(request)
    if not permissions.can_import(place.person, place.now.date()):
        raise Http404
    return place
