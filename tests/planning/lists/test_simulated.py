"""Made-up associations put up lists when the coordinator lets them: through the services, for whoever is drawn."""

import pytest

from planning.models import AssociationMember, CandidateList, ListCandidate, ListElection
from planning.simulated.lists import lists_wait, others_put_up
from tests.planning.federation import NOW, Federation
from tests.planning.lists.world import AFTER, put_up, sitting, voted
from tests.planning.priorities.world import CITIZENS
from workplaces.errors import Forbidden, TooLate
from workplaces.models import Association, Person
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def made_up(federation: Federation, cycle: object) -> None:
    Person.objects.filter(username__in=CITIZENS).update(synthetic=True)


def test_each_association_puts_up_a_list_that_can_be_voted_on(
    federation: Federation, election: ListElection
) -> None:
    assert lists_wait(election, NOW)
    told = others_put_up(election=election, by=federation.people["coordinator"], now=NOW)
    assert told == "2 lists were put up."
    assert not lists_wait(election, NOW)
    for one in CandidateList.objects.select_related("association__founded_by", "programme"):
        rows = list(one.candidates.order_by("place"))
        assert rows[0].person == one.association.founded_by
        assert len(rows) > 1
        assert all(row.agreed_at for row in rows)
        members = AssociationMember.objects.filter(association=one.association, until__isnull=True)
        assert {row.person_id for row in rows} <= set(members.values_list("person", flat=True))
    people = list(ListCandidate.objects.values_list("person", flat=True))
    assert len(people) == len(set(people))
    assert Entry.objects.get(kind="lists.simulated").body == {"lists": 2}
    voted(federation, election, {"Time to Live": 4, "Full Steam": 2})
    assert len([name for name in sitting(election) if name]) >= 2


def test_what_somebody_put_up_stays_theirs(federation: Federation, election: ListElection) -> None:
    mine = put_up(federation, election, "Time to Live", ("citizen0", "citizen1"))
    told = others_put_up(election=election, by=federation.people["coordinator"], now=NOW)
    assert told == "1 list was put up."
    assert [row.person.username for row in mine.candidates.order_by("place")] == ["citizen0", "citizen1"]
    with pytest.raises(TooLate, match="has put up its list"):
        others_put_up(election=election, by=federation.people["coordinator"], now=NOW)


def test_when_and_for_whom(federation: Federation, election: ListElection) -> None:
    with pytest.raises(Forbidden):
        others_put_up(election=election, by=federation.people["citizen3"], now=NOW)
    with pytest.raises(TooLate, match="could be put up"):
        others_put_up(election=election, by=federation.people["coordinator"], now=AFTER)
    Person.objects.filter(pk__in=Association.objects.values("founded_by")).update(synthetic=False)
    assert not lists_wait(election, NOW)
