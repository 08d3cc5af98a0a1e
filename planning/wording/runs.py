"""What a run's page says."""

from django.utils.translation import gettext as _

from planning.wording.rounds import precision


def title(number: int, state: str) -> str:
    """Return the state of an iteration as a sentence."""
    sentences = {
        "queued": _("The iteration of round %(number)s waits for a worker"),
        "running": _("The iteration of round %(number)s is being computed"),
        "finished": _("The iteration of round %(number)s is done, and here is its proof"),
        "failed": _("The iteration of round %(number)s failed"),
        "cancelled": _("The iteration of round %(number)s was cancelled"),
    }
    return sentences[state] % {"number": number}


def explanation(gap: float) -> str:
    """Return what the certificate means."""
    return _(
        "Every plan that the rules permit costs at least the second figure below. This one costs the first. "
        "They differ by %(gap)s of their size, so no other plan does better: anybody with the inputs can check it."
    ) % {"gap": precision(gap)}
