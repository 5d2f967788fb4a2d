"""The wire between a browser and a server: a relay of bytes that can be cut where one chooses."""

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from time import sleep

SENDING = b"POST /replay "
CHUNK = 65536


class CutError(Exception):
    """Raised inside the relay where the wire is cut."""


@dataclass
class Cut:
    """Where to cut the next sending: after how many bytes of it up, or of its answer down.

    `whole` waits for all of the answer and then lets nothing of it through: the server has
    committed, and the device does not know. `then` is done at the moment of the cut.
    """

    up: int | None = None
    down: int | None = None
    whole: bool = False
    then: Callable[[], None] | None = None


@dataclass
class Wire:
    """Listens on a port of its own and passes on to the server's."""

    to: int
    port: int = 0
    connected: bool = True
    cuts: list[Cut] = field(default_factory=list)
    """Those to come, one for each sending from now on."""
    sendings: int = 0
    """How many sendings have passed here, whole or not."""

    def __post_init__(self) -> None:
        """Begin to listen."""
        self._lock, self._open, self.over = Lock(), set[socket.socket](), Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        Thread(target=self._listen, daemon=True).start()

    @property
    def address(self) -> str:
        """Where the browser goes."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """No coverage: nothing passes, and what was under way is broken off."""
        self.connected = False
        with self._lock:
            ends = list(self._open)
        for end in ends:
            _close(end)

    def mend(self) -> None:
        """Coverage again."""
        self.connected = True

    def end(self) -> None:
        """Stop listening."""
        self.over.set()
        self.cut()
        _close(self._listener)

    def _listen(self) -> None:
        while not self.over.is_set():
            try:
                near, _address = self._listener.accept()
            except OSError:
                return
            if not self.connected:
                _close(near)
                continue
            Thread(target=self._pass_on, args=(near,), daemon=True).start()

    def _pass_on(self, near: socket.socket) -> None:
        far: socket.socket | None = None
        with self._lock:
            self._open.add(near)
        try:
            while request := near.recv(CHUNK):
                if far is None:
                    far = self._dial()
                    with self._lock:
                        self._open.add(far)
                self._exchange(near, far, request)
        except (OSError, CutError):
            pass
        finally:
            with self._lock:
                self._open -= {end for end in (near, far) if end is not None}
            for end in (near, far):
                if end is not None:
                    _close(end)

    def _dial(self) -> socket.socket:
        # A server that was killed comes up again in a while.
        for _try in range(100):
            with suppress(OSError):
                return socket.create_connection(("127.0.0.1", self.to), timeout=60)
            if not self.connected:
                raise CutError
            sleep(0.1)
        raise CutError

    def _exchange(self, near: socket.socket, far: socket.socket, request: bytes) -> None:
        """Pass one request up and its answer down; a browser sends the next one after that."""
        cut = Cut()
        if request.startswith(SENDING):
            self.sendings += 1
            with self._lock:
                cut = self.cuts.pop(0) if self.cuts else cut
        request += _rest(near, request)
        if cut.up is not None:
            far.sendall(request[: cut.up])
            self._break(cut)
        far.sendall(request)
        if cut.then and not cut.whole and cut.down is None:
            self._break(cut)
        answer = far.recv(CHUNK)
        if not answer:
            raise CutError
        answer += _rest(far, answer)
        if cut.whole or cut.down is not None:
            near.sendall(b"" if cut.whole else answer[: cut.down])
            self._break(cut)
        near.sendall(answer)

    def _break(self, cut: Cut) -> None:
        if cut.then:
            cut.then()
        raise CutError


def _rest(end: socket.socket, begun: bytes) -> bytes:
    """Return what is still to come of a message that has begun."""
    rest = b""
    while b"\r\n\r\n" not in begun + rest:
        rest += _more(end)
    head, _line, body = (begun + rest).partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _colon, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    left = length - len(body)
    while left > 0:
        piece = _more(end)
        rest += piece
        left -= len(piece)
    return rest


def _more(end: socket.socket) -> bytes:
    piece = end.recv(CHUNK)
    if not piece:
        raise CutError
    return piece


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        end.close()
