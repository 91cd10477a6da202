// Signs and verifies the documents of standard input; prints how long it took. See badges.py.
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import jsigs from 'jsonld-signatures';
import {readFileSync} from 'node:fs';

const given = JSON.parse(readFileSync(0, 'utf8'));
const {id, controller, seed} = given.key;
const pair = await Ed25519Multikey.generate({id, controller, seed: Buffer.from(seed, 'hex')});
const known = new Map(Object.entries(given.contexts));
known.set(id, await pair.export({publicKey: true, includeContext: true}));
known.set(controller, {
  '@context': ['https://www.w3.org/ns/did/v1'], id: controller, assertionMethod: [id],
});
const documentLoader = async url => {
  if (!known.has(url)) throw new Error(`not known here: ${url}`);
  return {contextUrl: null, documentUrl: url, document: known.get(url)};
};
const purpose = () => new jsigs.purposes.AssertionProofPurpose();

let start = performance.now();
for (const document of given.documents) {
  const suite = new DataIntegrityProof({signer: pair.signer(), cryptosuite});
  await jsigs.sign(document, {suite, purpose: purpose(), documentLoader});
}
const signing = (performance.now() - start) / 1000;

start = performance.now();
for (const document of given.sample) {
  const suite = new DataIntegrityProof({cryptosuite});
  const {verified, error} = await jsigs.verify(document, {suite, purpose: purpose(), documentLoader});
  if (!verified) throw error;
}
process.stdout.write(JSON.stringify({signing, verifying: (performance.now() - start) / 1000}));
