// Reads one webhook per line, as {"secret": …, "headers": {…}, "body": "…"}, and answers each with
// what Standard Webhooks' own library and Svix's say of it: {"standardwebhooks": true, "svix": true}.
// With {"public_key": "whpk_…"} it also verifies `v1a`, by node's crypto: neither library does.
import { createPublicKey, verify } from "node:crypto";
import { createInterface } from "node:readline";
import { Webhook as Standard } from "standardwebhooks";
import { Webhook as Svix } from "svix";

function accepts(library, { secret, headers, body }) {
  try {
    new library(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

// RFC 8410: what stands before a raw ed25519 key in DER.
const PREFIX = Buffer.from("302a300506032b6570032100", "hex");

function acceptsAsymmetric({ public_key: key, headers, body }) {
  const raw = Buffer.from(key.replace(/^whpk_/, ""), "base64");
  const publicKey = createPublicKey({
    key: Buffer.concat([PREFIX, raw]), format: "der", type: "spki",
  });
  const content = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  return headers["webhook-signature"].split(" ").filter((one) => one.startsWith("v1a,"))
    .some((one) => verify(null, Buffer.from(content), publicKey, Buffer.from(one.slice(4), "base64")));
}

for await (const line of createInterface({ input: process.stdin })) {
  const webhook = JSON.parse(line);
  const verdict = { standardwebhooks: accepts(Standard, webhook), svix: accepts(Svix, webhook) };
  if (webhook.public_key) {
    verdict.v1a = acceptsAsymmetric(webhook);
  }
  console.log(JSON.stringify(verdict));
}
