"""Addresses of the economy's pages."""

from django.urls import path

from workplaces.views import details, imports, lines, lists, scenarios, statements

app_name = "workplaces"

urlpatterns = [
    path("workplaces/", lists.table_list, {"name": "workplaces"}, name="workplaces"),
    path("workplaces/<uuid:public_id>/", details.workplace_detail, name="workplace"),
    path("workplaces/<uuid:public_id>/lines/new/", statements.line_new, name="line_new"),
    path("workplaces/<uuid:public_id>/agreements/new/", statements.agreement_new, name="agreement_new"),
    path("lines/<uuid:public_id>/", lines.line_detail, name="line"),
    path("lines/<uuid:public_id>/edit/", statements.line_edit, name="line_edit"),
    path("products/", lists.table_list, {"name": "products"}, name="products"),
    path("products/<uuid:public_id>/", details.product_detail, name="product"),
    path("sectors/", lists.table_list, {"name": "sectors"}, name="sectors"),
    path("sectors/<uuid:public_id>/", details.sector_detail, name="sector"),
    path("regions/", lists.table_list, {"name": "regions"}, name="regions"),
    path("regions/<uuid:public_id>/", details.region_detail, name="region"),
    path("labour-pools/", lists.table_list, {"name": "labour_pools"}, name="labour_pools"),
    path("labour-pools/<uuid:public_id>/", details.labour_pool_detail, name="labour_pool"),
    path("resources/", lists.table_list, {"name": "resources"}, name="resources"),
    path("resources/<uuid:public_id>/", details.resource_detail, name="resource"),
    path("counterparties/", lists.table_list, {"name": "counterparties"}, name="counterparties"),
    path("counterparties/<uuid:public_id>/", details.counterparty_detail, name="counterparty"),
    path("agreements/", lists.table_list, {"name": "agreements"}, name="agreements"),
    path("agreements/<uuid:public_id>/", lines.agreement_detail, name="agreement"),
    path("agreements/<uuid:public_id>/accept/", statements.agreement_accept_view, name="agreement_accept"),
    path("agreements/<uuid:public_id>/end/", statements.agreement_end_view, name="agreement_end"),
    path("scenarios/", lists.table_list, {"name": "scenarios"}, name="scenarios"),
    path("scenarios/<uuid:public_id>/", scenarios.scenario_detail, name="scenario"),
    path("imports/", imports.import_list, name="imports"),
    path("imports/new/<slug:kind>/", imports.import_new, name="import_new"),
    path("imports/template/<slug:kind>/", imports.import_template, name="import_template"),
    path("imports/row/<slug:kind>/", imports.row_new, name="row_new"),
    path("imports/<uuid:public_id>/", imports.import_detail, name="import"),
    path("imports/<uuid:public_id>/undo/", imports.import_undo_view, name="import_undo"),
]
