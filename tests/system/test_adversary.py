"""What a world that means no good does to weir."""

import socket
import threading

import amqp


class Cutter:
    """A proxy that ends the first connection in mid-message."""

    def __init__(self, port, after):
        self.left = after
        self.port = port
        self.server = socket.create_server(("127.0.0.1", 0))
        self.at = self.server.getsockname()[1]
        self._thread(self._serve)

    @staticmethod
    def _thread(run, *args):
        threading.Thread(target=run, args=args, daemon=True).start()

    def _serve(self):
        while True:
            client = self.server.accept()[0]
            broker = socket.create_connection(("127.0.0.1", self.port))
            self._thread(self._pump, client, broker, None)
            self._thread(self._pump, broker, client, self.left)
            self.left = None

    @staticmethod
    def _pump(source, sink, left):
        try:
            while data := source.recv(65536):
                if left is not None and (left := left - len(data)) < 0:
                    break
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def test_half_a_message_of_a_lost_connection_is_not_put_before_the_next(
        place, vhost):
    cutter = Cutter(vhost.broker.port, 500_000)
    url = vhost.url.replace(f":{vhost.broker.port}/", f":{cutter.at}/")
    big = b"B" * 900_000
    place.config(f"""\
        [broker]
        url = {url}
        [stream out]
        bind = #
        queue = q
        path = {place}/out.log
        """)
    collector = place.start("collector")
    amqp.publish(vhost.url, ("info.user", big), ("info.user", b"small"))
    place.wait_for("out.log", big + b"\nsmall\n")
    assert collector.count_said("trying again") == 1
    assert collector.stop() == 0
