/**
 * Says by files what exists: organizations with their members, integrations, views, notifications and the like.
 *
 * <p>{@link dev.webhookdb.declare.DeclarationReader} makes declarations of files, or finds everything that is wrong with them. What each
 * {@link dev.webhookdb.declare.Kind} of thing can say is data, from which reading, the JSON Schema and the comparison follow. A plan is the
 * difference between declarations and what there is; applying it goes through the same features as the commands do, so that nothing
 * can be declared that could not be typed.
 */
package dev.webhookdb.declare;
