"""Reads the pictures of a page as XML: their rows, labels, marks and positions."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.etree.ElementTree import Element, fromstring


def pictures(page: str) -> list[Figure]:
    """The pictures of a page, in their order."""
    return [Figure(one) for one in re.findall(r'<figure class="chart">.*?</figure>', page, re.DOTALL)]


class Row(NamedTuple):
    """A row of a picture: the heading above it, its label, what it draws, and the words in its plot."""

    heading: str
    label: str
    svg: Element | None
    said: str
    strong: bool

    def places(self, tag: str, name: str = "cx", kind: str | None = None) -> list[float]:
        """The positions of the marks of a kind, in per cent."""
        assert self.svg is not None
        found = (one for one in self.svg.iter(tag) if kind is None or one.get("class") == kind)
        return [per_cent(one.get(name)) for one in found]


class Figure:
    """A picture of a page."""

    def __init__(self, text: str) -> None:
        """Read the picture as XML."""
        self.text = text
        self.tree = fromstring(text)  # noqa: S314  (made by this program)

    @property
    def rows(self) -> list[Row]:
        """Its rows, without those of the names of bands and of the axis."""
        found, heading = [], ""
        for one in self.tree.iter():
            if one.get("class") == "chart-heading":
                heading = spoken(one)
            elif one.get("class") == "chart-row":
                label, *plot = one
                strong = label.find("strong") is not None
                drawn = plot[0].find("svg") if plot[0].get("class") != "ends" else None
                found.append(Row(heading, spoken(label), drawn, spoken(plot[-1]), strong))
        return found


def spoken(element: Element) -> str:
    """The words in an element, without those of drawings."""
    if element.tag == "svg":
        return ""
    parts = [element.text or ""] + [f"{spoken(child)}{child.tail or ''}" for child in element]
    return " ".join("".join(parts).split())


def per_cent(text: str | None) -> float:
    """A position as it is written."""
    assert text is not None
    assert text.endswith("%")
    return float(text.removesuffix("%"))
