"""The registry of formats: one line and one module each, and nothing is imported for a format that is not used."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

from probation_ratings.commands import check, rate
from probation_ratings.commands.formats import OutputFormat, load
from probation_ratings.commands.rate import SIDE_BY_SIDE
from shared import EXAMPLE

FORMATS = [*rate.Format, *check.Format]


class Letters(OutputFormat):
    """Formats of a command that does not exist."""

    PLAIN = "plain", ".txt", "rate_data:to_json"
    FANCY = "fancy", ".txt", "rate_data:to_csv", True
    MARKUP = "markup", ".md", "publish.markdown:to_markdown"


def test_a_line_has_all_that_a_format_needs() -> None:
    assert Letters["FANCY"] == "fancy"
    assert (Letters.FANCY.suffix, Letters.FANCY.can_suppress, Letters.PLAIN.can_suppress) == (".txt", True, False)
    assert Letters.MARKUP.view.__module__ == "probation_ratings.views.publish.markdown"


def test_a_suffix_means_the_first_format_that_has_it_unless_another_is_named() -> None:
    assert list(Letters.suffixes().items()) == [(".txt", Letters.PLAIN), (".md", Letters.MARKUP)]
    assert Letters.suffixes(Letters.FANCY)[".txt"] is Letters.FANCY


@pytest.mark.parametrize("view", [*(one.view for one in FORMATS), load(SIDE_BY_SIDE)])
def test_every_view_takes_results_and_how_to_show_them(view: object) -> None:
    assert callable(view)
    assert len(inspect.signature(view).parameters) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "unused",
    [
        {
            "json": {"rich.console", "jinja2", "xlsxwriter", "openpyxl"},
            "csv": {"rich.console", "jinja2", "xlsxwriter", "openpyxl"},
            "markdown": {"xlsxwriter", "openpyxl"},
        },
        {"xlsx": {"jinja2", "openpyxl"}},
    ],
    ids=["each needs what the one before needs, or more", "xlsx"],
)
def test_a_format_imports_only_what_it_needs(unused: dict[str, set[str]]) -> None:
    code = f"""if True:
        import sys
        from probation_ratings.__main__ import rate
        for form, unused in {unused!r}.items():
            status = rate([{str(EXAMPLE)!r}, "-q", "-f", form])
            sys.stdout.flush()
            print(form, status, sorted(unused & set(sys.modules)), file=sys.stderr)
        """
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert [line for line in result.stderr.decode().splitlines() if line.endswith("]")] == [
        f"{form} 0 []" for form in unused
    ]
