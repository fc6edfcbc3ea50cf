package dev.webhookdb.tenancy;

import dev.webhookdb.sql.Identifiers;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the role that may only read must not do although PostgreSQL lets everybody: what it can write without a right to any table, and
 * locks that keep others out. Some of it only a superuser can take away; elsewhere it stays, and docs/operating.md says so.
 */
final class Restrictions {
    /** Grows when there are more: databases that have fewer get them. */
    static final int VERSION = 1;

    /** So many that a host, its members' programs and a reporting tool find room, and few enough that others do, too. */
    private static final int CONNECTIONS = 20;

    private static final String SPILL = "512MB";

    private static final List<String> WRITERS = List.of(
            "lo_creat",
            "lo_create",
            "lo_from_bytea",
            "lo_import",
            "lo_open",
            "lo_put",
            "lo_truncate",
            "lo_truncate64",
            "lo_unlink",
            "lowrite",
            "pg_current_xact_id",
            "pg_export_snapshot",
            "pg_logical_emit_message",
            "pg_notify",
            "txid_current");

    private Restrictions() {}

    /** Returns the statements that give a role its settings, whatever it made of them itself; all may be repeated. */
    static List<String> ofRole(String role, String database) {
        return List.of(
                "alter role %s noinherit connection limit %d".formatted(role, CONNECTIONS),
                "alter role %s reset all".formatted(role),
                "alter role %s in database %s reset all".formatted(role, database),
                "alter role %s set statement_timeout = '15s'".formatted(role),
                "alter role %s set idle_in_transaction_session_timeout = '60s'".formatted(role),
                "alter role %s set default_transaction_read_only = on".formatted(role));
    }

    /** Returns the statement that limits what a role may spill to the disk; only a superuser may run it. */
    static String limitSpill(String role) {
        return "alter role %s set temp_file_limit = '%s'".formatted(role, SPILL);
    }

    /** Returns the statement that takes functions away from everybody but the owner, in its own database; only a superuser may run it. */
    static String takeFunctions(String ownerRole) {
        return """
                do $take$
                declare taken regprocedure;
                begin
                  for taken in
                    select oid::regprocedure from pg_proc
                     where pronamespace = 'pg_catalog'::regnamespace
                       and (proname in (%s) or proname ~ '^pg_(try_)?advisory_')
                  loop
                    execute format('revoke execute on function %%s from public', taken);
                    execute format('grant execute on function %%s to %%I', taken, %s);
                  end loop;
                end $take$""".formatted(
                        WRITERS.stream().map(Identifiers::literal).collect(Collectors.joining(", ")),
                        Identifiers.literal(ownerRole));
    }
}
