package dev.webhookdb.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.webhookdb.account.OrganizationException.Kind;
import dev.webhookdb.crypto.ReversingSealer;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.tenancy.OrganizationDatabases;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrganizationsTest {
    private static PlatformDatabase platform;
    private static OrganizationDatabases databases;
    private static Organizations organizations;

    @BeforeAll
    static void open() {
        platform = TestPostgres.platform();
        databases = new OrganizationDatabases(platform.database(), platform.servers(), new ReversingSealer());
        organizations = new Organizations(platform.database(), databases);
    }

    @AfterAll
    static void close() {
        organizations.all().forEach(organization -> databases.drop(organization.id()));
        databases.close();
        platform.close();
    }

    @Test
    void a_name_becomes_a_key_and_the_organization_has_a_database() {
        Organization created = organizations.create("  Acme, Inc. 24 ");

        assertThat(created.key()).isEqualTo("acme_inc_24");
        assertThat(created.name()).isEqualTo("Acme, Inc. 24");
        assertThat(organizations.find("acme_inc_24")).contains(created);
        assertThat(organizations.all()).contains(created);
        assertThat(databases.open(created.id()).available()).isTrue();
    }

    @Test
    void a_name_that_is_taken_is_refused_also_when_it_is_written_otherwise() {
        organizations.create("Taken");

        OrganizationException refused =
                catchThrowableOfType(OrganizationException.class, () -> organizations.create("taken!"));

        assertThat(refused.kind()).isEqualTo(Kind.NAME_TAKEN);
        assertThat(refused).hasMessage("There is already an organization 'taken'. Choose another name.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "!?",
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901"
            })
    void a_name_without_letters_or_too_long_is_refused(String name) {
        OrganizationException refused =
                catchThrowableOfType(OrganizationException.class, () -> organizations.create(name));

        assertThat(refused.kind()).isEqualTo(Kind.INVALID_NAME);
        assertThat(refused).hasMessageContaining("1 to 100 characters");
    }

    @Test
    void an_unknown_key_finds_nothing() {
        assertThat(organizations.find("nobody")).isEmpty();
    }
}
