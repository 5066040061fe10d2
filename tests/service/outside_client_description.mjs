// The server's own description, that what is sent and answered is held against; and what of it was met so far.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const base = 'https://kartei.example/openapi';
const schemas = '#/components/schemas/';
const everyones = ['authorization', 'content-type', 'accept'];
// What a stream sends has no schema of its own in OpenAPI.
const streamed = ['RecordedEvent', 'ImportRun', 'Refused'];

// Loads what is among the packages.
export function loaderOf(packages) {
    const from = createRequire(path.join(packages, 'package.json'));
    return (name) => import(pathToFileURL(from.resolve(name)).href);
}

export class Description {
    static async of(address, load) {
        const { registerSchema, validate } = await load('@hyperjump/json-schema/openapi-3-1');
        const { Validator } = await load('@seriousme/openapi-schema-validator');
        const document = await (await fetch(`${address}/openapi.json`)).json();
        const checked = await new Validator().validate(document);
        assert.ok(checked.valid, JSON.stringify(checked.errors));
        registerSchema(document, base, 'https://spec.openapis.org/oas/3.1/schema-base');
        return new Description(document, validate);
    }

    constructor(document, validate) {
        this.document = document;
        this.validate = validate;
        this.checks = new Map(); // by the reference to a schema
        this.answeredOperations = new Set();
        this.answered = new Set(); // properties of answers that were there, such as Money.amount
        this.sent = new Set(); // the same of bodies that were taken
    }

    // ---- Schemas

    async problemOf(reference, value) {
        if (!this.checks.has(reference)) this.checks.set(reference, await this.validate(base + reference));
        const output = this.checks.get(reference)(value, 'BASIC');
        return output.valid ? undefined : JSON.stringify(output.errors);
    }

    async holdTo(reference, value, what) {
        const problem = await this.problemOf(reference, value);
        assert.ok(problem === undefined, `${what}: ${JSON.stringify(value)}\n${problem}`);
    }

    // What an answer says, or a piece of a stream.
    async holdAnswered(reference, value, what) {
        await this.holdTo(reference, value, what);
        await this.note(this.answered, { $ref: reference }, '', value);
    }

    // Notes which properties are there; `path`: the name of the schema and the way from it.
    async note(properties, schema, path, value) {
        const reference = schema.$ref;
        if (reference) return this.note(properties, this.schemaOf(reference), nameOf(reference), value);
        for (const one of alternativesOf(schema)) {
            if ((await this.problemOf(one.$ref, value)) === undefined) await this.note(properties, one, path, value);
        }
        if (Array.isArray(value)) {
            for (const item of schema.items ? value : []) await this.note(properties, schema.items, `${path}[]`, item);
        } else if (value !== null && typeof value === 'object') {
            for (const [name, member] of Object.entries(value)) await this.noteMember(properties, schema, path, name, member);
        }
    }

    async noteMember(properties, schema, path, name, value) {
        const known = schema.properties?.[name];
        if (known) properties.add(`${path}.${name}`);
        const other = known ?? schema.additionalProperties;
        if (typeof other === 'object') await this.note(properties, other, `${path}.${known ? name : '*'}`, value);
    }

    schemaOf(reference) {
        const schema = this.document.components.schemas[nameOf(reference)];
        assert.ok(schema, `${reference} is not there`);
        return schema;
    }

    // All properties that there may be.
    propertiesOf(references) {
        const properties = new Set();
        const known = new Set();
        const add = (schema, path) => {
            if (schema.$ref) {
                const name = nameOf(schema.$ref);
                if (!known.has(name)) known.add(name) && add(this.schemaOf(schema.$ref), name);
                return;
            }
            for (const one of alternativesOf(schema)) add(one, path);
            if (schema.items) add(schema.items, `${path}[]`);
            if (typeof schema.additionalProperties === 'object') add(schema.additionalProperties, `${path}.*`);
            for (const [name, property] of Object.entries(schema.properties ?? {})) {
                properties.add(`${path}.${name}`);
                add(property, `${path}.${name}`);
            }
        };
        for (const $ref of references) add({ $ref });
        return properties;
    }

    // ---- Operations

    operations() {
        return Object.values(this.document.paths).flatMap((methods) => Object.values(methods));
    }

    operationOf(method, target) {
        return this.matchOf(method, target)?.operation;
    }

    // The operation, and what its path's names are.
    matchOf(method, target) {
        const segments = target.split('?')[0].split('/');
        let found;
        for (const [template, methods] of Object.entries(this.document.paths)) {
            const wanted = template.split('/');
            const rest = template.endsWith('/{tile}');
            if (rest ? segments.length < wanted.length : segments.length !== wanted.length) continue;
            if (!wanted.every((part, at) => part.startsWith('{') || part === segments[at])) continue;
            const operation = methods[method.toLowerCase()];
            const spelt = wanted.filter((part) => !part.startsWith('{')).length;
            if (!operation || (found && spelt <= found.spelt)) continue;
            const given = rest ? [...segments.slice(0, wanted.length - 1), segments.slice(wanted.length - 1).join('/')] : segments;
            const names = wanted.map((part, at) => [part.slice(1, -1), decodeURIComponent(given[at])]);
            found = { operation, spelt, names: Object.fromEntries(names.filter((_, at) => wanted[at].startsWith('{'))) };
        }
        return found;
    }

