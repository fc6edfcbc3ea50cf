package dev.webhookdb.tenancy;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What is asked for of the server on which an organization's database is created.
 *
 * @param server its name, whatever its weight is; empty for any
 * @param tags that it has to have, all of them, in alphabetical order
 */
public record Placement(Optional<String> server, List<String> tags) {
    private static final Placement ANYWHERE = new Placement(Optional.empty(), List.of());

    /** Sorts the tags. */
    public Placement {
        tags = List.copyOf(new TreeSet<>(tags));
    }

    /** Any server. */
    public static Placement anywhere() {
        return ANYWHERE;
    }

    /** Whether nothing is asked for. */
    public boolean isAnywhere() {
        return equals(ANYWHERE);
    }
}
