"""Mail where no server for it is set: written to the log as people read it, so that a link in it stays in one piece."""

from django.core.mail import EmailMessage
from django.core.mail.backends.console import EmailBackend

LINE = "-" * 79


class LogBackend(EmailBackend):
    """Writes each message as plain text; as it travels, lines are broken after some seventy characters."""

    def write_message(self, message: EmailMessage) -> None:
        """Write to whom, about what and the text."""
        head = f"To: {', '.join(message.recipients())}\nSubject: {message.subject}\n"
        self.stream.write(f"{LINE}\n{head}\n{message.body.strip()}\n{LINE}\n")
