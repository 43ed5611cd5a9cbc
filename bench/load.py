"""Sends requests over kept-alive connections and times each answer; raw sockets, so that the client costs little."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True)
class Timed:
    """What one run came to. Rates are per second, times in milliseconds."""

    rate: float
    p50_ms: float
    p95_ms: float
    answered: int
    refused: int


class Connection:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, request: bytes) -> int:
        """Send one request, read its whole answer, return the status."""
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line[15:])
        if length:
            await self.reader.readexactly(length)
        return status

    def close(self) -> None:
        self.writer.close()


async def _drive(port: int, requests: Iterator[bytes], connections: int, seconds: float, good: frozenset[int]) -> Timed:
    times: list[float] = []
    refused = 0
    until = time.perf_counter() + seconds

    async def one() -> None:
        nonlocal refused
        connection = Connection(port)
        await connection.open()
        for request in requests:
            began = time.perf_counter()
            if began >= until:
                break
            status = await connection.ask(request)
            times.append(time.perf_counter() - began)
            refused += status not in good
        connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    took = time.perf_counter() - began
    cuts = quantiles(times, n=100, method="inclusive")
    return Timed(
        rate=round(len(times) / took, 1),
        p50_ms=round(cuts[49] * 1000, 1),
        p95_ms=round(cuts[94] * 1000, 1),
        answered=len(times),
        refused=refused,
    )


def drive(
    port: int, requests: Iterator[bytes], *, connections: int, seconds: float, good: frozenset[int] = frozenset({200})
) -> Timed:
    """Send the requests from so many connections for so long; every connection takes the next request."""
    return asyncio.run(_drive(port, requests, connections, seconds, good))


def request(
    method: str,
    path: str,
    *,
    cookies: str,
    body: str = "",
    headers: str = "",
    kind: str = "application/x-www-form-urlencoded",
) -> bytes:
    """One HTTP/1.1 request as bytes."""
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n{headers}"
    if body:
        head += f"Content-Type: {kind}\r\nContent-Length: {len(body.encode())}\r\n"
    return (head + "\r\n" + body).encode()
