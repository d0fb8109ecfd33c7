"""Finds the parts of a package, the zip archive that an .xlsx or .xlsb workbook is: through its relationships.

Programs give parts any name and folder, and some separate folders by backslashes. The parser looks for those of an
.xlsx workbook under the names that Excel gives them: where they have others, `Package.content` has the same parts under
the names that the parser knows. A part that cannot be found is a refusal.
"""

from __future__ import annotations

import io
import posixpath
import re
import shutil
import zipfile
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree

from ..errors import Refused
from .limits import ZIP_FAILURES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import IO

TYPES = "[content_types].xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TRUE = {"1", "true", "on"}
USUAL = "xl/workbook.xml"
"""Where Excel puts the workbook part."""
BESIDE = {"sharedStrings": "sharedStrings.xml", "styles": "styles.xml"}
"""The parts beside it that the parser needs, by the type of their relationship."""

_SHEET_KINDS = {"worksheet", "chartsheet", "dialogsheet"}
_STATES = {"visible", "hidden", "veryHidden"}
_PLAIN_TARGET = re.compile(r"[\w./-]*", re.ASCII)
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_NO_SHEET = b"<worksheet><sheetData/></worksheet>"


class Relationship(NamedTuple):
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


def main_part(archive: zipfile.ZipFile) -> tuple[str, str]:
    """The plain name of the part that the package is about, and its content type; ('', '') where none is named."""
    starts = (one.part for one in relationships(archive, "").values() if one.kind == "officeDocument")
    main = next(filter(None, starts), "")
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


class SheetPart(NamedTuple):
    """A sheet as the workbook part lists it: its name with escapes decoded, its relationship, and its state."""

    name: str
    relationship: Relationship
    state: str


class Package:
    """An .xlsx file as a package of parts; raises `Refused` where its workbook part cannot be found."""

    def __init__(self, content: bytes) -> None:
        """Find the workbook part and the parts of its sheets."""
        self._original = content
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self._names = names(self._archive)
        starts = [one for one in self._relationships("").values() if one.kind == "officeDocument"]
        if len({one.part for one in starts}) != 1 or starts[0].part is None:
            raise Refused("workbook-damaged", "its relationships do not lead to a workbook part")
        self._start, self._main = starts[0], starts[0].part
        # Expat stops entity bombs, and this process may die.
        with _understood("workbook part"):
            root = ElementTree.fromstring(self.open(self._main).read())  # noqa: S314
        self.date_1904 = any(one.get("date1904", "0").lower() in TRUE for one in _elements(root, "workbookPr"))
        # Excel leaves this mark away when it saves: where it is, formulas may show the 0 that their writer gave them.
        self.uncomputed = any(one.get("fullCalcOnLoad", "0").lower() in TRUE for one in _elements(root, "calcPr"))
        self._related = self._relationships(self._main)
        self.sheets = [self._sheet(element) for element in _elements(root, "sheet")]

    def _sheet(self, element: ElementTree.Element) -> SheetPart:
        ids = [value for key, value in element.attrib.items() if key == "id" or key.endswith("}id")]
        missing = Relationship("", "", None)
        relationship = self._related.get(ids[-1], missing) if ids else missing
        return SheetPart(decoded(element.get("name", "")), relationship, element.get("state", "visible"))

    def part_of(self, position: int) -> str:
        """The part of the sheet at this position; raises `Refused` where there is none."""
        sheet = self.sheets[position]
        if sheet.relationship.part is None:
            raise Refused("workbook-damaged", f"the part of the sheet '{sheet.name}' is missing")
        return sheet.relationship.part

    def beside(self, kind: str) -> str | None:
        """The part of shared strings or of styles; a workbook need not have either."""
        named = [one.part for one in self._related.values() if one.kind == kind]
        usual = posixpath.join(posixpath.dirname(self._main), BESIDE[kind].lower())
        return named[-1] if named else usual if usual in self._names else None

    def related(self, part: str, kind: str) -> list[str]:
        """The parts of this kind that a part refers to."""
        return [one.part for one in self._relationships(part).values() if one.kind == kind and one.part]

    def open(self, part: str) -> IO[bytes]:
        """A part to read from."""
        return self._archive.open(self._names[part])

    def content(self, wanted: Callable[[str], bool]) -> bytes:
        """What the parser is to read: the file as it is, or its parts under the names that the parser looks for.

        Only sheets with a wanted name are kept then; the others are empty. Sheets are named by their position, so that
        two of the same name stay two.
        """
        if self._is_usual():
            return self._original
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as made:
            made.writestr("_rels/.rels", _relationships({"1": ("officeDocument", USUAL)}))
            sheets, related = [], {}
            for number, sheet in enumerate(self.sheets):
                state = sheet.state if sheet.state in _STATES else "hidden"
                sheets.append(f'<sheet name="{number}" state="{state}" r:id="s{number}"/>')
                related[f"s{number}"] = ("worksheet", f"worksheets/{number}.xml")
                if wanted(sheet.name):
                    self._copy(self.part_of(number), made, f"xl/worksheets/{number}.xml")
                else:
                    made.writestr(f"xl/worksheets/{number}.xml", _NO_SHEET)
            for kind, name in BESIDE.items():
                part = self.beside(kind)
                if part is not None:
                    self._copy(part, made, f"xl/{name}")
            made.writestr("xl/_rels/workbook.xml.rels", _relationships(related))
            date_1904 = f'<workbookPr date1904="{int(self.date_1904)}"/>'
            listed = f"{date_1904}<sheets>{''.join(sheets)}</sheets>"
            made.writestr(USUAL, f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{listed}</workbook>')
        return target.getvalue()

    def _copy(self, part: str, made: zipfile.ZipFile, name: str) -> None:
        with self.open(part) as source, made.open(name, "w") as target:
            shutil.copyfileobj(source, target, 1 << 20)

    def _is_usual(self) -> bool:
        """Whether the parser finds the same parts by itself."""
        sheet_names = [sheet.name for sheet in self.sheets]
        beside = {f"xl/{name}": self.beside(kind) for kind, name in BESIDE.items()}
        return (
            self._start.target.removeprefix("/") == USUAL
            and len(set(sheet_names)) == len(sheet_names)
            and all(part == (name.lower() if name.lower() in self._names else None) for name, part in beside.items())
            and all(self._is_plain(part) for part in (self._main, *filter(None, beside.values())))
            and all(
                self._is_found(one.relationship) and one.relationship.kind in _SHEET_KINDS and one.state in _STATES
                for one in self.sheets
            )
        )

    def _is_found(self, one: Relationship) -> bool:
        """Whether the parser, which resolves neither .. nor %20, finds the part of a sheet."""
        path = one.target[1:] if one.target.startswith("/") else f"xl/{one.target}"
        is_plain = _PLAIN_TARGET.fullmatch(path) is not None and path.lower() == one.part
        return is_plain and one.part is not None and self._is_plain(one.part)

    def _is_plain(self, part: str) -> bool:
        """Whether the parser finds a part by its plain name."""
        return self._names[part].replace("\\", "/").lower() == part

    def _relationships(self, part: str) -> dict[str, Relationship]:
        with _understood(f"relationships of {part or 'the file'}"):
            return relationships(self._archive, part)


def decoded(name: str) -> str:
    """A name without the escapes of Excel, in which _x000A_ is a line break."""
    if "_x" not in name:
        return name
    name = _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), name)
    return name.encode("utf-16", errors="surrogatepass").decode("utf-16", errors="replace")


