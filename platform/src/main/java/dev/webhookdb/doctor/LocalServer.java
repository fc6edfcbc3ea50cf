package dev.webhookdb.doctor;

import dev.webhookdb.config.Configuration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The server of this installation on this machine, if one runs. Thread-safe. */
final class LocalServer {
    private final Web web;
    private final URI base;
    private final Optional<Identity> identity;
    private final Path token;

    private LocalServer(Web web, URI base, Optional<Identity> identity, Path token) {
        this.web = web;
        this.base = base;
        this.identity = identity;
        this.token = token;
    }

    /** @param identity this installation's, if it is known */
    static LocalServer of(Configuration configuration, Web web, Optional<Identity> identity) {
        Configuration.Server server = configuration.server();
        URI base = URI.create("http://%s:%d".formatted(reachable(server.host()), server.port()));
        return new LocalServer(web, base, identity, configuration.operatorTokenFile());
    }

    private static String reachable(String host) {
        try {
            boolean everywhere = InetAddress.getByName(host).isAnyLocalAddress();
            String name = everywhere ? "127.0.0.1" : host;
            return name.indexOf(':') >= 0 ? "[" + name + "]" : name;
        } catch (UnknownHostException e) {
            return host;
        }
    }

    URI base() {
        return base;
    }

    Web.Answer get(String path) throws InterruptedException {
        return web.get(URI.create(base + path));
    }

    /** Whether this installation answers; it may be another program. */
    boolean runs() throws InterruptedException {
        return identity.isPresent()
                && web.get(Identity.at(base)) instanceof Web.Answer.Given given
                && identity.get().isTold(given);
    }

    /**
     * Posts something as the operator, whose token nobody else gets to see.
     *
     * @return nothing if no server of this installation runs, or the token cannot be read
     */
    Optional<Web.Answer.Given> asOperator(String path, String json) throws InterruptedException {
        if (!Files.isReadable(token) || !runs()) {
            return Optional.empty();
        }
        try {
            return web.post(URI.create(base + path), Files.readString(token).strip(), json)
                            instanceof Web.Answer.Given given
                    ? Optional.of(given)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
