package dev.webhookdb.doctor;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Pool;
import dev.webhookdb.sql.ServerCheck;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * Whether this machine's clock agrees with those of the databases and of whoever answers at the public URL. Providers and receivers
 * refuse signatures that are older than a few minutes.
 */
final class ClockCheck {
    static final String NAME = "clock";
    private static final Duration WARNING = Duration.ofSeconds(2);
    private static final Duration PROBLEM = Duration.ofSeconds(30);
    private static final String REMEDY =
            "Have every machine set its clock by NTP; 'timedatectl' or 'chronyc tracking' shows whether one does.";

    private final Clock clock;
    private final Web web;
    private final List<ServerAddress> servers;
    private final URI publicUrl;

    /** @param clock this machine's */
    ClockCheck(Clock clock, Web web, List<ServerAddress> servers, URI publicUrl) {
        this.clock = clock;
        this.web = web;
        this.servers = List.copyOf(servers);
        this.publicUrl = publicUrl;
    }

    List<Finding> examine() throws InterruptedException {
        Findings findings = new Findings(NAME);
        int asked = 0;
        for (ServerAddress server : servers) {
            Optional<Duration> difference = ofServer(server);
            difference.ifPresent(by -> judge(by, "PostgreSQL at " + ServerCheck.where(server), findings));
            asked += difference.isPresent() ? 1 : 0;
        }
        Optional<Duration> difference = ofWeb();
        difference.ifPresent(by -> judge(by, "whoever answers at " + publicUrl, findings));
        asked += difference.isPresent() ? 1 : 0;
        return asked == 0
                ? Findings.skipped(NAME, "There is nobody to compare this machine's clock with.")
                : findings.orOk(
                        "This machine's clock agrees with %s.".formatted(Findings.count(asked, "other", "others")));
    }

    private static void judge(Duration by, String whom, Findings findings) {
        String found = "This machine's clock and that of %s differ by %d s.".formatted(whom, by.toSeconds());
        if (by.compareTo(PROBLEM) > 0) {
            findings.problem(found, REMEDY);
        } else if (by.compareTo(WARNING) > 0) {
            findings.warning(found, REMEDY);
        }
    }

    /** Nothing if it does not answer, which other checks say. */
    private Optional<Duration> ofServer(ServerAddress server) {
        try (Database database = new Database(new Pool(server, 1, 0, Platform.PATIENCE))) {
            return database.transaction(session -> {
                // the first statement of a connection takes longer
                session.sql("select 1 as one").list(row -> row.integer("one"));
                Instant before = clock.instant();
                Instant theirs = session.sql("select clock_timestamp() as now").one(row -> row.instant("now"));
                return Optional.of(gap(before, clock.instant(), theirs, theirs));
            });
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    /** The header is in whole seconds. */
    private Optional<Duration> ofWeb() throws InterruptedException {
        Instant before = clock.instant();
        Web.Answer answer = web.get(publicUrl);
        Instant after = clock.instant();
        return answer instanceof Web.Answer.Given given
                ? given.header("date")
                        .flatMap(ClockCheck::date)
                        .map(date -> gap(before, after, date, date.plusSeconds(1)))
                : Optional.empty();
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Returns by how much two periods miss one another; zero if there is an instant in both. */
    private static Duration gap(Instant begin, Instant end, Instant otherBegin, Instant otherEnd) {
        if (end.isBefore(otherBegin)) {
            return Duration.between(end, otherBegin);
        }
        return otherEnd.isBefore(begin) ? Duration.between(otherEnd, begin) : Duration.ZERO;
    }
}
