// sigstore.mjs PACKAGES KEY FILE...: verifies receipts and checkpoints with @sigstore/verify, which nobody here wrote:
// signatures of signed notes and inclusion in RFC 6962 trees. Prints a line for each file: "ok INDEX SIZE" of a receipt,
// "ok SIZE" of a checkpoint, or "refused WHY". Exits with 1 where it refused one.
//
// The two functions are inside of a package for a log with a form of its own; so what we have is given to them in the
// shape that they want.

import { createHash, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [packages, keyText, ...files] = process.argv.slice(2);
const require = createRequire(`${packages}/node_modules/`);
const { verifyCheckpoint } = require('@sigstore/verify/dist/tlog/checkpoint.js');
const { verifyMerkleInclusion } = require('@sigstore/verify/dist/tlog/merkle.js');

function refuse(why) {
    throw new Error(why);
}

// The verifier key of a signed note: its name, the key's id, and behind a byte for Ed25519 the key.
const [, name, , encoded] = keyText.match(/^([^+]+)\+([0-9a-f]{8})\+(.+)$/) ?? refuse('no key');
const typed = Buffer.from(encoded, 'base64');
const derOfEd25519 = Buffer.from('302a300506032b6570032100', 'hex');
const log = {
    logID: createHash('sha256').update(`${name}\n`).update(typed).digest(),
    baseURL: name,
    publicKey: createPublicKey({
        key: Buffer.concat([derOfEd25519, typed.subarray(1)]), format: 'der', type: 'spki',
    }),
};

function openCheckpoint(note) {
    const checkpoint = verifyCheckpoint({ inclusionProof: { checkpoint: { envelope: note } } }, [log]);
    return checkpoint.origin === name ? checkpoint : refuse('another origin');
}

function check(text) {
    if (!text.startsWith('c2sp.org/tlog-proof@v1\n')) return `${openCheckpoint(text).logSize}`;
    const blank = text.indexOf('\n\n');
    const [, extra, index, ...hashes] = text.slice(0, blank).split('\n');
    const checkpoint = openCheckpoint(text.slice(blank + 2));
    const [, entry] = extra.match(/^extra (.+)$/) ?? refuse('no entry');
    const [, logIndex] = index.match(/^index ([0-9]+)$/) ?? refuse('no index');
    const inclusionProof = { logIndex, hashes: hashes.map((hash) => Buffer.from(hash, 'base64')) };
    verifyMerkleInclusion({ inclusionProof, canonicalizedBody: Buffer.from(entry, 'base64') }, checkpoint);
    return `${logIndex} ${checkpoint.logSize}`;
}

for (const file of files) {
    try {
        console.log(`ok ${check(readFileSync(file, 'utf8'))}`);
    } catch (error) {
        console.log(`refused ${error.message}`);
        process.exitCode = 1;
    }
}
