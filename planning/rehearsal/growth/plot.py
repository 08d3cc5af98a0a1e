"""The courses as a picture: one SVG file, readable on a light and on a dark page, its text table beside it."""

from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

from planning.rehearsal.growth.cycles import Ahead, Course, named
from planning.rehearsal.growth.report import Found, dial_table
from workplaces.presentation.lines import Lines, lines

PANEL, ROW, EDGE, LEGEND = 400.0, 250.0, 12.0, 64.0
LIGHT = {
    "ground": "#ffffff", "ink": "#18212b", "soft": "#5b6773", "faint": "#cfcabd",
    "s0": "#a84a18", "s1": "#7d5a00", "s2": "#2c5f9e", "s3": "#0b5d5e", "s4": "#2f6b3a", "c0": "#6f6b5e", "c1": "#5b6773",
}  # fmt: skip
DARK = {
    "ground": "#1a2127", "ink": "#e8eaec", "soft": "#97a2ad", "faint": "#3b464f",
    "s0": "#f0a070", "s1": "#e3c05f", "s2": "#8db8ee", "s3": "#6cc3bd", "s4": "#8fce9b", "c0": "#8b97a2", "c1": "#97a2ad",
}  # fmt: skip
DASHES = {"s0": "", "s1": "7 3", "s2": "2 3", "s3": "", "s4": "9 3 2 3", "c0": "1 4", "c1": "5 5"}
WIDE = {"s3": 3.2}
STYLE = (
    "text{{font:12px Inter,system-ui,sans-serif;fill:var(--ink)}}"
    ".head{{font-weight:600}}.quiet{{fill:var(--soft)}}.end{{text-anchor:end}}.middle{{text-anchor:middle}}"
    ".ground{{fill:var(--ground)}}.faint{{stroke:var(--faint);stroke-width:1}}"
    "polyline{{fill:none;stroke-linejoin:round}}{series}"
)
Series = Callable[[Course, Ahead], float]


def plot(found: Found, file: Path) -> Path:
    """Write the picture to ``file`` and the table beside it; return where the table stands.

    Raises OSError where either cannot be written.
    """
    file.write_text(picture(found), encoding="utf-8")
    beside = file.with_suffix(".txt")
    beside.write_text(dial_table(found) + "\n", encoding="utf-8")
    return beside


def picture(found: Found) -> str:
    """Return the SVG: gap, output, Gini and, where α = 0 was held, output against it, over the cycles."""
    panels: list[tuple[str, Series]] = [
        ("Weakest below best, %", lambda _c, row: 100 * row.apart.gap),
        ("Output, start = 100", lambda c, row: 100 * row.output / c.cycles[0].output),
        ("Gini of levels in sectors", lambda _c, row: row.apart.gini),
    ]
    if found.reference is not None:
        panels.append(("Output against α = 0, %", lambda _c, row: 100 * (found.against(row) or 0.0)))
    kinds = kinds_of(found.courses)
    width, height = 2 * PANEL + 3 * EDGE, LEGEND + -(-len(panels) // 2) * ROW + EDGE
    title = f"{found.at.economy.title}: {len(found.courses[0].cycles) - 1} simulated cycles by setting of the equality dial"
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title about">',
        f'<title id="title">{escape(title)}</title><desc id="about">{escape(_about(found))}</desc>',
        f"<style>{_style()}</style>",
        f'<rect class="ground" width="{width:g}" height="{height:g}"/>',
        f'<text class="head" x="{EDGE:g}" y="22">{escape(title)}</text>',
        *_legend(found.courses, kinds),
    ]
    for place, (heading, figure) in enumerate(panels):
        chart = lines([[figure(c, row) for row in c.cycles] for c in found.courses], width=PANEL, height=ROW)
        x, y = EDGE + (place % 2) * (PANEL + EDGE), LEGEND + (place // 2) * ROW
        parts.append(
            f'<g transform="translate({x:g} {y:g})">{_panel(heading, chart, found.courses, kinds)}</g>'
        )
    return "".join([*parts, "</svg>\n"])


def kinds_of(courses: list[Course]) -> list[str]:
    """Return the class that each line has: colours and dashes of its own for the settings, grey for the controls."""
    kinds, settings, controls = [], 0, 0
    for each in courses:
        if isinstance(each.alpha, str):
            kinds.append(f"c{controls % 2}")
            controls += 1
        else:
            kinds.append(f"s{settings % 5}")
            settings += 1
    return kinds


def _about(found: Found) -> str:
    first, last = found.courses[0].cycles[0], found.courses[0].cycles[-1].cycle
    said = [
        f"{named(each.alpha)}: gap {100 * each.cycles[-1].apart.gap:.1f} %, "
        f"output {100 * each.cycles[-1].output / each.cycles[0].output:.1f}"
        for each in found.courses
    ]
    return f"At the start the gap is {100 * first.apart.gap:.1f} % and output 100. After cycle {last}: {'; '.join(said)}."


def _style() -> str:
    series = "".join(
        f".{name}{{stroke:var(--{name});stroke-width:{WIDE.get(name, 2)}"
        f"{f';stroke-dasharray:{dash}' if dash else ''}}}text.{name}{{stroke:none;fill:var(--{name})}}"
        for name, dash in DASHES.items()
    )

    def tokens(colours: dict[str, str]) -> str:
        return "svg{" + ";".join(f"--{name}:{value}" for name, value in colours.items()) + "}"

    return (
        tokens(LIGHT) + f"@media (prefers-color-scheme:dark){{{tokens(DARK)}}}" + STYLE.format(series=series)
    )


def _legend(courses: list[Course], kinds: list[str]) -> list[str]:
    step = (2 * PANEL + EDGE) / len(courses)
    return [
        f'<polyline class="{kind}" points="{EDGE + i * step:.1f},44 {EDGE + i * step + 30:.1f},44"/>'
        f'<text x="{EDGE + i * step + 36:.1f}" y="48">{escape(named(each.alpha))}</text>'
        for i, (each, kind) in enumerate(zip(courses, kinds, strict=True))
    ]


def _panel(heading: str, chart: Lines, courses: list[Course], kinds: list[str]) -> str:
    digits = next(
        n for n in range(9) if all(abs(round(tick.value, n) - tick.value) < 1e-9 for tick in chart.up)
    )
    parts = [f'<text class="head" x="0" y="14">{escape(heading)}</text>']
    parts += [
        f'<line class="faint" x1="{chart.left:g}" x2="{chart.right:g}" y1="{tick.at:.1f}" y2="{tick.at:.1f}"/>'
        f'<text class="quiet end" x="{chart.left - 6:g}" y="{tick.at + 4:.1f}">{_figure(tick.value, digits)}</text>'
        for tick in chart.up
    ]
    parts += [
        f'<text class="quiet middle" x="{tick.at:.1f}" y="{chart.bottom + 16:.1f}">{tick.value:g}</text>'
        for tick in chart.across
    ]
    for points, label, each, kind in zip(chart.lines, chart.labels, courses, kinds, strict=True):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(
            f'<polyline class="{kind}" points="{path}"/>'
            f'<text class="{kind}" x="{chart.right + 6:g}" y="{label:.1f}">{escape(_brief(each))}</text>'
        )
    return "".join(parts)


def _figure(value: float, digits: int) -> str:
    return f"{value + 0.0:.{digits}f}".replace("-", "−")


def _brief(course: Course) -> str:
    return (
        {"none": "no fund", "value": "by value"}[course.alpha]
        if isinstance(course.alpha, str)
        else named(course.alpha)
    )
