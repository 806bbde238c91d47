"""Files inside a PDF, associated with it (ISO 32000-2, 7.11 and 14.13; ISO 19005-3, 6.8)."""

import hashlib
from collections.abc import Iterable

import pydyf  # type: ignore[import-untyped]

from pmexport.document.nodes import Attachment

_RELATIONSHIPS = {"source": "/Source", "log": "/Supplement", "digests": "/Data"}
"""What a file is to the document (ISO 32000-2, table 43), by its role."""


def attach_files(pdf: pydyf.PDF, attachments: Iterable[Attachment], date: str) -> None:
    """Add files to a PDF. date: when they were last changed, as far as a document may say; in ISO 8601."""
    names = pydyf.Array()
    files = pydyf.Array()
    for number, attachment in enumerate(attachments, start=1):
        file = _describe_file(attachment, _embed_data(pdf, attachment, date))
        pdf.add_object(file)
        files.append(file.reference)
        names += (pydyf.String(f"{number:04}"), file.reference)
    if files:
        tree = pydyf.Dictionary({"Names": names})
        pdf.add_object(tree)
        pdf.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = tree.reference
        pdf.catalog["AF"] = files


def _embed_data(pdf: pydyf.PDF, attachment: Attachment, date: str) -> pydyf.Stream:
    checksum = hashlib.md5(attachment.data, usedforsecurity=False).hexdigest()  # ISO 32000-1, table 46
    about = pydyf.Dictionary({"Size": len(attachment.data), "CheckSum": f"<{checksum}>"})
    if date:
        about["ModDate"] = pydyf.String(f"D:{date.replace('-', '')}")
    kind = f"/{attachment.media_type.replace('/', '#2f')}"
    stream = pydyf.Stream([attachment.data], {"Type": "/EmbeddedFile", "Subtype": kind, "Params": about}, compress=True)
    pdf.add_object(stream)
    return stream


def _describe_file(attachment: Attachment, stream: pydyf.Stream) -> pydyf.Dictionary:
    return pydyf.Dictionary(
        {
            "Type": "/Filespec",
            "F": pydyf.String(attachment.name),
            "UF": pydyf.String(attachment.name),
            "Desc": pydyf.String(attachment.description),
            "EF": pydyf.Dictionary({"F": stream.reference, "UF": stream.reference}),
            "AFRelationship": _RELATIONSHIPS[attachment.role],
        }
    )
