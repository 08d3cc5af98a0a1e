"""Addresses of the demo. Outside demo mode there are none."""

from django.conf import settings
from django.urls import URLPattern, path

from planning.demo import views_others
from planning.demo.views import demo_sign_in

app_name = "demo"
urlpatterns: list[URLPattern] = (
    [
        path("sign-in/", demo_sign_in, name="sign_in"),
        path("<int:year>/propose/", views_others.propose, name="propose"),
        path("<int:year>/rounds/<int:number>/answer/", views_others.answer, name="answer"),
        path("<int:year>/others/<slug:what>/", views_others.others, name="others"),
        path("lists/<uuid:public_id>/put-up/", views_others.put_up, name="put_up"),
        path("<int:year>/vote/", views_others.vote, name="vote"),
    ]
    if settings.DEMO
    else []
)
