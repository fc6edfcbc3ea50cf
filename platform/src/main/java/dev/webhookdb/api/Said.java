package dev.webhookdb.api;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What a request says of something that has many parts, each of which may be left out. */
interface Said {
    /** Returns whether it says anything of a part, if only that it is to be nothing. */
    boolean names(String part);

    /** Returns a text; empty if the part is to be nothing. */
    Optional<String> text(String part);

    /** Returns several texts. */
    List<String> texts(String part);

    /** Returns yes or no. */
    boolean flag(String part);

    /** Returns a number; empty if the part is to be nothing. */
    OptionalInt number(String part);
}
