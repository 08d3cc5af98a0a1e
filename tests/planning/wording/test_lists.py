"""Names and lists inside a sentence."""

import pytest
from django.utils.translation import override

from planning.wording.lists import in_list, in_sentence, join, join_some, name_some


def test_lists_read_as_people_say_them() -> None:
    assert join([]) == ""
    assert join(["steel"]) == "steel"
    assert join(["steel", "wheat", "dental care"]) == "steel, wheat and dental care"
    assert join_some(["steel", "wheat"], 43) == "steel, wheat and 41 more"
    assert join_some(["steel"], 1) == "steel"


def test_lists_in_portuguese() -> None:
    with override("pt-br"):
        assert join(["aço", "trigo"]) == "aço e trigo"
        assert join_some(["aço"], 3) == "aço e mais 2"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Steel plate", "steel plate"),
        ("IT services", "IT services"),
        ("CO₂ capture", "CO₂ capture"),
        ("Fishing and aquaculture (fish, crustaceans and molluscs) and all that goes with them", "fishing and aquaculture"),
        ("", ""),
    ],
)  # fmt: skip
def test_names_inside_a_sentence(name: str, said: str) -> None:
    assert in_sentence(name) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Articles of cement, plaster and the like", "articles of cement"),
        ("Rice, wheat and other cereals", "rice/wheat/other cereals"),
        ("Castings of steel", "castings of steel"),
        ("Arroz, trigo e outros cereais", "arroz/trigo/outros cereais"),
    ],
)
def test_a_name_in_a_list_brings_no_comma_of_its_own(name: str, said: str) -> None:
    assert in_list(name) == said
    assert "," not in in_list(name)


def test_a_title_names_as_many_as_fit() -> None:
    assert name_some(["Steel", "Wheat", "Dental care"], 3) == "steel, wheat and dental care"
    long = ["Products of forestry and logging for all uses", "Castings of steel and other metals", "Oranges"]
    assert name_some(long, 7) == "products of forestry and logging and 6 more"
    assert name_some([], 0) == ""
