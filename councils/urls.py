"""Addresses of the councils."""

from django.urls import path

from councils.views import ballots, booth, councils, elections, instructions, motions, petitions

app_name = "councils"
urlpatterns = [
    path("", councils.council_list, name="list"),
    path("charter/", councils.charter_detail, name="charter"),
    path("receipt/", ballots.receipt, name="receipt"),
    path("people/<uuid:person_id>/", councils.person_detail, name="person"),
    path("motions/<uuid:motion>/", motions.motion_detail, name="motion"),
    path("motions/<uuid:motion>/comment/", motions.comment_new, name="comment"),
    path("motions/<uuid:motion>/withdraw/", motions.motion_withdrawn, name="withdraw"),
    path("motions/<uuid:motion>/ballot/", ballots.opened, name="ballot_open"),
    path("ballots/<uuid:ballot>/roll/", ballots.roll, name="roll"),
    path("ballots/<uuid:ballot>/vote/", ballots.vote, name="vote"),
    path("ballots/<uuid:ballot>/booth/<int:number>/", booth.booth, name="booth"),
    path("ballots/<uuid:ballot>/papers/", booth.papers, name="papers"),
    path("ballots/<uuid:ballot>/close/", ballots.closed, name="ballot_close"),
    path("ballots/<uuid:ballot>/void/", ballots.voided, name="ballot_void"),
    path("elections/<uuid:election>/", elections.election_detail, name="election"),
    path("elections/<uuid:election>/count/", elections.count_sheet, name="count"),
    path("elections/<uuid:election>/stand/", elections.stand, name="stand"),
    path("elections/<uuid:election>/stand-no-longer/", elections.withdraw, name="stand_down"),
    path("elections/<uuid:election>/open/", elections.opened, name="election_open"),
    path("elections/<uuid:election>/cancel/", elections.cancelled, name="election_cancel"),
    path("elections/<uuid:election>/mandates/", elections.seated, name="election_seat"),
    path("<uuid:council>/", councils.council_detail, name="council"),
    path("<uuid:council>/elections/new/", elections.election_new, name="election_new"),
    path("<uuid:council>/instructions/", instructions.instruction_list, name="instructions"),
    path("<uuid:council>/instructions/new/", instructions.instruction_new, name="instruction_new"),
    path("<uuid:council>/petitions/", petitions.petition_list, name="petitions"),
    path("<uuid:council>/petitions/new/", petitions.initiative_new, name="initiative_new"),
    path("mandates/<uuid:mandate>/recall/", petitions.recall_new, name="recall_new"),
    path("petitions/<uuid:petition>/", petitions.petition_detail, name="petition"),
    path("petitions/<uuid:petition>/sign/", petitions.signed, name="sign"),
    path("petitions/<uuid:petition>/unsign/", petitions.unsigned, name="unsign"),
    path("<uuid:council>/motions/new/", motions.motion_new, name="motion_new"),
]
