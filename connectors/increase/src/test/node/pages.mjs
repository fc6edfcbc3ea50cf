// Lists everything with Increase's library, from the address and with the key given, and prints the objects as JSON, one in a line.
import Increase from 'increase';

const [baseURL, apiKey] = process.argv.slice(2);
const client = new Increase({ baseURL, apiKey });
const lists = [
  client.accounts.list(),
  client.accountNumbers.list(),
  client.accountTransfers.list(),
  client.achTransfers.list(),
  client.checkTransfers.list(),
  client.events.list({ created_at: { on_or_after: '2026-01-01T00:00:00Z' }, category: { in: ['account.created', 'transaction.created'] } }),
  client.transactions.list(),
  client.wireTransfers.list(),
];
for (const list of lists) {
  for await (const object of list) {
    console.log(JSON.stringify(object));
  }
}
const [account] = (await client.accounts.list({ limit: 1 })).data;
console.log(JSON.stringify(await client.accounts.retrieve(account.id)));
try {
  await client.accounts.retrieve('account_that_is_none');
} catch (e) {
  console.log(JSON.stringify({ type: 'error', id: e.constructor.name }));
}
