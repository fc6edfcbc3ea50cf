package dev.webhookdb.declare;

import java.util.List;

/**
 * What one document says.
 *
 * @param organization whose things they are
 * @param isDeclared whether the organization itself is declared here, and not only named
 */
record Said(Declaration organization, boolean isDeclared, List<Declaration> things) {}
