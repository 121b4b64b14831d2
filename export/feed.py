"""The Atom feed of reviewed papers, one per language: `en/feed.xml`."""

import datetime
import uuid
from xml.etree import ElementTree

from export.library import Library
from export.words import say

ATOM = "http://www.w3.org/2005/Atom"
SITE = uuid.uuid5(uuid.NAMESPACE_URL, "live-papers")  # the ids stay when the site moves


def atom(language: str, site_url: str, library: Library | None = None) -> str:
    """The feed as XML, what was checked last first."""
    words, home = say(language), f"{site_url}{language}/"
    dated = [(paper.review.checked, paper) for paper in (library or Library()).papers.values() if paper.review]
    dated.sort(key=lambda entry: entry[0], reverse=True)
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": language})
    add(feed, "id", identifier(language))
    add(feed, "title", words("feed"))
    add(feed, "updated", moment(dated[0][0] if dated else datetime.date(1970, 1, 1)))
    add(feed, "link", rel="self", type="application/atom+xml", href=f"{home}feed.xml")
    add(feed, "link", rel="alternate", type="text/html", hreflang=language, href=f"{home}papers/")
    add(add(feed, "author"), "name", words("contributors"))
    for checked, paper in dated:
        entry = add(feed, "entry")
        add(entry, "id", identifier(f"{language}/{paper.slug}"))
        add(entry, "title", words("review_of", name=paper.name))
        add(entry, "updated", moment(checked))
        add(entry, "link", rel="alternate", type="text/html", href=f"{home}papers/{paper.slug}/")
        add(entry, "summary", paper.takeaway[language])
    ElementTree.indent(feed)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(feed, encoding="unicode")}\n'


def add(parent: ElementTree.Element, tag: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, tag, attributes)
    child.text = text
    return child


def identifier(name: str) -> str:
    return uuid.uuid5(SITE, name).urn


def moment(date: datetime.date) -> str:
    return f"{date.isoformat()}T00:00:00Z"
