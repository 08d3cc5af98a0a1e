"""What sharing out refuses, as a sentence that names the request at fault."""


class AllocationError(ValueError):
    """A figure with which nothing can be shared out. ``array`` and ``index`` say where, if one place is at fault."""

    def __init__(self, message: str, *, array: str = "", index: int | None = None) -> None:
        super().__init__(message)
        self.array, self.index = array, index
