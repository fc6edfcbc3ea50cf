package dev.webhookdb.destinations.mariadb;

import dev.webhookdb.destinations.jdbc.KeptSockets;
import dev.webhookdb.destinations.jdbc.Link;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.Place;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.UUID;
import org.mariadb.jdbc.Driver;

/** Opens connections with the driver's settings that this needs. */
final class Connecting {
    /** The ways of proving a password that do not hand it over. */
    private static final String PROOFS = "mysql_native_password,caching_sha2_password,client_ed25519,parsec";

    private Connecting() {}

    static Link open(Address address, Place place) throws DestinationException {
        String token = UUID.randomUUID().toString();
        KeptSockets sockets = new KeptSockets(place.sockets());
        Sockets.register(token, sockets);
        Link.Cut cut = () -> {
            sockets.close();
            Sockets.forget(token);
        };
        try {
            Link link = new Link(new Driver().connect(address.jdbc(), settings(address, place, token)), cut);
            begin(link, place.timeout());
            return link;
        } catch (SQLException e) {
            cut.end();
            throw Failures.ofConnecting(e, address);
        }
    }

    /** Returns the driver's settings. None of them is part of a URL, in which it could end and another one begin. */
    private static Properties settings(Address address, Place place, String token) {
        String timeout = Long.toString(Math.clamp(place.timeout().toMillis(), 1, Integer.MAX_VALUE));
        Properties settings = new Properties();
        settings.setProperty("user", place.user().orElseThrow());
        settings.setProperty("password", place.password().orElse(""));
        settings.setProperty("sslMode", address.sslMode());
        settings.setProperty("allowPublicKeyRetrieval", Boolean.toString(address.publicKeys()));
        settings.setProperty("restrictedAuth", PROOFS);
        settings.setProperty("socketFactory", Sockets.class.getName());
        settings.setProperty("poolName", token);
        settings.setProperty("connectTimeout", timeout);
        settings.setProperty("socketTimeout", timeout);
        settings.setProperty("transactionIsolation", "READ-COMMITTED");
        settings.setProperty("allowLocalInfile", "false");
        settings.setProperty("allowMultiQueries", "false");
        settings.setProperty("permitRedirect", "false");
        settings.setProperty("fallbackToSystemKeyStore", "false");
        address.certificate().ifPresent(certificate -> settings.setProperty("serverSslCert", certificate));
        return settings;
    }

    /** Lets nothing be cut or guessed, takes times as UTC, and lets no lock be waited for longer than a call may take. */
    private static void begin(Link link, Duration timeout) throws SQLException {
        link.define("""
                SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00',
                lock_wait_timeout = %1$d, innodb_lock_wait_timeout = %1$d""".formatted(Math.max(1, timeout.toSeconds())));
    }
}
