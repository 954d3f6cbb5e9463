"""Bodies that come packed: a few bytes may unpack to gigabytes, so it is done a step at a time."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable, AsyncIterator

from secondline_tui.sources.errors import bad_reply
from secondline_tui.sources.pacing import Pace

AT_ONCE = 65_536


async def unpacked(packing: str, stream: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """A body as it came, unpacked into parts of at most 64 kB; `packing` is what its Content-Encoding says."""
    packing = packing.strip().casefold()
    if packing not in ("gzip", "x-gzip"):
        if packing not in ("", "identity"):
            raise bad_reply("an answer packed in a way that was not asked for")
        async for part in stream:
            yield part
        return
    unpacking, pace = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS), Pace()
    try:
        async for part in stream:
            rest = part
            while rest and not unpacking.unused_data:
                yield unpacking.decompress(rest, AT_ONCE)
                await pace.step()
                rest = unpacking.unconsumed_tail
            if unpacking.unused_data:
                raise bad_reply("a packed answer that goes on behind its end")
        yield unpacking.flush()  # a few thousand bytes at most: all of the input has been taken in
    except zlib.error:
        raise bad_reply("an answer that cannot be decompressed") from None
    if not unpacking.eof:
        raise bad_reply("a packed answer that was cut off")
