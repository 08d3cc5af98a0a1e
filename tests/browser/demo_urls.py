"""The site as the demo serves it, whatever mode the tests run in."""

from django.urls import include, path

from planning.demo import views_others
from planning.demo.views import demo_sign_in

DEMO = [
    path("sign-in/", demo_sign_in, name="sign_in"),
    path("<int:year>/propose/", views_others.propose, name="propose"),
    path("<int:year>/rounds/<int:number>/answer/", views_others.answer, name="answer"),
    path("<int:year>/vote/", views_others.vote, name="vote"),
    path("<int:year>/others/<slug:what>/", views_others.others, name="others"),
]
urlpatterns = [path("demo/", include((DEMO, "demo"))), path("", include("config.urls"))]
