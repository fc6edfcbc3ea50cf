package dev.webhookdb.integration;

import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.connector.ConnectorFailure.Kind;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Settings;
import dev.webhookdb.spi.Webhook.Verdict;
import dev.webhookdb.spi.Webhook.Verifier;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Asks an endpoint's connector whether a request is genuine. Thread-safe.
 *
 * <p>The resources behind an endpoint usually have one verifier in common, which decides for all of them. Where there are several, a
 * request is genuine if one of them says so, and is read only by the resources of those that do; see docs/adr/0024.
 */
public final class Verification {
    private final ConnectorRegistry connectors;

    /** Asks the connectors that are loaded at the time. */
    public Verification(ConnectorRegistry connectors) {
        this.connectors = connectors;
    }

    /**
     * Verifies a request with the endpoint's settings, as of the time it arrived. Until a rotation's end, that a secret of before says so
     * is enough.
     *
     * @return a rejection only if the request is not genuine
     * @throws MissingConnectorException if the connector is not loaded, so that nobody can say
     * @throws UnverifiableException if the connector cannot say
     */
    public Verdict verify(Endpoint endpoint, Request request) {
        Optional<ConnectorFailure> failure = Optional.empty();
        Optional<Verdict> other = Optional.empty();
        for (LoadedResource resource : verifiers(resources(endpoint).values()).values()) {
            for (Settings settings : endpoint.verifying(request.receivedAt())) {
                try {
                    switch (resource.verify(request, settings)) {
                        case Verdict.Accept accept -> {
                            return accept;
                        }
                        case Verdict.Answer answer -> other = Optional.of(answer);
                        case Verdict.Reject reject -> other = other.or(() -> Optional.of(reject));
                    }
                } catch (ConnectorFailure e) {
                    failure = failure.filter(first -> first.kind() != Kind.SETTINGS)
                            .or(() -> Optional.of(e));
                }
            }
        }
        boolean answered = other.filter(Verdict.Answer.class::isInstance).isPresent();
        if (failure.isPresent() && !answered) {
            throw new UnverifiableException(
                    failure.get().getMessage(), failure.get().kind() == Kind.SETTINGS);
        }
        return other.orElseThrow(() ->
                new MissingConnectorException(endpoint.integrations().getFirst().service()));
    }

    /**
     * Returns which of an endpoint's integrations a request that was accepted is for.
     *
     * @throws ConnectorFailure if nobody can say, or nobody accepts it with the settings of now
     */
    public List<Integration> accepting(Endpoint endpoint, Request request) {
        Map<Integration, LoadedResource> resources = resources(endpoint);
        Map<Verifier, LoadedResource> verifiers = verifiers(resources.values());
        if (verifiers.size() <= 1) {
            return endpoint.integrations();
        }
        Map<Verifier, Boolean> accepting = new HashMap<>();
        verifiers.forEach((verifier, resource) -> accepting.put(verifier, accepts(endpoint, resource, request)));
        List<Integration> fed = endpoint.integrations().stream()
                .filter(integration -> Optional.ofNullable(resources.get(integration))
                        .map(Verification::verifier)
                        .filter(accepting::get)
                        .isPresent())
                .toList();
        if (fed.isEmpty()) {
            throw new ConnectorFailure(
                    Kind.SETTINGS,
                    "It was genuine when it came, but with the settings of now nobody can say for which of %s: was the secret changed?"
                            .formatted(endpoint.integrations().stream()
                                    .map(Integration::service)
                                    .collect(Collectors.joining(", "))));
        }
        return fed;
    }

    private static boolean accepts(Endpoint endpoint, LoadedResource resource, Request request) {
        return endpoint.verifying(request.receivedAt()).stream()
                .anyMatch(settings -> accepts(settings, resource, request));
    }

    private static boolean accepts(Settings settings, LoadedResource resource, Request request) {
        try {
            return resource.verify(request, settings) instanceof Verdict.Accept;
        } catch (ConnectorFailure e) {
            if (e.kind() == Kind.SETTINGS) {
                return false;
            }
            throw e;
        }
    }

    /** The connector may be replaced at any time: who asked it once must not ask again for the same request. */
    private Map<Integration, LoadedResource> resources(Endpoint endpoint) {
        Map<Integration, LoadedResource> resources = new LinkedHashMap<>();
        for (Integration integration : endpoint.integrations()) {
            connectors
                    .resource(integration.service())
                    .filter(loaded -> loaded.resource().webhook().isPresent())
                    .ifPresent(loaded -> resources.put(integration, loaded));
        }
        return resources;
    }

    /** One resource for each verifier, in the order of the integrations. */
    private static Map<Verifier, LoadedResource> verifiers(Collection<LoadedResource> resources) {
        Map<Verifier, LoadedResource> verifiers = new LinkedHashMap<>();
        resources.forEach(resource -> verifiers.putIfAbsent(verifier(resource), resource));
        return verifiers;
    }

    private static Verifier verifier(LoadedResource resource) {
        return resource.resource().webhook().orElseThrow().verifier();
    }
}
