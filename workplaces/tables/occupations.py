"""Occupations: synthetic. Tables give jobs by activity, not by occupation; these shares are assumed and say so."""

from collections.abc import Sequence

import numpy as np

from workplaces.tables.supply_use import Names
from workplaces.tables.table import Floats

OCCUPATIONS = Names(
    ("coordination", "professional", "technical", "clerical", "craft", "operation"),
    (
        "Coordination and administration", "Professions and science", "Technical work",
        "Clerical, sales and care work", "Crafts, farming and fishing", "Machine operation and transport",
    ),
    (
        "Coordenação e administração", "Profissões e ciência", "Trabalho técnico",
        "Escritório, vendas e cuidados", "Ofícios, lavoura e pesca", "Operação de máquinas e transporte",
    ),
)  # fmt: skip
# Shares of hours by kind of activity, in the order of OCCUPATIONS; made up, of a plausible order of size.
MIX = {
    "agriculture": (0.03, 0.02, 0.03, 0.02, 0.75, 0.15),
    "mining": (0.06, 0.12, 0.17, 0.05, 0.15, 0.45),
    "manufacturing": (0.06, 0.08, 0.12, 0.12, 0.22, 0.40),
    "utilities": (0.07, 0.13, 0.25, 0.15, 0.20, 0.20),
    "construction": (0.05, 0.05, 0.08, 0.05, 0.62, 0.15),
    "trade": (0.08, 0.05, 0.07, 0.62, 0.10, 0.08),
    "transport": (0.05, 0.05, 0.08, 0.20, 0.07, 0.55),
    "hospitality": (0.06, 0.03, 0.04, 0.70, 0.12, 0.05),
    "services": (0.10, 0.32, 0.20, 0.30, 0.05, 0.03),
    "public": (0.08, 0.45, 0.17, 0.25, 0.02, 0.03),
}


def occupation_mix(kinds: Sequence[str]) -> Floats:
    """Share of each occupation in the hours of each activity, [S, O]; rows add up to 1."""
    mix: Floats = np.array([MIX[kind] for kind in kinds])
    shares: Floats = mix / mix.sum(axis=1, keepdims=True)
    return shares
