"""Finds the parts of an .xlsx workbook where its relationships point, whatever their folders and names are.

The parser looks for parts under the names that Excel gives them. Where a workbook names them otherwise,
`Package.content` has the same parts under the names that the parser knows. A part that cannot be found is a refusal.
"""

from __future__ import annotations

import io
import posixpath
import re
import shutil
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from xml.etree import ElementTree

from ..errors import Refused
from . import package
from .limits import ZIP_FAILURES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import IO

T = TypeVar("T")

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


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook part lists it: its name with escapes decoded, its relationship, and its state."""

    name: str
    relationship: package.Relationship
    state: str


class Package:
    """An .xlsx file as a package of parts; raises `Refused` where its workbook part cannot be found."""

    def __init__(self, content: bytes) -> None:
        """Find the workbook part and the parts of its sheets."""
        self._original = content
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self._names = package.names(self._archive)
        starts = [one for one in self._relationships("").values() if one.kind == "officeDocument"]
        if len({one.part for one in starts}) != 1 or starts[0].part is None:
            raise Refused("workbook-damaged", "its relationships do not lead to a workbook part")
        self._start, self._main = starts[0], starts[0].part
        # Expat stops entity bombs, and this process may die.
        root = _understood("workbook part", lambda: ElementTree.fromstring(self.open(self._main).read()))  # noqa: S314
        self.date_1904 = any(one.get("date1904", "0").lower() in TRUE for one in _elements(root, "workbookPr"))
        # Excel leaves this mark away when it saves: where it is, formulas may show the 0 that their writer gave them.
        self.uncomputed = any(one.get("fullCalcOnLoad", "0").lower() in TRUE for one in _elements(root, "calcPr"))
        self._related = self._relationships(self._main)
        self.sheets = [self._sheet(element) for element in _elements(root, "sheet")]

    def _sheet(self, element: ElementTree.Element) -> SheetPart:
        ids = [value for key, value in element.attrib.items() if key == "id" or key.endswith("}id")]
        missing = package.Relationship("", "", None)
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
        names = [sheet.name for sheet in self.sheets]
        beside = {f"xl/{name}": self.beside(kind) for kind, name in BESIDE.items()}
        return (
            self._start.target.removeprefix("/") == USUAL
            and len(set(names)) == len(names)
            and all(part == (name.lower() if name.lower() in self._names else None) for name, part in beside.items())
            and all(self._is_plain(part) for part in (self._main, *filter(None, beside.values())))
            and all(
                self._is_found(one.relationship) and one.relationship.kind in _SHEET_KINDS and one.state in _STATES
                for one in self.sheets
            )
        )

    def _is_found(self, one: package.Relationship) -> bool:
        """Whether the parser, which resolves neither .. nor %20, finds the part of a sheet."""
        path = one.target[1:] if one.target.startswith("/") else f"xl/{one.target}"
        plain = _PLAIN_TARGET.fullmatch(path) and path.lower() == one.part
        return bool(plain) and one.part is not None and self._is_plain(one.part)

    def _is_plain(self, part: str) -> bool:
        """Whether the parser finds a part by its plain name."""
        return self._names[part].replace("\\", "/").lower() == part

    def _relationships(self, part: str) -> dict[str, package.Relationship]:
        return _understood(f"relationships of {part or 'the file'}", lambda: package.relationships(self._archive, part))


def decoded(name: str) -> str:
    """A name without the escapes of Excel, in which _x000A_ is a line break."""
    if "_x" not in name:
        return name
    name = _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), name)
    return name.encode("utf-16", errors="surrogatepass").decode("utf-16", errors="replace")


def _understood(what: str, read: Callable[[], T]) -> T:
    """What a part says; raises `Refused` where it cannot be unpacked or is not XML."""
    try:
        return read()
    except (ElementTree.ParseError, LookupError) as error:
        raise Refused("workbook-damaged", f"the XML of the {what} is not well-formed") from error
    except ZIP_FAILURES as error:
        raise Refused("workbook-damaged", f"the {what} cannot be unpacked") from error


def _elements(root: ElementTree.Element, name: str) -> Iterable[ElementTree.Element]:
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == name)


def _relationships(related: dict[str, tuple[str, str]]) -> str:
    """The XML of relationships: by id, the type and the target of each."""
    listed = "".join(
        f'<Relationship Id="{one}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for one, (kind, target) in related.items()
    )
    return f'<Relationships xmlns="{PACKAGE}">{listed}</Relationships>'
