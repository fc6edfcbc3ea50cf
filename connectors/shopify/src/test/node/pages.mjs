// Pages through a list with Shopify's own client, sent to the address of a simulated shop, and prints the ids.
import {Session} from '@shopify/shopify-api';
import {setAbstractFetchFunc} from '@shopify/shopify-api/runtime';
import {shop} from './shop.mjs';

const [address, token, path, limit] = process.argv.slice(2);
setAbstractFetchFunc((url, init) => fetch(String(url).replace(/^https:\/\/[^/]+/, address), init));
const api = shop('secret');
const session = new Session({
  id: 'offline',
  shop: 'simulated.myshopify.com',
  state: '',
  isOnline: false,
  accessToken: token,
});
const client = new api.clients.Rest({session});
let request = {path, query: {limit, status: 'any'}};
while (request) {
  const {body, pageInfo} = await client.get(request);
  for (const resource of body[path]) {
    console.log(String(resource.id));
  }
  request = pageInfo?.nextPage;
}
