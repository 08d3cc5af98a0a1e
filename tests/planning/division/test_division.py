"""Members divide their surplus: parts to the cent, by the assembly's vote, and every refusal says why."""

from typing import Any

import pytest

from councils.models import Motion
from planning.models import Account, Bonus, Cycle, JournalEntry, Plan, SurplusDivision, SurplusLevy
from planning.selectors.divisions import Asked, Good, own_bonuses
from planning.services.divisions import digest_of
from tests.planning.division.world import BAKERS, KEPT, balances, carried, holding, join, move
from tests.planning.federation import NOW, Federation
from tests.planning.investment.world import motion_on, vote
from tests.unguarded import unguarded
from workplaces.errors import Forbidden, Invalid, Refused, TooLate
from workplaces.models import Membership, Workplace
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


def parts(division: SurplusDivision) -> dict[str, int]:
    return dict(division.bonuses.values_list("person__username", "amount"))


def test_a_division_is_posted_when_the_assembly_carries_it(federation: Federation, plan: Plan) -> None:
    division = move(federation)
    assert balances() == {"surplus": KEPT}, "moving moves no money"
    motion = motion_on(division)
    assert (motion.council, motion.mechanism) == (
        federation.councils["bread assembly"],
        Motion.Mechanism.VOTE,
    )
    assert "Nothing of a surplus can be invested" in motion.text
    assert "Kindergarten" in motion.text
    carried(federation, division)
    division.refresh_from_db()
    assert division.settled_at == NOW
    assert balances() == {"surplus": KEPT - 8001, "collective": 5000, "bonuses": 3001}
    assert parts(division) == {"ada": 751, "ben": 750, "cleo": 750, "dan": 750}
    entry = JournalEntry.objects.get(cause="division")
    assert (entry.subject, entry.cycle, entry.postings_count) == (division.public_id, plan.cycle, 3)
    body = Entry.objects.get(kind="division.settled").body
    assert (body["amount"], body["bonuses"], body["goods"]) == (
        8001,
        3001,
        [["Kindergarten", "childcare", 5000]],
    )
    assert not {name for name in BAKERS if name.title() in str(body)}, "the record names nobody's part"


def test_a_title_is_one_line_of_the_motion(federation: Federation, plan: Plan) -> None:
    """Else it could write sums into the motion's words that nobody divides."""
    division = move(
        federation, Asked([Good(" Chess\nBonuses: 0.00\u2028now ", "culture", 100)], 200, "equal")
    )
    assert division.goods.get().title == "Chess Bonuses: 0.00 now"
    assert "Chess Bonuses: 0.00 now, R$" in motion_on(division).text


def test_what_is_lost_moves_nothing(federation: Federation, plan: Plan) -> None:
    division = move(federation)
    vote(federation, motion_on(division), "no")
    division.refresh_from_db()
    assert (division.settled_at, balances()) == (None, {"surplus": KEPT})
    move(federation)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("equal", {"ada": 250, "ben": 250, "cleo": 250, "dan": 250}),
        # 36 + 36 + 36 + 18 = 126 hours: 285.71 each, 142.86; two units remain, and dan's fraction is the largest
        ("hours", {"ada": 286, "ben": 286, "cleo": 285, "dan": 143}),
        # 36 · 9/6 = 54 twice, 36 · 4/6 = 24, 18 · 6/6 = 18, together 150: 360, 360, 160, 120
        ("effort", {"ada": 360, "ben": 360, "cleo": 160, "dan": 120}),
    ],
)
def test_the_keys_by_hand(federation: Federation, plan: Plan, key: str, expected: dict[str, int]) -> None:
    division = move(federation, Asked((), 1000, key, holding(federation)))
    assert parts(division) == expected
    carried(federation, division)
    assert balances() == {"surplus": KEPT - 1000, "bonuses": 1000}
    frozen = Bonus.objects.get(division=division, person__username="ada")
    told = (36.0, 5, 4) if key != "equal" else (None, None, None)
    assert (frozen.weekly_hours, frozen.intensity, frozen.unpleasantness) == told


def test_the_whole_account_can_become_goods(federation: Federation, plan: Plan) -> None:
    division = move(federation, Asked([Good("Rest home", "leisure", KEPT - 1), Good("Chess", "culture", 1)]))
    carried(federation, division)
    assert balances() == {"surplus": 0, "collective": KEPT}
    assert not division.bonuses.exists()
    with pytest.raises(TooLate, match="all of it was divided"):
        move(federation)


def test_a_member_who_left_keeps_what_was_frozen(federation: Federation, plan: Plan) -> None:
    division = move(federation)
    Membership.objects.filter(person=federation.people["ben"]).delete()
    join(federation, "eve")
    carried(federation, division)
    assert parts(division)["ben"] == 750
    assert not own_bonuses(federation.people["eve"]).exists()
    assert own_bonuses(federation.people["ben"]).get().amount == 750


def test_the_digest_covers_every_part(federation: Federation, plan: Plan) -> None:
    division = move(federation)
    goods, bonuses = list(division.goods.all()), list(division.bonuses.select_related("person"))
    assert digest_of(division, goods, bonuses) == division.digest
    bonuses[0].amount += 1
    assert digest_of(division, goods, bonuses) != division.digest


KITCHEN = Good("Kitchen", "meals", 100)


