"""Consignments in the JSON API; hung under api/v1/ by config.urls."""

from django.urls import path

from inventory import api

app_name = "inventory_api"
urlpatterns = [
    path("consignments/", api.consignment_list, name="consignments"),
    path("consignments/<uuid:consignment_id>/", api.consignment, name="consignment"),
    path("consignments/<uuid:consignment_id>/epcis/", api.consignment_epcis, name="consignment-epcis"),
]
