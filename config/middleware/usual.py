"""Django's own middleware without the work that is the same for every request, or for nothing here."""

from functools import cache

from django.conf import settings
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.messages.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.csp import CSP, build_policy
from django.utils.functional import SimpleLazyObject, empty


class PolicyMiddleware(ContentSecurityPolicyMiddleware):
    """Writes the policy down once: no page of ours has a nonce, or a policy of its own."""

    def process_request(self, request: HttpRequest) -> None:
        """Make no nonce."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Set the header, unless a view has set it."""
        if hasattr(response, "_csp_config") or settings.SECURE_CSP_REPORT_ONLY:
            return super().process_response(request, response)
        response.headers.setdefault(str(CSP.HEADER_ENFORCE), policy())
        return response


@cache
def policy() -> str:
    """Return the policy of all pages."""
    return str(build_policy(settings.SECURE_CSP, None))


class LanguageMiddleware(LocaleMiddleware):
    """Does not look for a language in addresses: ours have none."""

    def process_request(self, request: HttpRequest) -> None:
        """Speak the language that the person chose, or their browser asks for."""
        translation.activate(translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:  # noqa: ARG002
        """Say which language it is, and what that depends on."""
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response


class NoticesMiddleware(MessageMiddleware):
    """Opens the store of messages for requests that read or add one."""

    def process_request(self, request: HttpRequest) -> None:
        """Attach the store, unopened."""
        request._messages = SimpleLazyObject(lambda: default_storage(request))  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save what was added or read."""
        store = getattr(request, "_messages", None)
        if isinstance(store, SimpleLazyObject) and store._wrapped is empty:
            return response
        return super().process_response(request, response)
