"""Command line: ``python -m config.servers run|start|env|stop|status|wipe``."""

import sys

from config.servers.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
