"""`workbench.toml` read strictly: unknown keys, wrong types and secrets are refused by name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, TypeVar
from urllib.parse import urlsplit

from workbench.domain.gate import Gate
from workbench.domain.model import Limits, ModelSpec, Price
from workbench.domain.people import ANYBODY_AT, People
from workbench.errors import FormatError
from workbench.formats.fields import Fields, shown_path
from workbench.formats.fields import Path as Place
from workbench.settings.gates import read_gate
from workbench.settings.tables import (
    BudgetSettings,
    EmbedderSettings,
    ExportSettings,
    JudgeSettings,
    ProjectSettings,
    Settings,
)
from workbench.settings.text import KEY_HINT, free_values, read_text, refuse_secrets

PROJECT_FILE = "workbench.toml"
MOST_CRITERIA = 20
"""Questions of a judge: with more, models begin to leave some out."""

_ENVIRONMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

T = TypeVar("T")


def find_project(start: Path) -> Path | None:
    """The nearest folder with a `workbench.toml`: `start` itself or a parent of it."""
    start = start.resolve()
    return next((folder for folder in (start, *start.parents) if (folder / PROJECT_FILE).is_file()), None)


def read_settings(path: Path) -> Settings:
    """Read a `workbench.toml`. A project without a name is called like its folder.

    Raises FormatError for what is no TOML, unknown keys (by name), wrong types, and keys or secrets; InputError when
    the file cannot be read.
    """
    return settings_of(read_text(path), path)


def settings_of(text: str, path: Path) -> Settings:
    """What a `workbench.toml` at that path says with this text. Raises as `read_settings` does."""
    complain = _complain_about(str(path))
    data = _parse_toml(text, str(path))
    refuse_secrets(data, complain)
    top = Fields.of(
        data,
        (),
        complain,
        ("project", "models", "embedders", "judges", "metrics", "budget", "gates", "people", "export"),
    )
    return Settings(
        project=_project(top, default=path.resolve().parent.name or "project"),
        models=_each(top, "models", _model),
        embedders=_each(top, "embedders", _embedder),
        judges=_each(top, "judges", _judge),
        metrics=_each(top, "metrics", lambda _, table: free_values(table)),
        budget=_budget(top),
        gates=_each(top, "gates", _gate),
        people=_people(top),
        export=_export(top),
    )


def _parse_toml(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem, _, place = str(error).partition(" (at ")
        found = re.fullmatch(r"line (\d+), column (\d+)\)", place)
        line, column = (int(found[1]), int(found[2])) if found else (text.count("\n") + 1, None)
        raise FormatError(f"this is not TOML: {problem}.", file=file, line=line, column=column) from error
    except (RecursionError, ValueError) as error:  # nested too deeply, or a number of thousands of digits
        raise FormatError("this cannot be read: a value is too long or nested too deeply.", file=file) from error


def _complain_about(file: str) -> Callable[[Place, str, str | None], FormatError]:
    def complain(path: Place, problem: str, hint: str | None) -> FormatError:
        return FormatError(f"{shown_path(path)}: {problem}." if path else f"{problem}.", file=file, hint=hint)

    return complain


def _each(top: Fields, key: str, read: Callable[[str, Fields], T]) -> dict[str, T]:
    """The tables `[key.NAME]`, read one by one."""
    tables = top.table(key)
    if tables is None:
        return {}
    return {name: read(name, tables.require(name, tables.table(name))) for name in tables.values}


def _only(table: Fields, *known: str) -> Fields:
    return Fields.of(table.values, table.path, table.complain, known)


def _project(top: Fields, *, default: str) -> ProjectSettings:
    table = top.table("project", ("name",))
    return ProjectSettings((table.name("name") if table else None) or default)


def _model(alias: str, table: Fields) -> ModelSpec:
    table = _only(table, "model", "api_base", "api_key_env", "parameters", "price", "limits")
    model = table.require("model", table.name("model"))
    for key in ("api_base", "api_key_env"):
        if model.startswith("python:") and table.values.get(key) is not None:
            raise table.error(key, "Python code of your own has no address and no key here", "It reads its own.")
    key_variable = table.name("api_key_env")
    if key_variable is not None and not _ENVIRONMENT_NAME.fullmatch(key_variable):
        # Not shown: a key may have been put here by mistake.
        raise table.error("api_key_env", "this is not the name of a variable of the environment", KEY_HINT)
    return ModelSpec(
        alias=alias,
        model=model,
        api_base=_address(table),
        api_key_env=key_variable,
        parameters=free_values(table.table("parameters")),
        price=_price(table),
        limits=_limits(table),
    )


def _address(table: Fields) -> str | None:
    address = table.name("api_base")
    if address is None:
        return None
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise table.error("api_base", "this is no web address") from error
    if parts.username is not None or parts.password is not None:
        raise table.error("api_base", "the address holds a user or password", KEY_HINT)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise table.error("api_base", "this is no web address", "It starts with http:// or https://.")
    return address


def _price(table: Fields) -> Price | None:
    price = table.table("price", ("input_per_million", "cached_input_per_million", "output_per_million"))
    if price is None:
        return None

    def dollars(key: str) -> float | None:
        return price.number(key, least=0)

    return Price(
        input_per_million=price.require("input_per_million", dollars("input_per_million")),
        output_per_million=price.require("output_per_million", dollars("output_per_million")),
        cached_input_per_million=dollars("cached_input_per_million"),
    )


def _limits(table: Fields) -> Limits:
    limits = table.table("limits", ("concurrency", "requests_per_minute", "tokens_per_minute"))
    if limits is None:
        return Limits()
    return Limits(
        concurrency=limits.whole("concurrency", least=1),
        requests_per_minute=limits.whole("requests_per_minute", least=1),
        tokens_per_minute=limits.whole("tokens_per_minute", least=1),
    )


def _embedder(_: str, table: Fields) -> EmbedderSettings:
    table = _only(table, "model", "parameters")
    return EmbedderSettings(table.require("model", table.name("model")), free_values(table.table("parameters")))


def _judge(_: str, table: Fields) -> JudgeSettings:
    table = _only(table, "model", "rubric", "criteria", "votes", "reasons_first", "bar")
    reasons_first, bar = table.flag("reasons_first"), table.number("bar")
    if bar is not None and not 0 < bar < 1:
        raise table.wrong("bar", "a share above 0 and below 1, such as 0.85")
    return JudgeSettings(
        models=_models(table),
        rubric=table.name("rubric"),
        criteria=_criteria(table),
        votes=table.whole("votes", least=1) or 1,
        reasons_first=True if reasons_first is None else reasons_first,
        bar=bar,
    )


def _models(table: Fields) -> tuple[str, ...]:
    """One model, or a list of them."""
    if not isinstance(table.values.get("model"), list):
        model = table.name("model")
        return () if model is None else (model,)
    models = table.texts("model") or ()
    if not models or not all(model.strip() for model in models) or len(set(models)) < len(models):
        raise table.error("model", "a jury is a list of different models", "`votes` asks every model several times.")
    return models


def _criteria(table: Fields) -> tuple[str, ...]:
    questions = table.texts("criteria")
    if questions is None:
        return ()
    if not 1 <= len(questions) <= MOST_CRITERIA or not all(question.strip() for question in questions):
        raise table.error(
            "criteria",
            f"expected 1 to {MOST_CRITERIA} questions",
            "3 to 7 questions that decide one thing each do best.",
        )
    return tuple(" ".join(question.split()) for question in questions)


def _budget(top: Fields) -> BudgetSettings:
    table = top.table("budget", ("run_usd", "month_usd", "alert_at"))
    if table is None:
        return BudgetSettings()
    alert_at = table.number("alert_at", least=0, most=1)
    return BudgetSettings(
        run_usd=table.number("run_usd", least=0),
        month_usd=table.number("month_usd", least=0),
        alert_at=BudgetSettings.alert_at if alert_at is None else alert_at,
    )


def _gate(_: str, table: Fields) -> Gate:
    return read_gate(_only(table, "baseline", "rules"))


def _people(top: Fields) -> People:
    table = top.table("people", ("approvers", "reviewers", "engineers", "sign_offs"))
    if table is None:
        return People()
    names: dict[str, str] = {}
    approvers, reviewers, engineers = (_named(table, key, names) for key in ("approvers", "reviewers", "engineers"))
    sign_offs, known = table.whole("sign_offs", least=1) or 1, len(set(approvers))
    if approvers and sign_offs > known and not any(entry.startswith(ANYBODY_AT) for entry in approvers):
        raise table.error("sign_offs", f"{sign_offs} people have to approve, and {known} may")
    return People(approvers, reviewers, engineers, sign_offs, names)


def _named(table: Fields, key: str, names: dict[str, str]) -> tuple[str, ...]:
    """The people of one list by name; the addresses that stand beside names go into `names`."""
    found = []
    for entry in table.texts(key) or ():
        name, opened, rest = entry.strip().partition("<")
        name, address, after = name.strip(), *(part.strip() for part in rest.partition(">")[::2])
        if not opened:
            found.append(name.lower() if "@" in name else name)
            continue
        if not name or after or address.count("@") != 1 or " " in address or "*" in address:
            raise table.error(
                key, f"{entry!r} names nobody", 'Write "ann", "ann@example.org" or "ann <ann@example.org>".'
            )
        if names.setdefault(address.lower(), name) != name:
            raise table.error(key, f"{address} belongs to {names[address.lower()]} and to {name}")
        found.append(name)
    return tuple(found)


def _export(top: Fields) -> ExportSettings:
    table = top.table("export", ("directory",))
    directory = table.name("directory") if table else None
    if table is None or directory is None:
        return ExportSettings()
    windows = PureWindowsPath(directory)
    if PurePosixPath(directory).is_absolute() or windows.drive or windows.root or ".." in windows.parts:
        raise table.error("directory", f"{directory!r} leads out of the project", "Name a folder inside it.")
    return ExportSettings(directory)
