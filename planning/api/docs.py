"""The interface's description as a page to read: made from the same document that programs get."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from planning.api.schema import Document, document


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """Show every operation: what to send, what comes back, what can go wrong."""
    return render(request, "planning/api_docs.html", {"groups": groups()})


@cache
def groups() -> list[tuple[str, list[Document]]]:
    """Return the operations by the group they belong to."""
    whole = document()
    found: dict[str, list[Document]] = {}
    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append(_operation(whole, path, method, operation))
    return list(found.items())


def _operation(whole: Document, path: str, method: str, operation: Document) -> Document:
    parameters = operation.get("parameters", [])
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "parameters": [p for p in parameters if p["in"] != "path"],
        "body": _fields(whole, operation.get("requestBody", {})),
        "answers": [_answer(whole, code, answer) for code, answer in operation["responses"].items()],
    }


def _answer(whole: Document, code: str, answer: Document) -> Document:
    return {
        "code": code,
        "description": answer.get("description", ""),
        "fields": _fields(whole, answer) if code.startswith("2") else [],
    }


def _fields(whole: Document, holder: Document) -> list[Document]:
    """Return the fields of the object that a request or an answer holds; of a list's rows, if it is a page."""
    for content in holder.get("content", {}).values():
        schema = _resolved(whole, content["schema"])
        results = schema.get("properties", {}).get("results")
        schema = _resolved(whole, results["items"]) if results else schema
        return [_field(whole, schema, *pair) for pair in schema.get("properties", {}).items()]
    return []


def _field(whole: Document, schema: Document, name: str, field: Document) -> Document:
    return {
        "name": name,
        "kind": _kind(whole, field),
        "required": name in schema.get("required", []),
        "description": field.get("description", ""),
    }


def _resolved(whole: Document, schema: Document) -> Document:
    """Follow a reference."""
    if "$ref" not in schema:
        return schema
    name = schema["$ref"].rsplit("/", 1)[-1]
    found: Document = whole["components"]["schemas"][name]
    return found


def _kind(whole: Document, field: Document) -> str:
    """Say in a word or two what a field holds."""
    parts = [_resolved(whole, part) for part in [field, *field.get("allOf", []), *field.get("oneOf", [])]]
    for part in parts:
        if "enum" in part:
            return " | ".join(str(value) for value in part["enum"])
    for part in parts:
        if "type" in part:
            kind = part["type"]
            text = " or ".join(kind) if isinstance(kind, list) else str(kind)
            return f"{text} ({part['format']})" if "format" in part else text
    return "any"
