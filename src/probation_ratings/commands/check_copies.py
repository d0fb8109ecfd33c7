"""The copies that `check` writes beside its report: with the bad cells marked, or with what can be fixed."""

from __future__ import annotations

from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from ..errors import OutputError, UsageError
from ..inputs import WORKBOOK_SUFFIXES
from ..problems import counted
from ..writing.output import write
from .inputs import is_folder, is_mapping
from .terminal import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..checking.inspection import Inspection
    from ..findings.check_result import Asked, Checked
    from ..findings.fixes import Fixes
    from ..writing.register import Register
    from .inputs import Inputs
    from .terminal import Terminal


class Marking:
    """The copies of a run with the bad cells marked (`--annotate`), in a folder."""

    def __init__(self, inputs: Inputs, folder: Path, register: Register, terminal: Terminal, *, redact: bool) -> None:
        """Get ready to write the copies; the register notes those of workbooks."""
        from ..writing.copies import paths_of_copies

        self._folder, self._register, self._terminal, self._redact = folder, register, terminal, redact
        self._targets = {} if inputs.combined else paths_of_copies(_without_mappings(inputs), folder)
        for target in self._targets.values():
            register.writes(target, "--annotate")

    def write(self, everything: Iterable[Checked]) -> int:
        """Write a copy of each file with a problem; the exit status."""
        # The register notes all of them before the first is written.
        copies = [copy for one in everything for copy in self._copies(one)]
        return _write_each(partial(self._write, copy) for copy in copies)

    def _copies(self, checked: Checked) -> Iterator[Callable[[], Path]]:
        """What writes the copies of the files of an input, each in the subfolder that the file is in."""
        from ..writing.copies import annotate

        if not (checked.is_workbook and checked.was_read and checked.problems):
            return
        mark = partial(annotate, redact=self._redact)
        if checked.path in self._targets or checked.path == "-":
            target = self._targets.get(checked.path, self._folder)
            yield partial(mark, checked.path, checked.problems, target, sha256=checked.sha256)
            return
        for source in checked.sources:
            problems = tuple(one for one in checked.problems if one.file == source.file)
            if source.role == "data" and problems:
                target = self._folder / PurePath(source.path).parent / Path(source.file).name
                if source.text is not None:  # the copy of a CSV file is a workbook
                    target = target.with_name(f"{target.name}.xlsx")
                self._register.writes(target, "--annotate")
                yield partial(mark, source.file, problems, target, sha256=source.sha256 or None, text=source.text)

    def _write(self, copy: Callable[[], Path]) -> None:
        self._terminal.wrote(copy())


class Fixing:
    """The fixes of a run: collected file by file, then shown, and written where that is asked for."""

    def __init__(
        self, inputs: Inputs, output: Path | None, register: Register, terminal: Terminal, *, unsafe: bool, diff: bool
    ) -> None:
        """Get ready to fix the inputs, into copies in the folder that is the output, or else beside each.

        The register notes the copies that may be written. One that is there already, which somebody may have edited,
        is refused. With `diff` none is written. Raises `UsageError` where options contradict each other.
        """
        self._terminal, self._unsafe, self._only_shows = terminal, unsafe, diff
        self._found: dict[str, Fixes] = {}
        self._targets: dict[str, Path] = {}
        folder = output if output is not None and (output.is_dir() or not output.suffix) else None
        self.output = None if folder is not None else output
        """The file for the report."""
        if diff:
            if output is not None:
                raise UsageError("--diff shows what would change, and writes nothing: leave out -o")
            return
        if self.output is not None and self.output.suffix.lower() in {*WORKBOOK_SUFFIXES, ".csv"}:
            raise UsageError(f"--fix writes its copies into a folder: write -o {self.output.stem}/, not {self.output}")
        if "-" in inputs.paths:
            raise UsageError("standard input cannot be fixed: give the workbook's file, or use --diff")
        if folder is None and any(map(is_folder, inputs.names)):
            raise UsageError(
                "--fix of a folder needs a folder for the copies, such as -o fixed/: beside the originals, they would "
                "be read together with them"
            )
        from ..writing.copies import paths_of_copies

        files = _without_mappings(inputs)
        beside = {path: Path(path).with_name(f"{Path(path).stem}.fixed{Path(path).suffix}") for path in files}
        self._targets = beside if folder is None else paths_of_copies(files, folder)
        for target in self._targets.values():
            register.writes(target, "--fix")
            if target.exists():
                raise OutputError(f"{target} is there already: delete it, or name another folder with -o folder/")

    def noting(self, inspections: list[Inspection]) -> list[Inspection]:
        """Collect what can be fixed in the files of an input; hands its inspections on."""
        from ..findings.fixes import fixes_of

        self._found |= fixes_of(inspections)
        details = inspections[0].details
        if any(source.role == "mapping" for source in details.sources):
            tell(f"{details.path}: exports are not fixed: correct them, or say in the mapping file how they are read\n")
        return inspections

    def done(self, asked: Asked) -> int:
        """Show what is fixed, as the result if only that is asked for, or else write it; the exit status."""
        from ..views.check_text import to_diff

        found = self._found.values()
        chosen = [one.chosen(asked.wants_code, unsafe=self._unsafe) for one in found]
        lines = list(to_diff(chosen, redact=asked.redact))
        if self._only_shows:
            write(lines, None, text=True)
            status = 0
        else:
            for line in lines:
                self._terminal.say(line)
            status = _write_each(partial(self._write, one) for one in chosen)
        every = sum(len(one.chosen(asked.wants_code, unsafe=True).changes) for one in found)
        if left := every - sum(len(one.changes) for one in chosen):
            self._terminal.say(f"{counted(left, 'more cell')} could be fixed with --unsafe-fixes\n")
        return status

    def _write(self, fixes: Fixes) -> None:
        """Write a copy and say what was done."""
        from ..views.check_text import fixes_in_words
        from ..writing.copies import write_fixed

        target = self._targets.get(fixes.path)
        if target is None or not (fixes.changes or fixes.rows):
            self._terminal.say(f"{fixes.path}: nothing to fix\n")
            return
        also, remarks = write_fixed(fixes, target)
        self._terminal.say(f"{target} written: {', '.join([fixes_in_words(fixes), *also])}\n")
        for remark in remarks:
            self._terminal.say(f"  {remark}\n")


def _without_mappings(inputs: Inputs) -> list[str]:
    return [path for path in inputs.paths if not is_mapping(path)]


def _write_each(writes: Iterable[Callable[[], None]]) -> int:
    """Write copies, and return the exit status. A failed copy does not stop the others."""
    status = 0
    for write_one in writes:
        try:
            write_one()
        except OutputError as error:
            tell(f"{error}\n")
            status = error.exit_code
    return status
