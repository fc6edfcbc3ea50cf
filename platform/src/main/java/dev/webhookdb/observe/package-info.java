/** What the host knows of itself: what of its memory is promised to whom, and how its background tasks are doing. */
package dev.webhookdb.observe;
