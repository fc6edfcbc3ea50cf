package dev.webhookdb.integration;

import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.event.AccountEventType;
import dev.webhookdb.integration.IntegrationException.Kind;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.sql.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Gives endpoints another secret while their provider may still sign with the one before: both verify until that one's end, by itself;
 * see docs/adr/0038. Thread-safe.
 */
public final class SecretRotation {
    /** How long the secret before verifies unless somebody says otherwise. */
    public static final Duration USUAL = Duration.ofDays(1);

    /** Whoever accepts two secrets for longer has not replaced one. */
    private static final Duration LONGEST = Duration.ofDays(30);

    private static final Duration LOOKS = Duration.ofMinutes(1);

    private final Database platform;
    private final StoredSettings settings;
    private final Services services;
    private final Endpoints endpoints;
    private final Setup setup;
    private final Clock clock;

    /** Replaces secrets in the platform's database, sealed by the sealer. */
    public SecretRotation(
            Database platform, Sealer sealer, ConnectorRegistry connectors, Endpoints endpoints, Clock clock) {
        this.platform = platform;
        this.settings = new StoredSettings(sealer);
        this.services = new Services(connectors);
        this.endpoints = endpoints;
        this.setup = new Setup(endpoints, connectors);
        this.clock = clock;
    }

    /** Begins to forget secrets whose end is over. */
    public static BackgroundTask forgetting(Database platform, BackgroundTasks tasks) {
        return tasks.start("ended-secrets", LOOKS, () -> platform.run(StoredSettings::forgetEnded));
    }

    /**
     * What became of a secret.
     *
     * @param oldUntil the end of the one before; nothing if that does not verify any more
     * @param ended whether another one that still verified, because a rotation was under way, does not any more
     */
    public record Rotated(Setting setting, Optional<Instant> oldUntil, boolean ended) {}

    /**
     * Returns the secret of an integration that verifies its webhooks.
     *
     * @param name of the one that is meant, where there are several
     * @throws IntegrationException if there is none, or none of that name, or nobody knows which is meant
     */
    public Setting secret(Integration integration, Optional<String> name) {
        Map<String, Setting> secrets = setup.fed(integration).stream()
                .flatMap(one -> setup.resource(one).settings().stream())
                .filter(setting ->
                        setting.kind() == Setting.Kind.SECRET && setting.purpose() == Setting.Purpose.WEBHOOK)
                .collect(Collectors.toMap(Setting::name, setting -> setting, (one, same) -> one));
        String all = secrets.keySet().stream().sorted().collect(Collectors.joining(", "));
        if (secrets.isEmpty()) {
            throw new IntegrationException(
                    Kind.INVALID_SETTING,
                    "Webhooks of %s are not verified by a secret, so there is none to rotate."
                            .formatted(integration.service()));
        }
        if (name.isEmpty() && secrets.size() > 1) {
            throw new IntegrationException(
                    Kind.INVALID_SETTING,
                    "%s has several secrets: name one of %s.".formatted(integration.service(), all));
        }
        if (name.isPresent() && !secrets.containsKey(name.get())) {
            throw new IntegrationException(
                    Kind.INVALID_SETTING,
                    "%s has no secret '%s' that verifies webhooks; there is: %s."
                            .formatted(integration.service(), name.get(), all));
        }
        return name.map(secrets::get)
                .orElseGet(() -> secrets.values().iterator().next());
    }

    /** Returns until when a secret of before verifies an integration's webhooks, by the secret's name. */
    public Map<String, Instant> formerUntil(Integration integration) {
        Instant now = clock.instant();
        return setup.former(integration).stream()
                .filter(former -> former.isInForce(now))
                .collect(Collectors.toMap(Endpoint.Former::setting, Endpoint.Former::until));
    }

    /**
     * Replaces a secret of an integration's endpoint. What was rejected there is due to be verified again. A secret that was kept by an
     * earlier rotation is forgotten.
     *
     * @param oldUntil until when the one before verifies as well, at most 30 days from now; nothing if it does not from now on
     * @throws IntegrationException if the new one cannot be right or is the one there is, or the end cannot be; nothing was changed
     */
    public Rotated rotate(Integration integration, Setting secret, String value, Optional<Instant> oldUntil) {
        oldUntil.ifPresent(this::requirePossible);
        List<Integration> fed = setup.fed(integration);
        List<LoadedResource> resources =
                fed.stream().map(one -> services.resource(one.service())).toList();
        String name = secret.name();
        String accepted = Services.accepted(resources, Map.of(name, value)).get(name);
        long endpoint = integration.endpointId();
        Rotated rotated = platform.transaction(session -> {
            // first, because it makes whoever supplies a secret meanwhile wait
            session.sql("update endpoint set resupplied_at = clock_timestamp() where id = :endpoint")
                    .bind("endpoint", endpoint)
                    .execute();
            byte[] current = StoredSettings.sealed(session, endpoint).get(name);
            requireAnother(integration, name, current, accepted);
            boolean underWay = StoredSettings.isRotating(session, endpoint, name);
            boolean kept = settings.replace(session, endpoint, name, accepted, oldUntil);
            fed.forEach(one -> Told.integration(session, AccountEventType.INTEGRATION_UPDATED, one));
            return new Rotated(secret, oldUntil.filter(until -> kept), underWay);
        });
        endpoints.invalidate();
        return rotated;
    }

    private void requireAnother(Integration integration, String name, byte[] current, String accepted) {
        if (current == null) {
            throw new IntegrationException(
                    Kind.INVALID_SETTING,
                    "There is no %s yet that could be rotated: supply it with 'webhookdb integrations setup %s'."
                            .formatted(name, integration.opaqueId()));
        }
        if (settings.is(current, accepted)) {
            throw new IntegrationException(
                    Kind.INVALID_SETTING,
                    "This is the %s that there is. Make another one at the provider, and give that.".formatted(name));
        }
    }

    private void requirePossible(Instant until) {
        Instant now = clock.instant();
        if (!until.isAfter(now)) {
            throw new IntegrationException(
                    Kind.INVALID_TIME,
                    "The secret before cannot verify until %s, which is over. To end it now, say 0s.".formatted(until));
        }
        if (until.isAfter(now.plus(LONGEST))) {
            throw new IntegrationException(
                    Kind.INVALID_TIME,
                    "The secret before can verify as well for up to %d days.".formatted(LONGEST.toDays()));
        }
    }
}
