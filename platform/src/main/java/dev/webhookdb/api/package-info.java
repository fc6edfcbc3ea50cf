/**
 * The HTTP interface for people and programs: routes over the faces of the features, health, and errors that read alike everywhere.
 */
package dev.webhookdb.api;
