package dev.webhookdb.spi;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** What {@link Verifiers#urlHmac} is computed over. */
record UrlSignature(List<String> texts, boolean coversBody) {
    /** @throws IllegalArgumentException if the URL or the form is malformed */
    static UrlSignature of(Request request) {
        URI url = URI.create(request.url());
        Optional<String> hash = Optional.ofNullable(
                        parameters(Optional.ofNullable(url.getRawQuery()).orElse(""))
                                .get("bodySHA256"))
                .map(NavigableSet::first);
        String form = hash.isPresent() ? "" : written(parameters(request.text()));
        return new UrlSignature(
                List.of(withPort(request.url(), url) + form, withoutPort(request.url(), url) + form),
                hash.isEmpty() || sha256(request).equals(hash.get()));
    }

    private static String written(Map<String, NavigableSet<String>> parameters) {
        StringBuilder text = new StringBuilder();
        parameters.forEach(
                (name, values) -> values.forEach(value -> text.append(name).append(value)));
        return text.toString();
    }

    /** Names in the order of their characters; a value that repeats counts once, as in the provider's libraries. */
    private static Map<String, NavigableSet<String>> parameters(String encoded) {
        Map<String, NavigableSet<String>> parameters = new TreeMap<>();
        for (String pair : encoded.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (!name.isEmpty()) {
                parameters
                        .computeIfAbsent(decoded(name), key -> new TreeSet<>())
                        .add(equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String withPort(String text, URI url) {
        String authority = url.getRawAuthority();
        if (url.getPort() != -1 || authority == null) {
            return text;
        }
        return replaced(text, authority, authority + (text.startsWith("https:") ? ":443" : ":80"));
    }

    private static String withoutPort(String text, URI url) {
        String authority = url.getRawAuthority();
        return url.getPort() == -1
                ? text
                : replaced(text, authority, authority.substring(0, authority.lastIndexOf(':')));
    }

    private static String replaced(String text, String authority, String other) {
        int start = text.indexOf("//") + 2;
        return text.substring(0, start) + other + text.substring(start + authority.length());
    }

    private static String sha256(Request request) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(request.body());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
