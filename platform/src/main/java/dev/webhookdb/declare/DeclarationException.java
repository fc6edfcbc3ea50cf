package dev.webhookdb.declare;

import java.util.List;
import java.util.stream.Collectors;

/** What files say cannot be; names everything that is wrong, so that one correction is enough. Nothing was changed. */
public final class DeclarationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Mistake> mistakes;

    DeclarationException(List<Mistake> mistakes) {
        super(mistakes.stream().map(Mistake::toString).collect(Collectors.joining("\n")));
        this.mistakes = List.copyOf(mistakes);
    }

    /** Returns everything that is wrong, by file and line. */
    public List<Mistake> mistakes() {
        return mistakes;
    }
}
