"""Server-sent events are the same wherever the network cuts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.models.openai_stream import EventReader


def read(*packets: bytes) -> list[bytes]:
    reader = EventReader()
    events = [event for packet in packets for event in reader.feed(packet)]
    return [*events, *reader.end()]


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data: a\n\ndata: b\n\n", [b"a", b"b"]),
        (b"data:a\n\n", [b"a"]),
        (b"data:  a\n\n", [b" a"]),
        (b"data: a\r\n\r\ndata: b\r\n\r\n", [b"a", b"b"]),
        (b"data: a\r\rdata: b\r\r", [b"a", b"b"]),
        (b"data: a\ndata: b\n\n", [b"a\nb"]),
        (b": comment\n\nevent: message\nid: 7\nretry: 10\ndata: a\n\n", [b"a"]),
        (b"data\ndatas: b\n data: c\n\n", []),
        (b"data: \n\n", [b""]),
        ("data: a\u2028b\u2029c\x85d\n\n".encode(), ["a\u2028b\u2029c\x85d".encode()]),
        (b"data: a\x0bb\x0cc\x1cd\x00\n\n", [b"a\x0bb\x0cc\x1cd\x00"]),
        (b"data: a", [b"a"]),
        (b"data: a\ndata: b", [b"a\nb"]),
        (b"\n\n\r\n", []),
        (b"", []),
    ],
)
def test_events_are_read_as_they_are_defined(stream: bytes, events: list[bytes]) -> None:
    assert read(stream) == events


def test_an_event_is_handed_out_as_soon_as_it_is_complete() -> None:
    reader = EventReader()
    assert reader.feed(b"data: a\n") == []
    assert reader.feed(b"\nda") == [b"a"]
    assert reader.feed(b"ta: b\r") == []
    assert reader.feed(b"\n\r") == [b"b"]
    assert reader.feed(b"\ndata: c\r\n\r\n") == [b"c"]


LINES = st.sampled_from(["", "data: a", "data:b", "data: [DONE]", "data", ": c", "event: e", "data: ü🎉\u2028\x85"])
ENDS = st.sampled_from(["\n", "\r", "\r\n"])
WHOLE_LINES = st.lists(st.tuples(LINES, ENDS).map("".join), max_size=12).map(lambda lines: "".join(lines).encode())
STREAMS = WHOLE_LINES | st.binary(max_size=60)


@given(STREAMS, st.data())
def test_any_way_of_cutting_gives_the_same_events(stream: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    ends = [*cuts, len(stream)]
    packets = [stream[start:end] for start, end in zip([0, *cuts], ends, strict=True)]
    assert read(*packets) == read(stream)
    assert read(*(bytes([byte]) for byte in stream)) == read(stream)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1, max_size=20), max_size=8))
def test_what_is_put_into_events_comes_out_of_them(texts: list[str]) -> None:
    stream = "".join(f"data: {text}\n\n" for text in texts).encode()
    assert [event.decode() for event in read(stream)] == texts
