from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "bangfu.records.households"
    label = "households"
    default_auto_field = "django.db.models.BigAutoField"
