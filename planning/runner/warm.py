"""What a worker process does on its own before it is asked for anything."""

from threading import Thread

from planning.engine.warm import compile_all


def warm_up() -> Thread:
    """Have the engine's loops compiled or read from disk in the background; the first run waits only for the rest."""
    thread = Thread(target=compile_all, name="compile", daemon=True)
    thread.start()
    return thread
