package dev.webhookdb.queue;

import dev.webhookdb.retry.Failure;
import java.util.function.BooleanSupplier;

/** What became of an attempt. */
public sealed interface Result {
    /** It is done, and its row is removed. */
    record Done() implements Result {}

    /** It failed; the queue's policy says when it is tried again, and whether. The reason is a sentence for people. */
    record Failed(Failure failure, String reason) implements Result {}

    /** It stays in the queue's table, out of the queue, until somebody replays it. The reason is a sentence for people. */
    record Parked(String reason) implements Result {}

    /** What it came to is written down already. */
    record Settled() implements Result {}

    /**
     * It is written down by whoever did it, together with others and in one transaction, who also tells those that wait for its place.
     *
     * @param written does so, and returns whether the row was still held; throws if it was not written, and is called again then
     */
    record Together(BooleanSupplier written) implements Result {}

    /** It is given back as if it had not been tried. */
    record Released() implements Result {}
}
