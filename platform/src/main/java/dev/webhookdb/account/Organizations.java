package dev.webhookdb.account;

import dev.webhookdb.event.AccountEventType;
import dev.webhookdb.platform.Intents;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Statement;
import dev.webhookdb.tenancy.OrganizationDatabases;
import dev.webhookdb.tenancy.Placement;
import dev.webhookdb.tenancy.PlacementException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Creates and finds organizations. Thread-safe. */
public final class Organizations {
    /** One that is being created is nobody's yet. */
    private static final String OPEN = """
            select id, key, name from organization
             where closed_at is null and not exists (
                     select from intent where intent.organization_id = organization.id and intent.kind = 'create organization')""";

    /** What a person calls an organization; the number is that of no organization where the text is no number. */
    static final String CALLED = """
            (organization.id = :number
              or (:number < 0 and (organization.key = :called or organization.name = :called)))
            order by organization.key = :called desc limit 1""";

    private static final String CREATION = "create organization";

    private final Database platform;
    private final OrganizationDatabases databases;
    private final Intents intents;

    /** Keeps organizations in the platform's database, and their data in databases of their own. */
    public Organizations(Database platform, OrganizationDatabases databases) {
        this.platform = platform;
        this.databases = databases;
        this.intents = new Intents(platform);
    }

    /**
     * Creates an organization and its database.
     *
     * @throws OrganizationException if the name cannot be used, or is taken
     */
    public Organization create(String name) {
        return create(name, Placement.anywhere(), (session, organization) -> {});
    }

    /**
     * The same with what belongs to it: all of it or nothing is there, whenever the host may die.
     *
     * @param placement what is asked for of its database's server
     * @param together done in the last transaction
     * @throws OrganizationException if the name cannot be used, or is taken
     * @throws PlacementException if there is no server as it is asked for
     */
    Organization create(String name, Placement placement, BiConsumer<Session, Organization> together) {
        return create(requiredKey(name.strip()), name.strip(), placement, together);
    }

    /**
     * Creates an organization whose key is another than its name would give.
     *
     * @param actor is noted in the audit log
     * @param placement what is asked for of its database's server
     * @throws OrganizationException if the name or the key cannot be used, or is taken
     * @throws PlacementException if there is no server as it is asked for
     */
    public Organization create(Actor actor, String key, String name, Placement placement) {
        requireUsable(key, name);
        return create(
                key,
                name.strip(),
                placement,
                (session, organization) ->
                        Audit.note(session, actor, organization.id(), "create organization", organization.name()));
    }

    /**
     * Refuses a key and a name that an organization cannot have.
     *
     * @throws OrganizationException if one of them is such
     */
    public static void requireUsable(String key, String name) {
        requiredKey(name.strip());
        if (key.isEmpty() || key.length() > Names.LONGEST || !keyOf(key).equals(key)) {
            throw new OrganizationException(
                    OrganizationException.Kind.INVALID_NAME,
                    "'%s' cannot be an organization's key, which has lower-case letters, digits and single underscores between them."
                            .formatted(key));
        }
    }

    /**
     * Refuses what no server is.
     *
     * @throws PlacementException that says what there is
     */
    public void requirePlace(Placement placement) {
        databases.servers().require(placement);
    }

    private Organization create(
            String key, String name, Placement placement, BiConsumer<Session, Organization> together) {
        requirePlace(placement);
        return intents.carryOut(
                session -> Intents.Intent.of(insert(session, key, name).id(), CREATION, key, name, ""), intent -> {
                    Organization organization =
                            new Organization(intent.organizationId(), intent.subject(), intent.detail());
                    try {
                        databases.create(organization.id(), organization.key(), placement);
                        platform.run(session -> {
                            Told.project(session, AccountEventType.PROJECT_CREATED, organization);
                            together.accept(session, organization);
                            Intents.forget(session, intent);
                        });
                        return organization;
                    } catch (RuntimeException e) {
                        undoing(intent, e);
                        throw e;
                    }
                });
    }

    /** What cannot be undone now is undone later. */
    private void undoing(Intents.Intent creation, RuntimeException reason) {
        try {
            undo(creation);
        } catch (RuntimeException another) {
            reason.addSuppressed(another);
        }
    }

