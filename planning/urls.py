"""Addresses of the planning pages."""

from django.urls import path

from planning.views import (
    abandoning,
    changes,
    cycles,
    demand,
    demand_review,
    duties,
    examining,
    ledger,
    lines,
    plans,
    products,
    rounds,
    runs,
    workplaces,
)

app_name = "planning"
ROUND = "cycles/<int:year>/rounds/<int:number>/"

urlpatterns = [
    path("duties/", duties.duties, name="duties"),
    path("rounds/", cycles.current, name="current"),
    path("plan/", plans.current_plan, name="current_plan"),
    path("cycles/", cycles.cycle_list, name="cycles"),
    path("cycles/new/", cycles.cycle_new, name="cycle_new"),
    path("cycles/<int:year>/", cycles.cycle_detail, name="cycle"),
    path("cycles/<int:year>/begin/", cycles.cycle_begin, name="cycle_begin"),
    path("cycles/<int:year>/settle/", cycles.cycle_settle_view, name="cycle_settle"),
    path("cycles/<int:year>/close/", cycles.cycle_close_view, name="cycle_close"),
    path("cycles/<int:year>/abandon/", abandoning.cycle_abandon_view, name="cycle_abandon"),
    path("cycles/<int:year>/rounds/open/", rounds.round_open_view, name="round_open"),
    path(ROUND, rounds.round_detail, name="round"),
    path(f"{ROUND}run/", rounds.round_run, name="round_run"),
    path(f"{ROUND}publish/", rounds.round_publish_view, name="round_publish"),
    path(f"{ROUND}close/", rounds.round_close_view, name="round_close"),
    path(f"{ROUND}give-back/", rounds.round_give_back_view, name="round_give_back"),
    path(f"{ROUND}plan/", plans.plan_propose_view, name="plan_propose"),
    path(f"{ROUND}changes/", changes.round_changes, name="round_changes"),
    path(f"{ROUND}products/", products.product_list, name="products"),
    path(f"{ROUND}products/<str:code>/", products.product_detail, name="product"),
    path(f"{ROUND}lines/<uuid:public_id>/", lines.line_review, name="line_review"),
    path(f"{ROUND}lines/<uuid:public_id>/firm/", lines.line_firm, name="line_firm"),
    path(f"{ROUND}consumption/<str:code>/", demand_review.consumption_review, name="consumption_review"),
    path("cycles/<int:year>/lines/<uuid:public_id>/", lines.line_propose, name="line"),
    path("cycles/<int:year>/consumption/", demand.place_list, name="places"),
    path("cycles/<int:year>/consumption/<str:code>/", demand.consumption, name="consumption"),
    path("cycles/<int:year>/workplaces/<uuid:public_id>/", workplaces.workplace_detail, name="workplace"),
    path("cycles/<int:year>/plan/", plans.plan_detail, name="plan"),
    path("cycles/<int:year>/plan/contents/", examining.contents_view, name="contents"),
    path("cycles/<int:year>/plan/stress/", examining.stress_view, name="stress"),
    path("cycles/<int:year>/plan/advance/", plans.plan_advance_view, name="plan_advance"),
    path("cycles/<int:year>/plan/in-force/", plans.plan_in_force, name="plan_in_force"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/<uuid:public_id>/", ledger.account_detail, name="account"),
    path("runs/<uuid:public_id>/", runs.run_detail, name="run"),
    path("runs/<uuid:public_id>/cancel/", runs.run_cancel_view, name="run_cancel"),
]