    // Every answer is what it says.
    async holdAnswer(method, target, response, text) {
        const operation = this.operationOf(method, target);
        const type = response.headers.get('content-type').split(';')[0];
        if (response.status >= 400 && type === 'application/problem+json') {
            await this.holdAnswered(`${schemas}Problem`, JSON.parse(text), `${method} ${target}`);
            assert.equal(JSON.parse(text).status, response.status);
        }
        if (!operation) return assert.ok([404, 405].includes(response.status), `${method} ${target} is not described`);
        if (response.status < 400) this.answeredOperations.add(operation.operationId);
        const described = operation.responses[response.status] ?? operation.responses.default;
        assert.ok(described.content[type], `${method} ${target}: ${response.status} ${type} is not described`);
        await this.holdHeaders(described, response, `${method} ${target}: ${response.status}`);
        const reference = described.content[type].schema?.$ref;
        if (reference) await this.holdAnswered(reference, JSON.parse(text), `${method} ${target}`);
    }

    // Which headers say where the log stands: those that are described, and always where they must.
    async holdHeaders(described, response, what) {
        for (const [name, header] of Object.entries(described.headers ?? {})) {
            const value = response.headers.get(name);
            assert.ok(value !== null || !header.required, `${what}: ${name} is missing`);
            if (value !== null) await this.holdTo(header.schema.$ref, Number(value), `${what}: ${name}`);
        }
        if (response.headers.get('kartei-position') !== null)
            assert.ok(described.headers?.['Kartei-Position'], `${what}: Kartei-Position is not described`);
    }

    // What was taken is what the description says may be sent.
    async holdSentParameters(method, target, headers) {
        const { operation, names } = this.matchOf(method, target);
        const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
        for (const [name] of lower) {
            const isDescribed = operation.parameters.some((one) => one.in === 'header' && one.name.toLowerCase() === name);
            const isOfSender = everyones.includes(name) || name === 'ce-datacontenttype';
            assert.ok(isDescribed || isOfSender, `${method} ${target}: the header ${name} is not described`);
        }
        const query = Object.fromEntries(new URLSearchParams(target.split('?')[1] ?? ''));
        const given = { path: names, query, header: Object.fromEntries(lower) };
        for (const { in: place, name, schema } of operation.parameters) {
            const text = given[place][place === 'header' ? name.toLowerCase() : name];
            if (text !== undefined) await this.holdTo(schema.$ref, this.readAs(schema, text), `${method} ${target}: ${name}`);
        }
    }

    readAs(schema, text) {
        const { type } = this.schemaOf(schema.$ref);
        if (type === 'integer') return Number(text);
        return type === 'boolean' ? { true: true, false: false }[text] : text;
    }

    async holdSent(method, target, type, body) {
        const described = this.operationOf(method, target)?.requestBody?.content[type];
        assert.ok(described, `${method} ${target}: a body of type ${type} is not described`);
        if (!isObject(type)) return;
        const value = body instanceof FormData ? valueOf(body) : JSON.parse(body);
        await this.holdTo(described.schema.$ref, value, `${method} ${target}, sent`);
        await this.note(this.sent, described.schema, '', value);
    }

    // ---- Nothing that is described stays unasked, or unanswered.

    holdWhole() {
        const all = this.operations();
        const names = all.map((one) => one.operationId).filter((name) => !this.answeredOperations.has(name));
        assert.deepEqual(names, [], 'operations that answered nothing as described');
        const contents = all.flatMap((one) => Object.values(one.responses)).map((one) => one.content);
        const answers = [...streamed.map((name) => schemas + name), ...contents.flatMap(referencesIn)];
        const isMissing = (known) => (name) => !known.has(name);
        const notAnswered = [...this.propertiesOf(answers)].filter(isMissing(this.answered));
        assert.deepEqual(notAnswered, [], 'properties that no answer had');
        const bodies = all.flatMap((one) => referencesIn(one.requestBody?.content ?? {}));
        const notSent = [...this.propertiesOf(bodies)].filter(isMissing(this.sent));
        assert.deepEqual(notSent, [], 'properties that no body had that was taken');
    }
}

function isObject(type) {
    return type.endsWith('json') || type === 'multipart/form-data';
}

// A form as its schema has it.
function valueOf(form) {
    const read = (part) => (part instanceof Blob ? '' : part);
    const parts = [...form].map(([name, part]) => [name, name === 'declaration' ? JSON.parse(part) : read(part)]);
    return Object.fromEntries(parts);
}

function referencesIn(content) {
    const objects = Object.entries(content).filter(([type]) => isObject(type));
    return objects.map(([, { schema }]) => schema.$ref);
}

function nameOf(reference) {
    assert.ok(reference.startsWith(schemas), reference);
    return reference.slice(schemas.length);
}

// Schemas that may each be the one; what has no name of its own only says more of the same properties.
function alternativesOf(schema) {
    return [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].filter((one) => one.$ref);
}
