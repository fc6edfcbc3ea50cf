package dev.webhookdb.account;

import dev.webhookdb.account.AccountException.Kind;
import dev.webhookdb.crypto.OpaqueId;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Makes, finds and revokes the tokens of programs. Of a token only its SHA-256 is kept. Thread-safe. */
public final class ApiTokens {
    private static final String PREFIX = "whdb_t_";
    private static final int LONGEST_NAME = 100;
    private static final Duration USE_IS_NOTED = Duration.ofMinutes(1);
    private static final long NOBODY = 0;

    private static final String TOKENS = """
            select api_token.opaque_id, api_token.name as token_name, api_token.role as token_role,
              api_token.created_by, api_token.created_at, api_token.last_used_at, api_token.expires_at,
              organization.id, organization.key, organization.name, membership.role
            from api_token
            join organization on organization.id = api_token.organization_id
            left join membership on membership.organization_id = api_token.organization_id
              and membership.customer_id = api_token.customer_id
            """;

    private final Database platform;
    private final Clock clock;

    /** Keeps tokens in the platform's database. */
    public ApiTokens(Database platform, Clock clock) {
        this.platform = platform;
        this.clock = clock;
    }

    /**
     * A token that was just made.
     *
     * @param secret the token itself, which cannot be shown again
     */
    public record Made(ApiToken token, String secret) {
        @Override
        public String toString() {
            return "Made[%s]".formatted(token.name());
        }
    }

    /**
     * Makes a token for an organization.
     *
     * @param membership the actor's part in it
     * @throws AccountException if the name cannot be used, the role is more than the actor's, or the actor is a token itself
     */
    public Made create(Actor actor, Membership membership, String name, Role role, Optional<Duration> lifetime) {
        requireUsable(name);
        if (!membership.role().includes(role)) {
            throw new AccountException(
                    Kind.INVALID,
                    "A token cannot do more than who makes it, and your role is %s."
                            .formatted(membership.role().text()));
        }
        long organization = membership.organization().id();
        String secret = RandomToken.withPrefix(PREFIX);
        String opaqueId = OpaqueId.withPrefix("tok_");
        return platform.transaction(session -> {
            int made = session.sql("""
                            insert into api_token (opaque_id, organization_id, customer_id, created_by, name, role, digest, expires_at)
                            values (:opaque, :organization, nullif(:customer, 0), :by, :name, :role, :digest, :expires)
                            on conflict (organization_id, name) do nothing""")
                    .bind("opaque", opaqueId)
                    .bind("organization", organization)
                    .bind("customer", maker(actor))
                    .bind("by", actor.name())
                    .bind("name", name)
                    .bind("role", role.text())
                    .bind("digest", RandomToken.digest(secret))
                    .bind("expires", lifetime.map(clock.instant()::plus).orElse(null))
                    .execute();
            if (made == 0) {
                throw new AccountException(
                        Kind.INVALID,
                        "There is a token '%s' already. Revoke it first, or choose another name.".formatted(name));
            }
            Audit.note(session, actor, organization, "create token", "%s as %s".formatted(name, role.text()));
            ApiToken token = session.sql(TOKENS + "where api_token.opaque_id = :opaque")
                    .bind("opaque", opaqueId)
                    .one(ApiTokens::read);
            return new Made(token, secret);
        });
    }

    /**
     * Makes a token that somebody else chose, or changes the one of that name. It never expires.
     *
     * @param actor the operator, whose the token is
     * @param digest the token's SHA-256, 32 bytes
     * @throws AccountException if the name cannot be used, or the token is another's already
     */
    public void put(Actor.Operator actor, Organization organization, String name, Role role, byte[] digest) {
        requireUsable(name);
        platform.run(session -> {
            boolean taken = session.sql("""
                            select exists (select from api_token
                              where digest = :digest and not (organization_id = :organization and name = :name)) as taken""")
                    .bind("digest", digest)
                    .bind("organization", organization.id())
                    .bind("name", name)
                    .one(row -> row.flag("taken"));
            if (taken) {
                throw new AccountException(
                        Kind.INVALID,
                        "Another token has this SHA-256. Make a token of its own for '%s'.".formatted(name));
            }
            session.sql("""
                            insert into api_token (opaque_id, organization_id, created_by, name, role, digest)
                            values (:opaque, :organization, :by, :name, :role, :digest)
                            on conflict (organization_id, name) do update set role = excluded.role, digest = excluded.digest""")
                    .bind("opaque", OpaqueId.withPrefix("tok_"))
                    .bind("organization", organization.id())
                    .bind("by", actor.name())
                    .bind("name", name)
                    .bind("role", role.text())
                    .bind("digest", digest)
                    .execute();
            Audit.note(session, actor, organization.id(), "put token", "%s as %s".formatted(name, role.text()));
        });
    }

