package dev.webhookdb.alert;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where an error handler's URL leads. */
sealed interface Target {
    /** Gets JSON. */
    record Plain(URI url, Optional<String> authorization) implements Target {
        @Override
        public String toString() {
            return "Plain[%s]".formatted(url.getHost());
        }
    }

    /**
     * Gets Sentry's envelopes.
     *
     * @param url of the project's endpoint for them
     * @see <a href="https://develop.sentry.dev/sdk/foundations/transport/authentication/">Sentry: authentication</a>
     */
    record Sentry(URI url, String key) implements Target {
        @Override
        public String toString() {
            return "Sentry[%s]".formatted(url.getHost());
        }
    }

    /** Returns what is asked. */
    URI url();

    /**
     * Reads a URL. A Sentry DSN has the scheme {@code sentry}, or looks like one: a key before the host and a project's number at the end.
     *
     * @throws ErrorHandlerException if it is no such
     */
    static Target parse(String text) {
        URI uri = uri(text);
        Optional<String> user = Optional.ofNullable(uri.getRawUserInfo());
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        Matcher project = Parts.PROJECT.matcher(uri.getRawPath());
        boolean dsn =
                project.matches() && user.filter(Parts.KEY.asMatchPredicate()).isPresent();
        if (scheme.equals("sentry") && !dsn) {
            throw new ErrorHandlerException(
                    "A Sentry DSN looks like https://KEY@HOST/PROJECT; copy it from the project's settings.");
        }
        String web = scheme.equals("sentry") ? "https" : scheme;
        if (dsn) {
            String key = user.orElseThrow().split(":", 2)[0];
            return new Sentry(
                    URI.create("%s://%s%s/api/%s/envelope/"
                            .formatted(web, Parts.hostAndPort(uri), project.group(1), project.group(2))),
                    key);
        }
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new Plain(
                URI.create("%s://%s%s%s".formatted(web, Parts.hostAndPort(uri), uri.getRawPath(), query)),
                Optional.ofNullable(uri.getUserInfo()).map(Parts::basic));
    }

    private static URI uri(String text) {
        try {
            var uri = new URI(text.strip());
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (uri.getHost() != null && scheme.matches("https?|sentry")) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw malformed();
        }
        throw malformed();
    }

    private static ErrorHandlerException malformed() {
        return new ErrorHandlerException(
                "Write the address of an error handler like https://example.com/alerts, or give a Sentry DSN like https://KEY@HOST/PROJECT.");
    }

    /** What an address is taken apart with. */
    final class Parts {
        private static final Pattern PROJECT = Pattern.compile("((?:/[^/]+)*)/(\\d+)/?");

        /** A public key; once there was a secret key behind it. */
        private static final Pattern KEY = Pattern.compile("[A-Za-z0-9]+(:[A-Fa-f0-9]{32})?");

        private Parts() {}

        private static String hostAndPort(URI uri) {
            return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
        }

        private static String basic(String userAndPassword) {
            return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
        }
    }
}
