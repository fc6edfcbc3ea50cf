package dev.webhookdb.tenancy;

/** No configured server is what was asked for; the message is a sentence for the person who asked. */
public final class PlacementException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean aboutTags;

    PlacementException(boolean aboutTags, String message) {
        super(message);
        this.aboutTags = aboutTags;
    }

    /** Whether the sentence is about tags, and not about the name of a server. */
    public boolean isAboutTags() {
        return aboutTags;
    }
}
