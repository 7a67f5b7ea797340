"""Small charts as SVG inside a page: numbers in, markup out. Each bar says its number when it is pointed at.

Colours come from the page's style, so that they fit a light and a dark screen; who cannot see a chart gets its label.
"""

from __future__ import annotations

from html import escape

GAP = 2  # pixels between two bars


def bar_chart(numbers: list[int], names: list[str], label: str, *, width: int, height: int) -> str:
    """Bars with the names of some below and the highest number above. names: one a bar, for pointing at it."""
    most, step = max([*numbers, 1]), width / max(1, len(numbers))
    above, below = 14, 16  # pixels for the highest number and for the names: a line of small text each
    parts = [f'<text x="0" y="{above - 3}">{most}</text>', f'<path d="M0 {above + height}h{width}"/>']
    parts += _bars(numbers, names, step, above, height)
    every = -(-len(numbers) // 6)  # six names at most: more would touch each other
    for place in range(0, len(numbers), max(1, every)):
        parts.append(f'<text x="{place * step:.1f}" y="{above + height + below - 3}">{escape(names[place])}</text>')
    return _svg("chart", label, width, above + height + below, parts)


def spark_line(numbers: list[int], names: list[str], label: str) -> str:
    """Bars alone, to stand in a table."""
    # pixels: 8 a bar, 22 as a line of the table is high
    return _svg("spark", label, 8 * len(numbers), 22, _bars(numbers, names, 8, 0, 22))


def _bars(numbers: list[int], names: list[str], step: float, top: int, height: int) -> list[str]:
    most = max([*numbers, 1])
    parts = []
    for place, (number, name) in enumerate(zip(numbers, names, strict=True)):
        tall = max(1, round(height * number / most))
        kind = ' class="none"' if not number else ' class="last"' if place == len(numbers) - 1 else ""
        parts.append(
            f'<rect{kind} x="{place * step:.1f}" y="{top + height - tall}" width="{step - GAP:.1f}" height="{tall}">'
            f"<title>{escape(name)}: {number}</title></rect>"
        )
    return parts


def _svg(kind: str, label: str, width: int, height: int, parts: list[str]) -> str:
    return (
        f'<svg class="{kind}" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )
