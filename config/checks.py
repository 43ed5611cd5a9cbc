"""System checks of the product: what must hold before a process may serve."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution


@register(Tags.security, deploy=True)
def production_has_its_own_secrets(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """tram.E001: a stand-in secret in production."""
    found: list[CheckMessage] = []
    for name in ("SECRET_KEY", "DAY_HEADS_KEY"):
        if settings.PRODUCTION and str(getattr(settings, name)).startswith("outside-production"):
            found.append(Error(f"{name} is the stand-in of the demo.", hint="Set one of its own.", id="tram.E001"))
    return found


@register(Tags.models)
def every_model_says_how_it_is_kept(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """tram.E002: a model of ours that is not declared append-only, set-once or mutable."""
    from core.tables import Kept, our_models

    return [
        Error(f"{model.__name__} does not declare `kept`.", hint="Set kept = Kept.… (core.tables).", id="tram.E002")
        for model in our_models()
        if not isinstance(getattr(model, "kept", None), Kept)
    ]


@register()
def phrase_files_can_be_used(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """tram.W001: a file of phrases that is left out, with what it lacks. The window works without it."""
    from patients.queries.phrases import refusals

    hint = "Compare with phrases/form.toml.example."
    return [Caution(f"Phrases: {sentence}", hint=hint, id="tram.W001") for sentence in refusals()]


@register()
def overdose_files_can_be_used(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """tram.W002: a file of overdose steps that is left out, with what it lacks. Ours is shown in its place."""
    from facilities.queries.overdose_steps import refusals

    hint = "Compare with overdose/vi.toml."
    return [Caution(f"Overdose card: {sentence}", hint=hint, id="tram.W002") for sentence in refusals()]
