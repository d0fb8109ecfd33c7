"""`check --fix` and `check --diff`: what can be fixed, shown, and written into copies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import OutputError, UsageError
from ..problems import counted
from ..writing.output import write
from .inputs import is_folder, is_mapping
from .options import no_folder
from .terminal import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..checking.inspection import Inspection
    from ..findings.check_result import Asked
    from ..findings.fixes import Fixes
    from ..writing.register import Register
    from .inputs import Inputs


def fixing_of(
    names: list[str], inputs: Inputs, output: Path | None, register: Register, *, fix: bool, diff: bool, unsafe: bool
) -> tuple[Fixing | None, Path | None]:
    """The fixes of a run, if any are asked for, and where its report goes: with --fix, a folder is for the copies.

    The register records the copies. Raises `UsageError` where options contradict each other.
    """
    if not (fix or diff):
        if unsafe:
            raise UsageError("--unsafe-fixes goes with --fix or --diff")
        return None, no_folder(output)
    if diff and output is not None:
        raise UsageError("--diff shows what would change, and writes nothing: leave out -o")
    folder = output if output is not None and (output.is_dir() or not output.suffix) else None
    fixing = Fixing(names, inputs, folder, register, unsafe=unsafe, writes=not diff)
    return fixing, None if folder is not None else output


class Fixing:
    """The fixes of a run: collected file by file, then shown, and written where that is asked for."""

    def __init__(
        self, names: list[str], inputs: Inputs, folder: Path | None, register: Register, *, unsafe: bool, writes: bool
    ) -> None:
        """Get ready to fix the inputs that were named so, into copies in the folder, or else beside each.

        The register notes the copies that may be written. One that is there already, which somebody may have edited,
        is refused.
        """
        if writes and "-" in inputs.paths:
            raise UsageError("standard input cannot be fixed: give the workbook's file, or use --diff")
        if writes and folder is None and any(map(is_folder, names)):
            raise UsageError(
                "--fix of a folder needs a folder for the copies, such as -o fixed/: beside the originals, they would "
                "be read together with them"
            )
        self._unsafe = unsafe
        self._found: dict[str, Fixes] = {}
        self._targets = _targets(inputs.paths, folder) if writes else {}
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
            say(f"{details.path}: exports are not fixed: correct them, or say in the mapping file how they are read\n")
        return inspections

    def done(self, asked: Asked, *, show: bool, quiet: bool) -> int:
        """Show what is fixed, as the result if only that is asked for, or else write it; the exit status."""
        from ..views.check_text import to_diff

        chosen = [
            (one.chosen(asked.wants_code, unsafe=self._unsafe), self._targets.get(path))
            for path, one in self._found.items()
        ]
        lines = list(to_diff((fixes for fixes, _ in chosen), redact=asked.redact))
        if show:
            write(lines, None, text=True)
        else:
            for line in lines:
                say(line, quiet=quiet)
        status = 0 if show else self._write(chosen, quiet=quiet)
        every = sum(len(one.chosen(asked.wants_code, unsafe=True).changes) for one in self._found.values())
        left = every - sum(len(fixes.changes) for fixes, _ in chosen)
        say(f"{counted(left, 'more cell')} could be fixed with --unsafe-fixes\n", quiet=quiet or not left)
        return status

    @staticmethod
    def _write(chosen: list[tuple[Fixes, Path | None]], *, quiet: bool) -> int:
        """Write the copies and say what was done; the exit status. A failed copy does not stop the others."""
        from ..views.check_text import fixes_in_words
        from ..writing.copies import write_fixed

        status = 0
        for fixes, target in chosen:
            if target is None or not (fixes.changes or fixes.rows):
                say(f"{fixes.path}: nothing to fix\n", quiet=quiet)
                continue
            try:
                fixed = write_fixed(fixes, target)
            except OutputError as error:
                say(f"{error}\n")
                status = max(status, error.exit_code)
                continue
            if not quiet:
                also = (
                    [f"{counted(fixed.formulas, 'formula')} replaced by their saved values"] if fixed.formulas else []
                )
                also += [f"{counted(fixed.rows_kept, 'row')} kept because of merged cells"] if fixed.rows_kept else []
                say(f"{target} written: {', '.join([fixes_in_words(fixes), *also])}\n")
                for remark in fixed.remarks:
                    say(f"  {remark}\n")
        return status


def _targets(paths: Iterable[str], folder: Path | None) -> dict[str, Path]:
    """The copy of each workbook and CSV file."""
    from ..writing.copies import folders_of_copies, name_of_fixed

    files = [path for path in paths if not is_mapping(path)]
    if folder is None:
        return {path: Path(path).with_name(name_of_fixed(path)) for path in files}
    return {path: place / Path(path).name for path, place in folders_of_copies(files, folder).items()}
