"""Show rule files: the list of shipped ones, and one of them as tables, JSON or YAML.

A key without a table of its own is shown generically, so a new key of the model needs no change here.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml
from pydantic import BaseModel

from .. import __version__
from ..problems import counted, listed, printable
from ..rulebook.keys import identity, keys_of
from ..rulebook.rating_model import Bands
from ..rulebook.sheet_model import Reference, listed_in
from .kit.forms import TOOL, json_text, markdown, markdown_table
from .kit.screen import Text, grid, plain_line
from .rate_data import problem_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ..problems import Problem
    from ..rulebook.model import KeyQuestion, RuleSet
    from ..rulebook.sheet_model import OtherColumn
    from .kit.screen import Screen

_OWN_TABLE = {"id", "title", "sources", "ratings", "key_question_bands", "overall_bands", "case_sheets"}
_OWN_TABLE |= {"domains", "standards", "sha256", "files", "lines"}
_COLUMNS = "_column"
_PLAIN = ("Key", "Value")


class Section(NamedTuple):
    """A heading with a table and notes below it; rows whose first cell is in `strong` are bold."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    strong: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


def summary(rules: RuleSet) -> str:
    """How much is rated: '8 standards, 17 key questions, out of 24'; or what is not given."""
    facts = _listed(rules)
    counts = [counted(facts["standards"], "standard"), counted(facts["key_questions"], "key question")]
    without = "no overall rating" if rules.has_ratings else "percentages without ratings"
    return f"{', '.join(counts)}, {without if rules.max_score is None else f'out of {rules.max_score}'}"


def list_to_text(shipped: Iterable[RuleSet], screen: Screen) -> Iterator[str]:
    """One line per rule file: its id, the highest score, how many standards and key questions, its title."""
    head = ("Id", "Out of", "Standards", "Key questions", "Title")
    rows = [["-" if value is None else str(value) for value in _listed(rules).values()] for rules in shipped]
    yield screen.render(grid(head, rows, right=(1, 2, 3), style="dim", unbroken=1))


def list_to_json(shipped: Iterable[RuleSet]) -> Iterator[str]:
    """One document with all of them."""
    entries = [{**_listed(rules), "sha256": rules.sha256} for rules in shipped]
    yield json_text({**TOOL, "rules": entries})


def checked_to_text(checked: Mapping[str, RuleSet | Sequence[Problem]]) -> Iterator[str]:
    """One line for each valid file; for any other, all its problems."""
    for path, found in checked.items():
        if isinstance(found, BaseModel):
            yield plain_line(f"{path}: no problem; {found.id}: {summary(found)}")
        else:
            yield from (plain_line(line) for one in found for line in one.as_lines)


def checked_to_json(checked: Mapping[str, RuleSet | Sequence[Problem]]) -> Iterator[str]:
    """One document with every file; each problem has its file and line."""
    files: list[dict[str, Any]] = []
    for path, found in checked.items():
        rules, problems = (found, ()) if isinstance(found, BaseModel) else (None, found)
        entries = [problem_entry(one) for one in problems]
        files.append({"path": path, "id": rules and rules.id, "sha256": rules and rules.sha256, "problems": entries})
    yield json_text({**TOOL, "files": files})


def to_json(rules: RuleSet) -> Iterator[str]:
    """The whole rule file; its bands as `{rating: lowest value}`, and under `bands_in_full` as they are written."""
    entry: dict[str, Any] = {"id": rules.id, "title": rules.title, "sha256": rules.sha256, "max_score": rules.max_score}
    entry["files"] = [{"name": PurePath(name).name, "sha256": sha256} for name, sha256 in rules.files.items()]
    whole = rules.model_dump(mode="json", by_alias=True, exclude={*entry, "lines"})
    bands = {name: value for name in whole if isinstance(value := getattr(rules, name, None), Bands)}
    in_full = {name: whole[name] for name in bands}
    whole |= {name: {band.rating: band.lowest for band in value.bands} for name, value in bands.items()}
    yield json_text({**TOOL, **entry, **whole, "bands_in_full": in_full})


