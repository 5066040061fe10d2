"""The file of customers that is imported."""

import random
from itertools import accumulate

HEADER = "Kundennummer;Anrede;Vorname;Nachname;Straße;PLZ;Ort;Telefon;Mobil;E-Mail;Geburtsdatum;SMS;E-Mail-Versand;Bemerkung"


class CustomerList:
    """A till's customer list, always the same for the same seed."""

    def __init__(self, path, lines, seed):
        self.random = random.Random(f"file {seed}")
        self.path = path
        self.header = HEADER
        self.known = {}  # number → the row that it had last
        self.favourites = []
        rows, stored, self.bad = [], [], 0
        for index in range(lines):
            row, events = self.row(index)
            rows.append(row)
            stored.append(events)
        # How many events the first n rows make.
        self.events_of = [0, *accumulate(stored)]
        self.rows = lines
        path.write_bytes(("\r\n".join([HEADER, *rows]) + "\r\n").encode("cp1252"))

    def row(self, index):
        """The row, and how many events it makes."""
        kind = self.random.random()
        if kind < 0.02:
            self.bad += 1
            return self.bad_row(index), 0
        if kind < 0.10 and self.known:  # a record that an earlier row had: as it was, or changed
            self.bad += 1
            number = self.earlier()
            return self.random.choice([self.known[number], self.good_row(number, index)]), 0
        number = 10_000 + index
        if len(self.favourites) < 40:
            self.favourites.append(number)
        row = self.known[number] = self.good_row(number, index)
        return row, 1

    def earlier(self):
        """A number that was there before: the newest, or one of a few that come again and again."""
        return self.random.choice([next(reversed(self.known)), self.random.choice(self.favourites)])

    def good_row(self, number, index):
        pick = self.random.choice
        name = pick(["Öztürk", "Weiß", "Schäfer", "Lehmann", "Großmann", "Böhm", "Peters", "Yilmaz", "Vögel"])
        given = pick(["Sabine", "Jörg", "Maria", "Anna", "Thomas", "Élodie", "Günther", "Claudia", "Mehmet"])
        mail = f"{number}.{index}@example.com" if self.random.random() < 0.7 else ""
        # The mobile number makes every row another than all before it.
        return (
            f"{number};{pick(['Frau', 'Herr', ''])};{given};{name};\"Straße {number % 97}; Hof\";{10000 + number % 9000};"
            f"Berlin;;0151 {index:08};{mail};{1 + index % 28:02}.{1 + index % 12:02}.{1930 + index % 80};"
            f"{pick(['Ja', 'Nein'])};{pick(['Ja', 'Nein'])};{pick(['', 'Färben', 'zahlt bar, 10 €'])}"
        )

    def bad_row(self, index):
        good = self.good_row(10_000 + index, index).split(";")
        return self.random.choice(
            [
                ";".join([""] + good[1:]),  # no number
                ";".join(["12 34"] + good[1:]),  # no id
                ";".join(good[:-3] + ["vielleicht", "Ja", ""]),  # neither yes nor no
                ";".join(good[:-4] + ["31.02.1980", "Ja", "Ja", ""]),
                ";".join(good[:6]),
                ";".join([*good, "one", "two"]),
            ]
        )
