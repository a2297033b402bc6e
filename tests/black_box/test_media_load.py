"""Large media costs bounded memory and costs other callers nothing, whatever its readers do."""

import os
import pathlib
import socket
import threading
import time

import pytest

from support.client import eventually
from support.workspace import expect

SIZE = 2 << 30
LIMIT = 64 << 20


@pytest.fixture
def film(own_service):
    """A 2 GiB film (sparse: nothing but its last bytes is on the disk), shared."""
    service = own_service().start()
    workspace = service.workspace()
    path = workspace.store_media("film.mp4", b"")
    with open(path, "r+b") as file:
        file.truncate(SIZE)
        file.seek(SIZE - 7)
        file.write(b"The end")
    recording = workspace.register(media=[{"id": "v", "role": "video", "content_type": "video/mp4",
                                           "key": "film.mp4"}])
    return workspace.share(recording)


def start_reading(service, target, receive_buffer=None):
    """Asks for an object and reads its head; the body waits in the socket."""
    sock = socket.socket()
    if receive_buffer:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    sock.settimeout(30)
    sock.connect(service.address)
    sock.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    head = b""
    while b"\r\n\r\n" not in head:
        head += sock.recv(1)
    assert head.startswith(b"HTTP/1.1 200"), head
    return sock


def descriptors(service):
    return len(os.listdir(f"/proc/{service.process.pid}/fd"))


def test_ten_slow_readers_of_a_large_film_cost_little_memory_and_nobody_else_time(film):
    service, target = film.workspace.service, film.media_target()
    readers = [start_reading(service, target, receive_buffer=16384) for _ in range(10)]
    stop, read = threading.Event(), [0] * 10

    def read_slowly(number):
        while not stop.is_set():
            read[number] += len(readers[number].recv(65536))
            time.sleep(0.02)

    threads = [threading.Thread(target=read_slowly, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    waits = []
    deadline = time.monotonic() + 6
    while time.monotonic() < deadline:
        began = time.monotonic()
        film.open()
        waits.append(time.monotonic() - began)
        time.sleep(0.01)
    peak = service.resident_bytes("VmHWM")
    stop.set()
    for thread in threads:
        thread.join()
    for reader in readers:
        reader.close()
    waits.sort()
    assert min(read) > 100_000
    assert peak < LIMIT, f"{peak >> 20} MiB"
    usual = waits[len(waits) * 95 // 100]
    assert usual < 0.1, f"95 of 100 within {usual:.3f} s"


def test_a_whole_large_film_passes_in_little_memory(film):
    service = film.workspace.service
    with start_reading(service, film.media_target()) as sock:
        left, tail, buffer = SIZE, b"", bytearray(1 << 20)
        while left:
            count = sock.recv_into(buffer)
            assert count, f"{left} bytes are missing"
            left -= count
            tail = (tail + buffer[max(0, count - 7):count])[-7:]
    assert tail == b"The end"
    assert service.resident_bytes("VmHWM") < LIMIT


def test_the_end_of_a_large_film_is_there_at_once(film):
    began = time.monotonic()
    answer = film.viewer.get(film.media_target(), headers={"Range": f"bytes={SIZE - 7}-"})
    assert (answer.status, answer.body) == (206, b"The end")
    assert answer.headers["content-range"] == f"bytes {SIZE - 7}-{SIZE - 1}/{SIZE}"
    assert time.monotonic() - began < 1


def test_viewers_who_leave_in_the_middle_leave_nothing_behind(film):
    service, target = film.workspace.service, film.media_target()
    film.open()
    before = descriptors(service)
    for number in range(60):
        sock = start_reading(service, target, receive_buffer=16384)
        if number % 2:  # half of them slam the door
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        sock.recv(10_000)
        sock.close()
    assert eventually(lambda: descriptors(service) <= before + 2, within=10)
    assert film.open()
    assert service.resident_bytes("VmHWM") < LIMIT


def test_a_viewer_who_never_reads_is_cut_off(film):
    """A slow reader has 20 seconds without any progress; it must not be kept for ever."""
    service, target = film.workspace.service, film.media_target()
    before = descriptors(service)
    readers = [start_reading(service, target, receive_buffer=16384) for _ in range(3)]
    assert descriptors(service) > before
    assert eventually(lambda: descriptors(service) <= before, within=40, every=0.5)
    for reader in readers:
        reader.close()


def test_a_film_that_shrinks_while_it_is_read_ends_the_connection_and_nothing_else(film):
    service = film.workspace.service
    with start_reading(service, film.media_target(), receive_buffer=16384) as sock:
        os.truncate(pathlib.Path(service.media) / "film.mp4", 1 << 20)
        received = 0
        try:
            while chunk := sock.recv(1 << 20):
                received += len(chunk)
        except ConnectionResetError:
            pass
    assert received < SIZE
    expect(film.resolve(), 200)
