/**
 * HTTP Sync: the changed rows of a table, page by page and one request at a time, to a receiver that answers when it has processed them.
 *
 * <p>A window is what changed since the last one, up to a horizon; its rows go out in the order of the API's timestamps. A page is written
 * down before it is sent, is sent again as it is until it is acknowledged, and never after that.
 */
package dev.webhookdb.sync;
