"""What was told during busy_minute, and whether the log that is there in the end agrees with it."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

from served_kartei import expect

JOINS = {"records.linked": ("a", "b"), "records.merged": ("from", "into"), "join.undone": ("a", "b"),
         "records.markedDistinct": ("a", "b"), "records.distinctCleared": ("a", "b")}  # fmt: skip


@dataclass
class Decision:
    """What a desk asked for under a key of its own, and every answer to it."""

    key: str
    type: str  # of the event that it makes
    seen: int | None  # the position of If-Match
    records: list  # of the people concerned, as they were seen
    positions: list = field(default_factory=list)  # told, each time that it was sent
    refused: list = field(default_factory=list)  # codes, and where the log stood then


@dataclass
class Account:
    log: list  # events, as JSON
    sent: dict  # (source, id) → the event
    told: list  # ((source, id), position), each time that it was sent
    decisions: list
    read: dict  # name of a live reader → (position, event), in the order in which they came

    def copied(self):
        return Account(
            log=[dict(event) for event in self.log],
            sent=self.sent,
            told=list(self.told),
            decisions=[replace(one, positions=list(one.positions), refused=list(one.refused)) for one in self.decisions],
            read={name: list(events) for name, events in self.read.items()},
        )


def sender_of(event):
    """Source and id of the event as it was sent. (The log holds a token of the id; each event says it in its data too.)"""
    data = event["data"]
    for said in (data.get("attributes", {}).get("notes"), data.get("receipt"), data.get("note"), data.get("entry")):
        if said:
            return event["source"], said.split("/")[-1]
    return event["source"], ""  # that the source was connected


def concerns(event, records):
    return event.get("subject") in records or any(event["data"].get(side) in records for side in JOINS.get(event["type"], ()))


def check_log(log):
    expect(log, "the log is empty")
    for index, event in enumerate(log, 1):
        expect(event["position"] == index, f"position {event['position']} stands where {index} should")
    times = [datetime.fromisoformat(event["recordedtime"]) for event in log]
    expect(times == sorted(times), "the times of recording decrease")
    # Decisions have no sender's id.
    ids = Counter((event["source"], event["id"]) for event in log)
    twice = [name for name, count in ids.items() if count > 1]
    expect(not twice, f"source and id stand twice: {twice[:3]}")


def check_facts(account):
    there = {}
    for event in account.log:
        if "onbehalfof" in event:
            continue
        name = sender_of(event)
        expect(name not in there, f"{name} was recorded twice, at {there.get(name)} and {event['position']}")
        there[name] = event["position"]
        expect(name in account.sent, f"position {event['position']}: nobody sent {name}")
        for member in ("type", "subject", "cursor"):
            same = event.get(member) == account.sent[name].get(member)
            expect(same, f"position {event['position']}: the {member} is not what was sent")
    for name, position in account.told:
        expect(name in there, f"{name} was acknowledged with position {position} and is not there")
        expect(there[name] == position, f"{name} was acknowledged with position {position} and stands at {there[name]}")


def check_decisions(account):
    there = {}
    for event in account.log:
        if key := event.get("onbehalfof"):
            expect(key not in there, f"key {key} was decided twice, at {there.get(key)} and {event['position']}")
            there[key] = event["position"]
    keys = {decision.key for decision in account.decisions}
    expect(set(there) <= keys, f"nobody asked for {set(there) - keys}")
    for decision in account.decisions:
        for position in decision.positions:
            expect(there.get(decision.key) == position,
                   f"key {decision.key} was told position {position} and stands at {there.get(decision.key)}")
            event = account.log[position - 1]
            expect(event["type"] == decision.type, f"position {position}: {event['type']}, not {decision.type}")
            since = account.log[decision.seen : position - 1] if decision.seen is not None else []
            changed = [between["position"] for between in since if concerns(between, decision.records)]
            expect(not changed, f"key {decision.key} was decided on what was seen at {decision.seen}, "
                                f"though {changed[:3]} came between")
        for code, position in decision.refused:
            expect(decision.key not in there, f"key {decision.key} was refused as {code} and stands at {there.get(decision.key)}")
            if code == "changed_since":
                since = account.log[decision.seen : position]
                expect(any(concerns(between, decision.records) for between in since),
                       f"key {decision.key} was refused as {code}, and nothing concerns {decision.records} "
                       f"from {decision.seen} to {position}")


def check_readers(account):
    for name, events in account.read.items():
        for index, (position, _) in enumerate(events, 1):
            expect(position == index, f"the {name} reader was sent {position} where {index} comes next")
        expect(len(events) == len(account.log), f"the {name} reader has {len(events)} of {len(account.log)} events")
        for (position, sent), event in zip(events, account.log):
            expect(sent == event, f"the {name} reader was sent something else at {position}")


def check(account):
    """Raises Violation."""
    check_log(account.log)
    check_facts(account)
    check_decisions(account)
    check_readers(account)


# ---- Accounts that are wrong, each in one way; `check` must refuse every one.


def lose_the_last(account):
    del account.log[-1]


def lose_one(account):
    del account.log[len(account.log) // 2]
    for position, event in enumerate(account.log, 1):
        event["position"] = position


def repeat(account, event):
    last = account.log[-1]
    account.log.append({**event, "position": last["position"] + 1, "id": "another", "recordedtime": last["recordedtime"]})
    for events in account.read.values():
        events.append((account.log[-1]["position"], account.log[-1]))


def repeat_fact(account):
    repeat(account, next(event for event in account.log if "onbehalfof" not in event and sender_of(event)[1]))


def repeat_decision(account):
    repeat(account, next(event for event in account.log if "onbehalfof" in event))


def tell_another_position(account):
    name, position = account.told[-1]
    account.told.append((name, position + 1))


def decide_at_another_position(account):
    decision = next(decision for decision in account.decisions if decision.positions)
    decision.positions.append(decision.positions[0] - 1)


def refuse_what_was_done(account):
    decision = next(decision for decision in account.decisions if decision.positions)
    decision.refused.append(("already_joined", decision.positions[0]))


def decide_on_what_has_changed(account):
    decision = next(decision for decision in account.decisions if decision.positions and decision.seen is not None)
    changing = account.log[decision.positions[0] - 2]
    decision.seen = 0
    decision.records = [*decision.records, changing.get("subject") or changing["data"].get("a") or changing["data"].get("from")]


def refuse_without_a_change(account):
    decision = account.decisions[-1]
    decision.positions.clear()
    account.log = [event for event in account.log if event.get("onbehalfof") != decision.key]
    decision.seen = len(account.log)
    decision.refused = [("changed_since", len(account.log))]


def swap_two(account):
    events = next(iter(account.read.values()))
    events[10], events[11] = events[11], events[10]


def send_twice(account):
    events = next(iter(account.read.values()))
    events.insert(10, events[10])


def skip_one(account):
    del next(iter(account.read.values()))[10]


def send_what_is_not_there(account):
    events = next(iter(account.read.values()))
    events[-1] = (events[-1][0], {"type": "note.filed"})


WRONG = [lose_the_last, lose_one, repeat_fact, repeat_decision, tell_another_position, decide_at_another_position,
         refuse_what_was_done, decide_on_what_has_changed, refuse_without_a_change, swap_two, send_twice, skip_one,
         send_what_is_not_there]  # fmt: skip
