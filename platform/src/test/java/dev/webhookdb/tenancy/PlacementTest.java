package dev.webhookdb.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.webhookdb.config.DatabaseServer;
import dev.webhookdb.config.Password;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.crypto.ReversingSealer;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.ServerCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** On which of several servers organizations' databases are created; two of them are different clusters. */
class PlacementTest {
    /** Nothing listens there. */
    private static final ServerAddress AWAY =
            ServerAddress.of("127.0.0.1", 1, "postgres", "postgres", new Password("nobody's"));

    private static final DatabaseServer SMALL = server(TestPostgres.server(), "small", 1, "eu");
    private static final DatabaseServer LARGE = server(TestPostgres.freshAddressOutside(), "large", 2, "eu", "fast");
    private static final DatabaseServer DRAINED = server(TestPostgres.server(), "drained", 0, "us");

    private final List<OrganizationDatabases> hosts = new ArrayList<>();
    private final List<Long> organizations = new ArrayList<>();
    private PlatformDatabase platform;

    @BeforeEach
    void begin() {
        platform = TestPostgres.platform();
    }

    @AfterEach
    void end() {
        OrganizationDatabases last = host(SMALL, LARGE, DRAINED);
        organizations.forEach(last::drop);
        hosts.forEach(OrganizationDatabases::close);
        platform.close();
    }

    @Test
    void thirty_organizations_are_spread_by_weight_and_none_goes_where_that_is_0() {
        OrganizationDatabases host = host(SMALL, LARGE, DRAINED);

        for (int number = 0; number < 30; number++) {
            create(host, Placement.anywhere());
        }

        assertThat(counts(host)).isEqualTo(Map.of("small", 10L, "large", 20L));
        assertThat(clusterOf(host, 0)).isNotEqualTo(clusterOf(host, 1));
    }

    @Test
    void hosts_that_create_at_once_count_each_others() throws InterruptedException {
        List<OrganizationDatabases> both = List.of(host(SMALL, LARGE), host(SMALL, LARGE));
        List<Long> ids =
                IntStream.range(0, 12).mapToObj(number -> organization()).toList();

        List<Thread> threads = IntStream.range(0, ids.size())
                .mapToObj(number ->
                        Thread.ofVirtual().start(() -> both.get(number % 2).create(ids.get(number), "organization")))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(counts(both.getFirst())).isEqualTo(Map.of("small", 4L, "large", 8L));
    }

    @Test
    void tags_choose_among_the_servers_that_have_all_of_them() {
        OrganizationDatabases host = host(SMALL, LARGE, DRAINED);

        create(host, new Placement(Optional.empty(), List.of("fast", "eu")));
        create(host, new Placement(Optional.empty(), List.of("fast")));
        create(host, new Placement(Optional.empty(), List.of("fast")));

        assertThat(counts(host)).isEqualTo(Map.of("large", 3L));
    }

    @Test
    void who_names_a_server_gets_it_also_if_it_takes_nobody_by_itself() {
        OrganizationDatabases host = host(SMALL, LARGE, DRAINED);

        create(host, new Placement(Optional.of("drained"), List.of()));

        assertThat(counts(host)).isEqualTo(Map.of("drained", 1L));
    }

    @Test
    void what_no_server_is_is_refused_with_what_there_is_and_nothing_is_created() {
        OrganizationDatabases host = host(SMALL, LARGE, DRAINED);
        Map<Placement, String> refused = Map.of(
                new Placement(Optional.empty(), List.of("asia")),
                "No server in database.servers has the tag 'asia'. The tags there are: eu, fast, us.",
                new Placement(Optional.empty(), List.of("us", "fast")),
                "No server in database.servers has the tags 'fast' and 'us'. The tags there are: eu, fast, us.",
                new Placement(Optional.empty(), List.of("us")),
                "No new organization goes to drained, whose weight is 0: name the server, or give one a weight in database.servers.",
                new Placement(Optional.of("medium"), List.of()),
                "There is no server 'medium' in database.servers. There is small, large, drained.",
                new Placement(Optional.of("small"), List.of("eu")),
                "A server is chosen by its name or by tags: name one of the two.");

        refused.forEach((placement, sentence) -> assertThatThrownBy(() -> create(host, placement))
                .isInstanceOf(PlacementException.class)
                .hasMessage(sentence));

        assertThat(counts(host)).isEmpty();
    }

    @Test
    void a_server_that_is_written_twice_without_a_name_counts_once() {
        DatabaseServer nameless = DatabaseServer.of(SMALL.address().withName(ServerCheck.where(SMALL.address())));
        OrganizationDatabases host = host(nameless, nameless, server(LARGE.address(), "large", 1));

        for (int number = 0; number < 4; number++) {
            create(host, Placement.anywhere());
        }

        assertThat(counts(host)).isEqualTo(Map.of(nameless.name(), 2L, "large", 2L));
    }

    @Test
    void a_server_that_is_away_is_passed_over_unless_it_was_named() {
        OrganizationDatabases host = host(server(AWAY, "away", 1000), SMALL);

        create(host, Placement.anywhere());
        assertThatThrownBy(() -> create(host, new Placement(Optional.of("away"), List.of())))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("127.0.0.1:1 cannot be reached");

        assertThat(counts(host)).isEqualTo(Map.of("small", 1L));
    }

    @Test
    void a_server_may_be_given_a_name_later_or_another_one() {
        DatabaseServer nameless = DatabaseServer.of(SMALL.address().withName(ServerCheck.where(SMALL.address())));
        OrganizationDatabases before = host(nameless);
        long organization = create(before, Placement.anywhere());

        OrganizationDatabases after = host(SMALL, server(LARGE.address(), "large", 1));
        create(after, Placement.anywhere());

        assertThat(after.open(organization).name())
                .isEqualTo(before.open(organization).name());
        assertThat(counts(after)).isEqualTo(Map.of("small", 1L, "large", 1L));
    }

    @Test
    void a_server_that_is_not_configured_any_more_is_told_with_whose_databases_it_has_and_called_as_it_was() {
        long organization = create(host(LARGE), Placement.anywhere());
        var log = new ListAppender<ILoggingEvent>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(OurServers.class);
        logger.addAppender(log);

        OrganizationDatabases after = host(SMALL);
        logger.detachAppender(log);

        assertThat(log.list)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .asString()
                .contains("The server large (127.0.0.1:", "of these organizations: organization_0.");
        assertThat(after.servers().name(organization)).isEqualTo("large");
        assertThat(after.open(organization).available()).isTrue();
    }

    private long create(OrganizationDatabases host, Placement placement) {
        long id = organization();
        host.create(id, "organization", placement);
        return id;
    }

    private long organization() {
        long id = TestPostgres.organization(platform, "organization_%d".formatted(organizations.size()));
        organizations.add(id);
        return id;
    }

    private OrganizationDatabases host(DatabaseServer... servers) {
        var host = new OrganizationDatabases(platform.database(), List.of(servers), new ReversingSealer());
        hosts.add(host);
        return host;
    }

    private static Map<String, Long> counts(OrganizationDatabases host) {
        return host.servers().names().values().stream()
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    private String clusterOf(OrganizationDatabases host, int number) {
        return host.open(organizations.get(number))
                .transaction(session -> session.sql("select system_identifier::text as id from pg_control_system()")
                        .one(row -> row.text("id")));
    }

    private static DatabaseServer server(ServerAddress address, String name, int weight, String... tags) {
        return new DatabaseServer(address.withName(name), weight, Set.of(tags));
    }
}
