package dev.webhookdb.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.account.Access;
import dev.webhookdb.account.AccountException;
import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Customer;
import dev.webhookdb.account.Invitation;
import dev.webhookdb.account.Memberships;
import dev.webhookdb.account.Organization;
import dev.webhookdb.account.Role;
import dev.webhookdb.integration.Integration;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to accounts is noted in the transaction in which it happens. */
class AccountEventsTest {
    @TempDir
    private static Path directory;

    private static Feeding feeding;

    @BeforeAll
    static void open() {
        feeding = new Feeding(directory);
    }

    @AfterAll
    static void close() {
        feeding.close();
    }

    @Test
    void members_come_and_go() {
        Memberships memberships = new Memberships(
                feeding.database,
                feeding.organizations,
                new Access(feeding.database, feeding.organizations),
                (invitation, by) -> {});
        Actor.Person ada = person("ada@example.com");
        Actor.Person bob = person("bob@example.com");
        Organization organization = memberships.create(ada, "People");

        memberships.invite(ada, organization, "carl@example.com", Role.VIEWER);
        memberships.invite(ada, organization, "carl@example.com", Role.VIEWER);
        Invitation invitation = memberships.invite(ada, organization, "bob@example.com", Role.VIEWER);
        memberships.join(bob, invitation.code());
        memberships.change(ada, organization, List.of("bob@example.com"), Role.ADMIN);
        memberships.change(ada, organization, List.of("bob@example.com"), Role.ADMIN);
        memberships.remove(ada, organization, "carl@example.com");
        memberships.remove(bob, organization, "ada@example.com");
        assertThatThrownBy(() -> memberships.remove(bob, organization, "bob@example.com"))
                .isInstanceOf(AccountException.class);
        Organization renamed = feeding.organizations.rename(organization, "Persons");

        String adas = "{\"id\":\"usr_%d\",\"name\":\"\",\"email\":\"ada@example.com\""
                .formatted(ada.customer().id());
        String bobs = "{\"id\":\"usr_%d\",\"name\":\"\",\"email\":\"bob@example.com\""
                .formatted(bob.customer().id());
        assertThat(noted(organization.id()))
                .containsExactly(
                        "project.created {\"id\":\"org_%d\",\"key\":\"people\",\"name\":\"People\"}"
                                .formatted(organization.id()),
                        "user.created " + adas + "}",
                        "team.member.added " + adas + ",\"role\":\"admin\"}",
                        "user.created {\"email\":\"carl@example.com\"}",
                        "team.member.added " + bobs + ",\"role\":\"viewer\"}",
                        "team.member.role_changed " + bobs + ",\"role\":\"admin\",\"previous_role\":\"viewer\"}",
                        "team.member.removed " + adas + ",\"role\":\"admin\"}",
                        "project.updated {\"id\":\"org_%d\",\"key\":\"people\",\"name\":\"Persons\"}"
                                .formatted(renamed.id()));
    }

    @Test
    void integrations_are_created_changed_and_deleted() {
        long organization = feeding.organizations.create("integrations").id();
        Integration things = feeding.integration(organization);

        feeding.integrations.rename(things, "renamed");
        feeding.integrations.delete(feeding.integrations.of(organization).getFirst());

        assertThat(noted(organization).stream().skip(1))
                .containsExactly(
                        "integration.created {\"id\":\"%s\",\"service_name\":\"one_thing_v1\",\"table_name\":\"%s\"}"
                                .formatted(things.opaqueId(), things.table()),
                        "integration.updated {\"id\":\"%s\",\"service_name\":\"one_thing_v1\",\"table_name\":\"renamed\"}"
                                .formatted(things.opaqueId()),
                        "integration.deleted {\"id\":\"%s\",\"service_name\":\"one_thing_v1\",\"table_name\":\"renamed\"}"
                                .formatted(things.opaqueId()));
    }

    private static Actor.Person person(String email) {
        return feeding.database.transaction(session -> session.sql(
                        "insert into customer (email) values (:email) returning id, email, name")
                .bind("email", email)
                .one(row -> new Actor.Person(
                        new Customer(row.number("id"), row.text("email"), row.text("name")), "127.0.0.1")));
    }

    private static List<String> noted(long organization) {
        return feeding.database.transaction(session -> session.sql(
                        "select type || ' ' || data as noted from account_event where organization_id = :organization order by id")
                .bind("organization", organization)
                .list(row -> row.text("noted")));
    }
}