def to_yaml(rules: RuleSet) -> Iterator[str]:
    """The rule file merged with the files it extends, as a rule file that can be loaded."""
    written = rules.model_dump(mode="json", by_alias=True, exclude={"sha256", "files", "lines"}, exclude_defaults=True)
    yield f"# {printable(_files(rules))}: sha256 {rules.sha256}\n"
    yield f"# Made by probation-ratings {__version__}.\n"
    yield yaml.safe_dump(written, allow_unicode=True, sort_keys=False, width=110)


def to_text(rules: RuleSet, screen: Screen) -> Iterator[str]:
    """The tables below one another."""
    yield screen.render(Text(rules.title, style="bold"), screen.flow([f"{rules.id}: {summary(rules)}"]))
    for section in sections(rules):
        options: dict[str, Any] = {"show_head": section.head != _PLAIN, "strong": section.strong}
        table = grid(section.head, section.rows, style="dim", unbroken=1, **options)
        notes = (Text(note, style="dim") for note in section.notes)
        yield "\n" + screen.render(Text(section.title, style="bold"), table, *notes)
    yield "\n" + screen.render(Text(_origin(rules), style="dim"))


def to_markdown(rules: RuleSet) -> Iterator[str]:
    """The tables, each with a heading."""
    yield f"# {markdown(rules.title)}\n\n{rules.id}: {summary(rules)}\n"
    for section in sections(rules):
        yield f"\n## {markdown(section.title)}\n\n{markdown_table(section.head, section.rows, strong=section.strong)}"
        for note in section.notes:
            yield f"\n{markdown(note)}\n"
    yield f"\n{markdown(_origin(rules))}\n"


def in_words(key: str) -> str:
    """A key as a heading has it: 'Points from edge'."""
    return key.replace("_", " ").capitalize().replace("pdu", "PDU").replace("Pdu", "PDU")


def sections(rules: RuleSet) -> Iterator[Section]:
    """All parts of the rule file: the standards first, the sources last."""
    for domain in rules.domains:
        standards = [one for one in rules.standards if one.domain == domain.id]
        rows: list[tuple[str, ...]] = []
        for standard in standards:
            more = _others(standard, {"id", "title", "domain", "method", "reference", "key_questions"})
            method = "; ".join([in_words(standard.method).lower(), *more, cited(standard.reference)])
            rows.append((standard.id, f"{standard.title}: {method}", ""))
            rows += [(question.id, _asked(question), question.sheet) for question in standard.key_questions]
        strong = frozenset(one.id for one in standards)
        yield Section(f"{domain.id} {domain.title}", ("Id", "Standard, key question", "Sheet"), rows, strong)
    yield from _bands(rules)
    yield from _case_sheets(rules)
    for key, field in keys_of(type(rules)).items():
        if key not in _OWN_TABLE:
            yield from _sections(in_words(key), getattr(rules, key, field.default))
    sources = [(key, source.named, source.status) for key, source in rules.sources.items()]
    yield Section("Sources", ("Source", "Title", "Status"), sources)


def cited(reference: Reference) -> str:
    """A reference in words: the section, and the key of the source."""
    return f"{reference.section} [{reference.source}]"


def _bands(rules: RuleSet) -> Iterator[Section]:
    """The scale with the bands that the rules have for it; nothing if they have no ratings."""
    if rules.ratings is None:
        return
    columns = {"Rating": rules.rating_names, "Score": [str(one.score) for one in rules.scale]}
    notes = [f"Scores: {cited(rules.ratings.reference)}"]
    for name, one in (("Key question, %", rules.key_question_bands), ("Overall, score", rules.overall_bands)):
        if one is not None:
            columns[name] = [f"{band.lowest} to {band.highest}" for band in one.bands]
            columns |= {"In words": [band.words or "" for band in one.bands]} if one is rules.key_question_bands else {}
            notes.append(f"{name}: {cited(one.reference)}")
    yield Section("Ratings and bands", tuple(columns), list(zip(*columns.values(), strict=True)), notes=tuple(notes))


