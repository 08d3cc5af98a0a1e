"""Each kind of table: what good rows make, and a sentence with row and column for each bad one."""

import pytest

from tests.planning.federation import NOW, Federation
from tests.workplaces.importing.conftest import Preview, Take
from workplaces.importing.kinds import KINDS
from workplaces.models import (
    Agreement,
    DemandLine,
    LabourPool,
    Line,
    Membership,
    Occupation,
    Person,
    Post,
    Product,
    Region,
    SectorMembership,
    TradeLine,
    Workplace,
)

OFFER = "workplace,product,output,capacity,input,quantity,source,occupation,hours\n"


def faults(plan_or: object) -> dict[tuple[int, str], str]:
    return {(e.row, e.column): e.message for e in plan_or.errors}  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_template_reads_without_a_fault_of_form(kind: str, preview: Preview) -> None:
    what = KINDS[kind]
    text = ",".join(what.header) + "\n" + ",".join(what.example) + "\n"
    unknown = [
        m for m in faults(preview(kind, text)).values() if "with the code" not in m and "no region" not in m
    ]
    assert [m for m in unknown if "Name the public body" not in m and "neither" not in m] == []


def test_products_are_made_with_their_names(take: Take, federation: Federation) -> None:
    batch = take("products", "code;name;name_pt;unit;price\nsteel;Steel;Aço;t;1.250,5\nsand;Sand;;t;2,5\n")
    steel = Product.objects.get(code="steel")
    assert (steel.name, steel.names, steel.price, steel.unit) == ("Steel", {"pt": "Aço"}, 1250.5, "t")
    assert steel.scenario == federation.baseline
    assert steel.created_by == federation.people["registrar"]
    assert (batch.rows, batch.made.count()) == (2, 2)


def test_double_codes_in_the_file_and_in_the_database(preview: Preview) -> None:
    plan = preview("products", "code,name,unit\na,A,t\na,B,t\nbread,Other bread,t\nflour,Flour,t\n")
    found = faults(plan)
    assert found[3, "code"].startswith("This is the same as row 2")
    assert "there already; its name is Bread, not Other bread" in found[4, "code"]
    assert set(found) == {(3, "code"), (4, "code")}


def test_regions_in_any_order(take: Take) -> None:
    take("regions", "code,name,kind,parent\nhamlet,Hamlet,community,plain\nplain,Plain,region,land\n")
    assert Region.objects.get(code="hamlet").parent == Region.objects.get(code="plain")


def test_regions_that_do_not_fit_the_tree(preview: Preview) -> None:
    plan = preview(
        "regions",
        "code,name,kind,parent,population\na,A,community,,1\nb,B,region,village,1\nc,C,country,land,1\n"
        "d,D,community,nowhere,1\ne,E,planet,land,1\nf,F,community,valley,1.5\ng,G,community,g,1\n",
    )
    found = faults(plan)
    assert "Only a country" in found[2, "parent"]
    assert "cannot lie in a community" in found[3, "parent"]
    assert "lies in nothing" in found[4, "parent"]
    assert "no region with the code “nowhere”" in found[5, "parent"]
    assert "none of: country" in found[6, "kind"]
    assert "whole number" in found[7, "population"]
    assert "cannot lie in a community" in found[8, "parent"]


def test_workplaces_with_shares_in_sectors(take: Take) -> None:
    take("workplaces", "code,name,region,sector,size\nforge,Forge,village,flour=0.6|bread=0.4,12\n")
    forge = Workplace.objects.get(code="forge")
    assert (forge.main_sector.code, forge.owner.code, forge.size) == ("flour", "town", 12)
    shares = SectorMembership.objects.filter(workplace=forge).values_list("sector__code", "share")
    assert dict(shares) == {"flour": 0.6, "bread": 0.4}


