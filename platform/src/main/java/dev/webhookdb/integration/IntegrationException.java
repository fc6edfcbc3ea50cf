package dev.webhookdb.integration;

import dev.webhookdb.spi.Setting;
import java.util.List;

/** A refused request about an integration; the message is a sentence for the person who made it. */
public final class IntegrationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Kind {
        /** No installed connector has the service. */
        UNKNOWN_SERVICE,
        /** The services do not belong to one connector, or one is named twice. */
        INVALID_SERVICES,
        /** Settings are missing: {@link IntegrationException#missing()} names them. */
        MISSING_SETTINGS,
        /** A setting has a value that cannot be right, or is not one of the service's. */
        INVALID_SETTING,
        /** A time cannot be meant. */
        INVALID_TIME,
        /** A table cannot have the name, or another has it. */
        INVALID_NAME
    }

    private final Kind kind;
    private final transient List<Setting> missing;

    IntegrationException(Kind kind, String message) {
        this(kind, message, List.of());
    }

    IntegrationException(Kind kind, String message, List<Setting> missing) {
        super(message);
        this.kind = kind;
        this.missing = missing;
    }

    /** Returns what is wrong. */
    public Kind kind() {
        return kind;
    }

    /** Returns the settings to ask for. */
    public List<Setting> missing() {
        return missing;
    }
}
