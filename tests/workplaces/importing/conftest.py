"""A small federation into which files are taken."""

from collections.abc import Callable

import pytest

from tests.planning.federation import NOW, Federation, make_federation
from workplaces.importing.planning import ImportPlan
from workplaces.importing.reading import Options
from workplaces.models import ImportBatch
from workplaces.services.imports import import_apply, import_preview

Preview = Callable[..., ImportPlan]
Take = Callable[..., ImportBatch]


@pytest.fixture
def federation(db: None) -> Federation:
    """A mill, a bakery and a power station in one village."""
    return make_federation()


@pytest.fixture
def preview(federation: Federation) -> Preview:
    """Plan an import of some text."""

    def run(kind: str, text: str | bytes, *, may_change: bool = False, **options: str) -> ImportPlan:
        content = text if isinstance(text, bytes) else text.encode()
        return import_preview(
            kind=kind, scenario=federation.baseline, file_name="file.csv", content=content,
            by=federation.people["registrar"], now=NOW, options=Options(**options), may_change=may_change,
        )  # fmt: skip

    return run


@pytest.fixture
def take(federation: Federation) -> Take:
    """Take some text in."""

    def run(kind: str, text: str | bytes, *, may_change: bool = False, **options: str) -> ImportBatch:
        content = text if isinstance(text, bytes) else text.encode()
        return import_apply(
            kind=kind, scenario=federation.baseline, file_name="file.csv", content=content,
            by=federation.people["registrar"], now=NOW, options=Options(**options), may_change=may_change,
        )  # fmt: skip

    return run
