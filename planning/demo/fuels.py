"""A limited resource for the demo: the fossil fuels that workplaces burn, out of the table's own inputs."""

from dataclasses import replace
from typing import Final

import numpy as np

from workplaces.tables.arrays import Economy, Resources

# Products of Brazil's accounts that are burnt: coal, aviation fuels, petrol, fuel oil, diesel. Naphtha becomes plastics,
# crude oil becomes these.
FUELS: Final = ("05801", "19911", "19912", "19914", "19915")
CODE, NAME_EN, NAME_PT = (
    "fossil-fuels",
    "Fossil fuels that workplaces burn",
    "Combustíveis fósseis que se queimam",
)
SLACK = 0.05  # room under the cap, of last year's use; assumed


def with_fuel_cap(economy: Economy) -> Economy:
    """Return the economy with fuels as a resource, in their products' own unit, under a cap of ``1 + SLACK`` times last use.

    A technique's use of it is the sum of its technical coefficients of ``FUELS``; what households burn is not in it. An
    economy that has resources, or none of these products, is returned as it is.
    """
    fuels = [number for number, code in enumerate(economy.products.codes) if code in FUELS]
    if len(economy.resources.codes) or not fuels:
        return economy
    techniques = economy.technologies
    technique = np.repeat(np.arange(len(techniques)), np.diff(techniques.input_ptr))
    burns = np.isin(techniques.input_product, fuels)
    coefficient = np.bincount(
        technique[burns], weights=techniques.input_coef[burns], minlength=len(techniques)
    )
    uses = coefficient > 0
    lines = economy.lines
    used = float(lines.line_last_output @ coefficient[lines.line_technology])
    return replace(
        economy,
        resources=Resources(
            (CODE,), (NAME_EN,), (NAME_PT,), unit=(economy.products.unit[fuels[0]],),
            cap=np.array([used * (1 + SLACK)]), last=np.array([used]),
        ),
        technologies=replace(
            techniques, resource_ptr=np.concatenate([[0], np.cumsum(uses)]).astype(np.int64),
            resource_index=np.zeros(uses.sum(), dtype=np.int32), resource_coef=coefficient[uses],
        ),
    )  # fmt: skip
