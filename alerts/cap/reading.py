"""XML from outside: parsed without entities, without a document type, within bounds of size and depth.

The rule: a hostile file costs nothing and comes out as a refusal that says what is wrong.
"""

from typing import Any
from xml.etree.ElementTree import ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from alerts.cap.message import CapAlert, understood
from alerts.cap.refusals import CapUnusable

MOST_BYTES = 256 * 1024
"""The largest file that is read."""
DEEPEST = 12
"""CAP needs five levels; a signature inside a message a few more."""


class _Shallow(TreeBuilder):
    """Builds a tree, but no tower."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Any:
        self._depth += 1
        if self._depth > DEEPEST:
            raise CapUnusable("deep")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Any:
        self._depth -= 1
        return super().end(tag)


def read_cap(content: bytes) -> CapAlert:
    """The message of a file.

    Raises:
        CapUnusable: too large, not XML, hostile, or no CAP 1.2 message.
    """
    if len(content) > MOST_BYTES:
        raise CapUnusable("large")
    parser = DefusedXMLParser(target=_Shallow(), forbid_dtd=True)
    try:
        parser.feed(content)
        root = parser.close()
    except DefusedXmlException as error:
        raise CapUnusable("entities") from error
    except (ParseError, ValueError, LookupError) as error:
        raise CapUnusable("not-xml") from error
    return understood(root)
