/** The PostgreSQL server that comes along, for whoever configured none: unpacked, started, watched, taken over, stopped. */
package dev.webhookdb.embedded;
