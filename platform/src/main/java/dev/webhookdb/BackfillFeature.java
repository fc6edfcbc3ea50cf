package dev.webhookdb;

import dev.webhookdb.account.Closing;
import dev.webhookdb.account.Organization;
import dev.webhookdb.api.BackfillAnswers;
import dev.webhookdb.api.BackfillRoutes;
import dev.webhookdb.api.ComparisonRoutes;
import dev.webhookdb.api.OperatorBackfills;
import dev.webhookdb.api.RequestAuthorizer;
import dev.webhookdb.backfill.Backfills;
import dev.webhookdb.backfill.Comparisons;
import dev.webhookdb.backfill.ProviderClient;
import dev.webhookdb.backfill.Timetable;
import dev.webhookdb.config.Configuration;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.schedule.Schedule;
import dev.webhookdb.sql.Database;
import io.helidon.webserver.http.HttpService;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Reads what providers list, when it is due or asked for, and compares it with the tables. */
final class BackfillFeature implements Feature, Closing.Observer {
    private final Ground ground;
    private final AccountFeature accounts;
    private final IntegrationFeature integrations;
    private final Backfills backfills;
    private final Comparisons comparisons;
    private final Timetable timetable;
    private final BackfillAnswers answers;

    /** Begins to work on what is due. */
    BackfillFeature(Ground ground, AccountFeature accounts, IntegrationFeature integrations, ProviderClient providers) {
        this.ground = ground;
        this.accounts = accounts;
        this.integrations = integrations;
        Database database = ground.database();
        Configuration.Backfill configuration = ground.configuration().backfill();
        this.backfills = ground.opened(new Backfills(
                database,
                integrations.integrations(),
                integrations.endpoints(),
                ground.databases()::open,
                integrations.tables(),
                ground.connectors(),
                providers,
                ground.patience().pages(),
                Clock.systemUTC(),
                ground.wakeUps(),
                ground.tasks(),
                ground.metrics(),
                ground.tracing()));
        backfills.start();
        this.comparisons = ground.opened(new Comparisons(
                database,
                integrations.integrations(),
                integrations.endpoints(),
                ground.databases()::open,
                integrations.tables(),
                ground.connectors(),
                providers,
                ground.patience().pages(),
                ground.patience().arrivals(),
                Clock.systemUTC(),
                ground.wakeUps(),
                ground.tasks(),
                ground.metrics(),
                ground.tracing()));
        comparisons.start();
        Schedule schedule = ground.opened(Schedule.open(
                ground.platform().scheduleConnections(), task -> backfills.due(Timetable.integration(task))));
        this.timetable = new Timetable(
                database,
                integrations.integrations(),
                ground.connectors(),
                configuration.reconcileEvery(),
                pollSchedule(schedule));
        schedule.start();
        ground.opened(Backfills.expiring(database, configuration.retention(), ground.tasks()));
        ground.opened(Comparisons.expiring(database, configuration.retention(), ground.tasks()));
        this.answers = new BackfillAnswers(backfills, timetable, Clock.systemUTC());
        ground.connectors().onChange(all -> alignTimetable());
        integrations.whenComplete(complete -> {
            backfills.settled(complete);
            alignTimetable();
        });
        accounts.closing().observe(this);
    }

    private static Timetable.PollSchedule pollSchedule(Schedule schedule) {
        return new Timetable.PollSchedule() {
            @Override
            public void every(String task, Duration interval, Duration first) {
                schedule.every(task, interval, first);
            }

            @Override
            public void cancel(String task) {
                schedule.cancel(task);
            }

            @Override
            public Set<String> tasks() {
                return schedule.tasks().keySet();
            }
        };
    }

    /** When integrations are read. */
    Timetable timetable() {
        return timetable;
    }

    BackfillAnswers answers() {
        return answers;
    }

    /** What runs for an organization on this host ends with its being closed; other hosts see that in the database, within seconds. */
    @Override
    public void closed(Organization organization) {
        List<Integration> all = integrations.integrations().of(organization.id());
        all.forEach(backfills::cancel);
        all.forEach(comparisons::cancel);
        alignTimetable();
    }

    /** Integrations are complete then, and begin as new ones do. */
    @Override
    public void reopened(Organization organization) {}

    @Override
    public List<HttpService> routes(RequestAuthorizer members) {
        return List.of(
                new BackfillRoutes(members, integrations.integrations(), answers, ground.audit()),
                new ComparisonRoutes(members, integrations.integrations(), comparisons, ground.audit()),
                new OperatorBackfills(
                        ground.operator(),
                        accounts.organizations(),
                        integrations.integrations(),
                        answers,
                        ground.audit(),
                        integrations::complete));
    }

    @Override
    public void ready() {
        alignTimetable();
    }

    private void alignTimetable() {
        ground.later("align-timetable", timetable::align);
    }
}
