"""Consignments, stock and requests in the JSON API; hung under api/v1/ by config.urls."""

from django.urls import path

from inventory import api, api_fhir, api_requests, api_steps, api_stock

app_name = "inventory_api"
urlpatterns = [
    path("consignments/", api.consignment_list, name="consignments"),
    path("consignments/<uuid:consignment_id>/", api.consignment, name="consignment"),
    path("consignments/<uuid:consignment_id>/epcis/", api.consignment_epcis, name="consignment-epcis"),
    path("consignments/<uuid:consignment_id>/hand-over/", api_steps.hand_over, name="consignment-hand-over"),
    path("consignments/<uuid:consignment_id>/arrive/", api_steps.arrive, name="consignment-arrive"),
    path("consignments/<uuid:consignment_id>/inspect/", api_steps.inspect, name="consignment-inspect"),
    path("consignments/<uuid:consignment_id>/receive/", api_steps.receive, name="consignment-receive"),
    path("stock/bottles/", api_stock.bottles, name="stock-bottles"),
    path("stock/balances/", api_stock.balances, name="stock-balances"),
    path("requests/", api_requests.listed, name="requests"),
    path("requests/<uuid:requisition_id>/", api_requests.read, name="request"),
    path("fhir/SupplyRequest", api_fhir.requests, name="fhir-requests"),
    path("fhir/SupplyRequest/<str:supply_request>", api_fhir.request_line, name="fhir-request"),
    path("fhir/SupplyDelivery", api_fhir.deliveries, name="fhir-deliveries"),
    path("fhir/SupplyDelivery/<str:supply_delivery>", api_fhir.delivery, name="fhir-delivery"),
]
