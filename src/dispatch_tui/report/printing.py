"""A page through a template: HTML by Jinja, PDF by Typst. Both come with the extra ``report``.

In neither can a customer's name become markup: Jinja escapes every value, and Typst gets the values as data, which it
sets as text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, ClassVar, Protocol

from dispatch_tui.errors import InvalidInput, MissingExtra, NotFound
from dispatch_tui.report.page import Page

HTML, PDF = "html", "pdf"
_ENDINGS = {HTML: "html", PDF: "typ"}


def format_of(file: Path) -> str:
    """``html`` or ``pdf``, by the file's name. Raises ``InvalidInput`` for any other."""
    ending = file.suffix.lower().removeprefix(".")
    form = {"htm": HTML, "html": HTML, "pdf": PDF}.get(ending)
    if form is None:
        raise InvalidInput("-o", f"cannot print a page as {file.name!r}", "Name it page.pdf or page.html.")
    return form


def template_form(file: Path) -> str:
    """What a template file makes: ``.typ`` a PDF, ``.html`` HTML. Raises ``InvalidInput`` for any other."""
    form = {".typ": PDF, ".html": HTML, ".htm": HTML}.get(file.suffix.lower())
    if form is None:
        raise InvalidInput(
            "template", f"{file.name!r} is no template", "Name it page.typ (PDF) or page.html."
        )
    return form


class Printable(Protocol):
    """A page: the name of its templates, and what they place."""

    template: ClassVar[str]

    def values(self) -> dict[str, Any]: ...


def shipped_template(form: str) -> str:
    """The template of the customer's page that is used unless the user has one."""
    return _shipped(Page.template, form).read_text(encoding="utf-8")


def _shipped(name: str, form: str) -> Traversable:
    return files("dispatch_tui.report") / "templates" / f"{name}.{_ENDINGS[form]}"


def printed(page: Printable, form: str, template: Path | None = None) -> bytes:
    """The page as a file's content.

    ``template`` is the user's own, with what it refers to (a logo) beside it. Raises ``MissingExtra``, ``NotFound``
    for a template that is not there, ``InvalidInput`` for one that does not work.
    """
    if template is None:
        with as_file(_shipped(page.template, form)) as file:
            return _HOW[form](page, file)
    return _HOW[form](page, template)


def _read(template: Path) -> str:
    try:
        return template.read_text(encoding="utf-8")
    except OSError as error:
        raise NotFound("template", template, "Make one with --template-to FILE.") from error
    except UnicodeDecodeError as error:
        raise InvalidInput("template", f"{template} is not UTF-8 text") from error


def _html(page: Printable, template: Path) -> bytes:
    text = _read(template)
    try:
        from jinja2 import StrictUndefined, TemplateError
        from jinja2.sandbox import SandboxedEnvironment
        from markupsafe import Markup
    except ImportError:
        raise MissingExtra("Printing a page", "report") from None
    values = page.values()
    if "chart" in values:
        values["chart"] = Markup(values["chart"])  # our own drawing, and no foreign text in it
    try:
        made = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
        return made.from_string(text).render(values).encode()
    except TemplateError as error:
        raise _refused(error) from error


def _pdf(page: Printable, template: Path) -> bytes:
    _read(template)
    try:
        import typst
    except ImportError:
        raise MissingExtra("Printing a PDF", "report") from None
    file = template.resolve()
    values = {"page": json.dumps(page.values())}
    try:
        return typst.compile(file, root=file.parent, sys_inputs=values, format="pdf")
    except typst.TypstError as error:
        raise _refused(error) from error


_HOW: Mapping[str, Callable[[Printable, Path], bytes]] = {HTML: _html, PDF: _pdf}


def _refused(error: Exception) -> InvalidInput:
    return InvalidInput("template", f"it does not work: {error}", "Begin again from --template-to FILE.")
