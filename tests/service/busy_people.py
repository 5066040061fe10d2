"""Who is at the server during busy_minute: adapters, desks, and live readers, a thread each."""

import http.client
import json
import threading
import time
import traceback

from minute_account import Decision
from served_kartei import Client, Violation, expect


class Person(threading.Thread):
    """Works until it is told to stop, or something is wrong."""

    def __init__(self, name, until):
        super().__init__(name=name, daemon=True)
        self.until = until
        self.problem = None

    def run(self):
        try:
            while not self.until.is_set():
                self.work()
        except Violation as problem:
            self.problem = f"{self.name}: {problem}"
        except Exception:  # a mistake of the test's own
            self.problem = f"{self.name}: {traceback.format_exc()}"
        if self.problem:
            self.until.set()


class Asking(Person):
    """Sees that no answer is behind what the asker was told before."""

    def __init__(self, name, until, server, token, random):
        super().__init__(name, until)
        self.client = Client(server, token)
        self.random = random
        self.known = 0

    def ask(self, *request, client=None, **headers):
        answer = (client or self.client).ask(*request, **headers)
        expect(answer.status < 500, f"{request[:2]}: {answer.status} {answer.text}")
        expect("Kartei-Position" in answer.headers, f"{request[:2]}: {answer.status} {answer.text} has no position")
        expect(answer.position >= self.known,
               f"{request[:2]}: the log stands at {answer.position}, {self.known} was told before")
        self.known = answer.position
        return answer


class Board:
    """What desks find to work on: records and joins that were acknowledged."""

    def __init__(self):
        self.lock = threading.Lock()
        self.records = []
        self.joins = []

    def add(self, records=(), joins=()):
        with self.lock:
            self.records += records
            self.joins += joins

    def some(self, random, what, count):
        with self.lock:
            listed = getattr(self, what)
            return random.sample(listed, min(count, len(listed)))


class Adapter(Asking):
    """Reports new people, changes, appointments, visits and notes of its source, one at a time or in batches; now and
    then what it has reported before, as it was."""

    def __init__(self, source, until, server, token, random, board):
        super().__init__(source, until, server, token, random)
        self.board = board
        self.number = 0
        self.records = []
        self.booked = []
        self.sent = {}
        self.told = {}  # id → position
        self.all_told = []

    def event(self):
        self.number += 1
        name = f"e{self.number}"
        kind = self.random.random()
        record = self.random.choice(self.records) if self.records else None
        if record is None or kind < 0.3:
            record = f"{self.name}/{self.number}"
            self.records.append(record)
            kind, data = "record.entered", {"attributes": {"familyName": "M", "notes": name}}
        elif kind < 0.55:
            kind, data = "record.changed", {"attributes": {"notes": name}}
        elif kind < 0.75:
            self.booked.append((record, name))
            kind, data = "appointment.booked", {
                "appointment": name, "startsAt": "2026-03-02T09:00:00Z", "endsAt": "2026-03-02T10:00:00Z",
                "bookedVia": "online", "note": name}  # fmt: skip
        elif kind < 0.88 and self.booked:
            record, appointment = self.booked.pop(self.random.randrange(len(self.booked)))
            kind, data = "visit.checkedOut", {
                "receipt": name, "appointment": appointment, "total": {"amount": 4200, "currency": "EUR"}}  # fmt: skip
        else:
            kind, data = "note.filed", {"entry": name, "title": "T", "text": "x"}
        event = {"specversion": "1.0", "id": name, "source": self.name, "type": kind, "subject": record,
                 "time": "2026-03-01T10:00:00Z", "cursor": str(self.number), "data": data}  # fmt: skip
        self.sent[self.name, name] = event
        return event

    def connect(self):
        event = {"specversion": "1.0", "id": "c", "source": self.name, "type": "source.connected", "data": {"name": "Till"}}
        self.sent[self.name, ""] = event
        answer = self.ask("POST", "/v1/salon/events", event, "application/cloudevents+json")
        self.all_told.append(((self.name, ""), answer.json["results"][0]["position"]))

    def work(self):
        events = [self.event() for _ in range(self.random.choice((1, 1, 1, 5, 40)))]
        if self.told and self.random.random() < 0.2:
            again = self.random.choice(list(self.told))
            events.insert(self.random.randint(0, len(events)), self.sent[self.name, again])
        if len(events) == 1:
            answer = self.ask("POST", "/v1/salon/events", events[0], "application/cloudevents+json")
        elif self.random.random() < 0.5:
            answer = self.ask("POST", "/v1/salon/events", events, "application/cloudevents-batch+json")
        else:
            lines = "".join(json.dumps(event) + "\n" for event in events)
            answer = self.ask("POST", "/v1/salon/events", lines, "application/x-ndjson")
        expect(answer.status == 200, f"{answer.status} {answer.text}")
        self.acknowledge(events, answer.json["results"])
        if self.random.random() < 0.2:
            cursor = self.ask("GET", f"/v1/salon/sources/{self.name}/cursor").json["cursor"]
            expect(cursor == str(self.number), f"the cursor is {cursor}, {self.number} was acknowledged")
        time.sleep(self.random.uniform(0, 0.02))

    def acknowledge(self, events, results):
        expect(len(results) == len(events), f"{len(results)} results for {len(events)} events")
        entered = [event for event in events if event["type"] == "record.entered" and event["id"] not in self.told]
        for event, result in zip(events, results):
            expect("position" in result, f"{event} was not taken: {result}")
            self.told[event["id"]] = result["position"]
            self.all_told.append(((self.name, event["id"]), result["position"]))
        self.board.add(records=[event["subject"] for event in entered])