def _case_sheets(rules: RuleSet) -> Iterator[Section]:
    known = {"name", "reference", "other_columns"}
    rows = []
    for sheet in rules.case_sheets:
        columns = [value for key, value in _values(sheet) if key.endswith(_COLUMNS)]
        columns += [_other_column(column) for column in sheet.other_columns]
        columns += [question.id for _, question in rules.questions_of(sheet.name)]
        more = _others(sheet, known, _COLUMNS)
        rows.append((sheet.name, "; ".join([", ".join(map(str, columns)), *more]), cited(sheet.reference)))
    if rows:
        yield Section("Case sheets", ("Sheet", "Columns", "Reference"), rows)


def _other_column(column: OtherColumn) -> str:
    """A column in words: 'Sentence type (Licence; Community sentence, also Community order)'."""
    if not column.values:
        return _in_text(column)
    values = []
    for value in column.values:
        also, several = column.spellings.get(value), column.counts_as.get(value)
        more = [f"also {listed(also, 'or')}"] if also else []
        more += [f"counts as {listed(several)}"] if several else []
        values.append(", ".join((value, *more)))
    separator = "; " if column.spellings or column.counts_as else ", "
    return f"{column.name} ({separator.join(values)})"


def _asked(question: KeyQuestion) -> str:
    only = question.only_where
    more = [] if only is None else [f"only where {only.column} is {listed(listed_in(only.value), 'or')}"]
    more += _others(question, {"id", "sheet", "text", "only_where"})
    return f"{question.text} ({'; '.join(more)})" if more else question.text


def _others(model: BaseModel, known: set[str], suffix: str = " ") -> list[str]:
    """The other keys of a model in words, for keys without a column."""
    rest = [(key, value) for key, value in _values(model) if key not in known and not key.endswith(suffix)]
    return [f"{in_words(key).lower()}: {_in_text(value)}" for key, value in rest]


def _sections(title: str, value: Any) -> Iterator[Section]:
    """A table of a model's keys, and one for each list in it."""
    if isinstance(value, BaseModel):
        nested = [(key, inner) for key, inner in _values(value) if _is_list(inner)]
        rows = [(in_words(key), _in_text(inner)) for key, inner in _values(value) if (key, inner) not in nested]
        if rows:
            yield Section(title, _PLAIN, rows)
        for key, inner in nested:
            yield from _sections(f"{title}: {in_words(key).lower()}", inner)
    elif _is_list(value):
        keys = list(dict.fromkeys(key for item in value for key, _ in _values(item)))
        yield Section(
            title,
            tuple(map(in_words, keys)),
            [tuple(_in_text(dict(_values(item)).get(key)) for key in keys) for item in value],
        )
    elif value is not None and value != ():
        yield Section(title, _PLAIN, [(title, _in_text(value))])


def _values(model: BaseModel) -> list[tuple[str, Any]]:
    """The keys of a model with the values that are not left at their default."""
    keys = keys_of(type(model))
    written = zip(keys, (getattr(model, name) for name in type(model).model_fields), strict=True)
    return [(key, value) for key, value in written if value != keys[key].get_default()]


def _is_list(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], BaseModel)


def _in_text(value: Any) -> str:
    """A value in words; a model as its name with the rest in brackets, as a range, or as a list of its values."""
    if isinstance(value, Reference):
        return cited(value)
    if isinstance(value, BaseModel):
        values = {key: _in_text(inner) for key, inner in _values(value)}
        if set(values) == {"from", "to"}:
            return " to ".join(dict.fromkeys(values.values()))
        first, *rest = values.values()
        named = rest and identity(type(value)) is not None
        return f"{first} ({', '.join(rest)})" if named else ", ".join(values.values())
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_in_text(inner)}" for key, inner in value.items())
    if isinstance(value, tuple):
        return ("; " if _is_list(value) else ", ").join(map(_in_text, value))
    if isinstance(value, bool):
        value = "yes" if value else "no"
    return "" if value is None else str(value)


def _origin(rules: RuleSet) -> str:
    return f"{_files(rules)}, sha256 {rules.sha256[:12]} · probation-ratings {__version__}"


def _files(rules: RuleSet) -> str:
    return ", which extends ".join(PurePath(name).name for name in rules.files)


def _listed(rules: RuleSet) -> dict[str, Any]:
    questions = sum(len(standard.key_questions) for standard in rules.standards)
    counts = {"max_score": rules.max_score, "standards": len(rules.standards), "key_questions": questions}
    return {"id": rules.id, **counts, "title": rules.title}
