package dev.webhookdb.sync;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Organization;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.notify.SigningSecret;
import dev.webhookdb.sync.SyncTarget.Receiver;
import dev.webhookdb.sync.SyncTarget.Terms;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/** Makes and changes targets that are endpoints. Thread-safe. */
public final class EndpointTargets {
    private final SyncTargets targets;
    private final SyncRules rules;
    private final Trial trial;
    private final ToLongFunction<Integration> latest;

    /** Asks a receiver whether it is one. */
    @FunctionalInterface
    interface Trial {
        /** Sends a page without rows; throws a {@link SyncException} if it is not acknowledged. */
        void require(Integration integration, Receiver receiver, Terms terms);
    }

    /** @param latest returns the number of the latest change of an integration's table */
    EndpointTargets(SyncTargets targets, SyncRules rules, Trial trial, ToLongFunction<Integration> latest) {
        this.targets = targets;
        this.rules = rules;
        this.trial = trial;
        this.latest = latest;
    }

    /**
     * Refuses a URL to which nothing could be sent, without sending anything; for who asks one question after the other.
     *
     * @throws SyncException if it is such
     */
    public void requireUrl(String url) {
        rules.requireUrl(url);
    }

    /**
     * Refuses what could not be created, as far as that can be said without sending anything.
     *
     * @throws SyncException if it is such
     */
    public void check(String url, Optional<String> secret, Terms terms) {
        rules.requireUrl(url);
        rules.require(terms);
        secret.ifPresent(SyncRules::secret);
    }

    /**
     * Adds one, once its receiver acknowledged a page without rows.
     *
     * @param url with a user or a password in it
     * @param secret signs pages; without one, it is made
     * @param everything whether the rows that are there already are sent first
     * @throws SyncException if it cannot be so; nothing is kept then
     */
    public SyncTarget create(
            Actor actor,
            Organization organization,
            Integration integration,
            String url,
            Optional<String> secret,
            Terms terms,
            boolean everything) {
        return create(SyncTargets.newId(), actor, organization, integration, url, secret, terms, everything);
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
            Optional<String> secret,
            Terms terms,
            boolean everything) {
        rules.require(terms);
        String signing = secret.map(SyncRules::secret).orElseGet(SigningSecret::random);
        Receiver receiver = new Receiver(rules.requireUrl(url), Optional.of(signing));
        trial.require(integration, receiver, terms);
        long after = everything ? 0 : latest.applyAsLong(integration);
        return targets.add(
                actor,
                organization,
                integration,
                SyncTarget.wanted(id, organization, integration, receiver, Optional.empty(), terms, actor),
                after,
                (session, made) -> {});
    }

    /**
     * Changes how pages are sent; a page that was made already stays as it is.
     *
     * @param change makes what is wanted of what there is
     * @return it as it is since
     * @throws SyncException if it cannot be so; nothing is changed then
     */
    public SyncTarget update(Actor actor, SyncTarget target, UnaryOperator<Terms> change) {
        UnaryOperator<SyncTarget> checked = found -> {
            SyncTarget wanted = found.with(change.apply(found.terms()));
            rules.require(wanted.terms());
            return wanted;
        };
        return targets.change(actor, target, "update %s", checked, Runs::want);
    }

    /**
     * Changes with what a target's receiver is told who sends, once the receiver acknowledged a page without rows.
     *
     * @throws SyncException if it cannot be so; nothing is changed then
     */
    public SyncTarget updateCredentials(
            Actor actor, SyncTarget target, Integration integration, String user, String password) {
        Receiver receiver = new Receiver(
                rules.requireUrl(ConnectionUrl.withCredentials(target.receiver().url(), user, password)),
                target.receiver().secret());
        trial.require(integration, receiver, target.terms());
        return targets.change(actor, target, "update %s credentials", found -> found.with(receiver), Runs::want);
    }
}
