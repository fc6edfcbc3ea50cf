package dev.webhookdb.api;

import static dev.webhookdb.api.IntegrationHandlers.INTEGRATION;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Role;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.IntegrationException;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.SecretRotation;
import dev.webhookdb.spi.Setting;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** A member's route to another secret that verifies webhooks, beside the one before for a while. Thread-safe. */
public final class RotationRoutes implements HttpService {
    private static final String SECRET = "secret";
    private static final String UNTIL = "until";
    private static final String GRACE = "grace_seconds";

    private final IntegrationHandlers handlers;
    private final SecretRotation rotation;
    private final Clock clock;
    private final Consumer<List<Integration>> whenSupplied;

    /** @param whenSupplied is given integrations of which webhooks may be genuine that were not before */
    public RotationRoutes(
            RequestAuthorizer members,
            Integrations integrations,
            SecretRotation rotation,
            Audit audit,
            Clock clock,
            Consumer<List<Integration>> whenSupplied) {
        this.handlers = new IntegrationHandlers(members, integrations, audit);
        this.rotation = rotation;
        this.clock = clock;
        this.whenSupplied = whenSupplied;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post(INTEGRATION + "/rotate_secret", handlers.one("/rotate_secret", Role.MEMBER, this::rotate));
    }

    private JsonObjectBuilder rotate(Call call, Integration integration) {
        Parameters parameters = call.parameters();
        Setting secret = rotation.secret(integration, parameters.text("setting"));
        Optional<Instant> until = until(parameters);
        String value = parameters
                .text(SECRET)
                .orElseThrow(() -> parameters.ask(
                        SECRET,
                        "Paste or type the new %s (it is not shown):"
                                .formatted(secret.name().replace('_', ' ')),
                        secret.help() + "\n",
                        true));
        SecretRotation.Rotated rotated = rotated(integration, secret, value, until);
        handlers.note(call, integration, "rotate secret", "%s of %s".formatted(secret.name(), integration.table()));
        whenSupplied.accept(List.of(integration));
        return new JsonObjectBuilder()
                .with("message", message(integration, rotated))
                .with("old_until", rotated.oldUntil().map(Instant::toString).orElse(""));
    }

    private SecretRotation.Rotated rotated(
            Integration integration, Setting secret, String value, Optional<Instant> until) {
        try {
            return rotation.rotate(integration, secret, value, until);
        } catch (IntegrationException e) {
            throw ApiException.invalid(
                    e.kind() == IntegrationException.Kind.INVALID_TIME ? UNTIL : SECRET, e.getMessage());
        }
    }

    /** Nothing if the secret before is to end at once. */
    private Optional<Instant> until(Parameters parameters) {
        OptionalInt seconds = new SaidAsText(parameters).number(GRACE);
        if (seconds.isPresent() && parameters.text(UNTIL).isPresent()) {
            throw ApiException.invalid(UNTIL, "Say either '%s' or '%s'.".formatted(UNTIL, GRACE));
        }
        if (seconds.isPresent() && seconds.getAsInt() == 0) {
            return Optional.empty();
        }
        Duration grace = seconds.isPresent() ? Duration.ofSeconds(seconds.getAsInt()) : SecretRotation.USUAL;
        return parameters
                .text(UNTIL)
                .map(text -> Times.parse(UNTIL, text))
                .or(() -> Optional.of(clock.instant().plus(grace).truncatedTo(ChronoUnit.SECONDS)));
    }

    private static String message(Integration integration, SecretRotation.Rotated rotated) {
        String name = rotated.setting().name();
        String before = rotated.oldUntil()
                .map(end -> "The one before is accepted as well until %s.".formatted(end))
                .orElse("The one before is not accepted any more.");
        String ended = rotated.ended()
                ? " The one before that, which a rotation that was under way had kept, is not accepted any more."
                : "";
        return "%s has another %s. %s%s".formatted(integration.table(), name, before, ended);
    }
}