    /**
     * A token without an end.
     *
     * @param sha256 its digest in hexadecimal digits
     */
    public record Lasting(String name, Role role, String sha256) {}

    /** Returns the tokens of an organization that do not end by themselves, by name. */
    public List<Lasting> lasting(Organization organization) {
        return platform.transaction(session -> session.sql("""
                        select name, role, encode(digest, 'hex') as sha256 from api_token
                        where organization_id = :organization and expires_at is null order by name""")
                .bind("organization", organization.id())
                .list(row ->
                        new Lasting(row.text("name"), Role.of(row.text("role")).orElseThrow(), row.text("sha256"))));
    }

    /** Returns the tokens of an organization that the actor may see, by name: an admin all of them, others their own. */
    public List<ApiToken> of(Actor actor, Membership membership) {
        return platform.transaction(session -> session.sql(TOKENS + """
                        where api_token.organization_id = :organization and (:all or api_token.customer_id = :customer)
                        order by api_token.name""")
                .bind("organization", membership.organization().id())
                .bind("all", membership.role().includes(Role.ADMIN))
                .bind("customer", owner(actor))
                .list(ApiTokens::read));
    }

    /** Revokes one of the tokens that the actor may see, by its id or name; returns it, or nothing if there is no such. */
    public Optional<ApiToken> revoke(Actor actor, Membership membership, String named) {
        Optional<ApiToken> found = of(actor, membership).stream()
                .filter(token -> token.opaqueId().equals(named) || token.name().equals(named))
                .findFirst();
        found.ifPresent(token -> platform.run(session -> {
            session.sql("delete from api_token where opaque_id = :opaque")
                    .bind("opaque", token.opaqueId())
                    .execute();
            Audit.note(session, actor, membership.organization().id(), "revoke token", token.name());
        }));
        return found;
    }

    /** Returns what a text stands for, unless it is no token, an expired or revoked one, or one of a closed organization. */
    public Optional<ApiToken> find(String secret) {
        if (!secret.startsWith(PREFIX)) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        return platform.transaction(session -> {
            Optional<ApiToken> found = session.sql(TOKENS + """
                            where api_token.digest = :digest and organization.closed_at is null
                              and (api_token.expires_at is null or api_token.expires_at > :now)""")
                    .bind("digest", RandomToken.digest(secret))
                    .bind("now", now)
                    .first(ApiTokens::read);
            found.filter(token -> isNews(token, now)).ifPresent(token -> noteUse(session, token, now));
            return found;
        });
    }

    private static boolean isNews(ApiToken token, Instant now) {
        return token.lastUsedAt()
                .filter(last -> last.plus(USE_IS_NOTED).isAfter(now))
                .isEmpty();
    }

    private static void noteUse(Session session, ApiToken token, Instant now) {
        session.sql("update api_token set last_used_at = :now where opaque_id = :opaque")
                .bind("now", now)
                .bind("opaque", token.opaqueId())
                .execute();
    }

    /** Whose membership a token ends with. A token cannot make tokens: whoever stole one could outlive its being revoked. */
    private static long maker(Actor actor) {
        return switch (actor) {
            case Actor.Person person -> person.customer().id();
            case Actor.Operator ignored -> NOBODY;
            case Actor.Token ignored ->
                throw new AccountException(Kind.INVALID, "A token cannot make tokens. Log in to make one.");
        };
    }

    private static long owner(Actor actor) {
        return actor instanceof Actor.Person(Customer customer, String ignored) ? customer.id() : NOBODY;
    }

    private static void requireUsable(String name) {
        if (name.length() > LONGEST_NAME || !name.matches("[^\\p{Cntrl}]+")) {
            throw new AccountException(
                    Kind.INVALID, "A token's name has 1 to %d characters, on one line.".formatted(LONGEST_NAME));
        }
    }

    private static ApiToken read(Row row) {
        Role given = Role.of(row.text("token_role")).orElseThrow();
        Role most = row.optionalText("role").flatMap(Role::of).orElse(given);
        return new ApiToken(
                row.text("opaque_id"),
                new Membership(Organizations.read(row), most.includes(given) ? given : most),
                row.text("token_name"),
                row.text("created_by"),
                row.instant("created_at"),
                row.optionalInstant("last_used_at"),
                row.optionalInstant("expires_at"));
    }
}
