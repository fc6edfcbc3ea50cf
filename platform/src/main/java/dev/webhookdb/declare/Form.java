package dev.webhookdb.declare;

import java.util.Locale;
import java.util.regex.Pattern;

/** What a text has to look like. */
enum Form {
    ANY("[\\s\\S]+", "a text"),
    /** What an organization is known by. */
    KEY("[a-z0-9]+(_[a-z0-9]+)*", "small letters and digits, with single underscores between them"),
    /** What a thing is known by within its organization's files. */
    NAME("[A-Za-z0-9_-]{1,64}", "1 to 64 letters, digits, - and _"),
    /** What a token is known by. */
    LABEL("[^\\u0000-\\u001f\\u007f-\\u009f]{1,100}", "1 to 100 characters, on one line"),
    /** Of tables and views, as features allow it. */
    TABLE("[a-zA-Z][a-zA-Z0-9_ ]{0,62}", "a letter and then up to 62 letters, digits, blanks and underscores"),
    EMAIL("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+", "an address such as name@example.com"),
    /** Whether it can be reached, and with which protocol, is the feature's business. */
    URL("[A-Za-z][A-Za-z0-9+.:-]*:\\S+", "a URL such as https://example.com/hooks"),
    STATEMENT("[\\s\\S]*\\S[\\s\\S]*", "an SQL statement"),
    SHA256("[0-9A-Fa-f]{64}", "64 hexadecimal digits, as 'printf %s TOKEN | sha256sum' prints them"),
    INTEGRATION_ID("svi_[0-9a-z]{25}", "svi_ and 25 small letters and digits"),
    QUERY_ID("svq_[0-9a-z]{25}", "svq_ and 25 small letters and digits"),
    NOTIFICATION_ID("wh_[0-9a-z]{25}", "wh_ and 25 small letters and digits"),
    SYNC_ID("syt_[0-9a-z]{25}", "syt_ and 25 small letters and digits"),
    ERROR_HANDLER_ID("oeh_[0-9a-z]{25}", "oeh_ and 25 small letters and digits");

    private static final int LONGEST_EMAIL = 254;

    private final String expression;
    private final Pattern pattern;
    private final String expected;

    Form(String expression, String expected) {
        this.expression = expression;
        this.pattern = Pattern.compile(expression);
        this.expected = expected;
    }

    /** Returns a regular expression for the whole text that Java and ECMAScript understand alike. */
    String expression() {
        return expression;
    }

    /** Returns what a text has to be, to be read after "write". */
    String expected() {
        return expected;
    }

    /** Returns whether a text looks like that. */
    boolean isOf(String text) {
        return (this != EMAIL || text.length() <= LONGEST_EMAIL)
                && pattern.matcher(text).matches();
    }

    /** Returns the text in the form in which it is compared. */
    String canonical(String text) {
        return this == EMAIL || this == SHA256 ? text.toLowerCase(Locale.ROOT) : text;
    }
}
