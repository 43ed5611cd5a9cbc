"""Tests talk to this machine only: a connection elsewhere is a mistake of the test, or of the product."""

import ipaddress
import socket
from typing import Any

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


class OutsideConnection(AssertionError):
    """A test tried to reach another machine."""


def pytest_configure() -> None:
    socket.socket.connect = connect  # type: ignore[method-assign]
    socket.socket.connect_ex = connect_ex  # type: ignore[method-assign]


def pytest_unconfigure() -> None:
    socket.socket.connect = _connect  # type: ignore[method-assign]
    socket.socket.connect_ex = _connect_ex  # type: ignore[method-assign]


def connect(self: socket.socket, address: Any) -> None:
    refuse_outside(address)
    _connect(self, address)


def connect_ex(self: socket.socket, address: Any) -> int:
    refuse_outside(address)
    return _connect_ex(self, address)


def refuse_outside(address: Any) -> None:
    """Raise OutsideConnection for a network address other than loopback; socket files may be used."""
    if not isinstance(address, tuple) or address[0] == "localhost":
        return
    try:
        outside = not ipaddress.ip_address(address[0]).is_loopback
    except ValueError:  # a name, which would have to be asked of another machine
        outside = True
    if outside:
        raise OutsideConnection(f"A test tried to connect to {address[0]}; tests may reach loopback only.")
