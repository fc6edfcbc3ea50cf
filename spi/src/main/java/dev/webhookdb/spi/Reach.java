package dev.webhookdb.spi;

import java.io.IOException;
import java.util.Optional;

/**
 * How far back a {@linkplain Backfill backfill} reaches. People are told when they ask for one, in the list of services, and, if something was
 * not read, when it ends.
 */
public final class Reach {
    /** Asks the provider whether a permission was given. */
    @FunctionalInterface
    public interface Check {
        /**
         * Returns whether the key has the permission.
         *
         * @throws IOException if the provider cannot be reached
         * @throws ConnectorException if it does not say
         */
        boolean isGranted(Backfill.Context context) throws IOException, InterruptedException;
    }

    private static final int MOST_DAYS = 36_500;

    private final int days;
    private final String because;
    private final Optional<String> permission;
    private final Optional<Check> check;
    private final Optional<String> countedFrom;

    private Reach(
            int days,
            String because,
            Optional<String> permission,
            Optional<Check> check,
            Optional<String> countedFrom) {
        this.days = days;
        this.because = because;
        this.permission = permission;
        this.check = check;
        this.countedFrom = countedFrom;
    }

    /** Everything that the provider has is read. */
    public static Reach all() {
        return new Reach(0, "", Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * The provider lists no more than the last days.
     *
     * @param days from 1 to 36,500
     * @param because a sentence for the operator: why, and what can be done about what is older
     * @throws IllegalArgumentException if there are fewer or more days, or no sentence
     */
    public static Reach lastDays(int days, String because) {
        return limited(days, because, Optional.empty(), Optional.empty());
    }

    /**
     * Everything is read with a permission, and no more than the last days without it.
     *
     * @param permission as the provider calls it
     * @param days from 1 to 36,500
     * @param because a sentence for the operator: how to get the permission
     * @param check asks whether the key has it
     * @throws IllegalArgumentException if there are fewer or more days, or no sentence
     */
    public static Reach allWith(String permission, int days, String because, Check check) {
        return limited(days, because, Optional.of(permission), Optional.of(check));
    }

    private static Reach limited(int days, String because, Optional<String> permission, Optional<Check> check) {
        if (days < 1 || days > MOST_DAYS || because.isBlank()) {
            throw new IllegalArgumentException(
                    "A reach of %d days is not from 1 to %d, or does not say why".formatted(days, MOST_DAYS));
        }
        return new Reach(days, because, permission, check, Optional.empty());
    }

    /**
     * Says which column of the resource has the instant from which the provider counts the days, mostly that of its creation. With it, the
     * platform can tell what was removed at the provider from what is only too old to be listed; without it, it does not try.
     *
     * @param column a declared column with a timestamp
     * @throws IllegalArgumentException if everything is read whatever was permitted
     */
    public Reach countedFrom(String column) {
        if (isAll()) {
            throw new IllegalArgumentException(
                    "No days are counted from '%s' where everything is read".formatted(column));
        }
        return new Reach(days, because, permission, check, Optional.of(Names.check("column", column)));
    }

    /** Returns the column from whose instant the days are counted, if that was declared. */
    public Optional<String> countedFrom() {
        return countedFrom;
    }

    /** Returns whether everything is read whatever was permitted. */
    public boolean isAll() {
        return days == 0;
    }

    /** Returns how many days are read, if it is not everything. */
    public int days() {
        return days;
    }

    /** Returns why, and what can be done; empty if everything is read. */
    public String because() {
        return because;
    }

    /** Returns the permission with which everything is read. */
    public Optional<String> permission() {
        return permission;
    }

    /** Returns what asks whether the permission was given. */
    public Optional<Check> check() {
        return check;
    }

    /** Returns how far a backfill reaches, in a sentence for people. */
    public String sentence() {
        if (isAll()) {
            return "A backfill reads everything.";
        }
        return permission
                .map(name ->
                        "A backfill reads everything if the key has the permission %s, else only the last %d days. %s"
                                .formatted(name, days, because))
                .orElseGet(() -> "A backfill reads only the last %d days. %s".formatted(days, because));
    }

    @Override
    public String toString() {
        return "Reach[%s]".formatted(sentence());
    }
}
