// Opens what the vault wrote, with ciphers made by others and nothing of ours: the formats written
// down are enough. Reads a list of cases from standard input, prints what it found in each, or the
// step that refused. Needs Node 20 and `npm ci`.

import { readFileSync } from "node:fs";
import { gcm } from "@noble/ciphers/aes.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { argon2id } from "@noble/hashes/argon2.js";
import { expand, extract, hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { sha3_256 } from "@noble/hashes/sha3.js";
import { bytesToHex as hex, concatBytes as join, hexToBytes as raw, utf8ToBytes as utf8 } from "@noble/hashes/utils.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";

const MIB = 1 << 20;
const TAG = 16;
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const text = (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

function number(value, size) {
  const bytes = new Uint8Array(size);
  for (let at = size - 1, left = BigInt(value); at >= 0; at--, left >>= 8n) bytes[at] = Number(left & 255n);
  return bytes;
}

const uuid = (value) => ({ type: 3, bytes: raw(value.replaceAll("-", "")) });

function item(value) {
  if (typeof value === "string") return item({ type: 1, bytes: utf8(value) });
  if (typeof value === "number") return item({ type: 2, bytes: number(value, 8) });
  if (value instanceof Uint8Array) return item({ type: 4, bytes: value });
  return join(Uint8Array.of(value.type), number(value.bytes.length, 4), value.bytes);
}

const items = (...values) => join(number(values.length, 4), ...values.map(item));
const context = (name, ...values) => items("protect", name, 1, ...values);
const derive = (material, salt, info) => hkdf(sha256, material, salt, info, 32);

function must(is, what) {
  if (!is) throw new Error(what);
}

// --- sealed bytes ---------------------------------------------------------------------------------

function unseal(blob, key, aad) {
  must(blob[0] === 1 && blob[1] === 1, "head");
  return gcm(key, blob.subarray(2, 14), aad).decrypt(blob.subarray(14));
}

function unpad(padded) {
  const end = 4 + new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  const step = end <= 4096 ? 256 : 1024;
  must(padded.length === Math.ceil(end / step) * step, "padded size");
  must(padded.subarray(end).every((byte) => byte === 0), "padding");
  return JSON.parse(text(padded.subarray(4, end)));
}

// --- HPKE in base mode, one message: RFC 9180 -----------------------------------------------------

const SUITE = raw("647a00010002"); // X-Wing, HKDF-SHA256, AES-256-GCM
const ENC = 1120;

function hpke(shared, info, sealed) {
  const id = join(utf8("HPKE"), SUITE);
  const labelled = (salt, label, material) => extract(sha256, join(utf8("HPKE-v1"), id, utf8(label), material), salt);
  const empty = new Uint8Array();
  const schedule = join(Uint8Array.of(0), labelled(empty, "psk_id_hash", empty), labelled(empty, "info_hash", info));
  const secret = labelled(shared, "secret", empty);
  const out = (label, size) => expand(sha256, secret, join(number(size, 2), utf8("HPKE-v1"), id, utf8(label), schedule), size);
  return gcm(out("key", 32), out("base_nonce", 12)).decrypt(sealed);
}

function decapsulate(secret, enc) {
  const [lattice, curve] = [enc.subarray(0, 1088), enc.subarray(1088)];
  const own = secret.subarray(64, 96);
  const first = ml_kem768.decapsulate(lattice, ml_kem768.keygen(secret.subarray(0, 64)).secretKey);
  const second = x25519.getSharedSecret(own, curve);
  return sha3_256(join(first, second, curve, x25519.getPublicKey(own), utf8("\\.//^\\")));
}

function unwrap(blob, secret, info) {
  must(blob[0] === 1 && blob[1] === 2, "head");
  return hpke(decapsulate(secret, blob.subarray(2, 2 + ENC)), info, blob.subarray(2 + ENC));
}

// --- signatures -----------------------------------------------------------------------------------

const verify = (signature, said, publicKey) => must(ed25519.verify(signature, said, publicKey), "signature");
const signing = (secret) => ed25519.getPublicKey(secret.subarray(96));

function publicOf(secret) {
  const lattice = ml_kem768.keygen(secret.subarray(0, 64)).publicKey;
  const box = join(lattice, x25519.getPublicKey(secret.subarray(64, 96)));
  return secret.length > 96 ? join(box, signing(secret)) : box;
}

const mustBe = (secret, publicKey) => must(hex(publicOf(secret)) === hex(publicKey), "another key");

function verifyContinuity(proof, said, before, after) {
  must(proof.length === 128, "size");
  verify(proof.subarray(0, 64), said, before.subarray(1216));
  verify(proof.subarray(64), said, after.subarray(1216));
}

// --- bundles --------------------------------------------------------------------------------------

const stretched = new Map(); // a run takes most of a second here

function stretch(password, salt, kdf) {
  const view = new DataView(kdf.buffer, kdf.byteOffset, 7);
  const cost = { m: view.getUint32(1), t: kdf[5], p: kdf[6] };
  must(kdf[0] === 1 && cost.m <= 262144 && cost.t <= 10 && cost.p === 1, "cost");
  const key = [password, hex(salt), hex(kdf)].join();
  if (!stretched.has(key)) stretched.set(key, argon2id(utf8(password.normalize("NFKC")), salt, { ...cost, dkLen: 32 }));
  return stretched.get(key);
}

function openBundle(blob, kind, user, credential, material) {
  must(blob.length === 150 && blob[0] === 1 && blob[1] === kind, "head");
  const kdf = blob.subarray(2, 9);
  const salt = blob.subarray(9, 25);
  const info = context("user", uuid(user), kind, uuid(credential), kdf);
  const key = derive(material(salt, kdf, blob[25]), salt, info);
  return gcm(key, blob.subarray(26, 38), info).decrypt(blob.subarray(38));
}

const peppered = (given) => (salt, kdf, id) => join(stretch(given.password, salt, kdf), raw(given.peppers[id]));

function typed(printed, size) {
  const groups = printed.split("-").map((group) => [...group.slice(0, 4)].map((letter) => LETTERS.indexOf(letter)));
  const value = groups.flat().reduce((sum, digit) => (sum << 5n) | BigInt(digit), 0n);
  return number(value >> BigInt(groups.length * 20 - size * 8), size);
}

// --- files ----------------------------------------------------------------------------------------

function openFile(blob, key, aad) {
  must(blob[0] === 1 && blob[1] === 1, "head");
  const chunks = [];
  for (let at = 9; at < blob.length; at += MIB + TAG) {
    const last = at + MIB + TAG >= blob.length ? 1 : 0;
    const nonce = join(blob.subarray(2, 9), number(chunks.length, 4), Uint8Array.of(last));
    chunks.push(gcm(key, nonce, aad).decrypt(blob.subarray(at, at + MIB + TAG)));
  }
  const plain = join(...chunks);
  const start = 4 + new DataView(plain.buffer).getUint32(0);
  const about = JSON.parse(text(plain.subarray(4, start)));
  must(plain.subarray(start + about.size).every((byte) => byte === 0), "padding");
  return { name: about.name, type: about.type, sha256: hex(sha256(plain.subarray(start, start + about.size))) };
}

// --- one case -------------------------------------------------------------------------------------

function open(given, step) {
  const at = (name) => raw(given[name]);
  const { user, team, record, version, team_version } = given;

  step("password");
  const secret = openBundle(at("password_bundle"), 1, user, given.password_credential, peppered(given));
  step("code");
  const coded = openBundle(at("code_bundle"), 3, user, given.code_credential, () => typed(given.code, 20));
  must(hex(coded) === hex(secret), "another secret");
  step("passkey");
  const keyed = openBundle(at("passkey_bundle"), 2, user, given.passkey_credential, () => at("prf"));
  must(hex(keyed) === hex(secret), "another secret");
  step("unlock");
  const session = context("unlock", uuid(user), uuid(given.session));
  must(hex(unseal(at("unlock"), derive(at("token"), undefined, session), session)) === hex(secret), "another secret");
  step("grant");
  const key = unwrap(at("grant"), secret, context("grant", uuid(team), team_version, uuid(user), given.user_version));
  step("wrap");
  const bound = context("wrap", given.kind, uuid(record), version, uuid(team), team_version);
  const dek = unwrap(at("wrap"), key, bound);
  step("link");
  const guest = context("link", given.kind, uuid(record), version, uuid(given.packet));
  const halves = join(at("link_secret"), typed(given.link_code, 7));
  must(hex(unseal(at("link"), derive(halves, at("link_salt"), guest), guest)) === hex(dek), "another key");
  step("sealed");
  const where = context("seal", given.kind, uuid(record), given.compartment, version, given.schema);
  const document = unpad(unseal(at("sealed"), dek, where));
  step("origin");
  const said = context("origin", bound, sha256(at("sealed")), sha256(at("wrap")));
  must(hex(hmac(sha256, derive(key, undefined, utf8("protect origin 1")), said)) === given.origin, "another team");
  step("continuity");
  mustBe(key, at("team_public"));
  const next = context("continuity", uuid(team), team_version, at("team_public"), team_version + 1, at("next_public"));
  verifyContinuity(at("continuity"), next, at("team_public"), at("next_public"));
  step("admission");
  mustBe(secret, at("user_public"));
  const digest = sha256(context("fingerprint", "user", at("user_public")));
  const holder = [uuid(user), given.user_version, uuid(given.place), digest, given.role, given.admitted_at];
  verify(at("admission"), context("admission", uuid(team), team_version, ...holder), signing(key));
  step("file");
  const file = openFile(at("file"), raw(document.dek), context("file", uuid(given.file_id), uuid(record)));
  return { document, file };
}

function found(given) {
  let last = "";
  try {
    return open(given, (name) => (last = name));
  } catch {
    return { refused: last };
  }
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(found)));
