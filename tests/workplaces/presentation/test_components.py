"""The parts of a page, rendered: what they say, what they escape, and that they need no inline style or script."""

import gzip
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from workplaces.presentation.gallery import samples

NOW = datetime(2026, 4, 20, 14, 2, tzinfo=UTC)


def render(source: str, **context: Any) -> str:
    return Template("{% load commonplan %}" + source).render(Context({"now": NOW, **context}))


def gallery(path: str = "/") -> str:
    return render_to_string("_components/gallery.html", samples(NOW), request=RequestFactory().get(path))


class Attributes(HTMLParser):
    """Collects every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Attributes()
    parser.feed(html)
    return parser.tags


@pytest.mark.parametrize("language", ["en", "pt-br"])
def test_gallery_needs_no_inline_style_or_script(language: str) -> None:
    with translation.override(language):
        found = tags(gallery())
    assert len(found) > 500
    for tag, attrs in found:
        assert tag != "style"
        assert tag != "script" or attrs.get("src")
        assert not [name for name in attrs if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("language", ["en", "pt-br"])
def test_coordinates_are_numbers_in_every_language(language: str) -> None:
    with translation.override(language):
        found = tags(gallery())
    shapes = [attrs for tag, attrs in found if tag in {"rect", "line", "text", "svg"}]
    assert len(shapes) > 50
    for attrs in shapes:
        for name in {"x", "y", "x1", "x2", "y1", "y2", "width", "height"} & attrs.keys():
            assert re.fullmatch(r"-?\d+(\.\d)?", attrs[name] or ""), (name, attrs[name])


def test_no_id_stands_twice() -> None:
    ids = [str(attrs["id"]) for _, attrs in tags(gallery()) if attrs.get("id")]
    assert sorted(ids) == sorted(set(ids))


def test_every_chart_says_in_words_what_it_shows() -> None:
    html = gallery()
    assert html.count('role="img"') == html.count("<title>") - 1
    assert "1.2\u202f% short; 0.2\u202f% short would remain" in html
    assert "proposed 412\u202fkt; suggested 437\u202fkt; full capacity 455\u202fkt; your band ±3 %" in html


def test_imbalance_says_which_side_and_what_remains() -> None:
    assert "<title>3.5\u202f% short</title>" in render("{% imbalance_bar -0.035 0 largest=0.035 %}")
    assert "<title>0.9\u202f% too much; 0.1\u202f% too much would remain</title>" in render(
        "{% imbalance_bar 0.009 0.001 %}"
    )
    assert "<title>in balance</title>" in render("{% imbalance_bar 0 %}")


def test_waterfall_adds_up_its_own_total() -> None:
    terms = [{"label": "premium", "value": 198}, {"label": "inputs", "value": -141, "url": "/why"}]
    html = render("{% waterfall terms 'Worth asking' %}", terms=terms)
    assert "+57" in html
    assert "\u2212141" in html
    assert '<a href="/why">inputs</a>' in html


def test_scale_names_a_figure_once_when_nothing_is_asked() -> None:
    html = render("{% scale_chart 412000 412000 't' %}")
    assert html.count(">412\u202fkt<") == 1


def test_block_tags_escape_titles_and_keep_their_content() -> None:
    html = render("{% card title %}<b>kept</b>{{ text }}{% endcard %}", title="<i>", text="<script>")
    assert html == '<section class="card"><h2>&lt;i&gt;</h2>\n<b>kept</b>&lt;script&gt;</section>'
    html = render("{% choice 'Accept' text %}<button>Go</button>{% endchoice %}", text="<consequence>")
    assert "&lt;consequence&gt;" in html
    assert "<button>Go</button>" in html


def test_names_from_people_are_escaped_everywhere() -> None:
    evil = "<img src=x>"
    context = {
        "steps": [{"label": evil, "note": evil}],
        "items": [{"label": evil, "value": evil, "url": '"><b>'}],
        "votes": [{"name": evil, "represents": evil, "vote": evil, "instruction": evil}],
        "events": [{"at": NOW, "text": evil, "by": evil}],
        "parts": [{"kind": "yes", "label": evil, "count": 3}],
        "terms": [{"label": evil, "value": 1}],
        "trail": [(evil, '"><b>'), (evil, "")],
        "points": [{"label": evil, "value": 1, "text": evil}],
        "evil": evil,
    }
    html = render(
        "{% stepper steps %}{% figure_strip items %}{% facts items %}{% roll_call votes evil %}{% timeline events %}"
        "{% stacked_bar parts evil %}{% waterfall terms evil %}{% crumbs trail %}{% pill evil %}{% synthetic evil %}"
        "{% column_chart points title=evil %}{% empty_state evil evil %}{% progress_bar 1 label=evil note=evil %}"
        "{% scale_chart 1 2 evil band_low=1 band_high=2 band_text=evil %}",
        **context,
    )
    assert evil not in html
    assert '"><b>' not in html
    assert html.count("&lt;img src=x&gt;") >= 20


def test_due_turns_ochre_on_the_last_day_only() -> None:
    def pill(delta: timedelta) -> str:
        return render("{% due deadline now %}", deadline=NOW + delta)

    assert 'class="pill soon"' in pill(timedelta(hours=6))
    assert 'class="pill"' in pill(timedelta(days=2))
    assert 'class="pill"' in pill(-timedelta(hours=1))
    assert "in 2\u202fd\u00a06\u202fh" in pill(timedelta(hours=54))
    assert "1\u202fh ago" in pill(-timedelta(hours=1))
    assert render("{% due deadline now %}", deadline=None) == ""


def test_progress_is_within_bounds_or_unknown() -> None:
    assert 'value="40"' in render("{% progress_bar 4 10 %}")
    assert 'value="100"' in render("{% progress_bar 12 10 %}")
    assert "value=" not in render("{% progress_bar None %}")
    assert "value=" not in render("{% progress_bar 1 0 %}")


class Answer(forms.Form):
    output = forms.DecimalField(help_text="At most 455 kt.")
    reason = forms.CharField(required=False)
    vote = forms.ChoiceField(widget=forms.RadioSelect, choices=[("y", "Yes"), ("n", "No")])
    told = forms.BooleanField(required=False)


def test_an_error_is_tied_to_its_field_and_what_was_typed_stays() -> None:
    html = render("{% form_fields form %}", form=Answer({"output": "four hundred"}))
    field = next(attrs for tag, attrs in tags(html) if attrs.get("name") == "output")
    assert field["value"] == "four hundred"
    assert field["aria-invalid"] == "true"
    ids = {attrs.get("id") for _, attrs in tags(html)}
    assert set(str(field["aria-describedby"]).split()) <= ids
    assert "Enter a number." in html


def test_every_control_has_its_label() -> None:
    html = render("{% form_fields form %}", form=Answer())
    found = tags(html)
    labels = {attrs["for"] for tag, attrs in found if tag == "label"}
    controls = {attrs["id"] for tag, attrs in found if tag in {"input", "select", "textarea"}}
    assert controls == labels
    assert "<legend>Vote" in html


def test_errors_of_the_whole_form_come_first() -> None:
    form = Answer({"output": "1", "vote": "y"})
    form.add_error(None, "The round has closed.")
    html = render("{% form_fields form %}", form=form)
    assert html.index("The round has closed.") < html.index("Output")
    assert 'role="alert"' in html


def sorted_heading(query: str) -> dict[str, str | None]:
    request = RequestFactory().get(f"/products{query}")
    html = Template('{% load commonplan %}{% sort_heading "name" "Product" %}').render(
        Context({"request": request})
    )
    found = tags(html)
    return {**found[0][1], **found[1][1]}


def test_a_heading_sorts_up_then_down_and_keeps_the_rest() -> None:
    first = sorted_heading("?region=sul&page=3")
    assert first["href"] == "?region=sul&sort=name"
    assert "aria-sort" not in first
    assert sorted_heading("?sort=name")["href"] == "?sort=-name"
    assert sorted_heading("?sort=name")["aria-sort"] == "ascending"
    assert sorted_heading("?sort=-name")["aria-sort"] == "descending"


def test_paginator_keeps_the_filter_and_marks_where_one_is() -> None:
    request = RequestFactory().get("/products?region=sul&page=2")
    page = Paginator(range(10_000), 25).page(2)
    html = Template("{% load commonplan %}{% paginator page %}").render(
        Context({"request": request, "page": page})
    )
    assert "?region=sul&amp;page=3" in html
    assert html.count('aria-current="page"') == 1
    assert "26–50 of 10,000" in html
    assert html.count("<li>") < 12


def test_paginator_of_one_page_is_nothing() -> None:
    assert render("{% paginator page %}", page=Paginator([1], 25).page(1)).strip() == ""


def test_roll_call_says_who_left_the_instruction() -> None:
    html = gallery()
    assert html.count("against instruction") == 1
    assert "Nobody has voted yet." in html


def test_stacked_bar_of_nothing_is_an_empty_track() -> None:
    html = render("{% stacked_bar parts %}", parts=[{"kind": "yes", "label": "Yes", "count": 0}])
    assert 'class="track"' in html


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_pages_stand_without_a_request(name: str) -> None:
    html = render_to_string(name)
    assert html.count("<h1>") == 1
    assert "To my duties" in html


def test_theme_of_the_cookie_is_taken_only_if_it_is_one() -> None:
    request = RequestFactory().get("/")
    for cookie, wanted in (
        ("dark", 'data-theme="dark"'),
        ("light", 'data-theme="light"'),
        ('"><b>', "<html lang"),
    ):
        request.COOKIES["theme"] = cookie
        html = render_to_string("base.html", {}, request=request)
        assert wanted in html
        assert '"><b>' not in html
    assert "data-theme" not in html.split("<head>")[0]


def test_base_page_names_where_one_is_and_in_which_hat() -> None:
    nav = [
        {"url": "/", "label": "My duties", "current": ""},
        {"url": "/rounds/", "label": "Rounds", "current": "page"},
    ]
    html = render_to_string(
        "base.html", {"nav": nav, "record_head": "9c0fd1e2ab7744aa", "record_url": "/record/"}
    )
    assert '<a href="/rounds/" aria-current="page">Rounds</a>' in html
    assert '<a class="digest" href="/record/">9c0fd1e2ab77</a>' in html


@pytest.mark.parametrize(
    ("source", "value", "english", "portuguese"),
    [
        ('{{ v|quantity:"t" }}', 31_200_000, "31.2 Mt", "31,2 Mt"),
        ('{{ v|signed_quantity:"t" }}', 25_000, "+25.0 kt", "+25,0 kt"),
        ("{{ v|percent }}", 0.035, "3.5 %", "3,5 %"),
        ("{{ v|percent:0 }}", 0.035, "4 %", "4 %"),
        ("{{ v|change }}", 0.041, "+4.1 %", "+4,1 %"),
        ("{{ v|number }}", 2_014, "2,014", "2.014"),
        ("{{ v|signed }}", 57, "+57", "+57"),
        ("{{ v|money }}", 420_000_000_000, "R$ 4.20 bn", "R$ 4,20 bi"),
        ("{{ v|amount }}", 3_100, "R$ 3,100", "R$ 3.100"),
        ("{{ v|minutes }}", 680, "11 h 20", "11 h 20"),
        ("{{ v|seconds }}", 0.4, "0.4 s", "0,4 s"),
        ("{{ v|duration }}", timedelta(hours=54), "2 d 6 h", "2 d 6 h"),
        ("{{ v|px }}", 12.04, "12", "12"),
    ],
)
def test_filters_speak_the_readers_language(source: str, value: Any, english: str, portuguese: str) -> None:
    for language, wanted in (("en", english), ("pt-br", portuguese)):
        with translation.override(language):
            assert render(source, v=value).replace("\u202f", " ").replace("\u00a0", " ") == wanted


def test_first_page_is_light() -> None:
    """Style, font and htmx as a browser gets them, and a full page, stay below 100 kB together."""
    names = ("commonplan.css", "fonts/inter-latin.woff2", "django_htmx/htmx-2.min.js")
    files = [Path(str(finders.find(name))).read_bytes() for name in names]
    sent = [gzip.compress(content) for content in (*files, gallery().encode())]
    assert sum(map(len, sent)) < 75_000
