package dev.webhookdb.declare;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds the integration that a notification or a sync is about: by the name that files give it, with a slash and the service where it has several,
 * or by its table, service or id. Thread-safe.
 */
record IntegrationReferences(Integrations integrations) {
    static final String ATTRIBUTE = "integration";

    /** Returns the integration that a thing is about; empty if files have it, and it is still to be made. */
    Optional<Integration> find(Scope scope, Wish wish) {
        String text = wish.required(ATTRIBUTE);
        String[] parts = text.split("/", 2);
        if (!scope.declared().contains(parts[0])) {
            return Optional.of(one(text, existing(scope, text)));
        }
        String endpoint = scope.endpoints().get(parts[0]);
        if (endpoint == null) {
            return Optional.empty();
        }
        List<Integration> fed = integrations.of(scope.organization().id(), endpoint).stream()
                .filter(integration ->
                        parts.length == 1 || integration.service().equals(parts[1]))
                .toList();
        return fed.isEmpty() && parts.length == 2 ? Optional.empty() : Optional.of(one(text, fed));
    }

    /** The same once everything that it may be about is made. */
    Integration made(Scope scope, Wish wish) {
        return find(scope, wish)
                .orElseThrow(() -> new RejectedException(
                        ATTRIBUTE, "the integration '%s' is not there".formatted(wish.required(ATTRIBUTE))));
    }

    private List<Integration> existing(Scope scope, String text) {
        return scope.known()
                .map(organization -> integrations.named(organization.id(), text))
                .orElse(List.of());
    }

    private static Integration one(String text, List<Integration> found) {
        if (found.isEmpty()) {
            throw new RejectedException(
                    ATTRIBUTE,
                    "'%s' is neither an integration of these files nor a table, service or id of one that there is: write one of them"
                            .formatted(text));
        }
        if (found.size() > 1) {
            throw new RejectedException(
                    ATTRIBUTE,
                    "'%s' are several: write %s"
                            .formatted(
                                    text, found.stream().map(Integration::table).collect(Collectors.joining(" or "))));
        }
        return found.getFirst();
    }
}
