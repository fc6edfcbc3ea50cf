package dev.webhookdb.sync;

import dev.webhookdb.outbound.MaskedUrl;
import dev.webhookdb.sync.SyncException.Field;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** URLs with a user and a password in them. */
final class ConnectionUrl {
    private static final int LONGEST_CREDENTIAL = 512;

    private ConnectionUrl() {}

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
