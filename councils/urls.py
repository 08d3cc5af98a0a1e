"""Addresses of the councils."""

from django.urls import path

from councils.views import ballots, booth, councils, motions

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
    path("<uuid:council>/", councils.council_detail, name="council"),
    path("<uuid:council>/motions/new/", motions.motion_new, name="motion_new"),
]
