"""Every fault of every row is told at once: a cell that cannot be read hides neither the others nor a double row."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.planning.federation import Federation
from tests.workplaces.importing.conftest import Preview, Take
from tests.workplaces.importing.test_kinds import OFFER, faults
from workplaces.importing.kinds import KINDS
from workplaces.models import Person
from workplaces.views import imports


def places(plan: object) -> set[tuple[int, str]]:
    assert len(plan.errors) == len(set(plan.errors)), "nothing is told twice"  # type: ignore[attr-defined]
    return {(error.row, error.column) for error in plan.errors}  # type: ignore[attr-defined]


def test_members(preview: Preview, take: Take) -> None:
    take("members", "name,email,workplace\nAna,ana@example.org,bread-works\n")
    plan = preview(
        "members",
        "name,email,username,workplace,community,from\n"
        ",ana@example.org,,bread-works,valley,1/2/2026\n"  # no name, no community of that code, no such date
        "Rui,rui@,,nowhere,,\n"
        "Eva,eva@example.org,registrar,flour-works,,\n"  # the user name is somebody else's
        "Eva B,eva@example.org,,flour-works,,\n"  # another name, and the row before once more
        "Ida,,,,,31.2.2026\n",
    )
    assert places(plan) == {
        (2, "name"), (2, "community"), (2, "from"),
        (3, "email"), (3, "workplace"),
        (4, "username"),
        (5, "name"), (5, "workplace"),
        (6, "email"), (6, "workplace"), (6, "from"),
    }  # fmt: skip
    assert "somebody else's" in faults(plan)[4, "username"]
    assert "Delete one of the two rows" in faults(plan)[5, "workplace"]


def test_products_that_are_double_or_there_are_told_beside_what_is_wrong_in_their_cells(
    preview: Preview,
) -> None:
    plan = preview(
        "products",
        "code,name,unit,price,price_status\nsteel,Steel,t,-1,priced\nsteel,,t,two,given\nbread,Rye,t,-3,priced\n,X,,1,\n",
    )
    assert places(plan) == {
        (2, "price"),
        (3, "code"), (3, "name"), (3, "price"), (3, "price_status"),
        (4, "code"), (4, "price"),
        (5, "code"), (5, "unit"),
    }  # fmt: skip
    assert "same as row 2" in faults(plan)[3, "code"]
    assert "its name is Bread, not Rye" in faults(plan)[4, "code"]


def test_workplaces(preview: Preview) -> None:
    plan = preview(
        "workplaces",
        "code,name,region,sector,form,owner,size,band\n"
        "forge,Forge,vilage,floor|bread,company,nobody,0,2\n"
        "forge,,village,bread=0.6|flour=0.6,,,1,\n"
        "bread-works,Other,vilage,floor,,,many,\n",
    )
    assert places(plan) == {
        (2, "region"), (2, "sector"), (2, "form"), (2, "owner"), (2, "size"), (2, "band"),
        (3, "code"), (3, "name"), (3, "sector"),
        (4, "code"), (4, "region"), (4, "sector"), (4, "size"),
    }  # fmt: skip


def test_regions(preview: Preview) -> None:
    plan = preview(
        "regions",
        "code,name,kind,parent,population\nb,,region,village,x\nb,B,planet,nowhere,1\nc,C,community,,many\n",
    )
    assert places(plan) == {
        (2, "name"), (2, "parent"), (2, "population"),
        (3, "code"), (3, "kind"), (3, "parent"),
        (4, "parent"), (4, "population"),
    }  # fmt: skip


def test_techniques(preview: Preview) -> None:
    plan = preview(
        "techniques",
        OFFER
        + "nobody,nothing,10,-1,nowt,-2,nowhere,noone,x\n"
        + "bread-works,steal,0,,flour,1,nowhere,,\n"
        + "energy-works,bread,x,,flour,,nowhere,noone,\n"
        + "flour-works,bread,5,4,bread,6,,,\n"
        + "flour-works,bread,,,bread,y,,,\n",
    )
    assert places(plan) == {
        (2, "workplace"), (2, "product"), (2, "capacity"), (2, "input"), (2, "quantity"), (2, "source"),
        (2, "occupation"), (2, "hours"),
        (3, "product"), (3, "output"), (3, "source"),
        (4, "output"), (4, "quantity"), (4, "source"), (4, "occupation"), (4, "hours"),
        (5, "capacity"), (5, "input"),
        (6, "input"), (6, "quantity"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("demand", "community,product,quantity,floor,ceiling\nx,y,5,6,4\nx,y,-1,z,\n",
         {(2, "community"), (2, "product"), (2, "floor"), (2, "ceiling"),
          (3, "community"), (3, "product"), (3, "quantity"), (3, "floor")}),
        ("labour_pools", "region,occupation,hours,wage\nx,y,-1,z\nx,y,1,1\n",
         {(2, "region"), (2, "occupation"), (2, "hours"), (2, "wage"), (3, "region"), (3, "occupation")}),
        ("agreements", "supplier,client,product,quantity,from,until\nx,y,z,0,1/1/27,\nenergy-works,,z,0,,\n",
         {(2, "supplier"), (2, "client"), (2, "product"), (2, "quantity"), (2, "from"),
          (3, "supplier"), (3, "product"), (3, "quantity")}),
        ("trade", "counterparty,product,direction,last,limit\nx,y,sideways,5,4\nx,y,import,-1,z\n",
         {(2, "counterparty"), (2, "product"), (2, "direction"), (2, "limit"),
          (3, "counterparty"), (3, "product"), (3, "last"), (3, "limit")}),
        ("capacities", "workplace,product,capacity\nx,y,-1\nflour-works,bread,z\n",
         {(2, "workplace"), (2, "product"), (2, "capacity"), (3, "product"), (3, "capacity")}),
    ],
)  # fmt: skip
def test_other_kinds(kind: str, text: str, expected: set[tuple[int, str]], preview: Preview) -> None:
    assert expected <= places(preview(kind, text))


def test_double_rows_are_found_although_what_they_name_is_unknown(preview: Preview) -> None:
    found = faults(preview("demand", "community,product,quantity\nx,bread,5\nx,bread,6\n"))
    assert "no region with the code" in found[2, "community"]
    assert "same as row 2" in found[3, "product"]


def test_a_header_with_faults_does_not_hide_the_rows(preview: Preview) -> None:
    plan = preview("products", "code,nmae,unit,price\nsteel,Steel,t,-1\nsteel,Steel,,2\n")
    assert places(plan) == {(1, "nmae"), (1, "name"), (2, "price"), (3, "code"), (3, "unit")}


@pytest.mark.parametrize("kind", list(KINDS))
def test_no_row_of_nonsense_breaks_the_reading(kind: str, preview: Preview) -> None:
    columns = KINDS[kind].header
    for cell in ("", "-1", "x" * 90, "1/1/2027"):
        rows = [",".join(cell if n == at else "1" for n in range(len(columns))) for at in range(len(columns))]
        assert preview(kind, "\n".join([",".join(columns), *rows])).errors


def test_more_faults_than_a_page_shows_are_counted(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    monkeypatch.setattr(imports, "SHOWN_ERRORS", 3)
    client = Client()
    client.force_login(Person.objects.get(username="registrar"))
    file = SimpleUploadedFile("p.csv", b"code,name,unit\n" + b"a,,\n" * 4)
    page = client.post(reverse("workplaces:import_new", args=["products"]), {"file": file})
    assert page.status_code == 422
    assert len(page.context["errors"]) == 3
    # eight empty cells and three rows that are the first one again
    assert "And 8 more faults" in page.content.decode()
