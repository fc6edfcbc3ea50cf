package dev.webhookdb.sync;

import dev.webhookdb.outbound.MaskedUrl;
import dev.webhookdb.sync.SyncException.Field;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;

/** URLs with a user and a password in them. */
public final class ConnectionUrl {
    private static final int LONGEST_CREDENTIAL = 512;

    private ConnectionUrl() {}

    /** Who is said to send, not encoded; what a URL does not say is empty. Prints no secret. */
    public record Credentials(String user, String password) {
        @Override
        public String toString() {
            return "Credentials[secret]";
        }
    }

    /** Returns the user and the password of a URL that was accepted. */
    public static Credentials credentials(String text) {
        String[] parts = userInfo(text).split(":", 2);
        return new Credentials(decoded(parts[0]), parts.length < 2 ? "" : decoded(parts[1]));
    }

    /** Returns a URL that was accepted with its user and password encoded as they are when they change. */
    public static String canonical(String text) {
        Credentials credentials = credentials(text);
        String written = encoded(credentials.user()) + ":" + encoded(credentials.password());
        return userInfo(text).isEmpty()
                ? text
                : text.replaceFirst("//[^/@]*@", Matcher.quoteReplacement("//" + written + "@"));
    }

    private static String userInfo(String text) {
        return Optional.ofNullable(URI.create(text).getRawUserInfo()).orElse("");
    }

    /** Returns a URL that was accepted, with another user and password. */
    static String withCredentials(String text, String user, String password) {
        require(Field.USER, "user", user);
        require(Field.PASSWORD, "password", password);
        if (user.contains(":")) {
            throw new SyncException(Field.USER, "A user cannot have a colon in it: a password would be read after it.");
        }
        if (user.isEmpty() && password.isEmpty()) {
            throw new SyncException(Field.USER, "Give a user, a password, or both.");
        }
        URI url = URI.create(text);
        String host = url.getRawAuthority().substring(url.getRawAuthority().lastIndexOf('@') + 1);
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        return "%s://%s:%s@%s%s%s"
                .formatted(url.getScheme(), encoded(user), encoded(password), host, url.getRawPath(), query);
    }

    private static void require(Field field, String name, String text) {
        if (text.length() > LONGEST_CREDENTIAL || text.chars().anyMatch(Character::isISOControl)) {
            throw new SyncException(
                    field,
                    "A %s has at most %d characters, and no line breaks or tabs.".formatted(name, LONGEST_CREDENTIAL));
        }
    }

    /** A plus sign is one, other than in forms. */
    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Returns the URL of an endpoint, without its credentials and what else may be secret in it. */
    static String shown(String text) {
        return withoutUser(MaskedUrl.of(text));
    }

    /** Returns the URL of a database, without its credentials and the values of its parameters. */
    static String shownDatabase(String text) {
        return withoutUser(text).replaceAll("([?&][^=&]+=)[^&]*", "$1***");
    }

    private static String withoutUser(String text) {
        return text.replaceFirst("//[^/?]*@", "//***:***@");
    }
}
