/** When something is due: knows nothing of what. One clock for all hosts of an installation, kept by Quartz in the platform's database. */
package dev.webhookdb.schedule;
