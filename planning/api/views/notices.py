"""What the caller wants by mail, by program."""

from django.utils.translation import get_language
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.etags import detail
from planning.api.idempotency import idempotent
from planning.api.operations import acting, reading
from planning.api.serializers.notices import NoticesChosen, NoticeSettingsSerializer
from planning.api.views.base import Endpoint, moment, person, taken
from workplaces.services.notices import settings_of, settings_set

TAG = "notices"


class NoticesEndpoint(Endpoint):
    """The caller's own settings."""

    scope = "answer"

    @reading("getNoticeSettings", "Read what one wants by mail", TAG, NoticeSettingsSerializer)
    def get(self, request: Request) -> Response:
        """Return them, the usual ones for who never chose."""
        found = settings_of(person(request), now=moment(), language=get_language())
        return detail(request, NoticeSettingsSerializer(found).data)

    @acting(
        "setNoticeSettings",
        "Change what one wants by mail",
        TAG,
        NoticesChosen,
        {200: NoticeSettingsSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Change what is named."""
        values, me = taken(request, NoticesChosen), person(request)
        kept = settings_set(by=me, values=values, now=moment(), language=get_language())
        return detail(request, NoticeSettingsSerializer(kept).data)
