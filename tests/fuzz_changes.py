"""Changes sound inputs for the fuzzer: bytes, parts of archives, rows of CSV and Parquet, keys of YAML and TOML."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars

from fuzz_seeds import BOOKS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WORDS = [
    b"", b"0", b"-1", b"4294967295", b"99999999999999999999", b"1e999", b"NaN", b"A1", b"XFD1048576", b"ZZZZZ1", b"#N/A",
    b"&#0;", b"&lt;", b"_x0000_", b"\x00", b"\xff\xfe", b"\xf0\x9f\x92\xa9", b"]]>", b"<!--", b"<c", b"</c>", b't="e"',
    b't="s"', b't="b"', b't="d"', b"<f>1</f>", b'hidden="1"', b'xml:space="preserve"', b"R2.1.1", b"Yes", b"=1+1",
    b'"', b'""', b",", b";", b"\t", b"|", b"\r", b"\n", b"\r\n\r\n", b"sep=;\n", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x81", b"\xe9",
    b"1,5", b"\x85", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"{", b"}", b"[", b"]", b": ", b"- ", b"&a ", b"*a", b"!!", b"#", b"'",
]  # fmt: skip


class Plain(str):
    """A value that is written as it is, without quotation marks."""

    __slots__ = ()


class Keys(list[Any]):
    """Pairs of keys and values; a key may be there twice."""


ODD_TEXTS = [
    "", " ", "x" * 40_000, "x" * 70, "\ud800", "\x00", "\x1b[31m", "\u202e", "\u200b", "e\u0301", "=1+1", "<b>", "A", "XFD", "XFE", "AAAA", "0",
    "-1", "1048576", "1048577", "1" * 5000, "1e5", "1.0", "(.+)", "(.+)+$", "(a|aa)+(b)", "(", "(.)(.)", "(?P<a>.)(?P=a)", "(?i)(.*)", "()",
    "[^", "(?<=a)(.+)", "(.){1000000}", "(" * 99 + ")" * 99, "%d/%m/%Y", "%Y-%m-%d", "%", "%%", "%Q", "%Y" * 60, "%Z", "%c", "%d %B %y", "excel_serial",
    "*", "*.csv", "v*", "?????????????", "*" * 60, "**/*.csv", "../*", "/etc/passwd", "C:\\a.csv", "https://example.org/a.csv", "~/a.csv", "con", "none",
    "utf-8", "cp1252", "latin-1", "utf-16", "utf-7", "comma", "semicolon", "\t", ";", "'", "Yes", "No", "Not applicable", "Total", "Ref", "Comment",
    "R2.1.1", "PDU", "PDU cases", "Victim cases", "pdu-2023", "regional-2023", "1", "2", "98", "victims.csv", "pdu.csv", "probation-ratings",
]  # fmt: skip
ODD_VALUES: list[Any] = [
    None, True, 10**30, 1.5, [], {}, [[]], Plain("~"), Plain("1e999"), Plain("0o17"), Plain("2024-06-03"), Plain("1979-05-27T07:32:00Z"),
    Plain(".nan"), Plain("nan"), Plain("1_000"), Plain("-0"), Plain("!!python/object:os.system x"), Plain("!!binary aGk="), Plain("&a x"),
    Plain("*a"), Plain("<<"), Plain("| x"), Plain("@"), Plain("a: b"), Plain("[" * 30 + "]" * 30), Plain("'''x'''"), Plain("0x7f"),
]  # fmt: skip
ADDED: dict[str, list[tuple[str, Any]]] = {
    "sheet": [
        ("keep_rows", [{"column": "Ref", "matches": ".*[1-5]"}]), ("ignore_rows", [{"column": "Ref", "matches": "[a-z]1"}]),
        ("keep_rows", [{"column": "V1", "one_of": ["1", "2"]}]), ("ignore_rows", [{"column": "Comment", "blank": "true"}]),
        ("ignore_rows", [{"letter": "B", "equals": "1"}]), ("header_row", "1"), ("header_row", "2"), ("header_row", "none"), ("first_row", "2"),
        ("first_row", "4"), ("first_row", "3"), ("sheet", "*"), ("encoding", "latin-1"), ("delimiter", "comma"), ("remove", "true"),
        ("long", {"question": "V1", "answer": "V2"}), ("long", {"question": "PDU", "answer": "C1"}),
        ("answers", {"1": "No", "2": "Yes", "98": "No"}), ("answers", {"1": "Yes", "2": "No", "98": "Not applicable", "": "Not applicable"}),
    ],
    "column": [
        ("pattern", "(.+)"), ("pattern", "([12]|98)"), ("pattern", "(.)8?"), ("values", {"1": "Yes", "": "Not applicable"}),
        ("values", {"1": "No", "2": "No", "98": "Yes"}), ("date_format", "%d/%m/%Y"), ("letter", "A"), ("letter", "B"), ("letter", "D"), ("column", "Ref"),
        ("column", "V1"), ("join", ["Ref", {"column": "Inspection", "pattern": "(.).*"}]), ("constant", "Not applicable"), ("file_name", "(.+)"),
        ("sheet_name", "(v.*)"), ("question", "1"), ("remove", "true"), ("separator", ""),
    ],
}  # fmt: skip
"""Keys that an entry of a sheet, and that of a column, may have."""
ORIGINS = {"column", "letter", "join", "constant", "file_name", "sheet_name", "question"}
"""An entry of a column has one of these."""
ADDED["source"] = [
    *ADDED["sheet"], ("exclude", "v*"), ("files", ["victims.csv", "pdu.csv"]), ("files", "[!x]*.csv"), ("files", "*.csv"), ("into", "Victim cases"),
    ("into", "Judgements"), ("columns", {"R2.6.1": "V2"}), ("columns", {"Case ID": {"join": ["Ref", "V1"]}}), ("columns", {"PDU": {"constant": "Camden"}}),
]  # fmt: skip
ODD_CELLS = [
    "", " ", "1", "2", "98", "3", "1.0", "1,5", "01", " 1 ", "1\u200b", "\u0661", "\uff11", "TRUE", "Yes", "yes", "N/A", "n/a", "-", "#N/A", "Total",
    "Total: 8", "Note: 1 case", "c1", "C1 ", "c2", "Ref", "a\nb", 'a"b', "a,b", "a;b", "a|b", "a\tb", "x" * 33_000, "x" * 500, "=1+1", "01/02/2023", "1.2.23",
    "32/13/2023", "\x1b[31m", "\u202eabc", "e\u0301", "\xe9", "\x85", "\u2028", "\x0c", "\x1c", "None", "nan", "1e5", "99999999999999", "-1", "5.00", "R2.6.1",
    "Camden PDU 2024", "camden  pdu 2024", "London", "Wales", "Good", "Not inspected", "All",
]  # fmt: skip


class Chance:
    """Choices that the fuzzer makes."""

    def __init__(self, data: Any) -> None:
        """Take the choices from what provides the fuzzer's data; at its end each is the first."""
        self._data = data

    def below(self, number: int) -> int:
        """A number from 0 to one less than this one."""
        return int(self._data.ConsumeIntInRange(0, max(number, 1) - 1))

    def of(self, *choices: Any) -> Any:
        """One of some values."""
        return choices[self.below(len(choices))]

    def once_in(self, number: int) -> bool:
        """True once in so many times."""
        return self.below(number) == 1

    def bytes(self, count: int) -> bytes:
        """So many bytes, or fewer."""
        return bytes(self._data.ConsumeBytes(count))


