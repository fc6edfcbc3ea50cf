package dev.webhookdb.declare;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.ApiTokens;
import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Closing;
import dev.webhookdb.account.Memberships;
import dev.webhookdb.account.Organization;
import dev.webhookdb.account.Organizations;
import dev.webhookdb.alert.ErrorHandlers;
import dev.webhookdb.backfill.Timetable;
import dev.webhookdb.declare.DeclarationReader.Text;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.Setup;
import dev.webhookdb.notify.Subscriptions;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.query.SavedQueries;
import dev.webhookdb.query.SavedViews;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sync.Syncs;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what there is as the files of a directory say: when the host starts, when one of them or a file that one refers to changes, when it
 * is told to. Where files cannot be
 * applied, everything stays as it is, and the log and {@link #problems} say why. Thread-safe.
 *
 * <p>It does not look whether somebody changed by hand what files own: the next time that files are applied it is as they say.
 */
public final class DeclaredFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeclaredFiles.class);
    private static final Duration LOOK = Duration.ofSeconds(2);

    /** Who applies files that nobody asked to be applied. */
    private static final Actor.Operator FILES = new Actor.Operator("files");

    private final Reconciler reconciler;
    private final Exporter exporter;
    private final Ownership ownership;
    private final Organizations organizations;
    private final DeclarationReader reader;
    private final Path directory;
    private final boolean prune;
    private final DirectoryWatch watch;
    private final BackgroundTasks tasks;
    private volatile Optional<BackgroundTask> task = Optional.empty();
    private final ApplyRetries retries = new ApplyRetries(Clock.systemUTC());
    private volatile String seen = "";
    private volatile ReferencedFiles referenced = new ReferencedFiles();
    private volatile List<String> problems = List.of();

    /**
     * What files can say something of.
     *
     * @param whenComplete is given integrations that have all they need for webhooks, or for backfills
     * @param directory where the files are
     * @param prune whether what a file made, and none has any more, is deleted when files are applied by themselves
     * @param environment what files can refer to
     */
    public record Ground(
            Database platform,
            Organizations organizations,
            Closing closing,
            Memberships memberships,
            ApiTokens tokens,
            ErrorHandlers errorHandlers,
            Integrations integrations,
            Setup setup,
            Timetable timetable,
            SavedViews views,
            SavedQueries queries,
            Subscriptions subscriptions,
            Syncs syncs,
            Consumer<List<Integration>> whenComplete,
            Path directory,
            boolean prune,
            Map<String, String> environment) {
        /** In the order of {@link Kind}. */
        private List<ManagedKind> kinds() {
            Audit audit = new Audit(platform);
            return List.of(
                    new ManagedOrganizations(organizations, closing, audit),
                    new ManagedMembers(memberships),
                    new ManagedIntegrations(integrations, setup, timetable, audit, whenComplete),
                    new ManagedViews(views, audit),
                    new ManagedQueries(queries, audit),
                    new ManagedNotifications(subscriptions, integrations),
                    new ManagedHttpSyncs(syncs.targets(), integrations, syncs.endpoints()),
                    new ManagedDbSyncs(syncs.targets(), integrations, syncs.copies()),
                    new ManagedErrorHandlers(errorHandlers),
                    new ManagedTokens(tokens));
        }
    }

    /** Applies nothing by itself yet. */
    public DeclaredFiles(Ground ground, BackgroundTasks tasks) {
        List<ManagedKind> kinds = ground.kinds();
        this.ownership = new Ownership(ground.platform());
        this.organizations = ground.organizations();
        this.reconciler = new Reconciler(ground.platform(), organizations, ownership, kinds);
        this.exporter = new Exporter(ownership, kinds);
        this.reader = new DeclarationReader(ground.environment());
        this.directory = ground.directory();
        this.prune = ground.prune();
        this.watch = new DirectoryWatch(directory);
        this.tasks = tasks;
    }

    /** Begins to apply the files of the directory; to be called once the host can be reached, because a file may name the host itself. */
    public void start() {
        task = Optional.of(tasks.start("organization-files", LOOK, this::look));
    }

    /**
     * Returns what applying would do.
     *
     * @param sent what to compare with; the directory's files if there are none
     * @throws DeclarationException with everything that cannot be
     */
    public Plan plan(Actor.Operator actor, List<Text> sent, boolean prune) {
        return reconciler.plan(actor, read(sent), source(sent), prune);
    }

    /**
     * Applies files.
     *
     * @param sent what to apply; the directory's files if there are none
     * @throws DeclarationException with everything that cannot be; nothing was done then
     */
    public Applied apply(Actor.Operator actor, List<Text> sent, boolean prune) {
        Applied applied = reconciler.apply(actor, read(sent), source(sent), prune);
        if (sent.isEmpty() && applied.failures().isEmpty()) {
            problems = List.of();
        }
        return applied;
    }

    private List<Declaration> read(List<Text> sent) {
        return sent.isEmpty() ? reader.read(directory) : reader.read(sent);
    }

    private Source source(List<Text> sent) {
        return sent.isEmpty() ? Source.of(directory) : Source.of(sent);
    }

    /** Returns files for what there is in some organizations. */
    public String export(List<Organization> which) {
        return exporter.export(which);
    }

    /** Returns what files own. */
    public Ownership ownership() {
        return ownership;
    }

    /** Has the directory's files applied soon, whether or not one changed. */
    public void reload() {
        seen = "";
        task.ifPresent(BackgroundTask::wake);
    }

    /** Returns why files are not applied: sentences that show nothing of them. */
    public List<String> problems() {
        return problems;
    }

    /**
     * Files that are wrong are not looked at again until they change. What only failed when it was done, such as a receiver that did not
     * answer, may succeed later, and is tried again; so is everything while a database is away.
     */
    private void look() {
        String state = watch.state();
        boolean isChanged = !state.equals(seen) || referenced.areChanged();
        if (!isChanged && !retries.areDue()) {
            return;
        }
        if (isChanged) {
            retries.reset();
        }
        ReferencedFiles read = new ReferencedFiles();
        try {
            Applied applied = reconciler.apply(FILES, reader.read(directory, read), Source.of(directory), prune);
            applied.done().changes().stream()
                    .filter(Change::isEffective)
                    .forEach(change -> LOG.info(
                            "{}: {} {} {} of {}",
                            change.at().file(),
                            PlanText.past(change.action()),
                            change.kind().noun(),
                            change.name(),
                            change.organization()));
            report(applied.failures(), "not everything could be applied");
            retries.failed(applied.failures());
        } catch (DeclarationException e) {
            report(e.mistakes(), "nothing was applied");
            retries.reset();
        }
        seen = state;
        referenced = read;
    }

    /** What failed again for the same reason is not logged again. */
    private void report(List<Mistake> mistakes, String what) {
        if (!mistakes.equals(retries.pending())) {
            mistakes.forEach(mistake -> LOG.error("{}", mistake));
        }
        problems = mistakes.isEmpty()
                ? List.of()
                : List.of("Of the files in %s %s: the log has %d reasons, and 'webhookdb config plan' says them again."
                        .formatted(directory.getFileName(), what, mistakes.size()));
    }

    @Override
    public void close() {
        task.ifPresent(BackgroundTask::close);
    }
}
