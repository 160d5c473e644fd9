"""The MkDocs plugin `kvs-schema`: directives in pages, and the reference as pages of the site.

plugins:
  - kvs-schema:
      lang: zh                # otherwise that of the theme
      reference: kvs          # adds the whole reference below this folder
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ...spec.exceptions import MissingExtraError

try:
    from mkdocs.config import config_options as option
    from mkdocs.config.base import Config
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.exceptions import PluginError
    from mkdocs.plugins import BasePlugin, event_priority
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.pages import Page
except ImportError:
    raise MissingExtraError("The MkDocs plugin", "docs") from None

from ...catalogue.texts import LANGS, Lang
from ...export.files import write_texts
from ..markdown.context import Context, Flavour, relative_links, site_links
from . import pages as reference
from .directives import DirectiveError, directives, expanded
from .search import add_to_index

ASSETS = Path(__file__).parent / "assets"
#: Extensions of Python-Markdown that our Markdown needs; tables and fences are MkDocs' own.
EXTENSIONS = ("attr_list", "md_in_html")


class PluginOptions(Config):  # type: ignore[no-untyped-call]
    """PluginOptions in `mkdocs.yml`."""

    lang = option.Optional(option.Choice(LANGS))
    reference = option.Type(str, default="")
    assets = option.Type(bool, default=True)
    guides = option.Type(bool, default=False)


class KvsSchemaPlugin(BasePlugin[PluginOptions]):  # type: ignore[no-untyped-call]
    """Replaces directives, and adds the reference where `reference` names a folder."""

    lang: Lang = "en"
    flavour = Flavour(attributes=True)

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Choose the language and the flavour of Markdown, and fill in the navigation."""
        named = str(config.theme.get("locale") or config.theme.get("language") or "en")
        self.lang = self.config.lang or ("zh" if named.lower().startswith("zh") else "en")
        used = config.markdown_extensions
        used += [extension for extension in EXTENSIONS if extension not in used]
        self.flavour = Flavour(
            attributes=True, tabs="pymdownx.tabbed" in used, boxes="admonition" in used
        )
        if self.config.assets:
            config.extra_css.insert(0, "assets/kvs-schema.css")
            config.extra_javascript.append("assets/kvs-schema.js")
        if config.nav is not None and self.folder:
            config.nav = self._navigation(config.nav)
        self.searchable: dict[str, str] = {}
        return config

    @property
    def folder(self) -> str:
        """Folder of the reference with a slash at its end; empty without a reference."""
        name = str(self.config.reference).strip("/")
        return f"{name}/" if name else ""

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the reference and the assets, as files on disk: other plugins read them too."""
        self._directory = TemporaryDirectory(prefix="kvs_schema_", ignore_cleanup_errors=True)
        texts = {}
        if self.folder:
            ours = reference.files(self.lang, self.flavour, guides=self.config.guides)
            texts = {self.folder + path: text for path, text in ours}
        if self.config.assets:
            texts |= {f"assets/{p.name}": p.read_text("utf-8") for p in sorted(ASSETS.iterdir())}
        write_texts(Path(self._directory.name), texts)
        places = self._directory.name, config.site_dir
        for name in texts:
            if files.get_file_from_path(name) is None:
                files.append(File(name, *places, config.use_directory_urls))
        return files

    def on_page_markdown(self, text: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Replace the directives of a page; an unknown name stops the build."""
        path = page.file.src_uri
        links = site_links(self.lang)
        if self.folder:
            links = relative_links(path, None if self.config.guides else links, self.folder)
        try:
            return expanded(text, Context(self.lang, links, self.flavour))
        except DirectiveError as error:
            offset = _first_line(page, text)
            lines = [f"{path}:{line + offset}: {what}" for line, what in error.problems]
            raise PluginError("\n".join(lines)) from None

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Remember the rows that a search should find by themselves."""
        self.searchable[page.url] = html
        return html

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Add the rows of error and field tables to the search index, once it is written."""
        add_to_index(Path(config.site_dir) / "search" / "search_index.json", self.searchable)
        self._directory.cleanup()

    def _navigation(self, nav: Any) -> Any:
        """Return the navigation, with the reference in place of its folder."""
        if isinstance(nav, list):
            return [self._navigation(item) for item in nav]
        if isinstance(nav, dict):
            return {title: self._navigation(below) for title, below in nav.items()}
        return self._reference() if nav == self.folder else nav

    def _reference(self) -> list[Any]:
        entries: list[Any] = []
        for group, found in reference.grouped(self.lang):
            listed = [{page.title.replace("`", ""): self.folder + page.file} for page in found]
            entries += [{group: listed}] if group else listed
        return entries


def _first_line(page: Page, text: str) -> int:
    """Return how many lines of a page's file are before its text: its metadata."""
    source = page.file.content_string
    first = next(directives(text), None)
    if first is None:
        return 0
    for directive in directives(source):
        if directive.words == first.words and directive.line >= first.line:
            return directive.line - first.line
    return 0