def changed_bytes(content: bytes, chance: Chance) -> bytes:
    """Some bytes, words, tags or attributes of a part changed, doubled or cut."""
    part = bytearray(content)
    for _ in range(chance.of(1, 1, 2, 5, 20)):
        place = chance.below(len(part) + 1)
        end = min(place + chance.of(0, 1, 4, 30, 400), len(part))
        action = chance.below(6)
        if action == 0:
            part[place:end] = chance.of(*WORDS)
        elif action == 1:
            part[place:place] = part[place:end] * chance.of(1, 2, 50)
        elif action == 2:
            del part[place:end]
        elif action == 3:
            part[place:end] = chance.bytes(end - place)
        else:
            found = list(re.finditer(rb'"[^"<>]*"' if action == 4 else rb">[^<>]+<", part))
            if found:
                start, stop = chance.of(*found).span()
                part[start + 1 : stop - 1] = chance.of(*WORDS)
    return bytes(part)


def changed_book(chance: Chance) -> tuple[str, bytes]:
    """A workbook with some of its parts, or its bytes, changed; and its suffix."""
    suffix, content = chance.of(*BOOKS)
    if chance.once_in(8) or not content.startswith(b"PK"):
        return suffix, changed_bytes(content, chance)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        first, count = chance.below(len(names)), chance.of(1, 1, 1, 2, len(names))
        chosen = {names[(first + number) % len(names)] for number in range(count)}
        for name in names:
            if name in chosen and chance.once_in(30):
                continue
            new.writestr(name, changed_bytes(old.read(name), chance) if name in chosen else old.read(name))
    raw = target.getvalue()
    return suffix, changed_bytes(raw, chance) if chance.once_in(10) else raw