@contextmanager
def _understood(what: str) -> Iterator[None]:
    """Raise `Refused` where a part that is read meanwhile cannot be unpacked or is not XML."""
    try:
        yield
    except (ElementTree.ParseError, LookupError) as error:
        raise Refused("workbook-damaged", f"the XML of the {what} is not well-formed") from error
    except ZIP_FAILURES as error:
        raise Refused("workbook-damaged", f"the {what} cannot be unpacked") from error


@contextmanager
def naming_other_encoding(content: bytes) -> Iterator[None]:
    """Name the part that is not UTF-8 when a workbook is refused as damaged.

    To the parser such a part is only not well-formed, or empty.
    """
    try:
        yield
    except Refused as error:
        if error.reason == "workbook-damaged" and not error.detail.endswith("is not UTF-8"):
            with suppress(*ZIP_FAILURES), zipfile.ZipFile(io.BytesIO(content)) as archive:
                parts = [name for name in archive.namelist() if name.lower().endswith((".xml", ".rels"))]
                other = next((name for name in parts if not _is_utf_8(archive, name)), None)
                if other is not None:
                    raise Refused("workbook-damaged", f"the XML of its part {other[:200]} is not UTF-8") from error
        raise


def _is_utf_8(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether a part is UTF-8; in UTF-16 and UTF-32 there is a zero beside the first <."""
    with archive.open(name) as part:
        is_wide = b"\0" in part.read(4)
    with archive.open(name) as part, io.TextIOWrapper(part, "utf-8") as text:
        try:
            while text.read(1 << 20):
                pass
        except UnicodeDecodeError:
            return False
    return not is_wide


def _elements(root: ElementTree.Element, name: str) -> Iterable[ElementTree.Element]:
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == name)


def _relationships(related: dict[str, tuple[str, str]]) -> str:
    """The XML of relationships: by id, the type and the target of each."""
    listed = "".join(
        f'<Relationship Id="{one}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for one, (kind, target) in related.items()
    )
    return f'<Relationships xmlns="{PACKAGE}">{listed}</Relationships>'
