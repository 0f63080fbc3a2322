"""One private RabbitMQ node per test run, a virtual host per test.

The node is started once, by the process that controls the xdist workers, and
becomes ready while they collect.  Tests that stop it, freeze it or raise
alarms use `own_broker`, a second node; they all run in one worker.
"""

import itertools
import os
import pathlib
import shutil
import tempfile

import pytest

from broker import Broker
from lines import mixed_lines
from proxy import Proxy
from torment import dice_for, seed
from weir import BINARY, Place

SESSION = pytest.StashKey()
FAILED = pytest.StashKey()
# s for one test, so that none stops all others: one that waits for what has no
# end of its own (a pipe, a child) is interrupted and has failed.
LIMIT, LONG_LIMIT = 300, 7200
numbers = itertools.count(1)


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true",
                     help="the long forms: a million lines, a hundred "
                          "kills")


class Session:
    """What the controlling process makes and the workers share."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="weir-system-"))
        self.broker = new_broker(self.folder).start(wait=False)

    def close(self):
        self.broker.close()
        for folder in self.folder.glob("broker-*"):
            shutil.rmtree(folder)
        if not any(self.folder.iterdir()):
            self.folder.rmdir()


def new_broker(folder):
    return Broker(tempfile.mkdtemp(prefix="broker-", dir=folder))


def is_worker(config):
    return hasattr(config, "workerinput")


def pytest_configure(config):
    config.addinivalue_line("markers", "long: runs only with --long")
    if is_worker(config) or config.option.collectonly:
        return
    if not os.access(BINARY, os.X_OK):
        raise pytest.UsageError(f"{BINARY} is not there: build it first")
    config.stash[SESSION] = Session()
    # The workers inherit it, and with it a run can be repeated.
    print(f"WEIR_SEED={seed()}")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    session = node.config.stash[SESSION]
    node.workerinput["folder"] = str(session.folder)
    node.workerinput["broker"] = session.broker.address()


def pytest_unconfigure(config):
    if SESSION in config.stash:
        config.stash[SESSION].close()


def pytest_collection_modifyitems(config, items):
    limit = LONG_LIMIT if config.option.long else LIMIT
    for item in items:
        item.add_marker(pytest.mark.timeout(limit))
        if "own_broker" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("own_broker"))
        if item.get_closest_marker("long") and not config.option.long:
            item.add_marker(pytest.mark.skip(reason="needs --long"))
    # The group is the longest job: it must not start last.
    items.sort(key=lambda item: "own_broker" not in item.fixturenames)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        item.stash[FAILED] = True


def pytest_runtest_logreport(report):
    """Say at once what failed: the summary may never come."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        print(f"\n== {report.nodeid}\n{report.longreprtext}", flush=True)


@pytest.fixture(scope="session")
def folder(pytestconfig):
    if is_worker(pytestconfig):
        return pathlib.Path(pytestconfig.workerinput["folder"])
    return pytestconfig.stash[SESSION].folder


@pytest.fixture
def places(request, folder):
    """Makes places; all that runs in them ends with the test."""
    made = []

    def new():
        # Short: a Unix socket's path has 107 bytes at most.
        made.append(Place(folder / f"{os.getpid()}-{next(numbers)}"))
        return made[-1]
    yield new
    for one in made:
        one.close(request.node.stash.get(FAILED, False))


@pytest.fixture
def place(places):
    return places()


@pytest.fixture(scope="session")
def broker(pytestconfig):
    if is_worker(pytestconfig):
        node = Broker(**pytestconfig.workerinput["broker"])
    else:
        node = pytestconfig.stash[SESSION].broker
    node.wait_ready()
    return node


class Vhost:
    """A virtual host of its own: `url` is all that weir and pika need."""

    def __init__(self, broker):
        self.name = f"v{os.getpid()}-{next(numbers)}"
        self.broker = broker
        broker.add_vhost(self.name)
        self.url = self.as_user("guest", "guest")

    def as_user(self, user, password):
        return (f"amqp://{user}:{password}@127.0.0.1:{self.broker.port}"
                f"/{self.name}")


@pytest.fixture
def new_vhost(broker):
    return lambda: Vhost(broker)


@pytest.fixture
def vhost(new_vhost):
    return new_vhost()


@pytest.fixture(scope="session")
def own_node(folder):
    node = new_broker(folder).start()
    yield node
    node.close()


@pytest.fixture
def own_broker(own_node):
    """A node that a test may stop or break; it is mended afterwards."""
    yield own_node
    if own_node.beam is None:
        own_node.start()
    own_node.thaw()
    own_node.wait_ready()
    own_node.alarm(False)


@pytest.fixture
def own_vhost(own_broker):
    return Vhost(own_broker)


@pytest.fixture
def dice(request):
    return dice_for(request.node.name)


@pytest.fixture
def proxies():
    """Makes proxies to a broker's URL."""
    made = []

    def new(url, script=None, rate=None):
        made.append(Proxy(url, script, rate))
        return made[-1]
    yield new
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def mixed():
    """Lines of every kind: CRLF, NUL, invalid UTF-8, empty, 900 KB."""
    return mixed_lines(2000)
