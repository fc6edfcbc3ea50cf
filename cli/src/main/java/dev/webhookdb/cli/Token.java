package dev.webhookdb.cli;

/**
 * What tells the server who is asking; never printed.
 *
 * @param origin where it was found, for messages
 */
record Token(String text, Kind kind, String origin) {
    private static final String API_TOKEN = "whdb_t_";

    /** Keeps what is no token, such as the text of the wrong file, out of requests and messages. */
    Token {
        if (!text.matches("[\\x21-\\x7E]+")) {
            throw Failure.ofUsage("There is no token in " + origin + ": a token is one word.");
        }
    }

    enum Kind {
        /** By an option or the environment. */
        GIVEN,
        /** By a log-in on this machine. */
        SESSION,
        /** By a server on this machine. */
        OPERATOR
    }

    /** Whether it belongs to one organization, so that no other can be active. */
    boolean ofOneOrganization() {
        return text.startsWith(API_TOKEN);
    }

    /** What to do when a server does not accept it. */
    String remedy(String server) {
        return switch (kind) {
            case GIVEN ->
                "The server at " + server + " does not accept the token from " + origin
                        + ": it may be of another server, expired or revoked. 'webhookdb auth token create' makes one.";
            case SESSION -> "You are not logged in at " + server + " any more. Use 'webhookdb auth login'.";
            case OPERATOR ->
                "The server at " + server + " does not accept the operator token from " + origin
                        + ". Name the file that this server wrote with --token-file; it is operator-token in its data directory.";
        };
    }

    @Override
    public String toString() {
        return "[secret from " + origin + "]";
    }
}
