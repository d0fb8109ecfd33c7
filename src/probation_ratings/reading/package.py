"""Finds the parts of a package, the zip archive that an .xlsx or .xlsb workbook is: through its relationships.

Programs give parts any name and folder, and some separate folders by backslashes.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote
from xml.etree import ElementTree

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

TYPES = "[content_types].xml"


@dataclass(frozen=True, slots=True)
class Relationship:
    """One relationship of a part: the last word of its type, its target as written, and the part by its plain name."""

    kind: str
    target: str
    part: str | None


def plain(name: str) -> str:
    """The form in which names of parts are compared: without a / before it, escapes and ..; case does not count."""
    return posixpath.normpath("/" + unquote(name).replace("\\", "/")).lstrip("/").lower()


def names(archive: zipfile.ZipFile) -> dict[str, str]:
    """The names of the parts as the archive spells them, by their plain form."""
    return {plain(name): name for name in archive.namelist() if not name.endswith(("/", "\\"))}


def relationships(archive: zipfile.ZipFile, part: str) -> dict[str, Relationship]:
    """The relationships of a part ('': the package) to others, by their ids."""
    known = names(archive)
    folder, name = posixpath.split(plain(part) if part else "")
    relations = known.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    root = ElementTree.fromstring(archive.read(relations)) if relations else ()  # noqa: S314  (expat stops bombs)
    found = {}
    for element in root:
        target = element.get("Target", "")
        if element.get("TargetMode", "").lower() != "external":
            path = plain(target if target[:1] in {"/", "\\"} else f"{folder}/{target}")
            kind = element.get("Type", "").rpartition("/")[2]
            found[element.get("Id", "")] = Relationship(kind, target, path if path in known else None)
    return found


def targets(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str, str]]:
    """For each part that a part ('': the package) refers to, its id, the last word of its type, and its plain name."""
    for identity, one in relationships(archive, part).items():
        if one.part is not None:
            yield identity, one.kind, one.part


def main_part(archive: zipfile.ZipFile) -> tuple[str, str]:
    """The plain name of the part that the package is about, and its content type; ('', '') where none is named."""
    main = next((target for _, kind, target in targets(archive, "") if kind == "officeDocument"), "")
    return (main, content_type(archive, main)) if main else ("", "")


def content_type(archive: zipfile.ZipFile, part: str) -> str:
    """The content type of a part, by its name or else by its suffix; '' where there is none."""
    known = names(archive)
    if TYPES not in known:
        return ""
    by_suffix = ""
    for element in ElementTree.fromstring(archive.read(known[TYPES])):  # noqa: S314
        if plain(element.get("PartName", "")) == plain(part):
            return element.get("ContentType", "")
        if f".{element.get('Extension', '').lower()}" == posixpath.splitext(part)[1]:
            by_suffix = element.get("ContentType", "")
    return by_suffix
