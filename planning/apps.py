"""The app's name and the charter keys it brings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanningConfig(AppConfig):
    """Cycles, rounds, proposals, runs, plans."""

    name = "planning"
    verbose_name = _("Planning")

    def ready(self) -> None:
        """Register the charter keys that planning reads; give councils to what comes in."""
        from councils import due
        from councils.services import consequences, vacancies
        from councils.subjects import register
        from planning.federation import hosting
        from planning.policies_division import DIVISION
        from planning.policies_lists import SUBJECT as LISTS
        from planning.rules import register_rules
        from planning.selectors import record_links
        from planning.selectors.plans import plan_link
        from planning.selectors.record_links import (
            division_link,
            envelopes_link,
            guideline_link,
            list_election_link,
            sharing_link,
        )
        from planning.selectors.sandboxes import SUBJECT, sandbox_link
        from planning.services.council_tasks import tasks_of
        from planning.services.divisions import division_follow
        from planning.services.envelopes import envelopes_follow, referral_follow
        from planning.services.list_seats import list_succession, lists_follow
        from planning.services.ratifying import plan_follow
        from planning.services.sharing import sharing_follow
        from planning.views import appealing
        from planning.wording.investment import envelopes_told

        register_rules()
        register("plan", plan_link)
        for kind in ("envelopes", "envelopes-again", "envelopes-refer-back"):
            register(kind, envelopes_link, telling=envelopes_told)
        register("sharing", sharing_link, asks=True)
        register(DIVISION, division_link)
        register(SUBJECT, sandbox_link)
        register("guideline", guideline_link, asks=True)
        register(LISTS, list_election_link, asks=True, in_secret=True)
        consequences.register("plan", plan_follow)
        consequences.register("sharing", sharing_follow)
        consequences.register(DIVISION, division_follow)
        consequences.register(LISTS, lists_follow)
        vacancies.register(LISTS, list_succession)
        consequences.register("envelopes", envelopes_follow)
        consequences.register("envelopes-again", envelopes_follow)
        consequences.register("envelopes-refer-back", referral_follow)
        due.register("plan", tasks_of)
        hosting.install()
        record_links.install()
        appealing.install()
