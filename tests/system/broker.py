"""A private RabbitMQ node on loopback, in a directory of its own.

Nothing outlives the test run: the node dies with the process that started it
(PR_SET_PDEATHSIG), and only processes started here are ever signalled.
Commands go over erl_call, which answers in 20 ms; rabbitmqctl takes 1.5 s.
"""

import os
import secrets
import signal
import socket
import subprocess

from process import die_with_parent, free_port, wait_for

BIN = "/usr/lib/rabbitmq/bin"  # /usr/sbin/* are wrappers that `su rabbitmq`
READY_TIMEOUT = 90


class Broker:
    def __init__(self, folder, port=None, dist=None, cookie=None):
        self.folder = str(folder)
        self.port = port or free_port()
        self.dist = dist or free_port()
        self.cookie = cookie or secrets.token_hex(10)
        self.node = f"weir{self.port}@localhost"
        self.beam = self.epmd = None
        self.epmd_port = None

    # What another process (an xdist worker) needs to use this node.
    def address(self):
        return {"folder": self.folder, "port": self.port,
                "dist": self.dist, "cookie": self.cookie}

    # -- life ---------------------------------------------------------------

    def start(self, wait=True):
        if self.epmd is None:
            self._write_files()
            self.epmd_port = free_port()
            self.epmd = self._spawn(["epmd", "-address", "127.0.0.1",
                                     "-port", str(self.epmd_port)], "epmd")
        self.beam = self._spawn([f"{BIN}/rabbitmq-server"], "node")
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self):
        def up():
            if self.beam and self.beam.poll() is not None:
                raise AssertionError(f"the broker died: {self.says()}")
            return self.ready()
        wait_for(up, READY_TIMEOUT, f"the broker to answer: {self.folder}",
                 every=0.1)

    def ready(self):
        """Up means: it answers a protocol header with connection.start."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as s:
                s.settimeout(1)
                s.sendall(b"AMQP\0\0\x09\x01")
                return s.recv(1) == b"\x01"
        except OSError:
            return False

    def stop(self):
        """As `systemctl stop`: clean, takes about 5 s."""
        self._end(self.beam, signal.SIGTERM)
        self.beam = None

    def kill9(self):
        self._end(self.beam, signal.SIGKILL)
        self.beam = None

    def freeze(self):
        os.kill(self.beam.pid, signal.SIGSTOP)

    def thaw(self):
        os.kill(self.beam.pid, signal.SIGCONT)

    def close(self):
        for process in (self.beam, self.epmd):
            self._end(process, signal.SIGKILL)
        self.beam = self.epmd = None

    # -- commands -----------------------------------------------------------

    def eval(self, expression):
        """Evaluate Erlang on the node; returns its result as text."""
        done = subprocess.run(
            ["erl_call", "-address", f"127.0.0.1:{self.dist}",
             "-c", self.cookie, "-h", f"test{secrets.token_hex(4)}", "-e"],
            input=expression + ".\n", text=True, timeout=60,
            capture_output=True, env=self._environment())
        text = done.stdout.strip()
        if done.returncode != 0 or not text.startswith("{ok,"):
            raise AssertionError(f"{expression}: {text} {done.stderr}")
        return text[len("{ok,"):-1].strip()

    def add_vhost(self, name):
        self.eval(f'rabbit_vhost:add(<<"{name}">>, <<"weir">>), '
                  f'{self._permit("guest", name)}')

    def add_user(self, name, password, vhost=None):
        self.eval(f'rabbit_auth_backend_internal:add_user(<<"{name}">>, '
                  f'<<{self._quoted(password)}>>, <<"weir">>)')
        if vhost:
            self.eval(self._permit(name, vhost))

    def permit(self, user, vhost, configure, write, read):
        """As `rabbitmqctl set_permissions`."""
        self.eval(self._permit(user, vhost, configure, write, read))

    def set_password(self, name, password):
        self.eval('rabbit_auth_backend_internal:change_password('
                  f'<<"{name}">>, <<{self._quoted(password)}>>, '
                  '<<"weir">>)')

    def alarm(self, on):
        """The memory alarm, which blocks every connection that publishes."""
        share = "0.0" if on else "0.6"
        self.eval(f"vm_memory_monitor:set_vm_memory_high_watermark({share})")
        wait_for(lambda: ("memory" in self.eval("rabbit_alarm:get_alarms()"))
                 == on, 20, f"the memory alarm to be {on}")

    def connections(self):
        """How many clients are connected."""
        return int(self.eval("length(rabbit_networking:connections())"))

    def accepted(self):
        """How many connections this node has seen opened so far."""
        with open(f"{self.folder}/log/{self.node}.log", "rb") as log:
            return log.read().count(b"accepting AMQP connection")

    def says(self):
        with open(f"{self.folder}/node.out", errors="replace") as out:
            return out.read()[-2000:]

    # -- the rest is nobody's business --------------------------------------

    @staticmethod
    def _quoted(text):
        """An Erlang string."""
        return '"' + text.replace("\\", r"\\").replace('"', r'\"') + '"'

    @classmethod
    def _permit(cls, user, vhost, *patterns):
        configure, write, read = (f"<<{cls._quoted(p)}>>"
                                  for p in patterns or (".*",) * 3)
        return ("rabbit_auth_backend_internal:set_permissions("
                f'<<"{user}">>, <<"{vhost}">>, {configure}, {write}, {read}, '
                '<<"weir">>)')

    def _write_files(self):
        for name in ("home", "mnesia", "log"):
            os.makedirs(f"{self.folder}/{name}", exist_ok=True)
        cookie = f"{self.folder}/home/.erlang.cookie"
        with open(os.open(cookie, os.O_CREAT | os.O_WRONLY, 0o400), "w") as f:
            f.write(self.cookie)
        with open(f"{self.folder}/enabled_plugins", "w") as f:
            f.write("[].")
        with open(f"{self.folder}/rabbitmq.conf", "w") as f:
            f.write(f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
                    "num_acceptors.tcp = 2\n"
                    "disk_free_limit.absolute = 10MB\n"
                    "log.file.level = info\n")

    def _environment(self):
        d = self.folder
        loopback = "-kernel inet_dist_use_interface {127,0,0,1}"
        env = {k: v for k, v in os.environ.items()
               if not k.startswith(("RABBITMQ_", "ERL_"))}
        env.pop("NOTIFY_SOCKET", None)
        env.update({
            "HOME": f"{d}/home",
            "LC_ALL": "C.UTF-8",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self.epmd_port or 0),
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_DIST_PORT": str(self.dist),
            "RABBITMQ_CONF_ENV_FILE": f"{d}/none",
            "RABBITMQ_CONFIG_FILE": f"{d}/rabbitmq.conf",
            "RABBITMQ_MNESIA_BASE": f"{d}/mnesia",
            "RABBITMQ_LOG_BASE": f"{d}/log",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{d}/enabled_plugins",
            "RABBITMQ_GENERATED_CONFIG_DIR": f"{d}/config",
            "RABBITMQ_SCHEMA_DIR": f"{d}/schema",
            "RABBITMQ_PID_FILE": f"{d}/rabbit.pid",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": loopback,
            # The start script then execs erl, so that our child is the node.
            "RUNNING_UNDER_SYSTEMD": "1",
        })
        return env

    def _spawn(self, command, name):
        with open(f"{self.folder}/{name}.out", "ab") as out:
            return subprocess.Popen(
                command, cwd=self.folder, env=self._environment(),
                stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True, preexec_fn=die_with_parent)

    @staticmethod
    def _end(process, number):
        if process is None or process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
