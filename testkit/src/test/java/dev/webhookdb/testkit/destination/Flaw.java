package dev.webhookdb.testkit.destination;

/** What may be wrong with a shelf, and what the kit has to say about it. */
enum Flaw {
    NONE("", ""),
    CALLS_ITSELF_BY_A_SENTENCE("The id is 'A Shelf'", "Take a short name"),
    TAKES_EVERY_URL("is not refused", "Refuse it in check()"),
    ANSWERS_WITHOUT_A_SENTENCE("which is no sentence", "Say what is wrong"),
    TELLS_THE_PASSWORD("has the password in it", "Leave URLs and passwords out"),
    TRIES_A_WRONG_PASSWORD_AGAIN("A wrong password is refused as TRANSIENT", "SETTINGS"),
    MAKES_ITS_OWN_SOCKETS("without a socket of Place.sockets()", "Give the driver this factory"),
    LEAVES_CONNECTIONS_OPEN("is open after its session was closed", "Close every connection"),
    WAITS_FOR_EVER("Connecting took", "Use Place.timeout()"),
    MAKES_ANOTHER_ORDER("The columns are [", "in their order"),
    FORGETS_THE_NEW_COLUMN("does not stand as widened", "Return whenWidened()"),
    TAKES_ANY_TABLE("is not refused", "Throw a DestinationException"),
    CHANGES_BEFORE_IT_LOOKS("had been changed before", "Look at all of a table first"),
    LETS_OLD_STATES_WIN("The row 'ch_0' has '8' in 'amount' instead of '9'", "keep the one with the greater"),
    COUNTS_EVERY_ROW("must have 4 rows, and is said to have 8", "Count the rows that a batch adds"),
    GOES_BACK("has the position OptionalLong[9] instead of 10", "Keep the greatest position"),
    WRITES_ROWS_FIRST("the newest row is of the change", "in one transaction"),
    KEEPS_NUMBERS_OF_OTHERS("The row 'ch_0' has '1001' in '_change' instead of '0'", "keep the one with the greater"),
    IGNORES_CAPITALS("instead of 6", "Write every row of a batch once"),
    CUTS_TEXTS("of 1080000 characters", "Write values as they are, or refuse the row"),
    ROUNDS_NUMBERS(
            "has '9223372036854776000' in 'value' instead of '9223372036854775808'",
            "Write values as they are, or refuse the row"),
    FAILS_FOR_A_ROW("is refused as TRANSIENT", "with the reason ROWS"),
    REPLACES_ROW_BY_ROW("Who read meanwhile saw", "Exchange the tables at one moment"),
    LEAVES_THE_LOADED_TABLE("is still there under its own name", "Remove it, or rename it");

    private final String complaint;
    private final String remedy;

    Flaw(String complaint, String remedy) {
        this.complaint = complaint;
        this.remedy = remedy;
    }

    String complaint() {
        return complaint;
    }

    String remedy() {
        return remedy;
    }

    boolean is(Flaw other) {
        return this == other;
    }
}
