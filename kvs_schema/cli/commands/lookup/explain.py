"""`kvs-schema explain`: what the documentation knows of a name, on a terminal."""

from __future__ import annotations

import re
from argparse import Namespace

from ....catalogue import store
from ....docs.markdown.codes import unknown_code
from ....docs.markdown.context import Context, Flavour, site_links
from ....docs.markdown.kinds import KINDS, rendered
from ....docs.model import field_anchor, field_names
from ....spec.vocabulary import said
from ...terminal import markdown
from ...terminal.exit_codes import FAILED, VALID
from ...terminal.screen import Screen
from .names import MOST, Topic, resolve, similar


def run(arguments: Namespace, screen: Screen) -> int:
    """Explain each name; one that is not known makes the exit code 2."""
    code = VALID
    explainer = Explainer(screen)
    for name in arguments.topics:
        if found := resolve(name):
            explainer.explain(found)
        elif re.fullmatch(r"-?[0-9]{1,18}", name):
            explainer.unknown_code(name)
        else:
            screen.error(_unknown(screen, name))
            code = FAILED
    return code


def _unknown(screen: Screen, name: str) -> str:
    hint = screen.say("explain.list")
    if names := similar(name):
        hint = screen.say("explain.meant", names=", ".join(names))
    return screen.say("explain.unknown", name=name, hint=hint)


class Explainer:
    """Writes parts of the documentation, set apart by blank lines."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._errata: list[str] = []
        self._links = site_links(screen.lang)
        self._context = Context(screen.lang, self._link, Flavour(alone=True))
        self._written = False

    def _link(self, page: str, anchor: str) -> str | None:
        """Note the errata that a part mentions, whose titles follow it."""
        if page.startswith("errata/") and anchor not in self._errata:
            self._errata.append(anchor)
        return self._links(page, anchor)

    def explain(self, topics: list[Topic]) -> None:
        """Write each of the parts that go by one name, or list them if they are many."""
        if len(topics) <= MOST:
            for topic in topics:
                self._part(topic)
            return
        self._apart()
        for topic in topics:
            self._heading(topic, exact=True)
        self.screen.line(self.screen.say("explain.one_of_them"))

    def unknown_code(self, number: str) -> None:
        """Write what is known of a code that no table has."""
        self._apart()
        kind = self.screen.say("explain.error_code")
        self.screen.line((number, "title"), (f"  ({kind})", "dim"))
        self._body(unknown_code(self._context, number))

    def _part(self, topic: Topic) -> None:
        self._apart()
        self._heading(topic)
        heading = r"\A#+ .*\n+"  # ours has the name and the kind as well
        self._body(re.sub(heading, "", rendered(self._context, *topic)), topic.name)
        for address in self._addresses(topic):
            if address is not None:
                self.screen.line("  ", (self.screen.say("explain.see"), "dim"), address)

    def _apart(self) -> None:
        if self._written:
            self.screen.line()
        self._written = True

    def _heading(self, topic: Topic, *, exact: bool = False) -> None:
        """Print the name, title and kind of a part; a code goes by its number and its table."""
        specification, lang = store.specification(), self.screen.lang
        name, kind = topic.name, KINDS[topic.kind]
        things = specification["messages"]["things"]
        noun = things[kind.noun.replace(" ", "_")][lang]
        title = said(kind.named()[name], "title", lang)
        if topic.kind == "error-code" and not exact:
            table, _, name = name.partition("/")
            noun = said(specification["errors"][table], "title", lang)
        self.screen.line((name, "title"), f"  {title}" if title else "", (f"  ({noun})", "dim"))

    def _addresses(self, topic: Topic) -> list[str | None]:
        """Return the addresses of the pages about a part, None without a published site."""
        context, name = self._context, topic.name
        head, _, tail = name.partition("/")
        if topic.kind == "error-category":
            tables = context.specification["errors"].items()
            having = [
                key for key, t in tables if name in {r["category"] for r in t["codes"].values()}
            ]
            return [self._links(f"errors/{table}", f"category-{name}") for table in having]
        if topic.kind == "field":
            schema, field = field_names(context.graph)[name]
            anchor = field_anchor(context.graph.schemas, schema, field.name)
            return [self._links(context.page_of(schema), anchor)]
        if topic.kind == "erratum":
            return [self._links(context.page_of_erratum(name), name)]
        if topic.kind == "schema":
            return [self._links(context.page_of(name), name)]
        places = {
            "error-code": (f"errors/{head}", tail),
            "keyword": ("../guides/findings", name),
            "status": ("variants/", "variants"),
            "task-type": ("variants/", "types"),
            "variant": (f"variants/{name}", ""),
        }
        return [self._links(*places[topic.kind])]

    def _body(self, text: str, name: str = "") -> None:
        markdown.write(self.screen, text)
        errata = store.specification()["errata"]
        mentioned = [each for each in self._errata if each != name]
        self._errata.clear()
        for each in mentioned:
            title = said(errata[each], "title", self.screen.lang)
            label = self.screen.say("explain.erratum")
            self.screen.line("  ", (label, "dim"), (each, "name"), f"  {title}")
