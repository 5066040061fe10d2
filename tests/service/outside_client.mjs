// The client of outside_client: PACKAGES ADDRESS TOKEN HOOK_SECRET LOST_ADDRESS LOST_TOKEN, of which the last two are of a
// server whose log has lost its anchor.
import assert from 'node:assert/strict';

import { Description, loaderOf } from './outside_client_description.mjs';
import { askAboutEverything } from './outside_client_people.mjs';

const [packages, address, admin, hookSecret, lostAddress, lostAdmin] = process.argv.slice(2);
const load = loaderOf(packages);
const { CloudEvent, HTTP } = await load('cloudevents');
const { EventSource } = await load('eventsource');
const { Webhook } = await load('standardwebhooks');
const description = await Description.of(address, load);

// ---- The description is one, and every answer is what it says.

async function call(method, target, { token = admin, body, headers = {}, server = address } = {}) {
    const sent = { ...headers };
    if (token) sent.authorization = `Bearer ${token}`;
    if (body !== undefined && !(body instanceof FormData) && !Object.keys(sent).some((name) => name.toLowerCase() === 'content-type'))
        sent['content-type'] = 'application/json';
    const response = await fetch(server + target, { method, headers: sent, body });
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = bytes.toString('utf8');
    await description.holdAnswer(method, target, response, text);
    const sentType = body instanceof FormData ? 'multipart/form-data' : Object.entries(sent).find(([name]) => name.toLowerCase() === 'content-type')?.[1].split(';')[0];
    if (response.status === 200) await description.holdSentParameters(method, target, sent);
    if (response.status === 200 && body) await description.holdSent(method, target, sentType, body);
    const isJson = response.headers.get('content-type').includes('json');
    return { status: response.status, headers: response.headers, json: isJson ? JSON.parse(text) : undefined, bytes };
}
const get = (target, options) => call('GET', `/v1/salon${target}`, options);
const post = (target, body, options) => call('POST', `/v1/salon${target}`, { body: JSON.stringify(body), ...options });

// ---- Events as CloudEvents' own SDK sends them.

const event = (id, source, type, subject, data) =>
    new CloudEvent({ id, source, type, ...(subject ? { subject } : {}), data, time: '2026-03-01T10:00:00Z' });

async function send(message) {
    const answer = await post('/events', undefined, { body: message.body, headers: message.headers });
    assert.equal(answer.status, 200, JSON.stringify(answer.json));
    return answer.json.results.map((result) => result.position);
}

assert.deepEqual(await send(HTTP.structured(event('c1', 'till', 'source.connected', undefined, { name: 'Till' }))), [1]);
assert.deepEqual(await send(HTTP.binary(event('c2', 'web', 'source.connected', undefined, { name: 'Web' }))), [2]);
const people = [
    event('p1', 'till', 'record.entered', 'till/1', { attributes: { familyName: 'Muster', city: 'Köln' } }),
    event('p2', 'web', 'record.registered', 'web/1', {
        attributes: { familyName: 'Muster', email: 'anna@example.com' },
        account: { username: 'anna', passwordHash: 'x' },
    }),
    event('a1', 'web', 'appointment.booked', 'web/1', { appointment: 'b1', startsAt: '2026-03-02T09:00:00Z', endsAt: '2026-03-02T10:00:00Z', bookedVia: 'online' }),
];
assert.deepEqual(
    await send({
        headers: { 'content-type': 'application/cloudevents-batch+json' },
        body: JSON.stringify(people.map((one) => one.toJSON())),
    }),
    [3, 4, 5],
);
assert.deepEqual(await send(HTTP.binary(people[0])), [3]);
const wrong = await post('/events', undefined, { body: '{"specversion":"1.0"', headers: { 'content-type': 'application/cloudevents+json' } });
assert.equal(wrong.status, 400);

// ---- Everybody's reads, and decisions.

const token = async (name, role, source) => (await post('/tokens', { name, role, ...(source ? { source } : {}) })).json.token;
const desk = await token('desk', 'desk');
const auditor = await token('auditor', 'auditor');
const portal = await token('portal', 'portal', 'web');
const adapter = await token('adapter', 'adapter', 'till');
await get('/tokens');
for (const one of [desk, auditor, portal, adapter]) await get('/me', { token: one });
assert.equal((await get('/customers', { token: adapter })).status, 403);
assert.equal((await get('/customers', { token: undefined, headers: {} })).status, 200);
assert.equal((await get('/customers', { token: '' })).status, 401);

