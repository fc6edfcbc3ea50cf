// Reads requests, one JSON object {headers, body} in each line, and prints Shopify's verdict on each: true or false.
import {createInterface} from 'node:readline';
import {shop} from './shop.mjs';

const [secret] = process.argv.slice(2);
const {webhooks} = shop(secret);
const verdicts = [];
for await (const line of createInterface({input: process.stdin})) {
  const {headers, body} = JSON.parse(line);
  const {valid} = await webhooks.validate({
    rawBody: body,
    rawRequest: {headers, method: 'POST', url: '/'},
    rawResponse: {},
  });
  verdicts.push(valid);
}
console.log(verdicts.join('\n'));
