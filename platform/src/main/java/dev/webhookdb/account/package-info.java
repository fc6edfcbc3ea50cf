/**
 * People and the organizations they share: who someone is (one-time passwords, sessions), what they belong to (memberships,
 * invitations, roles), and who changed what. What an organization's data and integrations are is left to others.
 */
package dev.webhookdb.account;
