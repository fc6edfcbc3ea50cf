package dev.webhookdb.doctor;

import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a PostgreSQL server says of itself.
 *
 * @param version as it writes it, for example {@code 16.4}
 * @param tls the protocol of the connection that asked; empty if it is in clear
 * @param places how many connections there may be at a time, without those that are kept for superusers
 * @param used how many there are
 * @param sleepers sessions whose transaction has been open for long, and in which nothing happens
 */
record ServerFacts(
        String version,
        String encoding,
        Optional<String> tls,
        long places,
        long used,
        boolean createsDatabases,
        boolean createsRoles,
        List<String> sleepers) {

    /**
     * Asks.
     *
     * @param longest for how long nothing may happen in a transaction
     */
    static ServerFacts of(Session session, Duration longest) {
        List<String> sleepers =
                session.sql("""
                        select format('%s in %s, process %s, for %s min', coalesce(usename, '?'), coalesce(datname, '?'), pid,
                                      (extract(epoch from clock_timestamp() - state_change) / 60)::bigint) as sleeper
                          from pg_stat_activity
                         where state like 'idle in transaction%'
                           and state_change < clock_timestamp() - make_interval(secs => :seconds)
                         order by state_change""").bind("seconds", longest.toSeconds()).list(row -> row.text("sleeper"));
        return session.sql("""
                        select current_setting('server_version') as version,
                               current_setting('server_encoding') as encoding,
                               (select pg_stat_ssl.version from pg_stat_ssl where pid = pg_backend_pid()) as tls,
                               current_setting('max_connections')::bigint
                                 - current_setting('superuser_reserved_connections')::bigint
                                 - coalesce(current_setting('reserved_connections', true), '0')::bigint as places,
                               (select count(*) from pg_stat_activity where datid is not null) as used,
                               rolsuper or rolcreatedb as databases,
                               rolsuper or rolcreaterole as roles
                          from pg_roles
                         where rolname = current_user""")
                .one(row -> new ServerFacts(
                        row.text("version"),
                        row.text("encoding"),
                        row.optionalText("tls"),
                        row.number("places"),
                        row.number("used"),
                        row.flag("databases"),
                        row.flag("roles"),
                        sleepers));
    }
}
