package dev.webhookdb.outbound;

/** How a URL that people gave is shown to others. */
public final class MaskedUrl {
    private MaskedUrl() {}

    /** Returns a URL without what may be secret in it: a user and password, values of the query, and long words of the path. */
    public static String of(String text) {
        return text.replaceFirst("//[^/@]*@", "//***@")
                .replaceAll("([?&][^=&]+=)[^&]*", "$1***")
                .replaceAll("(/[A-Za-z0-9_-]{4})[A-Za-z0-9_-]{12,}", "$1***");
    }
}
