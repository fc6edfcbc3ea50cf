// Reads requests as JSON, one in a line, and prints true or false for each: whether Increase's library accepts it at that time.
import { createInterface } from 'node:readline';
import Increase from 'increase';
import IncreaseOfOld from 'increase-of-old';

const today = new Increase({ apiKey: 'none' });
const ofOld = new IncreaseOfOld({ apiKey: 'none' });
const text = (base64) => Buffer.from(base64, 'base64').toString('utf8');

function unwrap({ scheme, secret, headers, body }) {
  if (scheme === 'standard') {
    return today.events.unwrap(body, { headers, key: secret });
  }
  return ofOld.webhooks.unwrap(body, headers, secret);
}

const verdicts = [];
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, text(value)]));
  Date.now = () => request.now * 1000;
  try {
    unwrap({ scheme: request.scheme, secret: text(request.secret), headers, body: text(request.body) });
    verdicts.push(true);
  } catch {
    verdicts.push(false);
  }
}
console.log(verdicts.join('\n'));