def test_workplaces_with_faults(preview: Preview) -> None:
    plan = preview(
        "workplaces",
        "code,name,region,sector,form,size,band\na,A,vilage,flour,collective,1,0.1\nb,B,village,flour=0.6|bread=0.6,,1,\n"
        "c,C,village,floor,company,0,2\nd,D,village,flour|flour,,1,\n",
    )
    found = faults(plan)
    assert "Did you mean “village”" in found[2, "region"]
    assert "add up to 1.2" in found[3, "sector"]
    assert "none of: collective" in found[4, "form"]
    assert "not between 1" in found[4, "size"]
    assert "over 1" in found[4, "band"]
    assert "twice" in found[5, "sector"]


def test_an_unknown_sector_has_a_near_one(preview: Preview) -> None:
    found = faults(preview("workplaces", "code,name,region,sector\na,A,village,breat\n"))
    assert "Did you mean “bread”" in found[2, "sector"]


def test_members_get_accounts_that_nobody_can_sign_in_to_yet(take: Take) -> None:
    take(
        "members",
        "name,email,workplace,community\nAna,Ana@Example.org,bread-works,village\nAna,ana@example.org,flour-works,\n"
        "Rui,,bread-works,village\n".replace("Rui,,", "Rui,rui@example.org,"),
    )
    ana = Person.objects.get(email="ana@example.org")
    assert not ana.has_usable_password()
    assert not ana.is_superuser
    assert ana.memberships.filter(workplace__isnull=False).count() == 2
    assert ana.memberships.get(community__isnull=False).validity.lower == NOW.date()


def test_members_twice_in_file_or_database(preview: Preview, take: Take) -> None:
    take("members", "name,email,workplace,community\nAna,ana@example.org,bread-works,village\n")
    plan = preview(
        "members",
        "name,email,workplace,community\nAna,ana@example.org,bread-works,\nRui,rui@example.org,flour-works,\n"
        "Rui,rui@example.org,flour-works,\nRui B,rui@example.org,bread-works,\nEva,,bread-works,\n"
        "Leo,leo@,bread-works,\nIda,ida@example.org,,\nAna,ana@example.org,,village\nIvo,ivo@example.org,,valley\n",
    )
    found = faults(plan)
    assert "member of this workplace already" in found[2, "workplace"]
    assert "row 3 already" in found[4, "workplace"]
    assert "the name “Rui”" in found[5, "name"]
    assert "tell people apart" in found[6, "email"]
    assert "not an e-mail address" in found[7, "email"]
    assert "where this person belongs" in found[8, "workplace"]
    assert "belongs there already" in found[9, "community"]
    assert "not a community" in found[10, "community"]
    assert len(found) == 8


def test_two_communities_for_one_person(preview: Preview, federation: Federation) -> None:
    Region.objects.create(
        code="hill", kind="community", name="Hill", parent=Region.objects.get(code="valley")
    )
    plan = preview("members", "name,email,community\nAna,ana@example.org,village\nAna,ana@example.org,hill\n")
    assert "row 2 already" in faults(plan)[3, "community"]


def test_absolute_quantities_become_coefficients(take: Take, federation: Federation) -> None:
    take("counterparties", "code,name\ngrid,Grid company\n")
    take("products", "code,name,unit,price\nsteel,Steel,t,800\n")
    take(
        "techniques",
        OFFER + "bread-works,steel,400,450,energy,30,energy-works,,\nbread-works,steel,,,energy,60,grid,,\n"
        "bread-works,steel,,,flour,20,,work,800\n",
    )
    steel = Line.objects.get(product__code="steel")
    energy, flour = federation.products["energy"], federation.products["flour"]
    assert dict(zip(steel.own_input_product, steel.own_input_coefficient, strict=True)) == {
        energy.entity_id: 90 / 400,
        flour.entity_id: 20 / 400,
    }
    assert steel.own_labour_hours == [2.0]
    assert (steel.last_output, steel.capacity) == (400.0, 450.0)
    inside = Agreement.objects.get(supplier=federation.workplaces["energy"])
    assert (inside.client, inside.quantity, inside.state) == (federation.workplaces["bread"], 30.0, "offered")
    assert inside.offered_for == federation.workplaces["bread"]
    outside = Agreement.objects.get(counterparty__code="grid")
    assert (outside.supplier, outside.quantity, outside.offered_for) == (None, 60.0, None)
    assert TradeLine.objects.get().last == 60.0


