// The client of outside_client: PACKAGES ADDRESS TOKEN.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [packages, address, admin] = process.argv.slice(2);
const from = createRequire(path.join(packages, 'package.json'));
const load = (name) => import(pathToFileURL(from.resolve(name)).href);

const { CloudEvent, HTTP } = await load('cloudevents');
const { EventSource } = await load('eventsource');
const { registerSchema, validate } = await load('@hyperjump/json-schema/openapi-3-1');
const { Validator } = await load('@seriousme/openapi-schema-validator');

// ---- The description is one, and every answer is what it says.

const description = await (await fetch(`${address}/openapi.json`)).json();
const checked = await new Validator().validate(description);
assert.ok(checked.valid, JSON.stringify(checked.errors));
const base = 'https://kartei.example/openapi';
registerSchema(description, base, 'https://spec.openapis.org/oas/3.1/schema-base');

function operationOf(method, target) {
    const segments = target.split('?')[0].split('/');
    let found;
    for (const [template, methods] of Object.entries(description.paths)) {
        const wanted = template.split('/');
        const rest = template.endsWith('/{tile}');
        if (rest ? segments.length < wanted.length : segments.length !== wanted.length) continue;
        if (!wanted.every((part, at) => part.startsWith('{') || part === segments[at])) continue;
        const operation = methods[method.toLowerCase()];
        const spelt = wanted.filter((part) => !part.startsWith('{')).length;
        if (operation && (!found || spelt > found.spelt)) found = { operation, spelt };
    }
    return found?.operation;
}

const seen = new Set();
async function hold(method, target, response, text) {
    const operation = operationOf(method, target);
    if (!operation) return assert.equal(response.status, 404, `${method} ${target} is not described`);
    seen.add(operation.operationId);
    const type = response.headers.get('content-type').split(';')[0];
    const described = operation.responses[response.status] ?? operation.responses.default;
    assert.ok(described.content[type], `${method} ${target}: ${response.status} ${type} is not described`);
    const reference = described.content[type].schema?.$ref;
    if (!reference) return;
    const output = await validate(base + reference, JSON.parse(text), 'BASIC');
    assert.ok(output.valid, `${method} ${target}: ${text}\n${JSON.stringify(output.errors)}`);
}

async function call(method, target, { token = admin, body, headers = {} } = {}) {
    const sent = { ...headers };
    if (token) sent.authorization = `Bearer ${token}`;
    if (body !== undefined && !Object.keys(sent).some((name) => name.toLowerCase() === 'content-type'))
        sent['content-type'] = 'application/json';
    const response = await fetch(address + target, { method, headers: sent, body });
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = bytes.toString('utf8');
    await hold(method, target, response, text);
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
assert.equal((await get('/log/checkpoint', { token: '' })).status, 200);
assert.equal((await get('/log/tile/0/000.p/6', { token: '' })).status, 200);
assert.equal((await post('/verify', undefined, { body: '', headers: { 'content-type': 'text/plain' } })).status, 200);
assert.equal((await call('POST', '/v1/salon/rebuild', {})).status, 200);
assert.equal((await call('POST', '/v1/salon/backup', {})).status, 200);
assert.equal((await get('/customers/till/1/export')).status, 200);

// ---- Live: what is there, then what comes, each once and in order; and again from where it was cut off.

const positions = [];
const reader = new EventSource(`${address}/v1/salon/events`, {
    fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, authorization: `Bearer ${auditor}` } }),
});
const types = ['source.connected', 'record.entered', 'record.registered', 'appointment.booked', 'records.linked', 'data.exported', 'join.undone', 'note.filed', 'record.erased', 'records.markedDistinct'];
for (const type of types) {
    reader.addEventListener(type, (message) => {
        assert.equal(JSON.parse(message.data).position, Number(message.lastEventId));
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
assert.equal((await get('/joins/6', { token: desk })).status, 404);
await call('DELETE', '/v1/salon/tokens/adapter', {});
assert.equal((await get('/me', { token: adapter })).status, 401);

const notSeen = Object.values(description.paths).flatMap((methods) => Object.values(methods).map((one) => one.operationId)).filter((name) => !seen.has(name));
console.log(`${seen.size} operations answered as described; not asked for: ${notSeen.join(', ')}`);
