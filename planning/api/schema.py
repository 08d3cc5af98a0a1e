"""The interface's own description, OpenAPI 3.1: open to everybody, so that a client can be made before signing in."""

from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny


class Schema(SpectacularAPIView):  # type: ignore[misc]
    """``/api/v1/openapi.json``."""

    renderer_classes = [OpenApiJsonRenderer2]
    permission_classes = [AllowAny]
    authentication_classes = []
