from django.urls import path

from inventory.views import bottles, deliveries, stock

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
]
