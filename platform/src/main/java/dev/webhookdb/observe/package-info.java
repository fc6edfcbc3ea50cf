/**
 * What the host knows of itself: metrics, what of its memory is promised to whom, and how its background tasks are doing. Others tell it;
 * it asks nobody.
 */
package dev.webhookdb.observe;