def test_techniques_with_faults(preview: Preview, take: Take) -> None:
    take("occupations", "code,name\nwelder,Welders\n")
    plan = preview(
        "techniques",
        OFFER
        + "bread-works,energy,10,,energy,,,,\nbread-works,energy,11,,,5,,,\nbread-works,energy,,,,,energy-works,,\n"
        "bread-works,energy,,,flour,1,bread-works,,\nbread-works,energy,,,flour,1,nobody,,\n"
        "bread-works,energy,,,flour,2,,,\nbread-works,energy,,,flour,3,,,\nbread-works,energy,,,,,,work,\n"
        "bread-works,energy,,,,,,welder,4\nflour-works,energy,0,,,,,,\nenergy-works,flour,,,bread,1,,,\n"
        "energy-works,bread,5,4,,,,,\nnobody,bread,5,,,,,,\nflour-works,bread,5,,bread,5,,,\nflour-works,flour,5,,,-1,,,\n",
    )
    found = faults(plan)
    assert "one of them is missing" in found[2, "quantity"]
    assert "earlier row says 10" in found[3, "output"]
    assert "one of them is missing" in found[3, "input"]
    assert "no input" in found[4, "source"]
    assert "does not supply itself" in found[5, "source"]
    assert "neither a workplace nor an outside" in found[6, "source"]
    assert "row 7 already" in found[8, "input"]
    assert "one of them is missing" in found[9, "hours"]
    assert "no labour pool" in found[10, "occupation"]
    assert "not above 0" in found[11, "output"]
    assert "how much is made" in found[12, "output"]
    assert "over the capacity" in found[13, "capacity"]
    assert "with the code “nobody”" in found[14, "workplace"]
    assert "uses up as much" in found[15, "input"]
    assert "negative" in found[16, "quantity"]


def test_a_source_that_is_agreed_otherwise_is_refused(preview: Preview, take: Take) -> None:
    take("agreements", "supplier,client,product,quantity\nenergy-works,bread-works,energy,30\n")
    text = OFFER + "bread-works,flour,400,,energy,{},energy-works,,\n"
    assert preview("techniques", text.format(30)).errors == []
    assert (
        "an agreement with this source on 30" in faults(preview("techniques", text.format(31)))[2, "source"]
    )


def test_capacities_change_lines(take: Take, preview: Preview, federation: Federation) -> None:
    take("capacities", "workplace,product,capacity\nbread-works,bread,500\n")
    line = Line.objects.get(pk=federation.lines["bread"].pk)
    assert (line.capacity, line.last_output) == (500.0, 100.0)
    found = faults(
        preview("capacities", "workplace,product,capacity\nbread-works,flour,5\nflour-works,flour,-5\n")
    )
    assert "no line for this product" in found[2, "product"]
    assert "negative" in found[3, "capacity"]


def test_demand(take: Take, preview: Preview) -> None:
    take("demand", "community,product,quantity,floor,category\nvillage,bread,10,5,public\n")
    assert DemandLine.objects.get(category="public").floor == 5.0
    found = faults(
        preview(
            "demand",
            "community,product,quantity,floor,ceiling\nvillage,energy,10,11,\nvillage,flour,10,0,9\nx,y,-1,0,\n",
        )
    )
    assert "over the quantity" in found[2, "floor"]
    assert "below the quantity" in found[3, "ceiling"]
    assert "negative" in found[4, "quantity"]


