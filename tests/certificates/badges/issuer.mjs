// An issuer that shares no code with ours: Digital Bazaar's, with contexts from standard input and no
// way to the network. Reads {contexts, now, badges: [{document, seed, name}]}, where `name` is "key"
// for did:key or an identifier of the issuer's own, and writes the signed badges.
import * as vc from '@digitalbazaar/vc';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {readFileSync} from 'node:fs';

globalThis.fetch = () => { throw new Error('no network'); };

const given = JSON.parse(readFileSync(0, 'utf8'));
const known = new Map(Object.entries(given.contexts));
const documentLoader = async url => {
  if (!known.has(url)) throw new Error(`not known here: ${url}`);
  return {contextUrl: null, documentUrl: url, document: known.get(url)};
};

async function signed({document, seed, name}) {
  const pair = await Ed25519Multikey.generate({seed: Buffer.from(seed, 'hex')});
  const own = name === 'key' ? `did:key:${pair.publicKeyMultibase}` : name;
  pair.controller = own;
  pair.id = `${own}#${pair.publicKeyMultibase}`;
  const credential = structuredClone(document);
  if (typeof credential.issuer === 'string') credential.issuer = own;
  else credential.issuer.id = own;
  const suite = new DataIntegrityProof({signer: pair.signer(), date: given.now, cryptosuite});
  return vc.issue({credential, suite, documentLoader, now: given.now});
}

const made = [];
for (const each of given.badges) made.push(await signed(each));
process.stdout.write(JSON.stringify(made));
