package dev.webhookdb.backfill;

import dev.webhookdb.spi.Setting;
import java.util.List;

/** A job that cannot be begun; the message is a sentence for the person who wanted it. */
public final class BackfillException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Setting> missing;

    BackfillException(String message) {
        this(message, List.of());
    }

    BackfillException(String message, List<Setting> missing) {
        super(message);
        this.missing = List.copyOf(missing);
    }

    /** Returns the settings to ask for, if those are what is missing. */
    public List<Setting> missing() {
        return missing;
    }
}
