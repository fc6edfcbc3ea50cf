package dev.webhookdb.demo;

/** Ends the demo with a sentence that names the remedy. */
final class DemoException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DemoException(String sentence) {
        super(sentence);
    }

    DemoException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
