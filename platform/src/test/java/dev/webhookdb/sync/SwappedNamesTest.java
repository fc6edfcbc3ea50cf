package dev.webhookdb.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.sql.DatabaseException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * P10 for integrations of one organization: a table is renamed, and another one gets its name at once, while somebody still knows the first one by
 * that name. He reads and writes nothing of the other's.
 */
class SwappedNamesTest {
    private static Syncing syncing;

    /** As it was known before. */
    private Integration before;

    /** Whose table has that name by now. */
    private Integration other;

    @BeforeAll
    static void openPlatform(@TempDir Path directory) {
        syncing = new Syncing(directory);
    }

    @AfterAll
    static void closePlatform() {
        syncing.close();
    }

    @BeforeEach
    void swap() {
        syncing.begin();
        before = syncing.things;
        syncing.store(before, "own", 1, "open");
        syncing.integrations.rename(before, "renamed");
        long second = syncing.integration(syncing.organization.id()).id();
        syncing.integrations.rename(now(second), before.table());
        other = now(second);
        syncing.store(other, "others", 1, "open");
    }

    private static Integration now(long integration) {
        return syncing.integrations.find(integration).orElseThrow();
    }

    @Test
    void nothing_is_stored_in_the_others_table_and_what_was_to_be_stored_is_when_the_name_is_known() {
        assertRefused(() -> syncing.store(before, "late", 2, "open"));
        assertRefused(() -> syncing.delete(before, "others", 2));

        assertThat(keys(other)).containsExactly("others");

        syncing.store(now(before.id()), "late", 2, "open");
        assertThat(keys(now(before.id()))).containsExactly("late", "own");
    }

    @Test
    void nothing_of_the_others_is_erased() {
        assertRefused(() -> syncing.tables.erase(before, "others"));

        assertThat(keys(other)).containsExactly("others");
    }

    @Test
    void nothing_of_the_others_is_read_to_be_sent_or_copied() {
        SyncedTables synced = new SyncedTables(syncing.databases::open, syncing.tables);
        CopiedTables copied = new CopiedTables(syncing.tables);

        assertRefused(() -> synced.latest(before));
        assertRefused(() -> copied.next(before, 0, Long.MAX_VALUE, 10, 1 << 20));
        assertRefused(() -> copied.some(before, Set.of("others"), Long.MAX_VALUE));
        assertThat(synced.latest(other)).isPositive();
    }

    @Test
    void a_name_that_comes_back_is_its_own_again() {
        syncing.integrations.rename(other, "elsewhere");
        syncing.integrations.rename(now(before.id()), before.table());

        syncing.store(before, "late", 2, "open");

        assertThat(keys(before)).containsExactly("late", "own");
        assertThat(keys(now(other.id()))).containsExactly("others");
    }

    private static void assertRefused(ThrowingCallable work) {
        assertThatThrownBy(work)
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("was renamed a moment ago. The next attempt finds it under its new name.");
    }

    private static List<String> keys(Integration integration) {
        return syncing.databases
                .open(syncing.organization.id())
                .transaction(
                        session -> session.sql("select thing_id from \"%s\" where deleted_at is null order by thing_id"
                                        .formatted(integration.table()))
                                .list(row -> row.text("thing_id")));
    }
}
