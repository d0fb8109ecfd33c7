"""Which files a source names: inside its folder only, and what is reported where there are none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mapping_texts import TEXT, changed, folder_with, write
from probation_ratings.errors import MappingFileError
from probation_ratings.mapping import source_files
from probation_ratings.mapping.load import files_extended, files_named, load_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("cases.csv", "book.xlsx", "sub/Cases.csv", "sub/b.csv", "sub/deep/d.csv", ".hidden.csv", "~$cases.csv")
NOT_THERE = "correct the name, or add the file"
NO_MATCH = "correct the pattern, or add the files"
NOT_EXCLUDED = "correct the name, or delete it"
IN_THE_FOLDER = "name a file in the folder of the mapping file, or give its folder with --data"
LONG = "a/" * 500
HAS = "the folder has 'book.xlsx', 'cases.csv' and 'm.mapping.yaml'"


def sources(tmp_path: Path, files: str) -> list[str]:
    """The files of the first source, as paths from the folder."""
    mapping = load_mapping(write(tmp_path, changed("files: cases.csv", f"files: {files}")))
    return [file.relative_to(tmp_path).as_posix() for file in mapping.sources[0].files]


def refused(tmp_path: Path, files: str) -> list[tuple[str, str, str]]:
    """The code, the message after its place, and the remedy of each problem with the first source."""
    with pytest.raises(MappingFileError) as caught:
        sources(tmp_path, files)
    return [(one.kind.code, one.message.partition("sources.1.")[2], one.remedy) for one in caught.value.problems]


# what the files of a source are; the code, the message and the remedy
MESSAGES = {
    "a file that is not there": ("gone.csv", "PR509", f"files: file not found: 'gone.csv'; {HAS}", NOT_THERE),
    "a file in another case": ("CASES.csv", "PR509", "files: file not found: 'CASES.csv'; the folder has 'cases.csv'", NOT_THERE),
    "a file in a folder": ("sub//./gone.csv", "PR509", "files: file not found: 'sub/gone.csv'; the folder 'sub' has 'Cases.csv' and 'b.csv'", NOT_THERE),
    "a file in a folder in another case": ("sub/cases.csv", "PR509", "files: file not found: 'sub/cases.csv'; the folder 'sub' has 'Cases.csv'", NOT_THERE),
    "a file in two folders": ("sub/deep/gone.csv", "PR509", "files: file not found: 'sub/deep/gone.csv'; the folder 'sub/deep' has 'd.csv'", NOT_THERE),
    "a file in no folder": ("none/gone.csv", "PR509", f"files: file not found: 'none/gone.csv'; {HAS}", NOT_THERE),
    "a file in a folder without any": ("empty/gone.csv", "PR509", "files: file not found: 'empty/gone.csv'; the folder 'empty' has no files", NOT_THERE),
    "a pattern that fits nothing": ("'x*'", "PR509", f"files: 'x*' matches no file; {HAS}", NO_MATCH),
    "a pattern in a folder": ("'sub/x?'", "PR509", "files: 'sub/x?' matches no file; the folder 'sub' has 'Cases.csv' and 'b.csv'", NO_MATCH),
    "a pattern of folders": ("'s*/x*'", "PR509", f"files: 's*/x*' matches no file; {HAS}", NO_MATCH),
    "a hidden file by a pattern": ("'.h*'", "PR509", f"files: '.h*' matches no file; {HAS}", NO_MATCH),
    "a folder": ("sub", "PR509", "files: 'sub' is a folder", "name its files, such as 'pdu/*.csv'"),
    "a folder that a pattern leads to": ("'s*/deep'", "PR509", "files: 'sub/deep' is a folder", "name its files, such as 'pdu/*.csv'"),
    "a file as a folder": ("'cases.csv/*'", "PR509", "files: 'cases.csv/*' cannot be looked for: Not a directory", "correct the name, or make the folder readable"),
    "the mapping file": ("m.mapping.yaml", "PR507", "files: 'm.mapping.yaml' is a mapping file itself", "name the exports only, such as '*.csv'"),
    "a file twice": ("[cases.csv, ./cases.csv]", "PR507", "files.2: the file 'cases.csv' is named twice", "name each file once: a row must not go into a sheet twice"),
    "no name": ("[cases.csv, [a]]", "PR507", "files.2: the name of a file is expected here, found a list", "write one value, as text"),
    "a file excluded that is not named": ("cases.csv, exclude: gone.csv", "PR509", "exclude: 'gone.csv' does not match any of the files 'cases.csv'", NOT_EXCLUDED),
    "a file excluded in another case": ("cases.csv, exclude: Cases.csv", "PR509", "exclude: 'Cases.csv' does not match any of the files 'cases.csv'", NOT_EXCLUDED),
    "a file excluded in another folder": ("[cases.csv, sub/b.csv], exclude: deep/b.csv", "PR509", "exclude: 'deep/b.csv' does not match any of the files 'cases.csv' and 'sub/b.csv'", NOT_EXCLUDED),
    "all files excluded": ("[cases.csv, sub/b.csv], exclude: ['c*', b.csv]", "PR507", "exclude: no file is left", "leave at least one of the files, or delete the source"),
    "a list in the exclusions": ("cases.csv, exclude: [[a]]", "PR507", "exclude.1: the name of a file is expected here, found a list", "write one value, as text"),
    "an absolute path excluded": ("cases.csv, exclude: /etc/passwd", "PR510", "exclude: '/etc/passwd' is an absolute path", IN_THE_FOLDER),
    "an absolute path": ("/etc/passwd", "PR510", "files: '/etc/passwd' is an absolute path", IN_THE_FOLDER),
    "a drive": ("'C:cases.csv'", "PR510", "files: 'C:cases.csv' is an absolute path", IN_THE_FOLDER),
    "a path above": ("sub/../cases.csv", "PR510", "files: 'sub/../cases.csv' leads out of the folder with ..", IN_THE_FOLDER),
    "a home folder": ("~/cases.csv", "PR510", "files: '~/cases.csv' begins with ~, which is not read as a home folder", IN_THE_FOLDER),
    "a path of 1,001 characters": (LONG + "b", "PR510", f"files: '{LONG[:59]}…' has more than 1,000 characters", IN_THE_FOLDER),
    "a path of 1,000 characters": (LONG, "PR509", f"files: file not found: '{LONG[:59]}…'; {HAS}", NOT_THERE),
    "the folder itself": ("./", "PR510", "files: './' is not the name of a file", IN_THE_FOLDER),
    "a NUL": (r'"a\0.csv"', "PR510", r"files: 'a\x00.csv' is not the name of a file", IN_THE_FOLDER),
    "a backslash": (r"sub\b.csv", "PR510", r"files: 'sub\b.csv' has a backslash", "write / between folders, on Windows too"),
    "an address": ("https://example.org/a.csv", "PR510", "files: 'https://example.org/a.csv' is an address", "download the file, and name the copy in the folder of the mapping file"),
    "two stars": ("'**/*.csv'", "PR510", "files: '**/*.csv' has ** in it, and * is for names in one folder", "write one pattern for each folder level, such as 'pdu/*.csv'"),
    "two stars above": ("'../**'", "PR510", "files: '../**' leads out of the folder with ..", IN_THE_FOLDER),
}  # fmt: skip


@pytest.mark.parametrize(("files", "code", "message", "remedy"), MESSAGES.values(), ids=MESSAGES)
def test_a_file_that_cannot_be_read_is_named_with_a_remedy(
    files: str, code: str, message: str, remedy: str, tmp_path: Path
) -> None:
    (folder_with(tmp_path, *NAMES) / "empty").mkdir()
    assert refused(tmp_path, files) == [(code, message, remedy)]


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (".hidden.csv", [".hidden.csv"]),
        ("'~$cases.csv'", ["~$cases.csv"]),
        ("'*.csv'", ["cases.csv"]),
        ("'SUB/?.CSV'", ["sub/b.csv"]),
        ("'*/c*.csv'", ["sub/Cases.csv"]),
        ("'S*/*/D.csv'", ["sub/deep/d.csv"]),
        ("'S*/b.csv'", ["sub/b.csv"]),
        ("['*/*.csv', '*.csv']", ["cases.csv", "sub/Cases.csv", "sub/b.csv"]),
        ("['*/*.csv', '*.csv'], exclude: cases.csv", ["sub/Cases.csv", "sub/b.csv"]),
        ("['*/*.csv', '*.csv'], exclude: 'C*.csv'", ["sub/Cases.csv", "sub/b.csv"]),
        ("['*/*.csv'], exclude: 'C*.csv'", ["sub/b.csv"]),
        ("['*/*/*.csv', '*.csv'], exclude: d.csv", ["cases.csv"]),
        ("['*/*.csv', '*.csv'], exclude: [sub//b.csv, 'sub/c*']", ["cases.csv"]),
    ],
)
def test_names_and_patterns_lead_to_the_files_of_their_folders(files: str, found: list[str], tmp_path: Path) -> None:
    folder_with(tmp_path, *NAMES)
    assert sources(tmp_path, files) == found


def test_a_refused_path_is_left_out_of_a_redacted_message(tmp_path: Path) -> None:
    with pytest.raises(MappingFileError) as caught:
        sources(folder_with(tmp_path), "/home/ann/cases.csv")
    (problem,) = caught.value.problems
    assert problem.redacted == "sources.1.files: [left out] is an absolute path"


def test_after_twenty_wrong_names_the_folder_is_not_searched_again(tmp_path: Path) -> None:
    found = refused(folder_with(tmp_path), f"[{', '.join(f'{number}.csv' for number in range(21))}]")
    assert found[19][1] == f"files.20: file not found: '19.csv'; {HAS}"
    assert found[20][1] == "files.21: file not found: '20.csv'; look at what the folder has"


def test_after_too_many_problems_no_file_is_looked_for(tmp_path: Path) -> None:
    files = f"[{', '.join(f'{number}.csv' for number in range(60))}]"
    with pytest.raises(MappingFileError) as caught:
        sources(folder_with(tmp_path), files)
    last = caught.value.problems[-1]
    assert (last.kind.code, last.message) == ("PR507", "further: 1 more problem is not shown")  # and not ten more


def test_each_wrong_exclusion_is_named(tmp_path: Path) -> None:
    found = refused(folder_with(tmp_path), "cases.csv, exclude: [/etc/passwd, gone.csv]")
    assert [message for _, message, _ in found] == [
        "exclude.1: '/etc/passwd' is an absolute path",
        "exclude.2: 'gone.csv' does not match any of the files 'cases.csv'",
    ]


@pytest.mark.parametrize(
    "files", ["'c*.csv'", "['b*', 'c*.csv']", "cases.csv, exclude: 'b*'"], ids=["one", "two", "exclude"]
)
def test_too_many_comparisons_are_refused(files: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_files, "MOST_COMPARED", 0)
    for _, message, remedy in refused(folder_with(tmp_path), files):
        assert message.partition(": ")[2] == "too many patterns are compared with too many files"
        assert remedy == "name the files, write fewer patterns, or move the exports to a folder of their own"


def test_so_many_comparisons_are_made_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_with(tmp_path)  # with the mapping file there are three names to compare with
    monkeypatch.setattr(source_files, "MOST_COMPARED", 3)
    assert sources(tmp_path, "'c*.csv'") == ["cases.csv"]
    monkeypatch.setattr(source_files, "MOST_COMPARED", 2)
    assert len(refused(tmp_path, "'c*.csv'")) == 1


def test_links_lead_to_files_of_the_folder_or_are_refused(tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "region", *NAMES)
    (tmp_path / "secret.csv").touch()
    try:
        for name, target in {"out": "../secret.csv", "gone": "none.csv", "round": "round.csv", "in": "sub"}.items():
            (folder / f"{name}{'' if name == 'in' else '.csv'}").symlink_to(target)
    except OSError:
        pytest.skip("links cannot be made here")
    out = ("PR510", "files: 'out.csv' is a link that leads out of the folder", f"copy the file, or {IN_THE_FOLDER}")
    assert refused(folder, "out.csv") == [out]
    for name in ("gone", "round"):
        message = f"files: '{name}.csv' is a link to a file that does not exist"
        assert refused(folder, f"{name}.csv") == [("PR509", message, NOT_THERE)]
    assert sources(folder, "'i*/b.csv'") == ["in/b.csv"]
    assert sources(folder, "'c*.csv'") == ["cases.csv"]  # the circle beside it does not matter
    assert [code for code, *_ in refused(folder, "[in/b.csv, sub/b.csv]")] == ["PR507"]


def test_a_link_to_itself_cannot_be_extended(tmp_path: Path) -> None:
    try:
        (tmp_path / "round.yaml").symlink_to("round.yaml")
    except OSError:
        pytest.skip("links cannot be made here")
    with pytest.raises(MappingFileError, match=r"extends: file not found: 'round\.yaml'"):
        load_mapping(write(tmp_path, "mapping_version: 1\nextends: round.yaml\n"))


def test_a_folder_that_cannot_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = os.scandir

    def scandir(path: Path) -> Iterator[os.DirEntry[str]]:
        if Path(path) == tmp_path:
            raise PermissionError(13, "Permission denied")
        return listed(path)

    folder_with(tmp_path)
    monkeypatch.setattr(os, "scandir", scandir)
    message = "files: '*.csv' cannot be looked for: Permission denied"
    assert refused(tmp_path, "'*.csv'") == [("PR509", message, "correct the name, or make the folder readable")]


def test_the_files_that_a_mapping_file_names_are_known_without_its_rules(tmp_path: Path) -> None:
    folder_with(tmp_path, *NAMES)
    text = TEXT[: TEXT.index("sources:")].replace("regional-2023", "pdu-2023") + (
        "sources:\n  - x\n  - {into: PDU cases}\n  - {files: ['*.csv', '*/*.csv'], exclude: sub/b.csv}\n  - {files: '*'}\n"
    )
    path = write(tmp_path, text)
    names = ("cases.csv", "sub/Cases.csv", "book.xlsx")
    assert files_named(path) == {str((tmp_path / name).resolve()) for name in names}
    child = write(tmp_path / "sub", "mapping_version: 1\nextends: ../m.mapping.yaml\n", "child.mapping.yaml")
    assert files_extended(child) == [str(child), str(tmp_path / "sub" / ".." / "m.mapping.yaml")]
    assert files_extended(write(tmp_path, "- a\n", "broken.mapping.yaml")) == []
    assert files_named(write(tmp_path, TEXT[: TEXT.index("sources:")], "base.mapping.yaml")) == frozenset()
