/** The unpacked tarball as its users meet it: its programs, its streams and exit statuses, its ports, and what kills it. */
package dev.webhookdb.distribution;
