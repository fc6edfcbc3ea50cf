// Reads deliveries as JSON, one in a line, and prints for each which of the ways to verify it say that it is genuine.
import crypto from 'node:crypto';
import { createInterface } from 'node:readline';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';

// as in the documentation of webhooks
function verifyWebhookSignature(payload, signature, secret) {
  const hmac = crypto.createHmac('sha256', secret);
  const digest = 'sha256=' + hmac.update(payload).digest('hex');
  return crypto.timingSafeEqual(Buffer.from(signature), Buffer.from(digest));
}

// as in Standard Webhooks' specification
function verifyWithPublicKey({ headers, body, publicKey }) {
  const x = Buffer.from(publicKey.replace('whpk_', ''), 'base64').toString('base64url');
  const key = crypto.createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const signed = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
  return headers['webhook-signature'].split(' ').filter((one) => one.startsWith('v1a,'))
    .some((one) => crypto.verify(null, signed, key, Buffer.from(one.slice(4), 'base64')));
}

const ways = {
  // both throw what they do not accept
  standardwebhooks: ({ body, headers, standardSecret }) => {
    new StandardWebhook(standardSecret).verify(body, headers);
    return true;
  },
  svix: ({ body, headers, standardSecret }) => {
    new SvixWebhook(standardSecret).verify(body, headers);
    return true;
  },
  express: ({ body, headers, secret }) => verifyWebhookSignature(JSON.stringify(JSON.parse(body)), headers['X-Webhook-Signature'], secret),
  raw: ({ body, headers, secret }) => verifyWebhookSignature(body, headers['X-Webhook-Signature'], secret),
  'public key': verifyWithPublicKey,
};

for await (const line of createInterface({ input: process.stdin })) {
  const delivery = JSON.parse(line);
  const genuine = Object.entries(ways).filter(([, verify]) => {
    try {
      return verify(delivery);
    } catch {
      return false;
    }
  });
  console.log(genuine.map(([name]) => name).join(','));
}