def test_agreements(take: Take, preview: Preview) -> None:
    take(
        "agreements",
        "supplier,client,product,quantity,from,until\nenergy-works,bread-works,energy,30,1.1.2027,2027-07-01\n",
    )
    agreement = Agreement.objects.get()
    assert (str(agreement.period.lower), str(agreement.period.upper)) == ("2027-01-01", "2027-07-01")
    assert agreement.offered_for == agreement.supplier
    found = faults(
        preview(
            "agreements",
            "supplier,client,counterparty,product,quantity,from,until\nenergy-works,,,energy,3,,\n"
            "energy-works,energy-works,,energy,3,,\nenergy-works,bread-works,,energy,0,,\n"
            "energy-works,bread-works,,energy,3,2027-07-01,2027-07-01\nenergy-works,bread-works,,energy,3,31.2.2027,\n"
            "energy-works,bread-works,,energy,3,1/2/2027,\n",
        )
    )
    assert "two parties" in found[2, "supplier"]
    assert "with oneself" in found[3, "client"]
    assert "not above 0" in found[4, "quantity"]
    assert "does not come after" in found[5, "until"]
    assert "no such day" in found[6, "from"]
    assert "not a date" in found[7, "from"]


def test_labour_pools_resources_and_trade(take: Take, preview: Preview) -> None:
    take("occupations", "code,name\nwelder,Welders\n")
    take("labour_pools", "region,occupation,hours,wage\nvillage,welder,3600,24.5\n")
    assert LabourPool.objects.get(occupation__code="welder").hours == 3600.0
    assert Occupation.objects.get(code="welder").unit == "hours"
    take("occupations", "code,name,unit\nwelder,Welders,Thousand hours\n", may_change=True)
    assert Occupation.objects.get(code="welder").unit == "thousand hours"
    assert "is none of" in faults(preview("occupations", "code,name,unit\nweaver,Weavers,days\n"))[2, "unit"]
    take("resources", "code,name,unit,owner,cap\nco2,Carbon,t,town,120\n")
    take("counterparties", "code,name\ngrid,Grid\n")
    take("trade", "counterparty,product,direction,last,limit,world_price\ngrid,energy,import,60,90,1.5\n")
    assert TradeLine.objects.get().limit == 90.0
    found = faults(
        preview(
            "trade",
            "counterparty,product,direction,last,limit\ngrid,flour,import,60,50\ngrid,flour,sideways,1,\n",
        )
    )
    assert "below what was traded" in found[2, "limit"]
    assert "none of: import" in found[3, "direction"]


def test_memberships_count(take: Take) -> None:
    rows = "".join(f"P{n},p{n}@example.org,bread-works,village\n" for n in range(50))
    take("members", "name,email,workplace,community\n" + rows)
    assert Membership.objects.count() == 100


def test_posts_and_training_places(take: Take, preview: Preview) -> None:
    take("occupations", "code,name\nwelder,Welders\nnurse,Nurses\n")
    take("labour_pools", "region,occupation,hours\nvillage,welder,3600\n")
    rows = "bread-works,welder,6,36,3,4,no\nbread-works,welder,2,20,3,4,Yes\n"
    header = "workplace,occupation,number,weekly_hours,intensity,unpleasantness,training\n"
    take("posts", header + rows)
    found = Post.objects.order_by("number").values_list(
        "number", "weekly_hours", "training", "pool__occupation__code"
    )
    assert list(found) == [(2, 20.0, True, "welder"), (6, 36.0, False, "welder")]
    take("posts", header + "bread-works,welder,7,36,3,4,no\n", may_change=True)
    assert sorted(Post.objects.values_list("number", flat=True)) == [2, 7]
    bad = (
        "bread-works,nurse,1,36,3,3,no\n"  # no pool where the workplace is
        "bread-works,welder,0,90,6,0,perhaps\n"
        "bakery,welder,1,36,3,3,no\n"
        "bread-works,weldr,1,36,3,3,no\n"
        "bread-works,welder,1,35,3,3,no\nbread-works,welder,4,35,3,3,no\n"
    )
    told = faults(preview("posts", header + bad))
    assert "no labour pool" in told[2, "occupation"]
    assert "not between 1" in told[3, "number"]
    assert "over 80" in told[3, "weekly_hours"]
    assert "not between 1 and 5" in told[3, "intensity"]
    assert "not between 1 and 5" in told[3, "unpleasantness"]
    assert "neither yes nor no" in told[3, "training"]
    assert "no workplace" in told[4, "workplace"]
    assert "Did you mean “welder”" in told[5, "occupation"]
    assert 7 in {row for row, _column in told}  # the same posts twice, with another number
