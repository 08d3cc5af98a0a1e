"""Addresses of the REST interface, version 1."""

from django.urls import path

from planning.api.schema import schema
from planning.api.views import answers, ballots, cycles, economy, plans, proposals, rounds, runs

app_name = "api"
CYCLE, ROUND, RUN = "cycles/<int:year>/", "rounds/<uuid:public_id>/", "runs/<uuid:public_id>/"
BALLOT = "ballots/<uuid:public_id>/"

urlpatterns = [
    path("openapi.json", schema, name="schema"),
    path("products/", economy.Products.as_view(), name="products"),
    path("products/<uuid:public_id>/", economy.ProductDetail.as_view(), name="product"),
    path("workplaces/", economy.Workplaces.as_view(), name="workplaces"),
    path("workplaces/<uuid:public_id>/", economy.WorkplaceDetail.as_view(), name="workplace"),
    path("lines/", economy.Lines.as_view(), name="lines"),
    path("demand-lines/", economy.DemandLines.as_view(), name="demand_lines"),
    path("baselines/", cycles.Baselines.as_view(), name="baselines"),
    path("ballots/", ballots.Ballots.as_view(), name="ballots"),
    path(BALLOT, ballots.BallotDetail.as_view(), name="ballot"),
    path(f"{BALLOT}papers/", ballots.Papers.as_view(), name="papers"),
    path(f"{BALLOT}votes/", ballots.Votes.as_view(), name="votes"),
    path("cycles/", cycles.Cycles.as_view(), name="cycles"),
    path(CYCLE, cycles.CycleDetail.as_view(), name="cycle"),
    path(f"{CYCLE}begin-proposals/", cycles.CycleBeginning.as_view(), name="cycle_begin"),
    path(f"{CYCLE}settle/", cycles.CycleSettling.as_view(), name="cycle_settle"),
    path(f"{CYCLE}close/", cycles.CycleClosing.as_view(), name="cycle_close"),
    path(f"{CYCLE}open-round/", rounds.RoundOpening.as_view(), name="round_open"),
    path(f"{CYCLE}proposals/", proposals.Proposals.as_view(), name="proposals"),
    path(f"{CYCLE}proposals/<uuid:line>/", proposals.ProposalDetail.as_view(), name="proposal"),
    path(f"{CYCLE}consumption/", proposals.Consumption.as_view(), name="consumption"),
    path(
        f"{CYCLE}consumption/<uuid:demand_line>/",
        proposals.ConsumptionDetail.as_view(),
        name="consumption_line",
    ),
    path(f"{CYCLE}plan/", plans.PlanDetail.as_view(), name="plan"),
    path(f"{CYCLE}plan/advance/", plans.PlanAdvancing.as_view(), name="plan_advance"),
    path(f"{CYCLE}plan/put-in-force/", plans.PlanInForce.as_view(), name="plan_in_force"),
    path("rounds/", rounds.Rounds.as_view(), name="rounds"),
    path(ROUND, rounds.RoundDetail.as_view(), name="round"),
    path(f"{ROUND}publish/", rounds.RoundPublishing.as_view(), name="round_publish"),
    path(f"{ROUND}close/", rounds.RoundClosing.as_view(), name="round_close"),
    path(f"{ROUND}propose-plan/", plans.PlanProposing.as_view(), name="plan_propose"),
    path(f"{ROUND}proposals/", proposals.RoundProposals.as_view(), name="round_proposals"),
    path(f"{ROUND}consumption/", proposals.RoundConsumption.as_view(), name="round_consumption"),
    path(f"{ROUND}answers/", answers.Answers.as_view(), name="answers"),
    path(f"{ROUND}answers/lines/<uuid:line>/", answers.LineAnswer.as_view(), name="line_answer"),
    path(
        f"{ROUND}answers/demand-lines/<uuid:demand_line>/",
        answers.DemandAnswer.as_view(),
        name="demand_answer",
    ),
    path(f"{ROUND}runs/", runs.Runs.as_view(), name="runs"),
    path(RUN, runs.RunDetail.as_view(), name="run"),
    path(f"{RUN}cancel/", runs.RunCancelling.as_view(), name="run_cancel"),
    path(f"{RUN}rows/", runs.RunRows.as_view(), name="run_rows"),
    path(f"{RUN}lines/", runs.RunLines.as_view(), name="run_lines"),
]
