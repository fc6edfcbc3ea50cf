package dev.webhookdb.notify;

import dev.webhookdb.reader.QueryException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a person wrote as a condition, read token by token: nothing in it can end the expression that it becomes a part of, or hide
 * where a quoted text ends. What the expression may do is PostgreSQL's to judge.
 *
 * @param text as it was written
 * @param statement the same as the driver wants it: the operators that contain a question mark are written with two
 */
record ConditionText(String text, String statement) {
    private static final int LONGEST = 2_000;

    /** Texts and quoted names, numbers, words, and everything else character by character. */
    private static final Pattern TOKEN = Pattern.compile(
            "(?<quoted>'(?:[^']|'')*+'|\"(?:[^\"]|\"\")*+\")|(?<open>['\"])|(?<comment>--|/\\*)|(?<number>\\d+(?:\\.\\d+)?|\\.\\d+)"
                    + "|(?<word>[\\p{L}_][\\p{L}\\p{N}_]*)|(?<other>.)",
            Pattern.DOTALL);

    private static final Set<String> WORDS = Set.of("select", "table", "values", "with");

    /** @throws QueryException with a sentence if it cannot be a condition */
    static ConditionText of(String text) {
        if (text.isBlank()) {
            throw new QueryException("The condition is empty: write one, such as status = 'failed'.");
        }
        if (text.codePointCount(0, text.length()) > LONGEST) {
            throw new QueryException("The condition has more than %d characters.".formatted(LONGEST));
        }
        StringBuilder statement = new StringBuilder(text.length());
        Matcher token = TOKEN.matcher(text);
        String previous = "";
        int depth = 0;
        while (token.find()) {
            check(token, previous);
            depth += depth(token.group());
            if (depth < 0) {
                throw new QueryException("The condition closes a parenthesis that it does not open.");
            }
            previous = token.group();
            statement.append(token.group().equals("?") ? "??" : token.group());
        }
        if (depth > 0) {
            throw new QueryException("The condition opens a parenthesis that it does not close.");
        }
        return new ConditionText(text, statement.toString());
    }

    private static int depth(String token) {
        return switch (token) {
            case "(" -> 1;
            case ")" -> -1;
            default -> 0;
        };
    }

    private static void check(Matcher token, String previous) {
        if (token.group("quoted") != null && (previous.equalsIgnoreCase("e") || previous.equals("&"))) {
            throw new QueryException(
                    "Texts with escapes, such as E'...' and U&'...', cannot be used in a condition: write '...'.");
        }
        if (token.group("open") != null) {
            throw new QueryException(
                    "The condition has a quotation mark without a second one: within texts, write it twice.");
        }
        if (token.group("comment") != null) {
            throw new QueryException("A condition cannot have comments.");
        }
        String word = token.group("word");
        if (word != null && WORDS.contains(word.toLowerCase(Locale.ROOT))) {
            throw new QueryException(
                    "'%s' cannot be used in a condition: it may look at the columns of the row only.".formatted(word));
        }
        String other = token.group("other");
        if (other != null) {
            checkCharacter(other.charAt(0));
        }
    }

    private static void checkCharacter(char character) {
        switch (character) {
            case ';' ->
                throw new QueryException(
                        "A condition is one expression, such as status = 'failed', without a semicolon.");
            case '$' -> throw new QueryException("'$' cannot be used in a condition: write texts as '...'.");
            case '.' ->
                throw new QueryException("A condition names columns of the row alone, without what they belong to.");
            case '\\', '\0' -> throw new QueryException("A condition has a character that cannot be used there.");
            default -> {}
        }
    }
}
