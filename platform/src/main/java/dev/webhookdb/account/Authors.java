package dev.webhookdb.account;

import dev.webhookdb.sql.Session;
import java.util.List;

/** Names of who made things that outlive them. */
final class Authors {
    private static final List<String> STATEMENTS = List.of(
            "update saved_query set author = :number where author = :email",
            "update saved_view set author = :number where author = :email",
            "update subscription set created_by = :number where created_by = :email",
            "update sync_target set created_by = :number where created_by = :email",
            "update error_handler set created_by = :number where created_by = :email",
            "update api_token set created_by = :number where created_by = :email",
            "update database_migration set author = :number where author = :email",
            "update intent set author = :number where author = :email");

    private Authors() {}

    /** Puts the account's number in the place of its address, in all organizations. */
    static void forget(Session session, Customer customer) {
        STATEMENTS.forEach(statement -> session.sql(statement)
                .bind("number", Told.id(customer))
                .bind("email", customer.email())
                .execute());
    }
}
