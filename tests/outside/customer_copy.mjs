// customer_copy.mjs events                        prints the events of people who make files difficult
// customer_copy.mjs check PACKAGES RECORD FOLDER  reads the unpacked copy of one of them with ical.js
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// Of every length, so that some of its characters stand where a line must be folded.
const long = Array.from({ length: 40 }, (_, i) => `Färben, alle; sechs\\Wochen ${'–'.repeat(i)} mag 漢字 und 𝄞.`).join(' ');
const people = {
    'till/1': {
        salutation: 'Frau', givenName: 'Anna; Maria', familyName: 'Weiß-Øye, geb. O\\Neill', company: 'Weiß, Øye & Co; KG',
        email: 'anna@müller.example', mobile: '+49 151 55500109', phone: '(030) 5550104', street: 'Gasse 3, Hof; links',
        postalCode: '10119', city: 'Berlin', country: 'DE', birthDate: '1961-02-14', language: 'de-AT',
        notes: `${long}\nzweite Zeile\r\ndritte`, tags: ['Stamm, alt', 'VIP;neu', 'x'],
    },
    'till/2': { familyName: 'Schmidt', birthDate: '--02-29', notes: `x${'ä'.repeat(300)}` },
    'till/3': { company: 'Café „Zur Post“', email: 'post@example.com' },
};
const appointments = [
    { id: 'a1', startsAt: '2026-03-29T00:30:00+01:00', endsAt: '2026-03-29T03:30:00+02:00', service: 'Färben; Föhnen, Schnitt',
        staff: 'Petra, Jonas', note: long },
    { id: 'a2', startsAt: '2026-10-25T02:30:00+01:00', service: 'Schnitt', status: 'CANCELLED' },
];

function printEvents() {
    let number = 0;
    const print = (type, subject, data) => console.log(JSON.stringify(
        { specversion: '1.0', id: String(++number), source: 'till', type, ...(subject && { subject }), data }));
    print('source.connected', undefined, { name: 'Till', declaration: { declaredBy: 'Petra', text: 'They agreed.' } });
    for (const [record, attributes] of Object.entries(people)) print('record.imported', record, { attributes });
    for (const { id, status, ...booking } of appointments) {
        print('appointment.booked', 'till/1', { appointment: id, ...booking });
        if (status === 'CANCELLED') print('appointment.cancelled', 'till/1', { appointment: id });
    }
}

const lineBreaks = (text) => text.replaceAll('\r\n', '\n');

function checkLines(text, what) {
    assert.ok(text.endsWith('\r\n') && !/[^\r]\n|\r[^\n]/.test(text), `${what}: every line ends with CR LF`);
    for (const line of text.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, `${what}: a line is too long: ${line}`);
    assert.ok(!text.includes('\uFFFD'), `${what}: a character is torn apart`);
}

function checkCard(ICAL, text, record) {
    checkLines(text, 'vCard');
    const card = new ICAL.Component(ICAL.parse(text));
    const value = (name) => card.getFirstPropertyValue(name);
    const person = people[record];
    assert.equal(card.name, 'vcard');
    assert.equal(value('version'), '4.0');
    assert.equal(value('uid'), record);
    const name = [person.givenName, person.familyName].filter(Boolean).join(' ');
    assert.equal(value('fn'), name || person.company);
    assert.equal(value('kind'), name ? 'individual' : 'org');
    assert.deepEqual(value('n') ?? [],
        name ? [person.familyName ?? '', person.givenName ?? '', '', person.salutation ?? '', ''] : []);
    assert.equal([value('org')].flat()[0] ?? undefined, person.company);
    assert.equal(value('email') ?? undefined, person.email);
    const numbers = card.getAllProperties('tel').map((tel) => [tel.getParameter('type'), tel.getFirstValue()]);
    assert.deepEqual(numbers, person.mobile ? [['cell', person.mobile], ['voice', person.phone]] : []);
    assert.deepEqual(value('adr') ?? [],
        person.city ? ['', '', person.street, person.city, '', person.postalCode, person.country] : []);
    assert.equal(value('bday')?.toString() ?? undefined, person.birthDate);
    assert.equal(value('lang')?.toString() ?? undefined, person.language);
    assert.equal(value('note') ?? undefined, person.notes && lineBreaks(person.notes));
    assert.deepEqual(card.getFirstProperty('categories')?.getValues(), person.tags);
}

function checkCalendar(ICAL, text, record) {
    checkLines(text, 'calendar');
    const calendar = new ICAL.Component(ICAL.parse(text));
    assert.equal(calendar.name, 'vcalendar');
    assert.equal(calendar.getFirstPropertyValue('version'), '2.0');
    const events = calendar.getAllSubcomponents('vevent');
    const expected = record === 'till/1' ? appointments : [];
    assert.equal(events.length, expected.length);
    for (const [i, booked] of expected.entries()) {
        const event = new ICAL.Event(events[i]);
        assert.equal(event.uid, `till/${booked.id}@salon.kartei`);
        assert.equal(event.startDate.zone.tzid, 'UTC');
        assert.equal(event.startDate.toJSDate().getTime(), Date.parse(booked.startsAt));
        assert.equal(events[i].hasProperty('dtend'), booked.endsAt !== undefined);
        if (booked.endsAt) assert.equal(event.endDate.toJSDate().getTime(), Date.parse(booked.endsAt));
        assert.ok(events[i].getFirstPropertyValue('dtstamp').toJSDate().getTime() > Date.now() - 600_000);
        assert.equal(events[i].getFirstPropertyValue('status'), booked.status ?? 'CONFIRMED');
        assert.equal(event.summary, booked.service);
        assert.equal(event.description ?? undefined, booked.note);
        assert.equal(events[i].getFirstPropertyValue('contact') ?? undefined, booked.staff);
    }
}

// What the vCard holds is what the JSON says.
function checkJson(text, record) {
    const copy = JSON.parse(text);
    for (const [field, value] of Object.entries(people[record])) {
        assert.deepEqual(copy.attributes[field].value, value);
        assert.equal(copy.attributes[field].record, record);
        assert.ok(Date.parse(copy.attributes[field].recordedtime) > Date.now() - 600_000);
    }
    assert.equal(copy.visits.length, record === 'till/1' ? appointments.length : 0);
}

async function check(packages, record, folder) {
    const path = createRequire(join(resolve(packages), 'package.json')).resolve('ical.js');
    const { default: ICAL } = await import(pathToFileURL(path));
    const read = (name) => readFileSync(join(folder, name), 'utf8');
    checkJson(read('customer.json'), record);
    checkCard(ICAL, read('customer.vcf'), record);
    checkCalendar(ICAL, read('appointments.ics'), record);
    assert.match(read('README.txt'), /DEUTSCH[^]*ENGLISH/);
    console.log(`${record}: ical.js reads the vCard and the calendar`);
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === 'events') printEvents();
else await check(...rest);
