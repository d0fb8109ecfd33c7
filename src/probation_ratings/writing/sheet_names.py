"""Refuses names of sheets that Excel does not take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..errors import UsageError
from ..problems import quoted

if TYPE_CHECKING:
    from ..rulebook.model import RuleSet

LONGEST = 31
"""The longest name of a sheet in Excel."""
FORBIDDEN = r"[\[\]:*?/\\]"


def refuse_names(rules: RuleSet, made: str, *taken: str) -> None:
    """Raise `UsageError` where the rules have a sheet of a name that Excel does not take, or that is `taken`.

    `made` is what the workbook is called that would have it.
    """
    for name in rules.sheet_names:
        reason = ""
        if len(name) > LONGEST:
            reason = f"it has more than {LONGEST} characters"
        elif re.search(rf"{FORBIDDEN}|^'|'$", name):
            reason = "it has one of [ ] : * ? / \\ in it, or an apostrophe at an end"
        elif name.casefold() in map(str.casefold, taken):
            reason = f"the {made} has a sheet of this name of its own"
        if reason:
            raise UsageError(
                f"rule file {rules.id}: a sheet cannot be named {quoted(name)}: {reason}; choose another name"
            )
