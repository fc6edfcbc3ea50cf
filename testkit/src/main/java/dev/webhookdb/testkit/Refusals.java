package dev.webhookdb.testkit;

import dev.webhookdb.spi.ConnectorException.Reason;
import java.util.Optional;

/** What {@link dev.webhookdb.spi.Http.Call#send} promises to make of an answer that is not a good one. */
final class Refusals {
    private Refusals() {}

    /** Returns who has to act; nobody in particular where trying again may help. */
    static Optional<Reason> reason(int status) {
        return switch (status) {
            case 301, 302, 303, 307, 308, 401, 402, 403 -> Optional.of(Reason.SETTINGS);
            case 404, 410 -> Optional.of(Reason.GONE);
            case 408, 429 -> Optional.empty();
            default -> status / 100 == 4 ? Optional.of(Reason.UNEXPECTED) : Optional.empty();
        };
    }
}
