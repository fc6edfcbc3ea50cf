package dev.webhookdb.notify;

import dev.webhookdb.change.Change;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which types of events are meant: {@code *} all; {@code *.created}, {@code *.updated} and {@code *.deleted} those of any service's rows;
 * {@code name.*} those that begin with {@code name.}; else one type.
 *
 * @param text as it was written
 */
public record EventPattern(String text) {
    private static final String ALL = "*";
    private static final String ANY_SERVICE = "*.";
    private static final String ANY_END = ".*";
    private static final Pattern TYPE = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)+");
    private static final Pattern BEGIN = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");
    private static final List<String> KINDS = Arrays.stream(Change.Kind.values())
            .map(kind -> kind.name().toLowerCase(Locale.ROOT))
            .toList();

    /** Returns what a text means; empty if it is written like neither a type nor any of the patterns. */
    public static Optional<EventPattern> parse(String text) {
        boolean known = text.equals(ALL)
                || (text.startsWith(ANY_SERVICE) && KINDS.contains(text.substring(ANY_SERVICE.length())))
                || (text.endsWith(ANY_END)
                        && BEGIN.matcher(text.substring(0, text.length() - ANY_END.length()))
                                .matches())
                || TYPE.matcher(text).matches();
        return known ? Optional.of(new EventPattern(text)) : Optional.empty();
    }

    /**
     * Returns whether events of a type are meant.
     *
     * @param rowEvent whether the type is one of a service's rows, and not of accounts
     */
    public boolean matches(String type, boolean rowEvent) {
        if (text.equals(ALL)) {
            return true;
        }
        if (text.startsWith(ANY_SERVICE)) {
            return rowEvent && type.endsWith(text.substring(1));
        }
        if (text.endsWith(ANY_END)) {
            return type.startsWith(text.substring(0, text.length() - 1));
        }
        return text.equals(type);
    }

    /** Returns whether any event of a service's rows is meant. */
    public boolean matchesRowsOf(String service) {
        return rowTypes(service).stream().anyMatch(type -> matches(type, true));
    }

    /** Returns the types of the events of a service's rows. */
    public static List<String> rowTypes(String service) {
        return KINDS.stream().map(kind -> service + "." + kind).toList();
    }
}