def changed_rows(rows: list[list[str]], chance: Chance) -> list[list[str]]:
    """Some cells, rows or columns changed, doubled or left out."""
    rows = [list(row) for row in rows]
    for _ in range(chance.of(1, 0, 1, 2, 4, 12)):
        number = chance.below(len(rows))
        row = rows[number]
        place = chance.below(len(row))
        action = chance.below(9)
        if action <= 2 and row:
            row[place] = chance.of(*ODD_CELLS)
        elif action == 3:
            rows.insert(number, list(chance.of(*rows)))
        elif action == 4 and len(rows) > 1:
            del rows[number]
        elif action == 5:
            rows.insert(number, [chance.of(*ODD_CELLS) if chance.once_in(3) else "" for _ in row])
        elif action == 6:
            row.insert(place, chance.of(*ODD_CELLS))
        elif action == 7 and row:
            del row[place]
        elif row:
            row[place] = (
                row[place] + chance.of(" ", "\u200b", "x", "\n", "\xa0") if chance.once_in(2) else row[place].swapcase()
            )
    return rows


def as_csv(rows: list[list[str]], chance: Chance, delimiter: str | None = None) -> bytes:
    """The rows as CSV, written in one way or another; once in four times with bytes changed."""
    text = io.StringIO()
    quoting = chance.of(csv.QUOTE_MINIMAL, csv.QUOTE_ALL)
    ends = chance.of("\n", "\r\n", "\r")
    delimiter = chance.of(",", ",", ";", "\t", "|") if delimiter is None else delimiter
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=ends).writerows(rows)
    encoding = chance.of(*["utf-8"] * 9, "utf-8-sig", "cp1252", "utf-16", "utf-16-le")
    content = text.getvalue().encode(encoding, "replace")
    return changed_bytes(content, chance) if chance.once_in(4) else content


def as_parquet(rows: list[list[str]], chance: Chance) -> bytes:
    """The rows as Parquet, some columns as numbers; once in three times with bytes changed."""
    names = [one if rows[0].index(one) == place else f"{one}{place}" for place, one in enumerate(rows[0])]
    columns: dict[str, Any] = {}
    for place, name in enumerate(names):
        texts = [row[place] if place < len(row) else None for row in rows[1:]]
        kind = chance.of(
            polars.String, polars.Int64, polars.Float64, polars.UInt8, polars.Categorical, polars.Boolean, polars.Date
        )
        values = polars.Series(name, texts, dtype=polars.String)
        try:
            columns[name] = values.cast(kind, strict=False) if name in {"Yes", "No", "Not applicable"} else values
        except polars.exceptions.PolarsError:
            columns[name] = values
    target = io.BytesIO()
    polars.DataFrame(columns).write_parquet(target, compression=chance.of("zstd", "uncompressed", "snappy"))
    content = target.getvalue()
    return changed_bytes(content, chance) if chance.once_in(3) else content


