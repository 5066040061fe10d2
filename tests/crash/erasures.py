"""Erases people of an import that is killed again and again, and kills those erasures too."""

import csv
import json
import re
import time

from killed_kartei import expect

MOST_PEOPLE_AT_ONCE = 3
TRIES = 3  # commands after one killed import


def is_erasure(event):
    return event["type"] == "record.erased"


def without_what_was_erased(event):
    """The event as it is after its record's key was destroyed: what stays readable of its data, and no more."""
    if event["type"] != "record.imported":
        return event
    data = {name: event["data"][name] for name in ("run", "notifications") if name in event["data"]}
    return {**event, "erased": True, "data": data}


class Erasures:
    """Those of one data directory."""

    def __init__(self, kartei, file, random):
        self.kartei = kartei
        self.file = file
        self.random = random
        self.begun = []  # commands whose erasures may be there or not: the records of each
        self.acknowledged = {}  # record → the position that was printed, or that of a later record of the command
        self.found = {}  # record → the position at which the log was seen to erase it
        self.seconds = 0.3  # of one that nobody kills, as far as is known
        self.kills = 0

    def erase_some(self, events):
        """One command after the other, of people who are in the log. Most are killed; some of those are repeated at
        once, the others by `finish_all`. Returns whether there was anybody."""
        there = [event["subject"] for event in events if event["type"] == "record.imported"]
        for _ in range(TRIES if there else 0):
            known = {record for records in self.begun for record in records} | set(self.acknowledged)
            people = sorted(set(self.random.sample(there, self.random.randint(1, MOST_PEOPLE_AT_ONCE))) - known)
            if people:
                self.erase(people)
        return bool(there)

    def erase(self, people):
        self.begun.append(people)
        if self.random.random() < 0.8:
            moment = self.random.uniform(0, 1.2 * self.seconds)
            ended = self.kartei.kill_at(moment, *self.command(people))
            self.kills += ended.code is None
            # What was printed was acknowledged, whether the process was killed after that or not.
            if ended.output.endswith(b"\n"):
                self.acknowledge(people, json.loads(ended.output))
        if self.random.random() < 0.5:
            self.finish(people)

    def finish(self, people):
        """As who has no answer would: the same command again."""
        started = time.monotonic()
        answer = self.kartei.json(*self.command(people))[0]
        self.seconds = time.monotonic() - started
        expect("position" in answer, f"a repeated erasure is refused: {answer}")
        before = [self.found[record] for record in people if record in self.found]
        expect(not before or answer["position"] == max(before), f"erased at {before}, and again at {answer['position']}")
        self.acknowledge(people, answer)

    def finish_all(self):
        for people in self.begun:
            self.finish(people)

    @staticmethod
    def command(people):
        return ["--json", "erase", *people, "--reason", "asked by letter"]

    def acknowledge(self, people, answer):
        for record in people:
            before = self.acknowledged.setdefault(record, answer["position"])
            expect(before == answer["position"], f"{record} was erased at {before}, and again at {answer['position']}")

    def check_log(self, events):
        """Whoever was erased, with or without an answer, is erased once and for ever, and nobody else is."""
        found = {}
        for event in filter(is_erasure, events):
            expect(event["subject"] not in found, f"{event['subject']} is erased twice")
            found[event["subject"]] = event["position"]
        for record, position in {**self.found, **self.acknowledged}.items():
            expect(record in found, f"the erasure of {record} at position {position} is gone")
        for people in self.begun:
            places = sorted(found[record] for record in people if record in found)
            expect(len(places) in (0, len(people)), f"of {people} only some are erased")
            expect(not places or places[-1] - places[0] == len(people) - 1, f"{people} were not erased together")
        expect(set(found) <= {record for people in self.begun for record in people}, "others were erased than asked for")
        for event in events:
            is_gone = event["type"] == "record.imported" and event["subject"] in found
            expect(event.get("erased", False) == is_gone, f"position {event['position']}: {'not ' * is_gone}erased")
            expect(not is_gone or event == without_what_was_erased(event), f"position {event['position']} tells: {event}")
        fresh = [record for record in found if record not in self.found]
        self.found = found
        self.check_unseen(events)
        if fresh:
            self.check_shown(self.random.choice(fresh))
        self.kartei.run("verify", codes=(0,) if events else (0, 2))

    def check_unseen(self, events):
        """What nobody else has of those who are erased is nowhere in the log."""
        whole = json.dumps(events, ensure_ascii=False)
        for record in self.found:
            for name in ("Mobil", "E-Mail"):
                value = self.row(record)[name]
                expect(not value or value not in whole, f"replay tells of {record}: {value}")

    def check_shown(self, record):
        """Nothing that is asked for the erased person shows anything of theirs."""
        customer = self.kartei.run("--json", "customer", record).stdout
        expect(json.loads(customer)["records"][0]["status"] == "erased", f"{record} is not shown as erased")
        shown = [customer]
        for verb in ("history", "protocol", "replay"):
            named = ["--customer", record] if verb != "history" else [record]
            shown.append(self.kartei.run(verb, *named).stdout)
        row = self.row(record)
        values = {row[name] for name in ("Vorname", "Nachname", "Straße", "Mobil", "E-Mail", "Bemerkung", "Geburtsdatum")}
        values.add("-".join(reversed(row["Geburtsdatum"].split("."))))
        for value in filter(None, values):
            for text in shown:
                expect(value.encode() not in text, f"{value} of {record} is still shown: {text.decode()}")

    def row(self, record):
        number = int(record.split("/")[1])
        return next(csv.DictReader([self.file.header, self.file.known[number]], delimiter=";"))

    def of_others(self, answers):
        """Those answers that are not about somebody who was erased."""
        return [answer for answer in answers if json.loads(answer)["customer"] not in self.found]

    def as_if_undisturbed(self, answer):
        """The answer with the positions that a log without the erasures has."""
        at = sorted(self.found.values())

        def earlier(match):
            position = int(match[1])
            return b'"position":%d' % (position - sum(one <= position for one in at))

        return re.sub(rb'"position":(\d+)', earlier, answer)
