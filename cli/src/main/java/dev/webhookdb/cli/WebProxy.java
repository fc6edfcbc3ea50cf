package dev.webhookdb.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A proxy between the client and a server, which the environment names as it does for most programs.
 *
 * @param login who asks, where its URL has a user and a password: {@code joe:secret}
 */
record WebProxy(InetSocketAddress address, Optional<String> login) {
    private static final int USUAL_PORT = 80;

    /**
     * The one for a server; none for a server on this machine, or one that {@code NO_PROXY} names.
     *
     * @param variables gives the environment's variables
     */
    static Optional<WebProxy> to(URI server, Function<String, Optional<String>> variables) {
        String variable = server.getScheme().toUpperCase(Locale.ROOT) + "_PROXY";
        return eitherCase(variable, variables)
                .filter(url -> !ServerOptions.isThisMachine(server) && !isExcepted(server, variables))
                .map(url -> parse(variable, url));
    }

    /** Many programs know the variables in small letters only. */
    private static Optional<String> eitherCase(String variable, Function<String, Optional<String>> variables) {
        return variables.apply(variable).or(() -> variables.apply(variable.toLowerCase(Locale.ROOT)));
    }

    private static boolean isExcepted(URI server, Function<String, Optional<String>> variables) {
        return eitherCase("NO_PROXY", variables).stream()
                .flatMap(names -> Stream.of(names.split(",", -1)))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .anyMatch(name -> name.equals("*") || isNamed(server, name.replaceFirst("^\\*?\\.", "")));
    }

    /** A name also stands for all below it. */
    private static boolean isNamed(URI server, String name) {
        String host = server.getHost().toLowerCase(Locale.ROOT);
        int usual = server.getScheme().equals("https") ? 443 : 80;
        int port = server.getPort() < 0 ? usual : server.getPort();
        return Stream.of(host, host + ":" + port).anyMatch(is -> is.equals(name) || is.endsWith("." + name));
    }

    private static WebProxy parse(String variable, String text) {
        try {
            URI url = new URI(text.contains("://") ? text : "http://" + text);
            if ("http".equals(url.getScheme()) && url.getHost() != null) {
                int port = url.getPort() < 0 ? USUAL_PORT : url.getPort();
                return new WebProxy(
                        InetSocketAddress.createUnresolved(url.getHost(), port),
                        Optional.ofNullable(url.getUserInfo()));
            }
        } catch (URISyntaxException e) {
            throw unusable(variable);
        }
        throw unusable(variable);
    }

    /** What the proxy is told with each request for a server without TLS. */
    Optional<String> authorization() {
        return login.map(text -> "Basic " + Base64.getEncoder().encodeToString(text.getBytes(UTF_8)));
    }

    /**
     * Tells it, and nobody else, who asks, when it wants to know that before it makes a tunnel to a server with TLS. It is told once:
     * Java would go on asking for what the proxy refuses.
     */
    Authenticator authenticator() {
        return new Authenticator() {
            private Optional<PasswordAuthentication> untold = login.map(WebProxy::userAndPassword);

            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                if (getRequestorType() != RequestorType.PROXY) {
                    return null;
                }
                PasswordAuthentication told = untold.orElse(null);
                untold = Optional.empty();
                return told;
            }
        };
    }

    private static PasswordAuthentication userAndPassword(String login) {
        String[] parts = login.split(":", 2);
        return new PasswordAuthentication(parts[0], parts.length < 2 ? new char[0] : parts[1].toCharArray());
    }

    /** Without its value, which may have a password. */
    private static Failure unusable(String variable) {
        return Failure.ofUsage(variable
                + " does not name a proxy that can be used. Write it like http://proxy.example.com:3128, or name the"
                + " server in NO_PROXY.");
    }

    /** Where it is. */
    @Override
    public String toString() {
        return address.getHostString() + ":" + address.getPort();
    }
}
