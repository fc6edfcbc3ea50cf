package dev.webhookdb.sql;

import org.postgresql.util.PasswordUtil;

/** What PostgreSQL keeps in place of a password. */
public final class Verifiers {
    private Verifiers() {}

    /** A verifier for SCRAM-SHA-256; sent in place of the password, it keeps that out of the server's log. */
    public static String of(String password) {
        return PasswordUtil.encodeScramSha256(password.toCharArray());
    }
}