@dataclass
class Tree:
    """Nested keys, lists and values of which some are changed."""

    top: Any
    chance: Chance

    @classmethod
    def of(cls, value: Any, chance: Chance) -> Tree:
        """A copy of a value, to be changed."""
        return cls(cls._copied(value), chance)

    @classmethod
    def _copied(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return Keys([key, cls._copied(one)] for key, one in value.items())
        return [cls._copied(one) for one in value] if isinstance(value, list) else value

    def _places(self, node: Any, found: list[tuple[list[Any], int]]) -> list[tuple[list[Any], int]]:
        """Where a value or a pair of a key and a value is: the list that has it, and its place there."""
        for place, one in enumerate(node if isinstance(node, list) else ()):
            found.append((node, place))
            self._places(one[1] if isinstance(node, Keys) else one, found)
        return found

    def changed(self) -> Tree:
        """The same with a few changes."""
        chance = self.chance
        for _ in range(chance.of(1, 1, 2, 3, 8)):
            places = self._places(self.top, [])
            fitting = [(node, place) for node, place in places if self._may_add(node, place)]
            if fitting and chance.below(4) < 3:
                self._add(*chance.of(*fitting))
            elif places:
                node, place = chance.of(*places)
                self._change(node, place, places)
        return self

    @staticmethod
    def _level(value: Any) -> str:
        """What a value is in a mapping file, by its keys."""
        keys = [key for key, _ in value] if isinstance(value, Keys) else []
        return next(
            (
                level
                for key, level in (("into", "source"), ("columns", "sheet"), ("join", "column"), ("column", "column"))
                if key in keys
            ),
            "",
        )

    def _may_add(self, node: list[Any], place: int) -> bool:
        """Whether something is there that may have more keys: a source, a sheet, a column."""
        if not isinstance(node, Keys):
            return self._level(node[place]) == "source"
        key, value = node[place]
        return self._level(value) != "" or (str(key).startswith("R2.") and isinstance(value, str))

    def _add(self, node: list[Any], place: int) -> None:
        """Add a key that may be there."""
        chance = self.chance
        value = node[place][1] if isinstance(node, Keys) else node[place]
        if isinstance(value, str):
            value = node[place][1] = Keys([["column", value]])
        extra = chance.of(*ADDED[self._level(value) or "column"])
        others = ORIGINS if extra[0] in ORIGINS else {extra[0]}
        value[:] = [pair for pair in value if pair[0] not in others or chance.once_in(12)]
        value.append([extra[0], self._copied(extra[1])])

    def _change(self, node: list[Any], place: int, places: Sequence[tuple[list[Any], int]]) -> None:
        """Leave out, repeat, rename or replace what is in a place."""
        chance = self.chance
        action = chance.below(8)
        other, there = chance.of(*places)
        taken = other[there][1] if isinstance(other, Keys) else other[there]
        keyed = isinstance(node, Keys)
        if action == 0:
            del node[place]
        elif action == 1:
            node.append(list(node[place]) if keyed else node[place])
        elif action == 2 and keyed:
            node[place] = [chance.of(*ODD_TEXTS), node[place][1]]
        else:
            odd = (chance.of(*ODD_TEXTS), chance.of(*ODD_TEXTS), chance.of(*ODD_VALUES))
            value = taken if action <= 4 else odd[chance.below(3)]
            value = [value] if action == 5 else Keys([["column", value]]) if action == 6 else value
            node[place] = [node[place][0], self._copied(value)] if keyed else self._copied(value)

    def text(self, write: Callable[[Any], str]) -> bytes:
        """The tree as text; once in eight times with bytes changed."""
        content = write(self.top).encode("utf-8", "surrogatepass")
        return changed_bytes(content, self.chance) if self.chance.once_in(8) else content


def as_yaml(node: Any, depth: int = 0) -> str:
    """A tree as YAML: the first three levels in lines of their own, the rest in brackets."""
    if isinstance(node, Keys) and node and depth < 3:
        pairs = ((json.dumps(key, ensure_ascii=False), value) for key, value in node)
        return "".join(f"\n{'  ' * depth}{key}: {as_yaml(value, depth + 1)}" for key, value in pairs) + "\n" * (
            not depth
        )
    if isinstance(node, Keys):
        return "{" + ", ".join(f"{json.dumps(key)}: {as_yaml(value, 9)}" for key, value in node) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(as_yaml(one, 9) for one in node) + "]"
    return str(node) if isinstance(node, Plain) else json.dumps(node)


def as_toml(node: Any, *, top: bool = True) -> str:
    """A tree as TOML."""
    if isinstance(node, Keys):
        pairs = [
            f"{key if re.fullmatch('[a-z-]+', key) else json.dumps(key)} = {as_toml(value, top=False)}"
            for key, value in node
        ]
        return "\n".join(pairs) if top else "{" + ", ".join(pairs) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(as_toml(one, top=False) for one in node) + "]"
    return str(node) if isinstance(node, Plain) else json.dumps(node)
