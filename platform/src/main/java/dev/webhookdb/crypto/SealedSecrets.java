package dev.webhookdb.crypto;

import dev.webhookdb.sql.Session;
import java.util.List;

/** Whether a key opens what is sealed in the platform's database. Changes nothing, and shows nothing of what it opens. */
public final class SealedSecrets {
    /** Of each column: enough to notice another key, and quick in a large installation. */
    private static final int MOST = 500;

    private SealedSecrets() {}

    /**
     * What came of looking.
     *
     * @param looked how many secrets were tried
     * @param unopened how many of them the key does not open
     */
    public record Tally(long looked, long unopened) {
        private Tally plus(Tally other) {
            return new Tally(looked + other.looked, unopened + other.unopened);
        }
    }

    /** Tries up to five hundred secrets of each kind. The tables must be of this version. */
    public static Tally opened(Session platform, Sealer sealer) {
        return KeyRotation.SEALED.stream()
                .map(column -> values(platform, column, MOST))
                .map(values -> new Tally(
                        values.size(),
                        values.stream().filter(value -> !opens(sealer, value)).count()))
                .reduce(new Tally(0, 0), Tally::plus);
    }

    /** Returns whether anything is sealed at all. The tables must be of this version. */
    public static boolean exist(Session platform) {
        return KeyRotation.SEALED.stream()
                .anyMatch(column -> !values(platform, column, 1).isEmpty());
    }

    private static List<byte[]> values(Session platform, KeyRotation.Sealed column, int most) {
        return platform.sql("select %1$s as value from %2$s where %1$s is not null limit %3$d"
                        .formatted(column.column(), column.table(), most))
                .list(row -> row.bytes("value"));
    }

    private static boolean opens(Sealer sealer, byte[] sealed) {
        try {
            sealer.open(sealed);
            return true;
        } catch (VaultException e) {
            return false;
        }
    }
}
