package dev.webhookdb.backfill;

import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Reach;
import java.util.Optional;

/** What a backfill that read everything it was given did not read. Thread-safe. */
final class Unread {
    private final ProviderClient providers;

    Unread(ProviderClient providers) {
        this.providers = providers;
    }

    /** Returns a sentence, if something was left out; where a permission decides, the provider is asked. */
    Optional<String> of(Endpoint endpoint, LoadedResource resource) {
        return resource.resource()
                .backfill()
                .flatMap(Backfill::reach)
                .filter(reach -> !reach.isAll())
                .flatMap(reach -> reach.check()
                        .map(check -> unless(check, reach, endpoint, resource))
                        .orElseGet(() -> Optional.of("What is older than %d days was not read. %s"
                                .formatted(reach.days(), reach.because()))));
    }

    private Optional<String> unless(Reach.Check check, Reach reach, Endpoint endpoint, LoadedResource resource) {
        String permission = reach.permission().orElseThrow();
        Item.Fetch asking = Item.fetch(context -> new Json.Bool(check.isGranted(context)));
        try {
            ProviderClient.Fetched answer = providers.fetch(endpoint, resource, asking);
            answer.memory().close();
            if (answer.resources().contains(new Json.Bool(true))) {
                return Optional.empty();
            }
            return answer.resources().isEmpty()
                    ? Optional.of(unknown(reach, permission, "the provider does not say."))
                    : Optional.of("The key lacks the permission %s: what is older than %d days was not read. %s"
                            .formatted(permission, reach.days(), reach.because()));
        } catch (ConnectorFailure e) {
            return Optional.of(unknown(reach, permission, e.getMessage()));
        }
    }

    private static String unknown(Reach reach, String permission, String why) {
        return "Without the permission %s, what is older than %d days was not read; whether the key has it is not known: %s"
                .formatted(permission, reach.days(), why);
    }
}
