"""Bytes of a text file as text."""

from __future__ import annotations

from workbench.errors import FormatError

_OTHER_KINDS = (
    (b"\xff\xfe", "this is UTF-16 text", "Save it as UTF-8."),
    (b"\xfe\xff", "this is UTF-16 text", "Save it as UTF-8."),
    (b"PK\x03\x04", "this is a spreadsheet or an archive, not text", "Save the sheet as 'CSV UTF-8'."),
    (b"PAR1", "this is a Parquet file, not text", "Save it as JSON Lines."),
    (b"\x1f\x8b", "this is compressed", "Unpack it first."),
)


def decode(data: bytes, file: str | None = None) -> str:
    """The text, without a byte order mark.

    Raises FormatError for what is not UTF-8, with the line and, as column, the byte in it, both from 1.
    """
    for start, problem, hint in _OTHER_KINDS:
        if data.startswith(start):
            raise FormatError(f"{problem}.", file=file, hint=hint)
    nul = data.find(b"\0")
    if nul >= 0:
        raise _at(data, nul, "there is a NUL byte, so this is not a text file.", file)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The codec counts from behind the byte order mark.
        at = error.start + len(data) - len(error.object)
        raise _at(data, at, f"the byte 0x{data[at]:02X} is not UTF-8.", file) from error


def _at(data: bytes, position: int, problem: str, file: str | None) -> FormatError:
    return FormatError(
        problem,
        file=file,
        line=data.count(b"\n", 0, position) + 1,
        column=position - data.rfind(b"\n", 0, position),
        hint="Save the file as UTF-8 text" + ("; in Excel, as 'CSV UTF-8'." if _is_sheet(file) else "."),
    )


def _is_sheet(file: str | None) -> bool:
    return file is not None and file.lower().endswith((".csv", ".tsv"))
