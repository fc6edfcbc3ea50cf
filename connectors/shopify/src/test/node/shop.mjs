// What both oracles share: Shopify's own library for Node.
import '@shopify/shopify-api/adapters/node';
import {ApiVersion, LogSeverity, shopifyApi} from '@shopify/shopify-api';

export function shop(secret) {
  return shopifyApi({
    apiKey: 'key',
    apiSecretKey: secret,
    apiVersion: ApiVersion.July26,
    hostName: 'webhooks.example.org',
    isEmbeddedApp: false,
    logger: {level: LogSeverity.Error, log: () => {}},
  });
}
