/** A connector that is right, to be broken in one place at a time. */
package dev.webhookdb.testkit.gadget;
