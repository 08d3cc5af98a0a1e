"""Command line of the demo: ``python -m config.demo``, or simply ``make demo``."""

import sys
import time

from config.demo import launcher
from config.servers import ServerError
from config.servers.endings import orderly_end


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)  # noqa: T201


def main() -> int:
    """Run the demo until Ctrl-C; returns 0 then, and 1 when something ended by itself."""
    try:
        with orderly_end(), launcher.running(lambda text: say(f"commonplan: {text}")) as demo:
            say(f"\nCommonplan is ready: {demo.url}\nCtrl-C stops it. Logs: {demo.logs}\n")
            while True:
                demo.check()
                time.sleep(0.5)
    except KeyboardInterrupt:
        say("commonplan: stopped; `make demo` continues with the same data.")
        return 0
    except ServerError as problem:
        print(f"commonplan: {problem}", file=sys.stderr)  # noqa: T201
        return 1


if __name__ == "__main__":
    sys.exit(main())