REFUSED: list[tuple[Asked, str, str]] = [
    (Asked([KITCHEN], KEPT - 99, "equal"), "bonuses", "101.51 is to be divided, and"),
    (Asked([Good("Kitchen", "meals", KEPT + 1)]), "goods", "stands in the surplus account"),
    (Asked([Good("Oven", "investment", 100)]), "goods", "A surplus is never invested"),
    (Asked([Good("Mixer", "machine", 100)]), "goods", "“machine” is no category"),
    (Asked([Good("Kitchen", "meals", 0)]), "goods", "more than 0"),
    (Asked([Good("Kitchen", "meals", -5)], 100, "equal"), "goods", "more than 0"),
    (Asked([Good(" ", "meals", 5)]), "goods", "needs a title"),
    (Asked([Good("x" * 121, "meals", 5)]), "goods", "more than 120 characters"),
    (Asked([KITCHEN] * 21), "goods", "at most 20"),
    (Asked((), -1, "equal"), "bonuses", "not below 0"),
    (Asked((), 100, ""), "key", "by which key"),
    (Asked((), 100, "merit"), "key", "by which key"),
    (Asked([KITCHEN], 0, "equal"), "bonuses", "no sum for bonuses"),
    (Asked(), "bonuses", "nothing is divided"),
    (Asked((), 100, "hours"), "posts", "without one: Ada, Ben, Cleo, Dan"),
]  # fmt: skip


def test_what_cannot_be_asked(federation: Federation, plan: Plan) -> None:
    for asked, field, said in REFUSED:
        with pytest.raises(Invalid, match=said) as refusal:
            move(federation, asked)
        assert list(refusal.value.fields) == [field]
    assert not SurplusDivision.objects.exists()


def test_no_reason(federation: Federation, plan: Plan) -> None:
    with pytest.raises(Invalid, match="Say why"):
        move(federation, reason=" ")


def test_a_key_by_hours_needs_everybodys_post(federation: Federation, plan: Plan) -> None:
    """A member without one, a post of somewhere else, more members on a post than there are places."""
    held = holding(federation)
    dan = federation.people["dan"].public_id
    for posts, said in (
        ({who: post for who, post in held.items() if who != dan}, "without one: Dan"),
        (held | {dan: federation.baseline.public_id}, "without one: Dan"),
        (holding(federation, dan="shop"), "2 members hold the post “Work”, of which there are 1"),
    ):
        with pytest.raises(Invalid, match=said):
            move(federation, Asked((), 100, "hours", posts))


def test_one_division_at_a_time(federation: Federation, plan: Plan) -> None:
    move(federation)
    with pytest.raises(TooLate, match="dealing with a division"):
        move(federation, by="ben")


def test_only_members_move(federation: Federation, plan: Plan) -> None:
    for who in ("stranger", "coordinator", "bread_delegate", "flour_delegate", "root"):
        with pytest.raises(Forbidden):
            move(federation, by=who)


def test_nobody_belongs_there(federation: Federation, plan: Plan) -> None:
    """A person who runs the site is on no roll, though somebody wrote a membership down."""
    Membership.objects.exclude(person=federation.people["ada"]).delete()
    federation.people["ada"].is_active = False
    federation.people["ada"].save()
    with pytest.raises(Refused):
        move(federation)


def test_a_deficit_and_what_the_levy_took(federation: Federation, plan: Plan) -> None:
    join(federation, "eve", "energy")
    energy: dict[str, Any] = {"assembly": federation.councils["energy assembly"], "by": "eve"}
    with pytest.raises(TooLate, match="2027 ended in a deficit"):
        move(federation, **energy)
    with unguarded(SurplusLevy):
        SurplusLevy.objects.filter(surplus__lt=0).delete()
    with pytest.raises(TooLate, match="no year of this workplace is settled"):
        move(federation, **energy)
    with unguarded(Cycle):
        Cycle.objects.update(phase=Cycle.Phase.ABANDONED)
    with pytest.raises(TooLate, match="2027 was abandoned"):
        move(federation, **energy)


def test_a_workplace_that_was_closed(federation: Federation, plan: Plan) -> None:
    drawn = Cycle.objects.get().next_baseline
    Workplace.objects.create(
        scenario=drawn, origin=federation.workplaces["bread"], removed=True,
        **{name: getattr(federation.workplaces["bread"], name)
           for name in ("public_id", "code", "name", "region", "owner", "main_sector", "size")},
    )  # fmt: skip
    with pytest.raises(TooLate, match="closed or merged"):
        move(federation)


def test_an_assembly_that_was_dissolved(federation: Federation, plan: Plan) -> None:
    assembly = federation.councils["bread assembly"]
    assembly.dissolved_on = NOW.date()
    assembly.save()
    with pytest.raises(TooLate, match="closed or merged"):
        move(federation)


def test_money_that_went_in_between_is_noted(federation: Federation, plan: Plan) -> None:
    """The account can only grow while a motion is open; should it not, the vote closes and nothing moves."""
    division = move(federation)
    motion = motion_on(division)
    with unguarded(Account):
        Account.objects.filter(kind="surplus", workplace__code="bread-works").update(balance=8000)
    vote(federation, motion)
    division.refresh_from_db()
    assert (motion.__class__.objects.get(pk=motion.pk).state, division.settled_at) == (
        Motion.State.CARRIED,
        None,
    )
    assert Entry.objects.filter(kind="division.not_settled").count() == 1
    with unguarded(Account):
        Account.objects.filter(kind="surplus", workplace__code="bread-works").update(balance=KEPT)
