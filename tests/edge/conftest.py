import pytest
from edge import EdgeServer


@pytest.fixture(scope="module")
def server():
    """One server for the tests of a file that only ask; it must still end by itself."""
    with EdgeServer() as edge:
        yield edge


@pytest.fixture
def start():
    """Starts servers of one's own settings: start(idle_ms=300)."""
    started = []

    def begin(**settings):
        started.append(EdgeServer(**settings))
        return started[-1]

    yield begin
    for edge in started:
        if edge.process.returncode is None:
            edge.stop()
