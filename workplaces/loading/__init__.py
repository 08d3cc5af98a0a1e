"""Columns of figures into tables by COPY: no object per row, a hundred thousand rows in a second."""

from workplaces.loading.copy import analyze, copy_rows, reserve_ids
from workplaces.loading.encoding import Ragged

__all__ = ["Ragged", "analyze", "copy_rows", "reserve_ids"]
