from django.urls import path

from inventory.views import bottles, checks, deliveries, keys, measures, stock

app_name = "inventory"
urlpatterns = [
    path("", stock.overview, name="overview"),
    path("book/", stock.book, name="book"),
    path("acts/<uuid:act_id>/", stock.act, name="act"),
    path("deliveries/new/", deliveries.receive, name="receive"),
    path("deliveries/<uuid:act_id>/labels/", deliveries.labels, name="labels"),
    path("bottles/move/", bottles.move, name="move"),
    path("bottles/<int:number>/", bottles.bottle, name="bottle"),
    path("bottles/<int:number>/open/", bottles.open_bottle, name="open"),
    path("bottles/<int:number>/opened-already/", bottles.opened_already, name="opened-already"),
    path("bottles/<int:number>/empty/", bottles.empty, name="empty"),
    path("bottles/<int:number>/quarantine/", bottles.quarantine, name="quarantine"),
    path("bottles/<int:number>/measure/", measures.measure, name="measure"),
    path("measures/<uuid:measure_id>/", measures.measured, name="measured"),
    path("checks/", checks.overview, name="checks"),
    path("closed/", checks.closed, name="closed"),
    path("naloxone/", checks.naloxone, name="naloxone"),
    path("devices/new/", checks.add_device, name="device-new"),
    path("devices/<int:device_id>/check/", checks.device, name="device"),
    path("devices/<int:device_id>/retire/", checks.retire_device, name="device-retire"),
    path("keys/", keys.overview, name="keys"),
    path("keys/take/", keys.take, name="keys-take"),
    path("keys/hand-over/", keys.hand_over, name="keys-hand-over"),
    path("keys/lost/", keys.lost, name="keys-lost"),
]
