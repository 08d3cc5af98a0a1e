"""``manage.py tally FILE --rule RULE``: count a published election. Needs no database."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from councils.rules.equal_shares import COMPLETIONS
from councils.rules.files import BallotFileError, read_election
from councils.rules.published import RULES, UTILITY_NAMES, Choice, count_election, options_of
from councils.rules.results import BY_IDENTIFIER, CountError, by_lot
from councils.rules.stv import TRANSFERS
from councils.rules.wording import sheet


class Command(BaseCommand):
    """Reads a Pabulib or PrefLib file and counts it step by step."""

    help = (
        "Count a Pabulib (.pb) or PrefLib (.soc, .soi, .toc, .toi) file by a named rule; needs no database."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare file, rule and what the rules can be told."""
        parser.add_argument("file", help="a Pabulib or PrefLib file")
        parser.add_argument("--rule", required=True, help=f"one of {', '.join(RULES)}")
        parser.add_argument("--utility", default="cost", help=f"one of {', '.join(UTILITY_NAMES)}")
        parser.add_argument("--completion", default="none", help=f"one of {', '.join(COMPLETIONS)}")
        parser.add_argument("--seats", type=int, help="how many are elected (1)")
        parser.add_argument("--transfer", default="weighted", help=f"of stv: one of {', '.join(TRANSFERS)}")
        parser.add_argument(
            "--lot", help="all identifiers in the order of a public lot, with commas; it breaks the ties"
        )
        parser.add_argument("--json", action="store_true", help="winners and explanation as one JSON object")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print winners and steps; exit with 1 and one sentence where file, rule or choice are wrong."""
        try:
            election = read_election(options["file"])
            count = count_election(election, options["rule"], _choice(options))
        except (BallotFileError, CountError) as error:
            if options["json"]:
                known = error.as_dict() if isinstance(error, BallotFileError) else {"sentence": str(error)}
                self.stdout.write(json.dumps({"error": known}, ensure_ascii=False))
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(count.as_dict(), ensure_ascii=False))
        else:
            self.stdout.write(sheet(count, options_of(election)))


def _choice(options: dict[str, Any]) -> Choice:
    lot = options["lot"]
    order = [option.strip() for option in lot.split(",")] if lot else []
    return Choice(
        utility=options["utility"],
        completion=options["completion"],
        seats=options["seats"],
        transfer=options["transfer"],
        tie_break=by_lot(order) if order else BY_IDENTIFIER,
    )
