#!/usr/bin/env python
"""Django's command line for Commonplan."""

import os
import sys

from config.commandline import prepare


def main() -> None:
    """Run a management command with the project's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    prepare(sys.argv)
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        sys.exit(f"commonplan: {problem}")


if __name__ == "__main__":
    main()
