package dev.webhookdb.spi.destination;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import javax.net.SocketFactory;

/** Where a destination is, and how it may be reached. Prints no secrets. */
public final class Place {
    private final URI url;
    private final SocketFactory sockets;
    private final Duration timeout;

    private Place(URI url, SocketFactory sockets, Duration timeout) {
        this.url = Objects.requireNonNull(url, "url");
        this.sockets = Objects.requireNonNull(sockets, "sockets");
        this.timeout = Objects.requireNonNull(timeout, "timeout");
    }

    /** Describes a place. */
    public static Place of(URI url, SocketFactory sockets, Duration timeout) {
        return new Place(url, sockets, timeout);
    }

    /** Returns the URL that somebody wrote, credentials included. */
    public URI url() {
        return url;
    }

    /** Returns the user of the URL, decoded. */
    public Optional<String> user() {
        return credentials(0);
    }

    /** Returns the password of the URL, decoded. */
    public Optional<String> password() {
        return credentials(1);
    }

    private Optional<String> credentials(int part) {
        String given = url.getRawUserInfo();
        if (given == null) {
            return Optional.empty();
        }
        String[] parts = given.split(":", 2);
        return part < parts.length && !parts[part].isEmpty()
                ? Optional.of(URLDecoder.decode(parts[part].replace("+", "%2B"), StandardCharsets.UTF_8))
                : Optional.empty();
    }

    /**
     * Returns what makes sockets that connect to no internal address unless the operator allows it. A driver that can be given a factory of
     * sockets must be given this one.
     */
    public SocketFactory sockets() {
        return sockets;
    }

    /** Returns how long connecting, and each call, may take; afterwards the session is closed from another thread. */
    public Duration timeout() {
        return timeout;
    }

    @Override
    public String toString() {
        return "Place[secret]";
    }
}
