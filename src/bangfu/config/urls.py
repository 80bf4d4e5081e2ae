"""Every address of the site. A new one is behind the gate and in the matrix test the day it is born."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
