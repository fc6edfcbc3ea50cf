// Verifies deliveries as receivers do: by two libraries, and by code of their own. Reads lines of JSON (secret, headers, body), and prints a
// line for each: who accepted it, and who took a forged copy of it.
import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { Webhook as Svix } from "svix";
import { Webhook as Standard } from "standardwebhooks";

const standardSecret = (secret) =>
  secret.startsWith("whsec_") ? secret : "whsec_" + Buffer.from(secret).toString("base64");

const byHand = (payload, signature, secret) => {
  const digest = "sha256=" + createHmac("sha256", secret).update(payload).digest("hex");
  return digest.length === signature.length && timingSafeEqual(Buffer.from(signature), Buffer.from(digest));
};

const takes = (verify) => {
  try {
    return verify() !== false;
  } catch {
    return false;
  }
};

const receivers = {
  standardwebhooks: (one, body) => takes(() => new Standard(standardSecret(one.secret)).verify(body, one.headers)),
  svix: (one, body) => takes(() => new Svix(standardSecret(one.secret)).verify(body, one.headers)),
  hmac: (one, body) => byHand(body, one.headers["x-webhook-signature"], one.secret),
  // as frameworks do it that have parsed the body already
  parsed: (one, body) => byHand(JSON.stringify(JSON.parse(body)), one.headers["x-webhook-signature"], one.secret),
};

for (const line of readFileSync(0, "utf8").split("\n").filter((text) => text !== "")) {
  const one = JSON.parse(line);
  const names = Object.keys(receivers);
  const accepted = names.filter((name) => receivers[name](one, one.body));
  const fooled = names.filter((name) => receivers[name](one, one.body.replace('"version":1', '"version":2')));
  console.log(`${accepted.join(" ")}|${fooled.join(" ")}`);
}