class Desk(Asking):
    """Links, merges, marks, takes over what is pending, and lets an admin undo. Each decision has a key, which it is
    recorded on behalf of too, so that it is known in the log; most say what they have seen."""

    def __init__(self, name, until, server, token, admin, random, board):
        super().__init__(name, until, server, token, random)
        self.admin = Client(server, admin)
        self.board = board
        self.decisions = []
        self.requests = []  # of decisions that were made: to be repeated

    def work(self):
        self.random.choices(
            (self.link, self.merge, self.undo, self.mark, self.resolve, self.repeat), (35, 25, 15, 5, 15, 5))[0]()
        time.sleep(self.random.uniform(0, 0.03))

    def decide(self, kind, target, body, codes, seen=None, records=(), method="POST", client=None):
        decision = Decision(f"{self.name}-{len(self.decisions)}", kind, seen, list(records))
        self.decisions.append(decision)
        headers = {"Idempotency_Key": decision.key}
        if seen is not None:
            headers["If_Match"] = f'"{seen}"'
        request = (method, target, {**body, "onBehalfOf": decision.key})
        self.send(decision, request, headers, client, codes)
        if decision.positions:
            self.requests.append((decision, request, headers, client))
        return decision

    def send(self, decision, request, headers, client, codes):
        answer = self.ask(*request, client=client, **headers)
        if answer.status == 200:
            if "position" in answer.json:
                decision.positions.append(answer.json["position"])
                return
            expect(answer.json.get("unchanged"), f"{request}: {answer.text}")
            return
        expect(answer.json["code"] in codes, f"{request}: {answer.status} {answer.text}")
        decision.refused.append((answer.json["code"], answer.position))

    def repeat(self):
        """What was decided, once more: the same answer. Another decision under its key: refused."""
        if not self.requests:
            return
        decision, request, headers, client = self.random.choice(self.requests)
        self.send(decision, request, headers, client, ())
        method, target, body = request
        other = self.ask(method, target, {**body, "onBehalfOf": "somebody else"}, client=client, **headers)
        expect(other.json.get("code") == "duplicate_event_mismatch",
               f"another request under the key of {decision.key}: {other.status} {other.text}")

    def file(self, record):
        answer = self.ask("GET", f"/v1/salon/customers/{record}", **({"Kartei_Wait_Position": self.known} if self.known else {}))
        expect(answer.status == 200, f"{record}: {answer.status} {answer.text}")
        return answer

    def pair(self):
        """Two records, and what was seen of their people: If-Match's position, and all their records."""
        pair = self.board.some(self.random, "records", 2)
        if len(pair) < 2:
            time.sleep(0.05)
            return None
        files = [self.file(record) for record in pair]
        records = [entry["record"] for file in files for entry in file.json["records"]]
        # What came between the two reads may be behind the first: what both have seen counts.
        seen = min(file.position for file in files) if self.random.random() < 0.8 else None
        return pair, seen, records

    def joined(self, decision, record):
        if decision.positions:
            self.board.add(joins=[(decision.positions[0], record)])
            answer = self.ask("GET", f"/v1/salon/joins/{decision.positions[0]}")
            expect(answer.status in (200, 404), f"{answer.status} {answer.text}")  # 404: undone already

    def link(self):
        if found := self.pair():
            (a, b), seen, records = found
            codes = ("already_joined", "marked_distinct", "changed_since")
            decision = self.decide("records.linked", "/v1/salon/links", {"a": a, "b": b, "comment": "c"}, codes, seen, records)
            self.joined(decision, a)

    def merge(self):
        if found := self.pair():
            (source, into), seen, records = found
            codes = ("already_joined", "marked_distinct", "changed_since")
            body = {"from": source, "into": into, "comment": "c", "take": self.random.choice(([], ["notes"]))}
            self.joined(self.decide("records.merged", "/v1/salon/merges", body, codes, seen, records), into)

    def undo(self):
        for position, record in self.board.some(self.random, "joins", 1):
            file = self.file(record)
            records = [entry["record"] for entry in file.json["records"]]
            isThere = any(join["position"] == position for join in file.json["joins"])
            seen = file.position if isThere and self.random.random() < 0.8 else None
            # A reason of its own: the same undo again would be answered with the first one's position.
            reason = f"two people, says {self.name}, {len(self.decisions)}"
            self.decide("join.undone", f"/v1/salon/joins/{position}/undo", {"reason": reason},
                        ("already_undone", "dependent_joins", "changed_since"), seen, records, client=self.admin)

    def mark(self):
        pair = self.board.some(self.random, "records", 2)
        if len(pair) == 2:
            body = {"a": pair[0], "b": pair[1]}
            marked = self.decide("records.markedDistinct", "/v1/salon/distinct", body, ("already_joined",))
            if marked.positions and self.random.random() < 0.5:
                self.decide("records.distinctCleared", "/v1/salon/distinct", body, ("not_found",), method="DELETE")

    def resolve(self):
        for _, record in self.board.some(self.random, "joins", 1):
            listed = self.ask("GET", f"/v1/salon/customers/{record}/pending").json["pending"]
            if listed:
                chosen = self.random.choice(("take", "dismiss"))
                self.decide("changes.resolved", f"/v1/salon/customers/{record}/pending", {chosen: [listed[0]["position"]]},
                            ("not_pending",))


