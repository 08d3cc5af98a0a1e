"""The sentences of pages: pure functions of figures and names, in the reader's language."""
