"""Addresses of jobs."""

from django.urls import path

from bangfu.records.jobs import views

urlpatterns = [
    path("jobs/<str:ref>/", views.job, name="job"),
    path("jobs/<str:ref>/cancel/", views.cancel, name="job_cancel"),
]
