// People of whom all is known that an answer can tell, so that whatever is described is answered once.
import assert from 'node:assert/strict';

const sha256 = 'ab'.repeat(32);

// `get` and `post` ask as the admin does, and hold every answer against the description.
export async function askAboutEverything({ get, post, call }) {
    let sent = 0;
    // CloudEvents as they are, of what is [source, type, subject, data, members]; their results.
    async function report(facts, query = '') {
        const events = facts.map(([source, type, subject, data, members]) => ({
            specversion: '1.0', id: `everything-${++sent}`, source, type, ...(subject && { subject }), time: '2026-03-01T10:00:00Z',
            datacontenttype: 'application/json', dataschema: 'https://kartei.example/event.capnp', ...members, data,
        }));
        const headers = { 'content-type': 'application/cloudevents-batch+json' };
        const answer = await post(`/events${query}`, undefined, { body: JSON.stringify(events), headers });
        assert.equal(answer.status, 200, JSON.stringify(answer.json));
        return answer.json;
    }
    async function reported(facts) {
        const { results } = await report(facts);
        for (const result of results) assert.ok(result.position, JSON.stringify(results));
        return results.map((result) => result.position);
    }
    async function answerOf(asked, status = 200) {
        const answer = await asked;
        assert.equal(answer.status, status, JSON.stringify(answer.json));
        return answer.json;
    }

    // ---- What a till and a booking system know of one person, whom a verified address makes one.

    const rule = { rule: 'automatic_link', enabled: true, onBehalfOf: 'Petra' };
    await answerOf(call('PUT', '/v1/salon/policy', { body: JSON.stringify(rule) }));
    const declaration = { declaredBy: 'Petra', text: 'She signed the form.' };
    const imported = {
        attributes: { familyName: 'Lehmann', email: 'lena@example.com', mobile: '+49 151 1', tags: ['regular'], custom: { shoe: '38' } },
        notifications: { sms: true, email: false }, declaration,
    };
    await reported([
        ['kasse', 'source.connected', undefined, { name: 'Kasse', declaration }],
        ['booking', 'source.connected', undefined, { name: 'Booking' }],
        ['kasse', 'record.imported', 'kasse/1', imported],
        ['kasse', 'correspondence.filed', 'kasse/1', { entry: 'l1', title: 'Complaint', text: 'The colour.' }],
        ['kasse', 'contract.signed', 'kasse/1', { contract: 'c1', title: 'Ten visits' }],
        ['kasse', 'contract.signed', 'kasse/1', { contract: 'c2', title: 'Five visits' }],
        ['kasse', 'contract.ended', 'kasse/1', { contract: 'c2' }],
    ]);
    const [registered] = await reported([
        ['booking', 'record.registered', 'booking/1', {
            attributes: { givenName: 'Lena', familyName: 'Lehmann-Voss', email: 'lena@example.com', phone: '+49 30 1' },
            account: { username: 'lena', passwordHash: 'x' }, emailVerified: true,
        }],
    ]);
    const link = registered + 1;
    const joined = await answerOf(get('/customers/kasse/1'));
    assert.deepEqual(joined.joins.map((one) => [one.position, one.reason]), [[link, 'verifiedEmail']]);
    assert.deepEqual(joined.attributes.familyName.others.map((one) => one.value), ['Lehmann']);
    assert.deepEqual([joined.attributes.tags.value, joined.attributes.custom.value], [['regular'], { shoe: '38' }]);
    assert.deepEqual(joined.notifications, { sms: true, email: false });
    assert.deepEqual(joined.accounts, [{ source: 'booking', username: 'lena', record: 'booking/1' }]);
    assert.deepEqual(joined.correspondence.map((one) => one.text), ['The colour.']);
    assert.deepEqual(joined.contracts.map((one) => one.status), ['running', 'ended']);

    // ---- What was agreed to, and whether it still holds.

    const wording = { id: 'newsletter', version: '2', language: 'de', sha256 };
    const proof = { wording, method: 'paper', evidence: 'scan 17', statedBy: 'Lena' };
    await reported([
        ['kasse', 'consent.stated', 'kasse/1', { purpose: 'marketing', channel: 'email', address: 'lena@example.com', state: 'granted', validUntil: '2026-03-02T00:00:00Z', ...proof }],
        ['booking', 'consent.stated', 'booking/1', { purpose: 'reviews', channel: 'phone', state: 'withdrawn' }],
    ]);
    const { consents } = await answerOf(get('/customers/booking/1/consents'));
    const granted = consents.find((one) => one.purpose === 'marketing');
    assert.deepEqual([granted.wording, granted.expired, granted.evidence], [wording, true, 'scan 17']);
    const asked = await answerOf(get('/customers/kasse/1/consents?purpose=marketing&channel=email&address=lena@example.com'));
    assert.deepEqual([asked.mayContact, asked.decidedBy, asked.address], [false, granted.position, 'lena@example.com']);
    const unsaid = await answerOf(get('/customers/kasse/1/consents?purpose=marketing&channel=post'));
    assert.deepEqual([unsaid.mayContact, unsaid.decidedBy, unsaid.state], [false, null, 'unknown']);

    // ---- Visits, messages, and what the protocol says of them.

    const at = (hour) => `2026-03-03T${hour}:00:00Z`;
    await reported([
        ['booking', 'appointment.booked', 'booking/1', { appointment: 'v1', startsAt: at(10), endsAt: at(11), service: 'Cut', staff: 'Mia', bookedVia: 'online' }],
        ['booking', 'appointment.booked', 'booking/1', { appointment: 'v2', startsAt: at(12), bookedVia: 'staff' }],
        ['booking', 'appointment.missed', 'booking/1', { appointment: 'v2' }],
        ['kasse', 'visit.checkedOut', 'kasse/1', {
            receipt: 'r1', appointment: 'booking/v1', total: { amount: 4200, currency: 'EUR' },
            items: [{ name: 'Cut', quantity: '1', amount: { amount: 4200, currency: 'EUR' } }, { name: 'Tea' }],
        }],
        ['kasse', 'visit.checkedOut', 'kasse/1', { receipt: 'r2', total: { amount: 900, currency: 'EUR' } }],
        ['kasse', 'visit.checkedOut', 'kasse/1', { receipt: 'r3', total: { amount: 500, currency: 'EUR' } }, { time: '2010-05-04T10:00:00Z' }],
        ['kasse', 'message.sent', 'kasse/1', { message: 'm1', channel: 'sms', purpose: 'marketing' }],
        ['kasse', 'note.filed', 'kasse/404', { entry: 'n1', text: 'Who is that?' }],
        ['kasse', 'note.filed', 'kasse/1', { entry: 'n2' }, { cursor: 'page 7' }],
    ]);
    await answerOf(post('/receipts/erase', { year: 2010, reason: 'kept long enough', onBehalfOf: 'Petra' }));
    const { visits } = await answerOf(get('/customers/kasse/1/history'));
    assert.deepEqual(visits.map((one) => one.status), ['checkedOut', 'checkedOut', 'checkedOut', 'missed']);
    assert.deepEqual(visits.map((one) => one.total?.amount), [undefined, 900, 4200, undefined]);
    assert.equal((await answerOf(get('/accounts/booking/lena/history'))).account, 'booking/lena');
    assert.equal((await answerOf(get('/sources/kasse/cursor'))).cursor, 'page 7');
    assert.ok((await answerOf(get('/events?customer=kasse/1'))).events.some((one) => one.cursor));
    const { entries } = await answerOf(get('/customers/kasse/1/protocol'));
    assert.equal(entries.filter((one) => one.withoutConsent).length, 1);
    assert.equal((await answerOf(get('/protocol?type=note.filed'))).entries.filter((one) => one.held).length, 1);
    assert.ok((await answerOf(get('/protocol?limit=1'))).next);
    assert.ok((await answerOf(get('/customers?limit=1'))).next);
    assert.equal((await answerOf(get('/search?q=Lena'))).customers[0].email, 'lena@example.com');
    assert.equal((await get('/customers/kasse/1/export')).status, 200);

    // ---- What came of what was sent: recorded now or before, nothing new, or refused.

    const again = { ...imported, attributes: { familyName: 'Lehmann' } };
    const came = await report([
        ['kasse', 'record.imported', 'kasse/1', again], ['nobody', 'record.entered', 'nobody/1', {}],
        ['kasse', 'note.filed', 'kasse/1', { entry: 'n2' }, { cursor: 'page 7', id: `everything-${sent}` }],
    ], '?repeated=true');
    assert.deepEqual([came.results[0], came.results[1].code, came.repeated], [{ unchanged: true }, 'source_not_connected', [3]]);

    // ---- Changes of a retired record, and a merge that rests on a link.

    await reported([
        ['kasse', 'record.entered', 'kasse/3', { attributes: { familyName: 'Voss', city: 'Kiel' } }],
        ['kasse', 'record.entered', 'kasse/4', { attributes: { phone: '+49 30 4' } }],
        ['kasse', 'record.entered', 'kasse/5', { attributes: { familyName: 'Voss', city: 'Ulm' } }],
    ]);
    const pair = { a: 'kasse/3', b: 'kasse/4', comment: 'at the desk', onBehalfOf: 'Petra' };
    const beforeLink = await answerOf(post('/links?dryRun=true', pair));
    assert.equal(beforeLink.after.attributes.phone.record, 'kasse/4');
    const second = (await answerOf(post('/links', pair))).position;
    const into = { from: 'kasse/3', into: 'kasse/5', take: ['phone'], comment: 'one person', mailCredentials: false, onBehalfOf: 'Petra' };
    const beforeMerge = await answerOf(post('/merges?dryRun=true', into));
    assert.equal(beforeMerge.after.joins.length, 2);
    const merge = (await answerOf(post('/merges', into))).position;
    assert.equal((await answerOf(get('/protocol?type=records.merged'))).entries.at(-1).onBehalfOf, 'Petra');
    await reported([['kasse', 'record.changed', 'kasse/3', { attributes: { familyName: null, city: 'Bonn' } }]]);
    const waiting = await answerOf(get('/customers/kasse/5/pending'));
    assert.deepEqual(waiting.pending.map((one) => [one.field, one.value, one.current]), [['familyName', null, 'Voss'], ['city', 'Bonn', 'Ulm']]);
    assert.equal((await answerOf(get('/customers/kasse/5'))).pendingChanges.length, 2);
    // A page of all that waits ends with all of a customer's.
    await reported([
        ['kasse', 'record.entered', 'kasse/81', { attributes: { city: 'Hof' } }],
        ['kasse', 'record.entered', 'kasse/82', { attributes: { city: 'Hof' } }],
    ]);
    await answerOf(post('/merges', { from: 'kasse/81', into: 'kasse/82', take: [], comment: 'one person' }));
    await reported([['kasse', 'record.changed', 'kasse/81', { attributes: { city: 'Jena' } }]]);
    const page = await answerOf(get('/pending?limit=1'));
    assert.deepEqual([page.pending.length, page.next], [2, 'kasse/5']);
    const rest = await answerOf(get(`/pending?limit=1&after=${page.next}`));
    assert.deepEqual([rest.pending.map((one) => one.customer), rest.next], [['kasse/82'], undefined]);
    await answerOf(post('/customers/kasse/5/pending', { take: [], dismiss: [waiting.pending[0].position], onBehalfOf: 'Petra' }));

    // ---- What an undo would do.

    const alone = await answerOf(post(`/joins/${link}/undo?dryRun=true`, {}));
    assert.equal(alone.files.after.length, 2);
    assert.ok(alone.facts.some((one) => one.assignable));
    assert.ok(alone.notices.some((one) => one.field === 'familyName'));
    assert.deepEqual(alone.disclosures.messages.map((one) => one.channel), ['sms']);
    assert.deepEqual(alone.disclosures.exports.map((one) => one.record).sort(), ['booking/1', 'kasse/1']);
    assert.deepEqual(alone.disclosures.accountViews, [{ account: 'booking/lena', seesVisitsOf: 'kasse/1' }]);
    const both = await answerOf(post(`/joins/${second}/undo?dryRun=true`, {}));
    assert.deepEqual(both.dependents.map((one) => one.position), [merge]);

    // ---- What is over, and who is gone.

    const { position } = alone.facts.find((one) => one.assignable && one.goesTo === 'kasse/1');
    const assign = [{ position, record: 'booking/1' }];
    await answerOf(post(`/joins/${link}/undo`, { reason: 'two people', assign, withDependents: true, rejoinable: true, onBehalfOf: 'Petra' }));
    await answerOf(post(`/joins/${merge}/undo`, { reason: 'two people' }));
    for (const join of [link, merge]) assert.ok((await answerOf(get(`/joins/${join}`))).undoneAt);
    await reported([['kasse', 'message.sent', 'kasse/4', { message: 'm2', channel: 'email', purpose: 'reminders' }]]);
    await answerOf(post('/customers/kasse/4/erase', { reason: 'asked', records: ['kasse/4'], only: true, onBehalfOf: 'Petra' }));
    const { disclosures } = await answerOf(post(`/joins/${second}/undo?dryRun=true`, {}));
    assert.deepEqual(disclosures.messages.map((one) => one.erased), [true]);
    assert.ok((await answerOf(get(`/joins/${second}`))).erased);
    await answerOf(post('/customers/kasse/5/erase', { reason: 'asked' }));
    assert.ok((await answerOf(get(`/joins/${merge}`))).erased);
    // The booking system's key comes back, for somebody who is another person now.
    const registration = ['booking', 'record.registered', 'booking/2', { attributes: { familyName: 'Busch' } }];
    await reported([registration]);
    await answerOf(post('/customers/booking/2/erase', { reason: 'asked' }));
    const [cameBack] = await reported([[...registration, { time: undefined }]]);
    assert.equal((await answerOf(get(`/events?from=${cameBack}`))).events[0].addressed, 'booking/2');
    assert.deepEqual((await answerOf(post('/customers/booking/2/erase', { reason: 'asked' }))).successors, ['booking/2~2']);
    await reported([['kasse', 'record.deleted', 'kasse/3', {}]]);
    assert.deepEqual((await answerOf(get('/customers/kasse/3'))).records.map((one) => one.status), ['deleted', 'erased']);
    assert.ok((await answerOf(get('/events?customer=kasse/4'))).events.some((one) => one.erased));

    // ---- Decisions on what is so already.

    assert.deepEqual(await answerOf(call('PUT', '/v1/salon/policy', { body: JSON.stringify(rule) })), { unchanged: true });
}
