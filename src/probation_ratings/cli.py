"""The commands and their options; each is a few lines around the stages of the program."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from . import __version__
from .errors import RuleFileError, UsageError
from .problems import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .ratings import RatedInspection
    from .ruleset import RuleSet
    from .views.terminal import Screen

WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


class Format(StrEnum):
    """The formats of `rate`."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


class Color(StrEnum):
    """When to colour the terminal."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


SUFFIXES = {".txt": Format.TABLE, ".json": Format.JSON, ".jsonl": Format.JSONL, ".csv": Format.CSV}


def _typer(text: str | None) -> typer.Typer:
    """A Typer that leaves exceptions to `__main__`, and help as plain text: rich's takes longer to import."""
    return typer.Typer(
        help=text,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 79},
    )


app = _typer("Rates probation inspections from case workbooks.")
rate_app = _typer(None)


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"probation-ratings {__version__}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
]
Workbooks = Annotated[
    list[str],
    typer.Argument(
        metavar="WORKBOOK",
        help="Case workbooks, or folders of them; - reads one from standard input.",
        show_default=False,
    ),
]
Rules = Annotated[str, typer.Option("--rules", metavar="ID_OR_FILE", help="A shipped rule file's id, or your own.")]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="PATH", help="Write to this file; its suffix says the format."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Errors only: no warnings or notes.")]
ColorOption = Annotated[Color, typer.Option("--color", help="When to colour; NO_COLOR is heeded.")]


@app.callback()
def _group(*, version: Version = False) -> None:
    pass


@app.command()
@rate_app.command()
def rate(
    workbooks: Workbooks,
    *,
    rules: Rules = "regional-2023",
    format_: Annotated[
        Format | None, typer.Option("--format", "-f", help="Default: table.", show_default=False)
    ] = None,
    output: Output = None,
    key_questions: Annotated[bool, typer.Option("--key-questions", help="CSV: one row a key question.")] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Rate the sound standards where others have errors; no overall rating.")
    ] = False,
    quiet: Quiet = False,
    color: ColorOption = Color.AUTO,
    version: Version = False,  # noqa: ARG001  (its callback does it)
) -> None:
    """Rate inspections: the ratings of all standards, the score and the overall rating.

    Exit status: 0 rated; 1 problems in the data; 2 wrong usage or a broken rule file; 3 a file that cannot be read
    or written.
    """
    from .output import refuse_input_as_output, write

    if output == Path("-"):
        output = None
    chosen = _format(format_, output)
    if key_questions and chosen is not Format.CSV:
        raise UsageError("--key-questions goes with -f csv")
    paths, empty_folders = _workbooks(workbooks)
    if output is not None:
        refuse_input_as_output(output, [*paths, rules])
    from .workbook import Reading

    # The process that reads the first workbook starts while the rules are loaded.
    sources: list[str | Reading] = [*map(Reading, paths[:1]), *paths[1:]]
    from .inspection import read_inspection
    from .ratings import rate_inspection
    from .rules import load_rules
    from .views import documents

    try:
        rule_set = load_rules(rules)
    except RuleFileError:
        for source in sources[:1]:
            cast("Reading", source).stop()
        raise
    status = 3 if empty_folders else 0
    for folder in empty_folders:
        _say(f"there is no workbook in the folder {printable(folder)} ({', '.join(WORKBOOK_SUFFIXES)})\n")

    def results() -> Iterator[RatedInspection]:
        nonlocal status
        for source in sources:
            rated = rate_inspection(read_inspection(source, rule_set), partial=partial)
            status = max(status, _status(rated))
            _report(rated, quiet=quiet, color=color)
            yield rated

    encoding = "utf-8"
    if chosen is Format.TABLE:
        from .views.terminal import to_table

        screen = _screen(sys.stdout, color if output is None else Color.NEVER, to_file=output is not None)
        chunks = to_table(results(), rule_set, screen)
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    else:
        views: dict[Format, Callable[[Iterable[RatedInspection], RuleSet], Iterator[str]]] = {
            Format.JSON: documents.to_json,
            Format.JSONL: documents.to_jsonl,
            Format.CSV: documents.to_question_csv if key_questions else documents.to_csv,
        }
        chunks = views[chosen](results(), rule_set)
    write(chunks, output, encoding=encoding)
    raise typer.Exit(status)


def _format(asked: Format | None, output: Path | None) -> Format:
    """The format asked for, or the one that the output's suffix says; the two must not contradict each other."""
    if output is None:
        return asked or Format.TABLE
    suffix = output.suffix.lower()
    said = SUFFIXES.get(suffix)
    if asked is not None and ((said is not None and asked is not said) or suffix in WORKBOOK_SUFFIXES):
        raise UsageError(f"-f {asked} contradicts the suffix of {output}, which says {said or 'a workbook'}")
    if asked is None and said is None:
        raise UsageError(f"the suffix of {output} says no format: use {', '.join(SUFFIXES)}, or add -f")
    return asked or said or Format.TABLE


def _workbooks(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """The workbooks that were named, and the folders without one; a folder stands for the workbooks in it, by name."""
    paths: list[str] = []
    empty: list[str] = []
    for name in names:
        if not name:
            raise UsageError("the name of a workbook is empty")
        if name == "-" and "-" in paths:
            raise UsageError("standard input (-) can be read only once")
        inside = None if name == "-" else _inside(Path(name))
        paths += [name] if inside is None else inside
        if inside == []:
            empty.append(name)
    return paths, empty


def _inside(folder: Path) -> list[str] | None:
    """The workbooks in a folder, without hidden and lock files; None where it is no folder that can be listed."""
    try:
        return sorted(
            str(file)
            for file in folder.iterdir()
            if file.suffix.lower() in WORKBOOK_SUFFIXES and not file.name.startswith((".", "~$")) and file.is_file()
        )
    except OSError:
        return None


def _status(rated: RatedInspection) -> int:
    if rated.details.sha256 is None:
        return 3
    return 1 if rated.blocking else 0


def _report(rated: RatedInspection, *, quiet: bool, color: Color) -> None:
    """Say on standard error what was found wrong."""
    told = [problem for problem in rated.problems if problem.is_error or not quiet]
    if told:
        from .views.terminal import show_problems

        _say(show_problems(told, _screen(sys.stderr, color)))


def _say(text: str) -> None:
    # Whoever closed standard error does not want to read it, but still wants the results.
    with suppress(OSError, AttributeError):
        sys.stderr.buffer.write(text.encode(sys.stderr.encoding or "utf-8", errors="replace"))
        sys.stderr.buffer.flush()


def _screen(stream: object, color: Color, *, to_file: bool = False) -> Screen:
    """What a stream shows; 80 columns where it is no terminal, unless COLUMNS says otherwise."""
    import shutil

    from .views.terminal import Screen

    terminal = bool(getattr(stream, "isatty", lambda: False)()) and not to_file
    wanted = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    encoding = "utf-8" if to_file else getattr(stream, "encoding", None) or "utf-8"
    try:
        "■·…".encode(encoding)
        unicode = True
    except UnicodeEncodeError:
        unicode = False
    width = shutil.get_terminal_size((80, 24)).columns if terminal or "COLUMNS" in os.environ else 80
    return Screen(width, color is Color.ALWAYS or (color is Color.AUTO and wanted), unicode)
