"""What all lines together make and use: the check that a population is the table, and no more than that."""

from dataclasses import dataclass

import numpy as np

from workplaces.tables.arrays import Economy, Lines, Technologies
from workplaces.tables.grouped import group_sum
from workplaces.tables.table import Floats


@dataclass(frozen=True)
class Totals:
    """``make[P, S]``, ``use[P, S]`` and ``labour[S, O]`` of all lines at last year's outputs."""

    make: Floats
    use: Floats
    labour: Floats


def totals(economy: Economy) -> Totals:
    """Sum over lines ``output × factor × coefficient``."""
    techniques, lines = economy.technologies, economy.lines
    made = group_sum(lines.line_last_output, lines.line_technology, len(techniques))
    scaled = scaled_activity(techniques, lines)
    make = np.zeros((len(economy.products), len(economy.sectors)))
    np.add.at(make, (techniques.product, techniques.sector), made)
    use = np.zeros_like(make)
    technique = np.repeat(np.arange(len(techniques)), np.diff(techniques.input_ptr))
    amount = techniques.input_coef * scaled[technique, techniques.input_group]
    np.add.at(use, (techniques.input_product, techniques.sector[technique]), amount)
    labour = np.zeros((len(economy.sectors), len(economy.occupations)))
    technique = np.repeat(np.arange(len(techniques)), np.diff(techniques.labour_ptr))
    hours = techniques.labour_hours * scaled[technique, -1]
    np.add.at(labour, (techniques.sector[technique], techniques.labour_occupation), hours)
    return Totals(make, use, labour)


def scaled_activity(techniques: Technologies, lines: Lines) -> Floats:
    """Sum of output × factor over the lines of each technique, by input group, [T, G]."""
    columns = [
        group_sum(lines.line_last_output * factor, lines.line_technology, len(techniques))
        for factor in lines.line_factors.T
    ]
    return np.column_stack(columns)


def labour_matrix(techniques: Technologies, occupations: int) -> Floats:
    """Hours per unit of output by technique and occupation, [T, O]."""
    matrix = np.zeros((len(techniques), occupations))
    technique = np.repeat(np.arange(len(techniques)), np.diff(techniques.labour_ptr))
    matrix[technique, techniques.labour_occupation] = techniques.labour_hours
    return matrix


def hours_by_workplace(techniques: Technologies, lines: Lines, workplaces: int) -> Floats:
    """Hours worked last year by workplace and occupation, [W, O]."""
    matrix = labour_matrix(techniques, int(techniques.labour_occupation.max(initial=0)) + 1)
    worked = lines.line_last_output * lines.line_factors[:, -1]
    columns = [
        group_sum(worked * hours[lines.line_technology], lines.line_workplace, workplaces)
        for hours in matrix.T
    ]
    return np.column_stack(columns)


def technique_matrix(economy: Economy) -> Floats:
    """Inputs per unit of output of every technique, dense, [P, T]."""
    techniques = economy.technologies
    matrix = np.zeros((len(economy.products), len(techniques)))
    technique = np.repeat(np.arange(len(techniques)), np.diff(techniques.input_ptr))
    matrix[techniques.input_product, technique] = techniques.input_coef
    return matrix
