package dev.webhookdb;

import dev.webhookdb.account.Accounts;
import dev.webhookdb.api.Api;
import dev.webhookdb.api.Health;
import dev.webhookdb.api.Listener;
import dev.webhookdb.api.MetricsRoutes;
import dev.webhookdb.api.RequestAuthorizer;
import dev.webhookdb.apply.Applier;
import dev.webhookdb.backfill.Backfills;
import dev.webhookdb.backfill.Comparisons;
import dev.webhookdb.backfill.ProviderClient;
import dev.webhookdb.config.Configuration;
import dev.webhookdb.config.Password;
import dev.webhookdb.erase.Erasure;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.platform.Intents;
import dev.webhookdb.retry.RetryPolicy;
import io.helidon.webserver.http.HttpService;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One running host: everything that lives as long as the process. It is made of features, each of which stands on the {@link Ground} and on
 * features that were made before.
 *
 * <p>It stops in the reverse order of its start: first no request is taken in, then what was taken in is committed, then stored, and
 * last the databases close. Whatever does not fit into the time for that is in the queue and is stored at the next start.
 */
public final class Host implements AutoCloseable {
    /**
     * When a webhook and when a page is tried again, and when they are given up.
     *
     * @param alerts the pause between two looks for trouble, and before an alert that was not delivered is tried again
     * @param drops the pause between two looks for closed organizations that are to be dropped, and for what was begun and not finished
     * @param erasures after what time what was in hand while something was erased is looked for
     * @param arrivals how long webhooks about what a comparison listed last may be on their way
     */
    record Patience(
            RetryPolicy webhooks,
            RetryPolicy pages,
            Duration alerts,
            Duration drops,
            Duration erasures,
            Duration arrivals) {
        static final Patience STANDARD = new Patience(
                Applier.RETRIES,
                Backfills.RETRIES,
                Duration.ofMinutes(1),
                Duration.ofSeconds(15),
                Erasure.SECOND_PASS,
                Comparisons.ON_THE_WAY);
    }

    private final Parts parts = new Parts();
    private volatile boolean stopping;
    private final Open open;
    private final URI publicUrl;

    private Host(Configuration configuration, Patience patience, Accounts.PasswordSender withoutMail) {
        try {
            this.publicUrl = configuration.publicUrl();
            this.open = started(Ground.open(configuration, patience, parts), withoutMail);
        } catch (RuntimeException | Error e) {
            // whatever it is, what was started must not keep the process alive
            parts.close();
            throw e;
        }
    }

    /**
     * Starts a host.
     *
     * @throws RuntimeException with a sentence for the operator if it cannot start; nothing is left running
     */
    public static Host start(Configuration configuration) {
        return start(configuration, Patience.STANDARD, MessageFeature::log);
    }

    /** The same with another idea of when things are tried again and given up, and of where one-time passwords go without mail. */
    static Host start(Configuration configuration, Patience patience, Accounts.PasswordSender withoutMail) {
        return new Host(configuration, patience, withoutMail);
    }

    /** What there is to use once everything runs. */
    private record Open(Api api, Listener listener, AccountFeature accounts, FileFeature files) {}

    private Open started(Ground ground, Accounts.PasswordSender withoutMail) {
        ProviderClient providers = new ProviderClient(
                ground.outbound(), ground.database(), ground.budgets().trees());
        var messages = new MessageFeature(ground, withoutMail);
        var accounts = new AccountFeature(ground, messages);
        var integrations = new IntegrationFeature(ground, accounts);
        var notifications = new NotificationFeature(ground, messages, integrations);
        var syncs = new SyncFeature(ground, messages, integrations, notifications);
        var ingest = new IngestFeature(ground, accounts, integrations, providers);
        var backfills = new BackfillFeature(ground, accounts, integrations, providers);
        var databases = new DatabaseFeature(ground, accounts, integrations);
        var setUp = new SetUpFeature(ground, accounts, integrations, ingest, backfills);
        var files =
                new FileFeature(ground, messages, accounts, integrations, notifications, syncs, backfills, databases);
        List<Feature> features = List.of(
                messages, accounts, integrations, notifications, syncs, ingest, backfills, databases, setUp, files);
        finishUnfinished(ground, features);
        RequestAuthorizer members = accounts.authorizer();
        // webhooks first: for each request the routes are compared one after the other
        Stream<HttpService> own = Stream.of(
                ingest.receiver(),
                health(ground, ingest, files),
                metricsRoutes(ground.configuration(), ground.metrics()));
        Api api = new Api(
                ground.budgets(),
                ground.tasks(),
                ground.configuration().ingest().maxBody(),
                Stream.concat(own, features.stream().flatMap(feature -> feature.routes(members).stream()))
                        .toArray(HttpService[]::new));
        Listener listener = parts.add(ground.early().serve(api));
        features.forEach(Feature::ready);
        return new Open(api, listener, accounts, files);
    }

    /** What hosts that died had begun, and what could not be done to its end because a database was away, is finished now and then. */
    private void finishUnfinished(Ground ground, List<Feature> features) {
        Map<String, Consumer<Intents.Intent>> doers = new HashMap<>();
        features.forEach(feature -> doers.putAll(feature.unfinished()));
        Intents intents = new Intents(ground.database());
        parts.add(ground.tasks().start("unfinished", ground.patience().drops(), () -> intents.finish(doers)));
    }

    private Health health(Ground ground, IngestFeature ingest, FileFeature files) {
        return new Health(
                ground.database()::available,
                ingest::isDiskFull,
                ingest::isJournaling,
                () -> stopping,
                ground.tasks()::failing,
                () -> Stream.concat(ground.databases().schemaProblems().stream(), files.files().problems().stream())
                        .toList());
    }

    static MetricsRoutes metricsRoutes(Configuration configuration, Metrics metrics) {
        return new MetricsRoutes(
                metrics::scrape,
                configuration.metrics().token().map(Password::reveal),
                address -> Ground.isIn(configuration.server().trustedProxies(), address));
    }

    /** Returns the port on which requests are taken. */
    public int port() {
        return open.listener().port();
    }

    /** Returns the method and path of every route. */
    List<String> routes() {
        return open.api().routes();
    }

    /** Returns a one-time password that lets somebody in whatever the sign-up policy says; for whoever started the host. */
    String oneTimePassword(String email) {
        return open.accounts().oneTimePassword(email);
    }

    /** Has the files applied that say what exists, whether or not one changed. */
    public void reload() {
        open.files().files().reload();
    }

    /** Returns what providers call, without a path. */
    public URI publicUrl() {
        return publicUrl;
    }

    /** Stops in order; a part that cannot be stopped is logged and does not keep the others from stopping. */
    @Override
    public void close() {
        stopping = true;
        parts.close();
    }
}
