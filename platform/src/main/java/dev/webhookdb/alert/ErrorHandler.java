package dev.webhookdb.alert;

/**
 * Where an organization wants to be told of trouble, besides by mail.
 *
 * @param opaqueId {@code oeh_...}
 * @param url without what may be secret in it
 */
public record ErrorHandler(String opaqueId, String url) {}