const linked = await post('/links', { a: 'till/1', b: 'web/1', comment: 'asked her' }, { token: desk, headers: { 'content-type': 'application/json', 'idempotency-key': 'one' } });
assert.equal(linked.json.position, 6);
assert.equal((await post('/links?dryRun=true', { a: 'till/1', b: 'web/1' }, { token: desk })).status, 409);
assert.equal((await post('/links', { a: 'till/1', b: 'web/1' }, { token: desk })).json.code, 'already_joined');
for (const target of ['/customers/till/1', '/customers/till/1/history', '/customers/till/1/consents', '/customers/till/1/pending', '/customers?joined=true', '/search?q=Muster', '/joins/6', '/distinct', '/pending', '/policy', '/imports']) {
    assert.equal((await get(target, { token: desk })).status, 200, target);
}
assert.equal((await get('/customers/till/1/consents?purpose=reminders&channel=sms', { token: desk })).status, 200);
assert.equal((await get('/customers/till/1', { token: desk })).json.records.length, 2);
assert.equal((await get('/accounts/web/anna/history', { token: portal })).json.visits.length, 1);
for (const target of ['/events?limit=2', '/protocol', '/customers/till/1/protocol', '/log', '/log/receipts/3', '/log/tile/entries/000.p/6', '/sources/web/cursor']) {
    assert.equal((await get(target, { token: auditor })).status, 200, target);
}
const beforeAll = '2020-01-01T00:00:00Z';
for (const target of ['/customers', '/search?q=Muster', '/customers/till/1', '/customers/till/1/history', '/customers/till/1/consents', '/customers/till/1/consents?purpose=reminders&channel=sms', '/customers/till/1/pending', '/customers/till/1/protocol', '/accounts/web/anna/history', '/joins/6', '/distinct', '/pending', '/policy', '/imports', '/protocol', '/events', '/events?customer=till/1', '/sources/web/cursor']) {
    const as = (at) => get(`${target}${target.includes('?') ? '&' : '?'}at=${at}`, { token: auditor });
    assert.equal((await as(6)).status, 200, target);
    assert.equal((await as('2999-01-01T00:00:00Z')).status, 200, target);
    assert.ok([200, 404].includes((await as(beforeAll)).status), target);
    for (const none of [7, 0, -1, 'abc', '']) assert.equal((await as(none)).status, 400, `${target} at ${none}`);
    const described = description.operationOf('GET', `/v1/salon${target}`).parameters;
    assert.ok(described.some((one) => one.name === 'at' && one.in === 'query'), `${target}: at is not described`);
}
assert.equal((await get('/customers?at=3', { token: auditor })).json.customers.length, 1);
assert.deepEqual((await get(`/customers?at=${beforeAll}`, { token: auditor })).json, { customers: [] });
assert.equal((await get('/log/checkpoint', { token: '' })).status, 200);
assert.equal((await get('/log/tile/0/000.p/6', { token: '' })).status, 200);
assert.equal((await post('/verify', undefined, { body: '', headers: { 'content-type': 'text/plain' } })).status, 200);
assert.equal((await call('POST', '/v1/salon/rebuild', {})).status, 200);
assert.equal((await call('POST', '/v1/salon/backup', {})).status, 200);
assert.equal((await get('/customers/till/1/export')).status, 200);

for (const target of ['/v1/{business}/events', '/v1/{business}/imports/{run}'])
    assert.ok(description.document.paths[target].get.responses[200].content['text/event-stream'], `${target} can be a stream`);

// ---- Live: what is there, then what comes, each once and in order; and again from where it was cut off.

