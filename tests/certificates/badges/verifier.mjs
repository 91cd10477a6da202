// A verifier that shares no code with ours: Digital Bazaar's, with contexts and keys from standard
// input, and no way to the network. Reads {contexts, cases: [{document, issuer, lists, now}]},
// writes for each case {verified, revoked, error}.
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {gunzipSync} from 'node:zlib';
import {readFileSync} from 'node:fs';

globalThis.fetch = () => { throw new Error('no network'); };

const given = JSON.parse(readFileSync(0, 'utf8'));

function loaderOf({issuer, lists}) {
  const known = new Map(Object.entries(given.contexts));
  known.set(issuer.id, issuer);
  for (const method of issuer.verificationMethod) {
    known.set(method.id, {'@context': 'https://w3id.org/security/multikey/v1', ...method});
  }
  for (const list of lists) known.set(list.id, list);
  return async url => {
    if (!known.has(url)) throw new Error(`not known here: ${url}`);
    return {contextUrl: null, documentUrl: url, document: known.get(url)};
  };
}

function bitOf(list, index) {
  const encoded = list.credentialSubject.encodedList;
  if (encoded[0] !== 'u') throw new Error('not multibase base64url');
  const bits = gunzipSync(Buffer.from(encoded.slice(1), 'base64url'), {maxOutputLength: 1 << 20});
  if (bits.length * 8 < 131072) throw new Error('shorter than the standard allows');
  return Boolean(bits[index >> 3] & (0x80 >> (index & 7)));
}

async function verified(credential, options) {
  const suite = new DataIntegrityProof({cryptosuite});
  const result = await vc.verifyCredential({credential, suite, ...options});
  if (!result.verified) {
    const inner = result.error?.errors?.[0] ?? result.error;
    throw new Error(inner?.message ?? 'refused');
  }
}

async function judge(one) {
  const documentLoader = loaderOf(one);
  const now = one.now;
  let revoked = false;
  const checkStatus = async ({credential}) => {
    for (const entry of credential.credentialStatus) {
      const {document: list} = await documentLoader(entry.statusListCredential);
      await verified(list, {documentLoader, now});
      if (list.issuer !== credential.issuer.id) throw new Error('a list of somebody else');
      if (list.credentialSubject.statusPurpose !== 'revocation') {
        throw new Error('a list for something else');
      }
      revoked ||= bitOf(list, Number(entry.statusListIndex));
    }
    return {verified: true};
  };
  try {
    await verified(one.document, {documentLoader, now, checkStatus});
  } catch (error) {
    return {verified: false, error: String(error.message)};
  }
  return {verified: true, revoked};
}

const results = [];
for (const one of given.cases) results.push(await judge(one));
process.stdout.write(JSON.stringify(results));
