package dev.webhookdb.tenancy;

import dev.webhookdb.config.AddressRange;
import dev.webhookdb.config.DatabaseServer;
import dev.webhookdb.config.Password;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.reader.QueryException;
import dev.webhookdb.sql.DatabaseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How organizations' databases are reached, by what is recorded of them. Thread-safe. */
final class TenantConnections {
    private static final String SSL_MODE = "sslmode";
    private static final Set<String> SSL_MODES =
            Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

    private final Servers servers;
    private final Sealer sealer;
    private final String allowed;

    /** @param allowed the internal addresses where organizations' own databases may be */
    TenantConnections(Servers servers, Sealer sealer, List<AddressRange> allowed) {
        this.servers = servers;
        this.sealer = sealer;
        this.allowed = GuardedSockets.text(allowed);
    }

    ServerAddress owner(OrganizationDatabase database) {
        return as(database, database.owner());
    }

    /** @throws QueryException for the person who wants to read, if the organization brought no role for that */
    ServerAddress reader(OrganizationDatabase database) {
        OrganizationDatabase.Login login = database.reader()
                .orElseThrow(() -> new QueryException(
                        "The organization's own database %s was given without a read-only URL. Read it with tools of your own, or run 'webhookdb db migrations start' again with --readonly-url."
                                .formatted(location(database))));
        return as(database, login);
    }

    /** The administrator's way to the server. */
    ServerAddress administration(OrganizationDatabase database) {
        return configured(database)
                .orElseThrow(() -> new DatabaseException(
                        DatabaseException.Kind.OTHER,
                        "The database \"%s\" is on the server %s, which is not configured any more: add it to database.servers."
                                .formatted(database.name(), database.server())));
    }

    /** What the administrator may do to the database. */
    OrganizationAdministration administer(OrganizationDatabase database) {
        return new OrganizationAdministration(administration(database), database);
    }

    /** For people: where it is, without who enters it and how. */
    static String location(OrganizationDatabase database) {
        return "postgresql://***:***@%s:%d/%s".formatted(database.host(), database.port(), database.name());
    }

    /**
     * Reads the address of a database that an organization brings.
     *
     * @throws IllegalArgumentException with what was expected
     */
    ServerAddress own(String url) {
        ServerAddress address = ServerAddress.parse(url);
        for (Map.Entry<String, String> parameter : address.parameters().entrySet()) {
            if (!parameter.getKey().equals(SSL_MODE) || !SSL_MODES.contains(parameter.getValue())) {
                throw new IllegalArgumentException(
                        "a URL without parameters but sslmode, which is disable, allow, prefer, require, verify-ca or verify-full");
            }
        }
        if (address.username().isEmpty()) {
            throw new IllegalArgumentException(
                    "a URL with a user and a password, as in postgresql://user:password@host/database");
        }
        return guarded(address, Optional.ofNullable(address.parameters().get(SSL_MODE)));
    }

    /** What is recorded of a database that an organization brings. */
    OrganizationDatabase own(long organizationId, ServerAddress owner, Optional<ServerAddress> reader) {
        return new OrganizationDatabase(
                organizationId,
                OrganizationDatabase.OWN,
                owner.host(),
                owner.port(),
                owner.database(),
                Optional.ofNullable(owner.parameters().get(SSL_MODE)),
                login(owner),
                reader.map(this::login),
                0,
                0,
                true);
    }

    private OrganizationDatabase.Login login(ServerAddress address) {
        return new OrganizationDatabase.Login(
                address.username(), sealer.seal(address.password().reveal()));
    }

    /** The server is where it is configured now; an unconfigured one where it was at the time. */
    private ServerAddress as(OrganizationDatabase database, OrganizationDatabase.Login login) {
        Password password = new Password(sealer.open(login.secret()));
        ServerAddress recorded =
                ServerAddress.of(database.host(), database.port(), database.name(), login.role(), password);
        return database.isOwn()
                ? guarded(recorded, database.sslMode())
                : configured(database)
                        .map(server -> server.withDatabase(database.name()).withUser(login.role(), password))
                        .orElse(recorded);
    }

    private Optional<ServerAddress> configured(OrganizationDatabase database) {
        return servers.of(database).map(DatabaseServer::address);
    }

    /** Certificates are verified against what Java trusts: nobody can bring a file. */
    private ServerAddress guarded(ServerAddress address, Optional<String> sslMode) {
        Map<String, String> parameters =
                new HashMap<>(Map.of("socketFactory", GuardedSockets.class.getName(), "socketFactoryArg", allowed));
        sslMode.ifPresent(mode -> parameters.put(SSL_MODE, mode));
        if (sslMode.filter(mode -> mode.startsWith("verify")).isPresent()) {
            parameters.put("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        }
        return address.withParameters(parameters);
    }
}