    /** Nobody was told that the organization is there: its database and its name are free again. */
    private void undo(Intents.Intent creation) {
        databases.drop(creation.organizationId());
        platform.run(session -> session.sql("delete from organization where id = :id")
                .bind("id", creation.organizationId())
                .execute());
    }

    /** Returns who finishes what a host that died had begun, by the kind of it. */
    public Map<String, Consumer<Intents.Intent>> unfinished() {
        return Map.of(CREATION, this::undo);
    }

    /**
     * Gives an organization another name. Its key stays, because scripts and people know it.
     *
     * @throws OrganizationException if the name cannot be used, or is taken
     */
    public Organization rename(Organization organization, String name) {
        String trimmed = name.strip();
        String key = requiredKey(trimmed);
        return platform.transaction(session -> {
            boolean taken = session.sql("""
                            select exists (select from organization
                              where id <> :id and (key = :key or lower(name) = lower(:name))) as taken""")
                    .bind("id", organization.id())
                    .bind("key", key)
                    .bind("name", trimmed)
                    .one(row -> row.flag("taken"));
            if (taken) {
                throw taken(key);
            }
            Organization renamed = session.sql(
                            "update organization set name = :name where id = :id returning id, key, name")
                    .bind("id", organization.id())
                    .bind("name", trimmed)
                    .one(Organizations::read);
            Told.project(session, AccountEventType.PROJECT_UPDATED, renamed);
            return renamed;
        });
    }

    /** Returns whom to write about money; empty if nobody said. */
    public String billedTo(Organization organization) {
        return platform.transaction(session -> session.sql("select billing_email from organization where id = :id")
                .bind("id", organization.id())
                .one(row -> row.text("billing_email")));
    }

    /** Says whom to write about money. */
    public void billTo(Organization organization, String email) {
        String address = Accounts.email(email);
        platform.run(session -> session.sql("update organization set billing_email = :email where id = :id")
                .bind("id", organization.id())
                .bind("email", address)
                .execute());
    }

    /** Returns all organizations that are not closed, by key. */
    public List<Organization> all() {
        return platform.transaction(
                session -> session.sql(OPEN + " order by key").list(Organizations::read));
    }

    /** Finds an organization that is not closed by its key. */
    public Optional<Organization> find(String key) {
        return platform.transaction(session ->
                session.sql(OPEN + " and key = :key").bind("key", key).first(Organizations::read));
    }

    /** Finds an organization that is not closed by its number, key or name. */
    Optional<Organization> called(String text) {
        return platform.transaction(session ->
                bindCalled(session.sql(OPEN + " and " + CALLED), text).first(Organizations::read));
    }

    /** Binds what a person wrote to a statement with {@link #CALLED}. */
    static Statement bindCalled(Statement statement, String text) {
        return statement
                .bind("number", text.matches("\\d{1,18}") ? Long.parseLong(text) : -1)
                .bind("called", text);
    }

    private static Organization insert(Session session, String key, String name) {
        return session.sql(
                        "insert into organization (key, name) values (:key, :name) on conflict do nothing returning id, key, name")
                .bind("key", key)
                .bind("name", name)
                .first(Organizations::read)
                .orElseThrow(() -> taken(key));
    }

    private static OrganizationException taken(String key) {
        return new OrganizationException(
                OrganizationException.Kind.NAME_TAKEN,
                "There is already an organization '%s'. Choose another name.".formatted(key));
    }

    private static String requiredKey(String name) {
        String key = keyOf(name);
        Names.objection(name).ifPresent(objection -> {
            throw new OrganizationException(
                    OrganizationException.Kind.INVALID_NAME, "An organization's name %s.".formatted(objection));
        });
        if (key.isEmpty()) {
            throw new OrganizationException(
                    OrganizationException.Kind.INVALID_NAME,
                    "An organization's name has 1 to %d characters, at least one of them a letter or digit."
                            .formatted(Names.LONGEST));
        }
        return key;
    }

    static Organization read(Row row) {
        return new Organization(row.number("id"), row.text("key"), row.text("name"));
    }

    private static String keyOf(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceAll("^_+|_+$", "");
    }
}
