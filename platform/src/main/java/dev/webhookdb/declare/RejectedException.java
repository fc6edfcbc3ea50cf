package dev.webhookdb.declare;

/** What a file says of one thing cannot be: a sentence that says why. */
final class RejectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String attribute;

    RejectedException(String attribute, String sentence) {
        super(sentence);
        this.attribute = attribute;
    }

    /** Returns the path of what is wrong; empty if it is the whole. */
    String attribute() {
        return attribute;
    }
}
