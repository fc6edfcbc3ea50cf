package dev.webhookdb.migration;

/**
 * How far the copy of a table is.
 *
 * @param nextPk rows below were copied once
 * @param copied whether all were
 */
record Progress(long nextPk, boolean copied) {}
