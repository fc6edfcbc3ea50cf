package dev.webhookdb.tenancy;

/** What hosts do once a minute with databases that nobody is in any more, for tests that do not wait for it. */
public final class RetiredDatabases {
    private RetiredDatabases() {}

    /** Drops those that are due. */
    public static void drop(OrganizationDatabases databases) {
        databases.own().dropRetired();
    }
}