const positions = [];
const heard = [];
const reader = new EventSource(`${address}/v1/salon/events`, {
    fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, authorization: `Bearer ${auditor}` } }),
});
const types = ['source.connected', 'record.entered', 'record.registered', 'appointment.booked', 'records.linked', 'data.exported', 'join.undone', 'note.filed', 'record.erased', 'records.markedDistinct'];
for (const type of types) {
    reader.addEventListener(type, (message) => {
        heard.push(JSON.parse(message.data));
        assert.equal(heard.at(-1).position, Number(message.lastEventId));
        positions.push(Number(message.lastEventId));
    });
}
const until = async (condition, what) => {
    for (let waited = 0; waited < 10_000; waited += 20) {
        if (condition()) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.fail(`in vain waited for ${what}: ${positions}`);
};
await until(() => positions.length >= 6, 'what is there');
assert.equal((await post('/joins/6/undo', { reason: 'two people' }, { headers: { 'content-type': 'application/json', 'if-match': '"5"' } })).status, 412);
const undone = await post('/joins/6/undo', { reason: 'two people' });
assert.equal(undone.status, 200);
await until(() => positions.includes(undone.json.position), 'the undo');
await post('/events', undefined, { body: JSON.stringify(event('n1', 'desk', 'note.filed', 'till/1', { entry: 'n1', title: 'T', text: 'x' }).toJSON()), headers: { 'content-type': 'application/cloudevents+json' } });
const erased = await post('/customers/till/1/erase', { reason: 'asked' });
assert.equal(erased.status, 200);
await until(() => positions.includes(erased.json.position), 'the erasure');
reader.close();
assert.deepEqual(positions, [...positions.keys()].map((at) => at + 1));
for (const one of heard) await description.holdAnswered('#/components/schemas/RecordedEvent', one, 'heard live');
assert.equal((await get('/joins/6', { token: desk })).status, 404);
await call('DELETE', '/v1/salon/tokens/adapter', {});
assert.equal((await get('/me', { token: adapter })).status, 401);

// ---- Webhooks as Standard Webhooks' own library signs them.

async function deliver(body, secret = hookSecret, at = new Date()) {
    const signature = new Webhook(secret).sign('msg_1', at, body);
    const headers = { 'content-type': 'application/json', 'webhook-id': 'msg_1', 'webhook-signature': signature };
    headers['webhook-timestamp'] = String(Math.floor(at.getTime() / 1000));
    return post('/hooks/standard', undefined, { token: '', body, headers });
}
const ordered = JSON.stringify([
    event('s1', 'shop', 'record.entered', 'shop/1', { attributes: { familyName: 'Weber' } }).toJSON(),
    event('s2', 'shop', 'visit.checkedOut', 'shop/1', { receipt: 'r1', total: { amount: 1250, currency: 'EUR' } }).toJSON(),
]);
const delivered = await deliver(ordered);
assert.equal(delivered.status, 200, JSON.stringify(delivered.json));
assert.equal(delivered.json.results.length, 2);
assert.deepEqual((await deliver(ordered)).json, delivered.json);
assert.equal((await get('/customers/shop/1/history')).json.visits[0].total.amount, 1250);
assert.equal((await deliver(ordered, 'whsec_AAAA')).json.code, 'bad_signature');
assert.equal((await deliver(ordered, hookSecret, new Date(Date.now() - 600_000))).json.code, 'stale_signature');
assert.equal((await post('/hooks/square', {}, { token: '' })).json.code, 'no_such_route');

// ---- The rest of what it can be asked.

const json = { 'content-type': 'application/json' };
const health = await call('GET', '/healthz', { token: '' });
assert.deepEqual(health.json, { alive: true, ready: true, impaired: 0 });
await call('GET', '/openapi.json', { token: '' });
const metrics = await call('GET', '/metrics', { token: '' });
for (const line of metrics.bytes.toString().trim().split('\n'))
    assert.match(line, /^(# (HELP|TYPE) [a-z_:0-9]+ .+|[a-z_:0-9]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [-+.eE0-9]+)$/, 'Prometheus');

assert.deepEqual(
    await send({
        headers: { 'content-type': 'application/cloudevents-batch+json' },
        body: JSON.stringify([2, 3, 4].map((one) => event(`q${one}`, 'till', 'record.entered', `till/${one}`, { attributes: { familyName: 'Beispiel', phone: `+49 30 ${one}` } }).toJSON())),
    }).then((positions) => positions.length),
    3,
);
const mergeBody = { from: 'till/2', into: 'till/3', take: ['phone'], comment: 'one person', onBehalfOf: 'Petra' };
const preview = await post('/merges?dryRun=true', mergeBody, { token: desk });
assert.equal(preview.status, 200);
const before = Number(preview.headers.get('kartei-position'));
const dialog = { ...json, 'idempotency-key': 'merge 1', 'if-match': `"${before}"` };
const merged = await post('/merges', mergeBody, { token: desk, headers: dialog });
assert.equal(merged.status, 200);
// Once more, though the two have changed since by the merge itself; and another request under the same key.
assert.deepEqual((await post('/merges', mergeBody, { token: desk, headers: dialog })).json, merged.json);
const misused = await post('/merges', { ...mergeBody, comment: 'another' }, { token: desk, headers: dialog });
assert.equal(misused.status, 409);
assert.equal(misused.json.code, 'duplicate_event_mismatch');
const told = await get(`/joins/${merged.json.position}`, { token: auditor, headers: { 'kartei-wait-position': `${merged.json.position}` } });
assert.equal(told.json.kind, 'merge');
const behalf = (await get(`/events?from=${merged.json.position}`, { token: auditor })).json.events[0];
assert.deepEqual([behalf.actor, behalf.onbehalfof], ['desk', 'Petra']);
const early = await get('/policy', { token: desk, headers: { 'kartei-wait-position': '999999' } });
assert.equal(early.status, 503);
assert.equal(early.json.code, 'not_reached');
assert.ok(early.headers.get('kartei-position') >= told.json.position);

const [changed] = await send({ headers: { 'content-type': 'application/cloudevents+json' }, body: JSON.stringify(event('q5', 'till', 'record.changed', 'till/2', { attributes: { city: 'Bonn' } }).toJSON()) });
assert.equal((await get('/pending', { token: desk })).json.pending.length, 1);
assert.equal((await post('/customers/till/3/pending', {}, { token: desk })).status, 400);
assert.equal((await post('/customers/till/3/pending', { take: [changed] }, { token: desk, headers: { ...json, 'idempotency-key': 'take' } })).status, 200);
assert.equal((await post('/customers/till/3/pending', { dismiss: [changed] }, { token: desk })).json.code, 'not_pending');
assert.equal((await get('/customers/till/3', { token: desk })).json.attributes.city.value, 'Bonn');

const stale = await post('/links', { a: 'till/3', b: 'till/4' }, { token: desk, headers: { ...json, 'if-match': `"${before}"` } });
assert.equal(stale.status, 412);
assert.equal(stale.json.code, 'changed_since');
assert.equal((await post('/links', { a: 'till/3', b: 'till/4' }, { token: desk, headers: { ...json, 'if-match': '7' } })).status, 400);
const pair = { a: 'till/3', b: 'till/4', onBehalfOf: 'Petra' };
for (const [method, target, body] of [['POST', '/distinct', pair], ['DELETE', '/distinct', pair], ['POST', '/customers/till/3/pending', { take: [changed] }], ['POST', '/customers/till/3/erase', { reason: 'x' }]]) {
    const answer = await call(method, `/v1/salon${target}`, { body: JSON.stringify(body), headers: { ...json, 'if-match': `"${before}"` } });
    assert.deepEqual([answer.status, answer.json.code], [412, 'changed_since'], `${method} ${target}`);
}
assert.equal((await get('/customers/till/3', { headers: { 'if-match': `"${before}"` } })).status, 400);
assert.equal((await post('/distinct', pair, { token: desk })).status, 200);
assert.equal((await get('/distinct', { token: desk })).json.distinct.length, 2);
assert.equal((await post('/links', { a: 'till/3', b: 'till/4' }, { token: desk })).json.code, 'marked_distinct');
assert.equal((await call('DELETE', '/v1/salon/distinct', { token: desk, body: JSON.stringify(pair) })).status, 200);
assert.equal((await call('PUT', '/v1/salon/policy', { body: JSON.stringify({ rule: 'automatic_link', enabled: false }) })).status, 200);
assert.equal((await get('/policy', { token: desk })).json.automatic_link, false);
assert.equal((await call('PUT', '/v1/salon/policy', { token: desk, body: JSON.stringify({ rule: 'automatic_link', enabled: true }) })).status, 403);
assert.equal((await call('PUT', '/v1/salon/policy', { body: JSON.stringify({ rule: 'no_such', enabled: true }) })).status, 400);
assert.equal((await get(`/customers/till/3?at=${before}`, { token: desk })).json.records.length, 1);

// ---- Refusals of every kind: problems as they are described, and nothing is recorded.

const head = Number((await get('/log', { token: auditor })).headers.get('kartei-position'));
const cloudEvent = { 'content-type': 'application/cloudevents+json' };
for (const [status, code, method, target, options] of [
    [404, 'no_such_route', 'GET', '/v2/salon/me', {}],
    [405, 'method_not_allowed', 'PUT', '/v1/salon/links', {}],
    [401, 'unauthorized', 'GET', '/v1/nobody/me', {}],
    [401, 'unauthorized', 'POST', '/v1/salon/links', { token: 'kartei_wrong', body: '{}' }],
    [404, 'unknown_business', 'GET', '/v1/nobody/log/checkpoint', { token: '' }],
    [403, 'forbidden', 'POST', '/v1/salon/joins/6/undo', { token: desk, body: '{"reason":"x"}' }],
    [403, 'forbidden', 'POST', '/v1/salon/links', { token: auditor, body: '{}' }],
    [403, 'forbidden', 'GET', '/v1/salon/log/tile/entries/000.p/6', { token: desk }],
    [400, 'bad_input', 'GET', '/v1/salon/customers?limit=0', {}],
    [400, 'bad_input', 'GET', '/v1/salon/customers?nonsense=1', {}],
    [400, 'bad_input', 'GET', '/v1/salon/customers/till/3?at=yesterday', {}],
    [400, 'bad_input', 'GET', '/v1/salon/search', {}],
    [404, 'not_found', 'GET', '/v1/salon/customers/till/999', {}],
    [404, 'not_found', 'GET', '/v1/salon/log/tile/0/999', { token: '' }],
    [404, 'not_found', 'GET', '/v1/salon/log/receipts/999999', {}],
    [404, 'not_found', 'POST', '/v1/salon/links', { body: '{"a":"till/3","b":"till/999"}' }],
    [409, 'same_record', 'POST', '/v1/salon/links', { body: '{"a":"till/3","b":"till/3"}' }],
    [409, 'erased', 'POST', '/v1/salon/links', { body: '{"a":"till/1","b":"till/3"}' }],
    [409, 'already_joined', 'POST', '/v1/salon/links', { body: '{"a":"till/2","b":"till/3"}' }],
    [400, 'bad_input', 'POST', '/v1/salon/links', { body: '{"a":"till/3"}' }],
    [400, 'bad_input', 'POST', '/v1/salon/links', { body: '{"a":"till/3","a":"till/3","b":"till/4"}' }],
    [400, 'bad_input', 'POST', '/v1/salon/links', { body: '{"a":"till/3","b":"till/4","c":1}' }],
    [400, 'bad_input', 'POST', '/v1/salon/links', { body: '[]' }],
    [415, 'unsupported_media_type', 'POST', '/v1/salon/links', { body: '{}', headers: { 'content-type': 'text/plain' } }],
    [415, 'unsupported_media_type', 'POST', '/v1/salon/events', { body: '{}', headers: { 'content-type': 'text/html' } }],
    [400, 'bad_input', 'POST', '/v1/salon/events', { body: '[[[[', headers: cloudEvent }],
    [400, 'bad_input', 'POST', '/v1/salon/verify', { body: 'nonsense', headers: { 'content-type': 'text/plain' } }],
    [400, 'bad_input', 'POST', '/v1/salon/tokens', { body: '{"name":"x","role":"king"}' }],
    [400, 'bad_input', 'POST', '/v1/salon/links', { body: '{"a":"till/3","b":"till/4"}', headers: { ...json, 'idempotency-key': 'k'.repeat(256) } }],
    [400, 'bad_input', 'POST', '/v1/salon/merges', { body: '{"from":"till/3","into":"till/4","comment":" "}' }],
    [404, 'not_found', 'POST', '/v1/salon/joins/0/undo', { body: '{"reason":"x"}' }],
    [409, 'not_a_join', 'POST', '/v1/salon/joins/1/undo', { body: '{"reason":"x"}' }],
    [409, 'already_undone', 'POST', '/v1/salon/joins/6/undo', { body: '{"reason":"another"}' }],
]) {
    const answer = await call(method, target, options);
    assert.deepEqual([answer.status, answer.json.code], [status, code], `${method} ${target} ${options.body ?? ''}: ${answer.bytes}`);
    assert.equal(answer.headers.get('content-type'), 'application/problem+json');
}
assert.equal(Number((await get('/log', { token: auditor })).headers.get('kartei-position')), head, 'a refusal recorded something');

// ---- A token is made once under a key.

const keyed = { ...json, 'idempotency-key': 'new token' };
assert.match((await post('/tokens', { name: 'new', role: 'desk' }, { headers: keyed })).json.token, /^kartei_/);
const repeated = await post('/tokens', { name: 'new', role: 'desk' }, { headers: keyed });
assert.deepEqual([repeated.status, repeated.json.code], [409, 'token_made']);

// ---- A till's file as a form, and its run as a stream of events.

async function upload(rows) {
    const form = new FormData();
    form.set('file', new Blob([`nr;name\n${rows.join('')}`], { type: 'text/csv' }), 'kunden.csv');
    form.set('mapping', '[record]\nid = "nr"\n[attributes]\nfamilyName = "name"\n');
    form.set('declaration', JSON.stringify({ declaredBy: 'Petra', text: 'They agreed.' }));
    const begun = await call('POST', '/v1/salon/imports/csv', { headers: {}, body: form });
    assert.equal(begun.status, 200, JSON.stringify(begun.json));
    return begun;
}
// What is told of the run until it is over.
async function followed(run) {
    const told = await new Promise((resolve, reject) => {
        const all = [];
        const stream = new EventSource(`${address}/v1/salon/imports/${run}`, {
            fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${admin}` } }),
        });
        stream.addEventListener('progress', ({ data }) => all.push(JSON.parse(data)));
        stream.addEventListener('completed', ({ data }) => (stream.close(), resolve([...all, JSON.parse(data)])));
        stream.addEventListener('failed', ({ data }) => (stream.close(), reject(new Error(data))));
    });
    for (const one of told) await description.holdAnswered('#/components/schemas/ImportRun', one, 'told of an import');
    return told;
}
const begun = await upload(['1;Muster\n', '2;Weber\n', 'x y;Klein\n']);
const completed = (await followed(begun.json.run)).at(-1);
assert.deepEqual([completed.imported, completed.refused, completed.problems[0].line], [2, 1, 4]);
assert.deepEqual((await get(`/imports/${begun.json.run}`)).json, completed);
const { problems, leftOut, ...logged } = completed;
assert.deepEqual((await get(`/imports/${begun.json.run}?at=2999-01-01T00:00:00Z`)).json, logged);
assert.equal((await get(`/imports/${begun.json.run}?at=6`)).status, 404);
assert.equal((await get('/customers/csv/2')).json.attributes.familyName.value, 'Weber');
// So many rows that something is told while they are imported; or more, where nobody was quick enough to hear it.
const hasProgress = (told) => told.some((one) => one.done + one.left === 5_000);
let progress = [];
for (let first = 3; !hasProgress(progress) && first < 50_000; first += 5_000) {
    const many = await upload(Array.from({ length: 5_000 }, (_, at) => `${first + at};Weber\n`));
    progress = await followed(many.json.run);
    assert.equal(progress.at(-1).imported, 5_000);
}
assert.ok(hasProgress(progress), JSON.stringify(progress));
// Receipts of a year are erased eight years later; there are none of then yet.
assert.equal((await post('/receipts/erase', { year: 2010, reason: 'kept long enough' })).json.code, 'not_found');

await askAboutEverything({ get, post, call });

// ---- A log whose anchor is lost is read, and says why nothing is recorded.

const atLost = { server: lostAddress, token: lostAdmin };
assert.equal((await get('/log', atLost)).json.code, 'anchor_lost');
assert.equal((await get('/policy', atLost)).json.automatic_link, false);
const kept = await call('PUT', '/v1/salon/policy', { body: JSON.stringify({ rule: 'automatic_link', enabled: true }), ...atLost });
assert.deepEqual([kept.status, kept.json.code], [503, 'anchor_lost']);

// ---- Nothing that is described stays unasked.

description.holdWhole();
console.log(`${description.answeredOperations.size} operations answered as described, with ${description.answered.size} properties`);
