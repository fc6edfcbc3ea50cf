package dev.webhookdb.sync;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Organization;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.Standing;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sync.SyncException.Field;
import dev.webhookdb.sync.SyncTarget.Copy;
import dev.webhookdb.sync.SyncTarget.Kind;
import dev.webhookdb.sync.SyncTarget.Receiver;
import dev.webhookdb.sync.SyncTarget.Terms;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/** Makes and changes targets that are tables of destinations. Thread-safe. */
public final class CopyTargets {
    /** For how long somebody who waits for an answer waits for a destination. */
    private static final Duration TRIAL = Duration.ofSeconds(20);

    private final SyncTargets targets;
    private final SyncRules terms;
    private final CopyRules rules;
    private final Copies copies;
    private final ToLongFunction<Integration> latest;

    /** @param latest returns the number of the latest change of an integration's table */
    CopyTargets(
            SyncTargets targets, SyncRules terms, CopyRules rules, Copies copies, ToLongFunction<Integration> latest) {
        this.targets = targets;
        this.terms = terms;
        this.rules = rules;
        this.copies = copies;
        this.latest = latest;
    }

    /**
     * Refuses a URL that leads to no destination, without reaching for it; for who asks one question after the other.
     *
     * @throws SyncException if it is such
     */
    public void requireUrl(String url) {
        rules.requireUrl(url);
    }

    /**
     * Refuses what could not be created, as far as that can be said without reaching for the destination.
     *
     * @throws SyncException if it is such
     */
    public void check(String url, Optional<String> schema, Optional<String> table, Terms how) {
        terms.require(how);
        rules.requireUrl(url);
        table.ifPresent(name -> CopyRules.requireCopy(schema, name));
    }

    /**
     * Adds one, once its table is there.
     *
     * @param schema the usual one of the destination if empty
     * @param table the name of the integration's table if empty
     * @param everything whether the rows that are there already are copied
     * @throws SyncException if it cannot be so; no target is kept then
     */
    public SyncTarget create(
            Actor actor,
            Organization organization,
            Integration integration,
            String url,
            Optional<String> schema,
            Optional<String> table,
            Terms how,
            boolean everything) {
        return create(SyncTargets.newId(), actor, organization, integration, url, schema, table, how, everything);
    }

    /**
     * The same with an id that somebody chose.
     *
     * @param id {@code syt_...}, which nobody has
     */
    public SyncTarget create(
            String id,
            Actor actor,
            Organization organization,
            Integration integration,
            String url,
            Optional<String> schema,
            Optional<String> table,
            Terms how,
            boolean everything) {
        terms.require(how);
        String checked = rules.requireUrl(url).toString();
        SyncTarget wanted = SyncTarget.wanted(
                id,
                organization,
                integration,
                new Receiver(checked, Optional.empty()),
                Optional.of(CopyRules.requireCopy(schema, table.orElse(integration.table()))),
                how,
                actor);
        requireAlone(organization, wanted);
        long after = everything ? 0 : latest.applyAsLong(integration);
        Standing there = begin(wanted, integration, after);
        return targets.add(
                actor,
                organization,
                integration,
                wanted,
                after,
                (session, made) -> begun(session, made, there, everything));
    }

    /** What somebody else left is not mixed with what is copied. */
    private static void begun(Session session, SyncTarget made, Standing there, boolean everything) {
        if (there.adopted() && there.rows() > 0 && everything) {
            CopyProgress.wantReload(session, made.id());
        }
    }

    /**
     * Changes what is given.
     *
     * @param schema stays if empty
     * @param table stays if empty; one with another name is filled from the beginning, and the old one stays as it is
     * @throws SyncException if it cannot be so; nothing is changed then
     */
    public SyncTarget update(
            Actor actor,
            Organization organization,
            SyncTarget target,
            Integration integration,
            Optional<String> schema,
            Optional<String> table,
            UnaryOperator<Terms> change) {
        Copy before = target.copy().orElseThrow();
        Copy copy = CopyRules.requireCopy(schema.or(before::schema), table.orElse(before.table()));
        boolean elsewhere = !copy.equals(before);
        terms.require(change.apply(target.terms()));
        SyncTarget wanted = target.with(copy);
        Optional<Standing> there = Optional.empty();
        if (elsewhere) {
            requireAlone(organization, wanted);
            there = Optional.of(begin(wanted, integration, 0));
        }
        boolean adopted = there.filter(one -> one.adopted() && one.rows() > 0).isPresent();
        return targets.change(
                actor,
                target,
                "update %s",
                found -> {
                    SyncTarget changed = found.with(copy).with(change.apply(found.terms()));
                    terms.require(changed.terms());
                    return changed;
                },
                (session, id) -> {
                    if (elsewhere) {
                        CopyProgress.restart(session, id, adopted);
                    }
                    Runs.want(session, id);
                });
    }

    /**
     * Changes as whom a destination is reached, once it let in.
     *
     * @throws SyncException if it cannot be so; nothing is changed then
     */
    public SyncTarget updateCredentials(
            Actor actor, SyncTarget target, Integration integration, String user, String password) {
        String url = rules.requireUrl(
                        ConnectionUrl.withCredentials(target.receiver().url(), user, password))
                .toString();
        Receiver receiver = new Receiver(url, Optional.empty());
        begin(target.with(receiver), integration, 0);
        return targets.change(actor, target, "update %s credentials", found -> found.with(receiver), Runs::want);
    }

    /** Two targets that write the same table would undo each other's work. */
    private void requireAlone(Organization organization, SyncTarget wanted) {
        targets.of(organization, Kind.DATABASE).stream()
                .filter(one ->
                        !one.opaqueId().equals(wanted.opaqueId()) && place(one).equals(place(wanted)))
                .findFirst()
                .ifPresent(one -> {
                    throw new SyncException(
                            Field.TABLE,
                            "%s writes that table already. Name another one with --table, or delete %1$s first."
                                    .formatted(one.opaqueId()));
                });
    }

    private static String place(SyncTarget target) {
        URI url = URI.create(target.receiver().url());
        String authority = url.getRawAuthority() == null ? "" : url.getRawAuthority();
        return "%s %s %s"
                .formatted(
                        authority.substring(authority.lastIndexOf('@') + 1),
                        url.getRawPath(),
                        target.copy().orElseThrow());
    }

    private Standing begin(SyncTarget wanted, Integration integration, long after) {
        Duration limit =
                wanted.terms().timeout().compareTo(TRIAL) < 0 ? wanted.terms().timeout() : TRIAL;
        try {
            return copies.begin(wanted.with(wanted.terms().within(limit)), integration, after);
        } catch (DestinationException e) {
            Field field = e.reason() == DestinationException.Reason.TABLE ? Field.TABLE : Field.URL;
            throw new SyncException(field, "Nothing was changed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SyncException(Field.URL, "The host is being stopped. Try it again in a moment.");
        }
    }
}
