"""Command line of the demo: ``python -m config.demo`` (``make demo``); ``… site`` (``make site``) is empty."""

import sys
import time

from config.demo import launcher
from config.servers import ServerError
from config.servers.endings import orderly_end

FIRST = ".venv/bin/python manage.py setup_federation --registrar you@example.org"


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)  # noqa: T201


def main(arguments: list[str]) -> int:
    """Run the demo until Ctrl-C; returns 0 then, and 1 when something ended by itself."""
    kind = launcher.SITE if arguments == ["site"] else launcher.DEMO
    try:
        with orderly_end(), launcher.running(lambda text: say(f"commonplan: {text}"), kind) as demo:
            say(f"\nCommonplan is ready: {demo.url}\nCtrl-C stops it. Logs: {demo.logs}\n")
            if kind is launcher.SITE:
                say(
                    f"First of all, in another terminal: {FIRST}\n"
                    "It prints a link; open it, choose a password, and the page says what comes next.\n"
                    f"Mail that the site sends is written to {demo.logs / 'web-server.log'}\n"
                )
            while True:
                demo.check()
                time.sleep(0.5)
    except KeyboardInterrupt:
        say(f"commonplan: stopped; `make {kind.name}` continues with the same data.")
        return 0
    except ServerError as problem:
        print(f"commonplan: {problem}", file=sys.stderr)  # noqa: T201
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
