package dev.webhookdb.sync;

import dev.webhookdb.account.Responsible;
import dev.webhookdb.event.AccountEventType;
import dev.webhookdb.event.AccountEvents;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.mail.EmailMessage;
import dev.webhookdb.mail.Mailer;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Texts;
import dev.webhookdb.sync.SyncTarget.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes how receivers behave, and tells people of those that have been failing for an hour, and for a day: in the transaction that writes
 * down the request which shows it, so that it is told once however many hosts there are. Thread-safe.
 */
final class FailingTargets {
    private static final Logger LOG = LoggerFactory.getLogger(FailingTargets.class);
    private static final List<Duration> STEPS = List.of(Duration.ofHours(1), Duration.ofDays(1));

    private final Optional<Mailer> mailer;

    /** @param mailer brings it to people; without one they are told by events only */
    FailingTargets(Optional<Mailer> mailer) {
        this.mailer = mailer;
    }

    private record Failing(Instant since, Duration time, int alerted) {
        static Failing read(Row row) {
            return new Failing(
                    row.instant("failing_since"),
                    Duration.ofMillis(row.number("milliseconds")),
                    row.integer("alerted"));
        }

        int due() {
            return (int)
                    STEPS.stream().filter(step -> time.compareTo(step) >= 0).count();
        }
    }

    /** A page was acknowledged: what failed before is forgotten. */
    void succeeded(Session session, SyncTarget target, int rows, Duration took) {
        answered(session, target);
        count(session, target, 1, rows, took);
    }

    /** There was nothing to send, but the receiver is there: what failed before is forgotten, too. */
    void answered(Session session, SyncTarget target) {
        session.sql("""
                        update sync_progress set failures = 0, failing_since = null, last_error = null, alerted = 0
                        where target_id = :id and failures > 0""").bind("id", target.id()).execute();
    }

    /**
     * A request was not acknowledged, or rows could not be read.
     *
     * @param sentence says why
     * @param took of the request; zero if there was none
     */
    void failed(Session session, SyncTarget target, Integration integration, String sentence, Duration took) {
        Failing failing = session.sql("""
                        update sync_progress set failures = failures + 1, failing_since = coalesce(failing_since, clock_timestamp()),
                          last_error = :error
                        where target_id = :id
                        returning failing_since, alerted,
                          (extract(epoch from clock_timestamp() - failing_since) * 1000)::bigint as milliseconds""")
                .bind("error", Texts.storable(sentence))
                .bind("id", target.id())
                .one(Failing::read);
        count(session, target, 0, 0, took);
        if (failing.due() > failing.alerted()) {
            session.sql("update sync_progress set alerted = :alerted where target_id = :id")
                    .bind("alerted", failing.due())
                    .bind("id", target.id())
                    .execute();
            tell(session, target, integration, failing, sentence);
        }
    }

    private static void count(Session session, SyncTarget target, int pages, int rows, Duration took) {
        session.sql("""
                        insert into sync_statistic as known (target_id, hour, pages, rows, failures, milliseconds)
                        values (:id, date_trunc('hour', clock_timestamp()), :pages, :rows, 1 - :pages, :took)
                        on conflict (target_id, hour) do update set pages = known.pages + excluded.pages, rows = known.rows + excluded.rows,
                          failures = known.failures + excluded.failures, milliseconds = known.milliseconds + excluded.milliseconds""")
                .bind("id", target.id())
                .bind("pages", pages)
                .bind("rows", rows)
                .bind("took", took.toMillis())
                .execute();
    }

    private void tell(Session session, SyncTarget target, Integration integration, Failing failing, String sentence) {
        Instant since = failing.since().truncatedTo(ChronoUnit.SECONDS);
        LOG.warn("{} has been failing since {}: {}", target.opaqueId(), since, sentence);
        AccountEvents.note(
                session,
                target.organizationId(),
                AccountEventType.SYNC_FAILING,
                AccountEvents.fields(
                        "id",
                        target.opaqueId(),
                        "integration_id",
                        integration.opaqueId(),
                        "table",
                        integration.table(),
                        "failing_since",
                        since.toString(),
                        "last_error",
                        sentence));
        mailer.ifPresent(sender -> Responsible.of(session, target.organizationId(), target.createdBy())
                .forEach(one -> sender.send(session, mail(target, integration, since, sentence, one))));
    }

    private static EmailMessage mail(
            SyncTarget target, Integration integration, Instant since, String sentence, Responsible.Person person) {
        return EmailMessage.of(
                person.email(),
                "%s keeps failing: %s (%s)"
                        .formatted(
                                target.kind() == Kind.HTTP ? "An HTTP Sync" : "A DB Sync",
                                integration.table(),
                                person.organization()),
                """
                Nothing of %s was taken since %s. It is tried again until it is.

                    target      %s
                    URL         %s
                    last error  %s

                    webhookdb %7$s stats %3$s
                    webhookdb %7$s trigger %3$s     tries at once
                    webhookdb %7$s pause %3$s       sends nothing until you resume it

                You are told because you created it, or are an admin of %6$s.
                """.formatted(
                                integration.table(),
                                since,
                                target.opaqueId(),
                                SyncTargets.shownUrl(target),
                                sentence,
                                person.organization(),
                                SyncTargets.command(target.kind())));
    }
}
