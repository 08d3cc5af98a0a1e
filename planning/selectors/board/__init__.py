"""The board's sheet: its ten roles in figures, each with its inputs, its parts and who decided."""

from planning.selectors.board.figure import Decision, Figure, Input, Part, Point, Triple
from planning.selectors.board.sheet import ROLES, sheet

__all__ = ["ROLES", "Decision", "Figure", "Input", "Part", "Point", "Triple", "sheet"]
