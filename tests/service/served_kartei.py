"""A server that can be killed and started again, and a client that asks until it has an answer."""

import http.client
import json
import os
import re
import resource
import signal
import socket
import ssl
import subprocess
import time

STARTS_WITHIN = 60  # seconds
STOPS_WITHIN = 10  # seconds after SIGTERM, as docs/service.md promises
ANSWERS_WITHIN = 60  # seconds, restarts of the server included


class Violation(Exception):
    pass


def expect(condition, message):
    if not condition:
        raise Violation(message)


def certificate(folder, name="server"):
    """A certificate for this computer that it has signed itself, and its key: two files."""
    files = str(folder / f"{name}.crt"), str(folder / f"{name}.key")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
               "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
               "-out", files[0], "-keyout", files[1]]  # fmt: skip
    made = subprocess.run(command, capture_output=True, text=True)
    expect(made.returncode == 0, made.stderr)
    return files


class ServedKartei:
    """`kartei serve` on one data directory. Started again, it listens where it did before."""

    def __init__(self, program, folder, *arguments, address="127.0.0.1"):
        self.program = program
        self.folder = folder
        self.arguments = arguments
        self.address = address
        self.port = 0
        self.process = None
        # A master key of its own, so that none is made in the home of whoever runs this.
        self.environment = dict(os.environ, KARTEI_MASTER_KEY=32 * "5e")

    def command(self, *arguments):
        places = ["--data", str(self.folder / "data"), "--anchor", str(self.folder / "anchor"), "--business", "salon"]
        return [self.program, *places, *arguments]

    def run(self, *arguments, given=b""):
        """The command line, beside the server or without it."""
        return subprocess.run(
            self.command(*arguments), input=given, capture_output=True, timeout=300, env=self.environment
        )

    def start(self):
        """Returns what it said before it listened."""
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                self.command("serve", "--listen", f"{self.address}:{self.port}", *self.arguments),
                stdout=subprocess.PIPE, stderr=log, text=True, env=self.environment)
        said = ""
        while "Listening" not in said:
            line = self.process.stdout.readline()
            expect(line, f"the server did not start: {self.said_last()}")
            said += line
        self.port = int(re.search(r":(\d+)$", said.strip()).group(1))
        return said

    def said_last(self):
        return (self.folder / "log").read_text(encoding="utf-8")[-500:]

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout=STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            raise Violation(f"the server did not stop within {STOPS_WITHIN} s of SIGTERM") from None
        self.process.stdout.close()
        expect(code == 0, f"the server ended with {code} after SIGTERM: {self.said_last()}")

    def end(self):
        """Whatever has happened."""
        if self.process and self.process.poll() is None:
            self.kill()


def crowd(port, count):
    """So many connections that say nothing, or as many as this machine allows; whoever gets them closes them."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20_000), hard))
    silent = []
    for number in range(min(count, min(hard, 20_000) - 100)):
        connection = socket.socket()
        connection.setblocking(False)
        connection.connect_ex(("127.0.0.1", port))
        silent.append(connection)
        if number % 500 == 0:
            time.sleep(0.05)
    return silent


class Answer:
    def __init__(self, status, headers, text):
        self.status = status
        self.headers = headers
        self.text = text

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def position(self):
        """Where the log stood."""
        return int(self.headers["Kartei-Position"])


class Client:
    """One connection with one token, for one thread. A request that is not answered is sent again as it was."""

    def __init__(self, server, token, tls=None):
        self.server = server
        self.token = token
        self.tls = tls
        self.connection = None
        self.unanswered = 0  # requests that were sent again

    def ask(self, method, target, body=None, kind="application/json", **headers):
        if body is not None and not isinstance(body, str):
            body = json.dumps(body)
        body = body and body.encode()
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if body is not None:
            sent["Content-Type"] = kind
        sent.update({name.replace("_", "-"): str(value) for name, value in headers.items()})
        until = time.monotonic() + ANSWERS_WITHIN
        while True:
            try:
                return self.try_once(method, target, body, sent)
            except (OSError, http.client.HTTPException) as problem:
                self.close()
                self.unanswered += 1
                expect(time.monotonic() < until, f"{method} {target} is not answered: {problem!r}")
                time.sleep(0.02)

    def try_once(self, method, target, body, headers):
        if self.connection is None:
            self.connection = self.connect()
        self.connection.request(method, target, body, headers)
        response = self.connection.getresponse()
        return Answer(response.status, response.headers, response.read().decode())

    def connect(self, timeout=20):
        if isinstance(self.tls, ssl.SSLContext):
            return http.client.HTTPSConnection("127.0.0.1", self.server.port, timeout=timeout, context=self.tls)
        return http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=timeout)

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None
