package dev.webhookdb.outbound;

import java.net.URI;

/** A URL names no server: there is none in it, or its name or address is written in a way that names have not. */
final class NoServerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoServerException(URI url) {
        super(
                "%s is no name of a server. Names have letters, digits, hyphens and dots, and end in letters; write others as xn--..., and addresses like 192.0.2.1 or [2001:db8::1]."
                        .formatted(
                                url.getRawAuthority() == null
                                        ? "Nothing"
                                        : url.getRawAuthority().replaceFirst("^.*@", "")));
    }
}
