"""Kartei as a program that can be killed."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import tempfile
import time

PROGRESS = re.compile(rb"(\d+) of \d+ customers")
UNTIL_STUCK = 300  # seconds
# Of a terminal that colours nothing and is always as wide.
# A master key that all runs share, so that none is made in the home of whoever runs this.
ENVIRONMENT = {**os.environ, "TERM": "dumb", "COLUMNS": "120", "KARTEI_MASTER_KEY": 32 * "5e"}


class Violation(Exception):
    pass


def expect(condition, message):
    if not condition:
        raise Violation(message)


class Killed:
    """How a piece of work ended that was to be killed."""

    def __init__(self, code, rows, output):
        self.code = code  # None: it was killed
        self.rows = rows  # acknowledged by the progress bar
        self.output = output


class Kartei:
    """The program on one data directory."""

    def __init__(self, program, directory):
        self.program = program
        self.directory = directory
        self.seen = []  # the events that were there when somebody looked last

    def command(self, *arguments):
        anchor = str(self.directory) + "-anchor"
        return [self.program, "--data", str(self.directory), "--anchor", anchor, "--actor", "crash-test", *arguments]

    def run(self, *arguments, given=b"", codes=(0,)):
        done = subprocess.run(
            self.command(*arguments), input=given, capture_output=True, timeout=UNTIL_STUCK, env=ENVIRONMENT
        )
        expect(
            done.returncode in codes,
            f"kartei {' '.join(arguments)} ended with {done.returncode}: {(done.stderr or done.stdout).decode()[-500:]}",
        )
        return done

    def json(self, *arguments, **how):
        return [json.loads(line) for line in self.run("--json", *arguments, **how).stdout.splitlines()]

    def kill_at(self, moment, *arguments, given=b"", codes=(0,)):
        """Starts it, and kills it when that many seconds have gone by."""
        terminal, its_end = pty.openpty()
        with tempfile.TemporaryFile() as input_file, tempfile.TemporaryFile() as output_file:
            input_file.write(given)
            input_file.seek(0)
            process = subprocess.Popen(
                self.command(*arguments), stdin=input_file, stdout=output_file, stderr=its_end, env=ENVIRONMENT
            )
            os.close(its_end)
            said = self.listen(terminal, time.monotonic() + moment)
            process.kill()
            code = process.wait()
            said += self.listen(terminal, None)
            os.close(terminal)
            output_file.seek(0)
            output = output_file.read()
        expect(code in (*codes, -signal.SIGKILL), f"kartei {' '.join(arguments)} ended with {code}: {said.decode()[-500:]}")
        acknowledged = PROGRESS.findall(said)
        return Killed(None if code < 0 else code, int(acknowledged[-1]) if acknowledged else 0, output)

    @staticmethod
    def listen(terminal, deadline):
        """What the program says until then, or until it ends. Without a deadline: what is left of it."""
        said = b""
        while True:
            left = UNTIL_STUCK if deadline is None else deadline - time.monotonic()
            if left <= 0 or not select.select([terminal], [], [], left)[0]:
                return said
            try:
                piece = os.read(terminal, 65_536)
            except OSError:  # the other end is closed
                piece = b""
            if not piece:
                return said
            said += piece

    def events(self):
        """The log; empty where the business was not even made."""
        done = self.run("replay", codes=(0, 2))
        if done.returncode == 2:
            nothing = b"There is no business" in done.stderr or b"There is no data directory" in done.stderr
            expect(nothing, f"kartei replay: {done.stderr.decode()}")
            return []
        return [json.loads(line) for line in done.stdout.splitlines()]
