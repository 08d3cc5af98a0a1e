"""What is wrong with a ballot file, said so that the person who has the file can mend it."""


class BallotFileError(ValueError):
    """A file that cannot be counted.

    ``file`` is its name, ``line`` counts from 1, ``field`` is the heading or key; line and field are None
    where the fault is not in one line or one field.
    """

    def __init__(
        self, sentence: str, *, file: str, line: int | None = None, field: str | None = None
    ) -> None:
        self.file, self.line, self.field, self.sentence = file, line, field, sentence
        super().__init__(f"{self.place}: {sentence}")

    @property
    def place(self) -> str:
        """File, line and field, as much of them as is known: ``zurich.pb, line 12, field cost``."""
        parts = [self.file]
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.field is not None:
            parts.append(f"field {self.field}")
        return ", ".join(parts)

    def as_dict(self) -> dict[str, str | int | None]:
        """The same as JSON types."""
        return {"file": self.file, "line": self.line, "field": self.field, "sentence": self.sentence}
