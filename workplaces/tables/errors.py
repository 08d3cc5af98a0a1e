"""What goes wrong with a table, said so that the person who has the file can mend it."""


class TableError(ValueError):
    """A table that cannot come in.

    ``file`` is the file's name, ``row`` the line of that file counted from 1 (the header is line 1),
    ``column`` the column's heading, ``sentence`` what is wrong and what to do. ``row`` and ``column``
    are None where the fault is not in one line or one column.
    """

    def __init__(
        self, sentence: str, *, file: str, row: int | None = None, column: str | None = None
    ) -> None:
        self.file, self.row, self.column, self.sentence = file, row, column, sentence
        super().__init__(f"{self.place}: {sentence}")

    @property
    def place(self) -> str:
        """File, row and column, as much of them as is known: ``Z.csv, row 5, column CPA_F``."""
        parts = [self.file]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return ", ".join(parts)

    def as_dict(self) -> dict[str, str | int | None]:
        """The same as JSON types, for ``check_table --json`` and for the import preview."""
        return {"file": self.file, "row": self.row, "column": self.column, "sentence": self.sentence}
