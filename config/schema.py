"""The OpenAPI document of the JSON API, made from the code."""

from drf_spectacular.views import SpectacularAPIView

from core.access import allow

schema = allow()(SpectacularAPIView.as_view())
