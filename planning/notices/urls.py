"""Addresses of what comes by mail and of the calendar."""

from django.urls import path

from planning.notices import views, views_calendar

app_name = "notices"

urlpatterns = [
    path("", views.settings_page, name="settings"),
    path("preview/", views.preview, name="preview"),
    path("calendar/renew/", views_calendar.renew, name="calendar_renew"),
    path("calendar/end/", views_calendar.end, name="calendar_end"),
    path("calendar/<str:secret>.ics", views_calendar.feed, name="calendar"),
    path("stop/<str:token>/", views.stop, name="stop"),
]
