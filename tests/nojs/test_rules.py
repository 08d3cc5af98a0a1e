"""The rules find what they are for."""

import pytest

from tests.nojs.rules import POLICY, faults, policy_faults

PAGE = '<html lang="en"><head><title>T</title></head><body><h1>H</h1>{}</body></html>'
POST = '<form method="post" action="/x"><input type="hidden" name="csrfmiddlewaretoken" value="1">{}</form>'


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<div hx-get="/x">more</div>', "no plain way"),
        ('<a hx-get="/x">more</a>', "no plain way"),
        ('<div hx-get="/x"><a href="/y">elsewhere</a></div>', "no plain way"),
        ('<button hx-post="/x">go</button>', "no plain way"),
        ('<form action="/x"><button hx-post="/x">go</button></form>', "no plain way"),
        ('<div hx-get="/x" hx-trigger="every 2s"><textarea aria-label="why"></textarea></div>', "refreshes"),
        ('<p style="color:red">x</p>', "inline style"),
        ("<style>p{}</style>", "inline style"),
        ("<script>x</script>", "inline script"),
        ('<p onclick="x">x</p>', "inline handler"),
        ('<a href="javascript:x">x</a>', "inline handler"),
        ('<img src="https://elsewhere.example/x.png">', "another host"),
        ('<form method="post" action="/x"></form>', "no token"),
        ('<input name="a">', "no label"),
        ("<button></button>", "no name"),
        ("<h1>twice</h1>", "2 main headings"),
        ('<p id="a"></p><p id="a"></p>', "id twice"),
    ],
)
def test_a_fault_is_found(body: str, fault: str) -> None:
    assert any(fault in found for found in faults(PAGE.format(body)))


@pytest.mark.parametrize(
    "body",
    [
        '<a href="/x" hx-get="/x">more</a>',
        '<div hx-get="/x"><a href="/x">more</a></div>',
        POST.format('<button hx-post="/x">go</button>'),
        '<div hx-get="/x" hx-trigger="every 2s"><progress value="1"></progress></div>',
        '<label for="a">A</label><input id="a">',
        '<script src="/static/x.js"></script>',
    ],
)
def test_what_is_right_is_left_alone(body: str) -> None:
    assert faults(PAGE.format(body)) == []


def test_titles_and_languages_are_missed() -> None:
    assert {"no title", "no language"} <= set(faults("<html><h1>x</h1></html>"))


def test_a_weaker_policy_is_found() -> None:
    strict = "; ".join(f"{name} {value}" for name, value in POLICY.items())
    assert not list(policy_faults(strict))
    assert list(policy_faults(strict.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'")))
    assert list(policy_faults(""))