class LiveReader(Person):
    """Reads text/event-stream from the first position to the end, and goes on with Last-Event-ID after each cut."""

    def __init__(self, name, until, server, token, random, leaves=0.0, pause=0.0, slow_until=None, begins_after=0.0):
        super().__init__(name, until)
        self.client = Client(server, token)
        self.random = random
        self.leaves = leaves  # how probable it is that it hangs up after an event
        self.pause = pause  # seconds, now and then
        self.slow_until = slow_until  # then it catches up, without pauses
        self.begins_after = begins_after  # seconds
        self.events = []
        self.streams = 0

    @property
    def last(self):
        return self.events[-1][0] if self.events else 0

    def work(self):
        if self.begins_after:
            self.until.wait(self.begins_after)
            self.begins_after = 0.0
        connection = self.client.connect(timeout=30)
        try:
            headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {self.client.token}"}
            if self.last:
                headers["Last-Event-ID"] = str(self.last)
            connection.request("GET", "/v1/salon/events", headers=headers)
            response = connection.getresponse()
            expect(response.status == 200, f"a stream is refused with {response.status}")
            expect(response.headers["Content-Type"] == "text/event-stream", "no stream")
            self.streams += 1
            self.read(response)
        except (OSError, http.client.HTTPException):
            time.sleep(0.02)
        finally:
            connection.close()

    def read(self, response):
        event = {}
        while not self.until.is_set():
            line = response.readline()
            if not line.endswith(b"\n"):
                return  # cut off in the middle of a line: what is not whole has not come
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name:
                event[name] = value
                continue
            if "id" in event:
                self.take(event)
            event = {}
            if self.random.random() < self.leaves:
                return
            if self.pause and not self.slow_until.is_set() and self.random.random() < 0.01:
                time.sleep(self.pause)

    def take(self, event):
        position = int(event["id"])
        expect(position == self.last + 1, f"{position} was sent behind {self.last}")
        expect(json.loads(event["data"])["type"] == event["event"], f"{position} is named {event['event']}")
        self.events.append((position, event["data"]))
