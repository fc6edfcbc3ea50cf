package dev.webhookdb.declare;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Puts in place of <code>${env:NAME}</code> and <code>${file:PATH}</code> what they refer to. Behind <code>|stored</code> is said that a value
 * which is not there is stored already. Two dollars before the brace stand for the sign itself. For use by one thread.
 */
final class References {
    private static final String OPEN = "${";
    private static final String KEPT = "|stored";
    private static final String OURS = "WEBHOOKDB_";
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Map<String, String> environment;
    private final Optional<Path> directory;
    private final ReferencedFiles files;

    /**
     * @param directory what paths are relative to; empty if there cannot be any
     * @param files remembers what it reads
     */
    References(Map<String, String> environment, Optional<Path> directory, ReferencedFiles files) {
        this.environment = environment;
        this.directory = directory;
        this.files = files;
    }

    /** What came of a text. */
    sealed interface Outcome {
        /**
         * The whole text.
         *
         * @param isReferred whether any of it is from elsewhere
         */
        record Known(String text, boolean isReferred) implements Outcome {}

        /** It is stored already, and not here. */
        record Stored() implements Outcome {}

        /**
         * It cannot be resolved.
         *
         * @param sentence shows nothing but names
         */
        record Wrong(String sentence) implements Outcome {}
    }

    /** Returns the text as it has to be written for {@link #resolve} to give it back. */
    static String escaped(String text) {
        return text.replace(OPEN, "$" + OPEN);
    }

    /** Returns whether something is referred to. */
    static boolean isIn(String text) {
        return Pattern.compile("(?<!\\$)\\$\\{").matcher(text).find();
    }

    Outcome resolve(String text) {
        StringBuilder resolved = new StringBuilder();
        boolean referred = false;
        boolean stored = false;
        int at = 0;
        for (int open = text.indexOf(OPEN); open >= 0; open = text.indexOf(OPEN, at)) {
            if (open > at && text.charAt(open - 1) == '$') {
                resolved.append(text, at, open - 1).append(OPEN);
                at = open + OPEN.length();
                continue;
            }
            int close = text.indexOf('}', open);
            if (close < 0) {
                return new Outcome.Wrong(
                        "A ${ has no } behind it. Write ${env:NAME} or ${file:PATH}, or $${ for a literal ${.");
            }
            resolved.append(text, at, open);
            switch (referred(text.substring(open + OPEN.length(), close))) {
                case Outcome.Known known -> resolved.append(known.text());
                case Outcome.Stored ignored -> stored = true;
                case Outcome.Wrong wrong -> {
                    return wrong;
                }
            }
            referred = true;
            at = close + 1;
        }
        return stored
                ? new Outcome.Stored()
                : new Outcome.Known(resolved.append(text, at, text.length()).toString(), referred);
    }

    private Outcome referred(String reference) {
        boolean kept = reference.endsWith(KEPT);
        String plain = kept ? reference.substring(0, reference.length() - KEPT.length()) : reference;
        if (plain.contains("|")) {
            return new Outcome.Wrong(
                    "Behind the | in a ${...} can only be 'stored'. Write ${env:NAME|stored} or ${file:PATH|stored}.");
        }
        if (plain.startsWith("env:")) {
            return variable(plain.substring("env:".length()), kept);
        }
        if (plain.startsWith("file:")) {
            return file(plain.substring("file:".length()), kept);
        }
        return new Outcome.Wrong(
                "A ${...} is no reference. Write ${env:NAME} or ${file:PATH}, or $${ for a literal ${.");
    }

    private Outcome variable(String name, boolean kept) {
        if (!NAME.matcher(name).matches()) {
            return new Outcome.Wrong(
                    "A ${env:...} names no environment variable. Names have letters, digits and _, and begin with none of the digits.");
        }
        if (name.toUpperCase(Locale.ROOT).startsWith(OURS)) {
            return new Outcome.Wrong(
                    "The environment variable %s is the platform's own, which files cannot refer to. Use a variable whose name does not begin with %s."
                            .formatted(Place.shown(name), OURS));
        }
        String remedy =
                "Set it, or write ${env:%s|stored} to keep the value that is stored.".formatted(Place.shown(name));
        String value = environment.get(name);
        if (value == null) {
            return absent(kept, "The environment variable %s is not set. %s".formatted(Place.shown(name), remedy));
        }
        return value.isEmpty()
                ? absent(kept, "The environment variable %s is empty. %s".formatted(Place.shown(name), remedy))
                : new Outcome.Known(value, true);
    }

    private Outcome file(String path, boolean kept) {
        if (directory.isEmpty()) {
            return new Outcome.Wrong(
                    "What was sent cannot refer to files of the server. Write ${env:NAME}, or put this into a file on the server, beside the one that it refers to.");
        }
        if (path.isBlank()) {
            return new Outcome.Wrong("A ${file:} names no file. Write the path behind the colon.");
        }
        String remedy = "Write it, or ${file:%s|stored} to keep the value that is stored.".formatted(Place.shown(path));
        return switch (files.read(directory.get(), path)) {
            case ReferencedFile.Content.Text(String text) ->
                text.isEmpty()
                        ? absent(kept, "The file %s is empty. %s".formatted(Place.shown(path), remedy))
                        : new Outcome.Known(text, true);
            case ReferencedFile.Content.Missing(String sentence) -> absent(kept, sentence + " " + remedy);
            case ReferencedFile.Content.Unusable(String sentence) -> new Outcome.Wrong(sentence);
        };
    }

    private static Outcome absent(boolean kept, String sentence) {
        return kept ? new Outcome.Stored() : new Outcome.Wrong(sentence);
    }
}
