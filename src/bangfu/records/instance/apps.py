from django.apps import AppConfig


class InstanceConfig(AppConfig):
    name = "bangfu.records.instance"
    label = "instance"
    default_auto_field = "django.db.models.BigAutoField"
