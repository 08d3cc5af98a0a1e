"""Where compiled loops are kept from one process to the next, and how to have them all compiled beforehand."""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path


def keep_compiled(beside: Path = Path(__file__).parent / "__pycache__") -> Path | None:
    """Sees to it that Numba finds a folder to write to; returns the one made for this process, if one had to be.

    Numba keeps compiled loops in ``NUMBA_CACHE_DIR``, beside their source, or in the user's cache. Where it may write to
    none of them (a read-only installation without a home) it does not import; then they last as long as the process, in
    a private folder. The user's cache must be nobody else's: what is read from it is run.
    """
    named = os.environ.get("NUMBA_CACHE_DIR")
    places = [beside, user_cache()] if not named else [Path(named), beside, user_cache()]
    if any(writable(place) for place in places):
        return None
    folder = Path(tempfile.mkdtemp(prefix="compiled-"))
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    if "numba" in sys.modules:
        sys.modules["numba"].config.CACHE_DIR = str(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def user_cache() -> Path:
    """Where Numba looks last."""
    given = os.environ.get("XDG_CACHE_HOME")
    return (Path(given) if given else Path("~/.cache").expanduser()) / "numba"


def writable(folder: Path) -> bool:
    """Whether files can be made in ``folder``, which need not be there yet."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
