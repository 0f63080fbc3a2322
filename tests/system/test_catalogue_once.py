"""Once and only once, by the names of the failure catalogue (EO).

Each test tries to prove weir wrong about a promise that no single process
can keep; test_torment.py does the same by force.
"""

import shutil
import threading

import pytest

import amqp
from process import wait_for
from proxy import CutBeforeConfirm, Zombie
from torment import NO_LEAK_CHECK, Torment, settle


def times(short, long):
    return pytest.mark.parametrize("times", [
        pytest.param(short, id=f"{short}"),
        pytest.param(long, id=f"{long}", marks=pytest.mark.long)])


@times(10, 100)
def test_EO_02_a_connection_cut_before_the_confirm_repeats_nothing(
        place, vhost, dice, proxies, times):
    script = CutBeforeConfirm(dice, times)
    torment = Torment(place, proxies(vhost.url, script).url, dice)
    wait_for(lambda: script.left == 0, 60 + 5 * times, "every cut")
    torment.must_be_exact()


@times(2, 20)
def test_EO_03_a_zombie_that_delivers_after_its_successor_repeats_nothing(
        place, vhost, dice, proxies, times):
    script = Zombie(after=dice.randrange(200), held=dice.randrange(1, 300),
                    times=times)
    torment = Torment(place, proxies(vhost.url, script).url, dice)
    wait_for(lambda: script.left == 0, 60 + 10 * times, "every zombie")
    torment.must_be_exact()
    assert script.released >= times


@times(5, 100)
@pytest.mark.parametrize("point", ["consume-ack", "consume-acked"])
def test_EO_05_a_collector_killed_between_commit_and_ack_repeats_nothing(
        place, vhost, dice, point, times):
    torment = Torment(place, vhost.url, dice,
                      env={"WEIR_FAULT": f"{point}:{dice.randrange(2, 6)}"})
    wait_for(lambda: torment.run.count_said("collector: killed") >= times,
             60 + 10 * times, "the collector to die", every=0.1)
    # It would go on dying: one that does not takes over.
    torment.env = NO_LEAK_CHECK
    torment.kill("run")
    torment.must_be_exact()


class Thief(threading.Thread):
    """A second consumer that takes messages and gives them back, late."""

    def __init__(self, url, queue, dice):
        super().__init__(daemon=True)
        self.url = url
        self.queue = queue
        self.dice = dice
        self.stolen = 0
        self.over = threading.Event()
        self.start()

    def run(self):
        while not self.over.is_set():
            connection = amqp.connect(self.url)
            channel = connection.channel()
            channel.basic_qos(prefetch_count=50)
            taken = self.dice.randrange(1, 50)
            for method, _, _ in channel.consume(self.queue,
                                                inactivity_timeout=0.2):
                if method is None:
                    break
                self.stolen += 1
                taken -= 1
                if taken == 0:
                    break
            connection.close()  # all of it goes back into the queue

    def stop(self):
        self.over.set()
        self.join(30)
        assert not self.is_alive()


def test_EO_06_what_a_thief_takes_and_returns_late_fills_its_hole(
        place, vhost, dice):
    torment = Torment(place, vhost.url, dice)
    torment.flowing()
    thief = Thief(vhost.url, "all", dice)
    wait_for(lambda: thief.stolen > 300, 60, "something to be stolen")
    thief.stop()
    torment.must_lose_nothing(repeated=False, late=True)
    assert settle(vhost.url, "all")


def test_EO_07_AG_26_another_routing_key_with_a_full_window_loses_nothing(
        place, vhost, dice):
    torment = Torment(place, vhost.url, dice)
    torment.flowing()
    torment.run.kill9()
    ini = place / "weir.ini"
    text = ini.read_text().replace("err.* crit.* alert.* emerg.*",
                                   "err.# crit.# alert.# emerg.#")
    ini.write_text(text + "\n[agent]\n"
                   "routing_key = ${severity}.${facility}.other\n")
    torment.run = torment.start()
    torment.some_time(2)
    # What was under way is sent again under new ids: repeats, and counted.
    torment.must_lose_nothing()


def test_EO_08_AG_18_an_agent_without_its_state_warns_and_loses_nothing(
        place, vhost, dice):
    torment = Torment(place, vhost.url, dice, role="agent")
    collector = place.start("collector", config="collector.ini",
                            env=NO_LEAK_CHECK)
    torment.flowing()
    torment.run.kill9()
    shutil.rmtree(place / "state")
    (place / "state").mkdir()
    torment.run = torment.start()
    torment.run.wait_said("checkpoint: there is none")
    torment.some_time(2)
    torment.must_lose_nothing()
    assert collector.stop() == 0
